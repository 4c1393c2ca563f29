import Columnar
import DeltaLake
import LakeCatalog
import QueryEngine
import QueryLanguage

// ALTER TABLE: a new declaration, checked against the rows that are there, as a version of its own.

extension StatementRunner {
  func alter(_ alter: AlterTable) throws(QueryError) -> String {
    let lake = try workspace.lake(for: alter.table)
    let state: TableState
    do throws(QueryError) { state = try target(alter.table, in: lake, verb: "altered") } catch {
      if alter.ifExists, error.reason == .name { return "\(alter.table.dotted) is not there" }
      throw error
    }
    var alteration = Alteration(state)
    guard let done = try apply(alter.action, to: &alteration, lake) else {
      return "\(state.name) is so already"
    }
    var next = alteration.state
    next.definition.sql = Declaration.text(alteration.create)
    // A declaration that cannot be understood must not be kept.
    _ = try TableContract(next.definition, schema: next.shape.schema, resolver: resolver())
    next.isRedefined = true
    var staged = next.staged ?? StagedChange()
    staged.operation = "ALTER TABLE"
    staged.isBlindAppend = false
    next.staged = staged
    return try store(
      [next], operation: "ALTER TABLE", message: "altered \(state.name): \(done)", in: lake)
  }

  /// What was done, in words; nil when there was nothing to do.
  private func apply(
    _ action: AlterTable.Action, to alteration: inout Alteration, _ lake: Lake
  ) throws(QueryError) -> String? {
    switch action {
    case .addColumn(let column, let ifNotExists):
      return try alteration.add(column, ifNotExists: ifNotExists)
    case .setNotNull(let column):
      let position = try alteration.position(of: column)
      let schema = alteration.state.shape.schema
      let isNull = BoundExpression.isNull(
        .column(position, schema[position].type), negated: false)
      try refuseRows(where: isNull, of: alteration.state, lake) { text in
        QueryError(
          .constraint, "column \"\(column.text)\" has rows without a value",
          help: "the first is \(text)", at: column.range)
      }
      return try alteration.setNullable(false, at: position)
    case .dropNotNull(let column):
      return try alteration.setNullable(true, at: try alteration.position(of: column))
    case .setDefault(let column, let value):
      let position = try alteration.position(of: column)
      return alteration.setDefault(value, at: position)
    case .dropDefault(let column):
      let position = try alteration.position(of: column)
      return alteration.setDefault(nil, at: position)
    case .addConstraint(let constraint):
      try alteration.refuseTaken(constraint.name)
      let condition = try Binder.bind(
        constraint.condition, over: alteration.state.shape.schema, resolver: resolver())
      guard condition.type == .boolean else {
        throw QueryError(
          .type, "the CHECK of \(constraint.name.text) is \(condition.type.sqlName)",
          help: "it must be a condition", at: constraint.condition.range)
      }
      try refuseRows(where: .not(condition), of: alteration.state, lake) { text in
        QueryError(
          .constraint,
          "there are rows that break \(constraint.name.text): "
            + "CHECK (\(SyntaxPrinter.text(of: constraint.condition)))",
          help: "the first is \(text)", at: constraint.condition.range)
      }
      alteration.create.constraints.append(constraint)
      return "added constraint \(constraint.name.text)"
    case .dropConstraint(let name, let ifExists):
      return try alteration.drop(name, from: \.constraints, ifExists: ifExists) { $0.name }
    case .addExpectation(let expectation):
      try alteration.refuseTaken(expectation.name)
      alteration.create.expectations.append(expectation)
      return "added expectation \(expectation.name.text)"
    case .dropExpectation(let name, let ifExists):
      return try alteration.drop(name, from: \.expectations, ifExists: ifExists) { $0.name }
    case .renameTable(let name): return try rename(&alteration, to: name, lake)
    case .dropColumn: throw unsupported("DROP COLUMN")
    case .renameColumn: throw unsupported("RENAME COLUMN")
    case .alterType: throw unsupported("ALTER COLUMN … TYPE")
    }
  }

  private func unsupported(_ what: String) -> QueryError {
    QueryError(
      .unsupported, "\(what) is not supported yet",
      help: "make a new table with CREATE TABLE … AS SELECT", at: statement.range)
  }

  private func refuseRows(
    where condition: BoundExpression, of state: TableState, _ lake: Lake,
    _ failure: (String) -> QueryError
  ) throws(QueryError) {
    let files = try LakeTableSource(state, in: lake).dataFiles(dates: nil)
    let found = try planRunner.collect(
      .limit(.filter(state.scan(of: files, in: lake), condition), count: 1, offset: 0))
    if let batch = found.first, batch.rowCount > 0 { throw failure(RowGate.text(batch, 0)) }
  }

  private func rename(
    _ alteration: inout Alteration, to name: Identifier, _ lake: Lake
  ) throws(QueryError) -> String {
    guard session.transaction == nil else {
      throw QueryError(
        .unsupported, "RENAME inside a transaction is not supported yet", at: name.range)
    }
    let old = alteration.state.name
    let new = QualifiedName(
      [Identifier(alteration.state.definition.schema), name], range: name.range)
    if try exists(new, in: lake) {
      throw QueryError(.name, "there is a \(new.dotted) already", at: name.range)
    }
    do throws(CatalogError) {
      let views = try lake.catalog.views(at: try lake.catalog.head().id)
        .filter { view in view.lineage.contains { $0.inputTable == old } }.map(\.qualifiedName)
      guard views.isEmpty else {
        throw CatalogError.invalid(
          "'\(old)' is read by \(views.joined(separator: ", ")); drop or change these first")
      }
    } catch {
      throw QueryError(error, at: name.range)
    }
    alteration.state.definition.name = name.text
    alteration.create.name = new
    return "it is \(new.dotted) now"
  }
}

/// A table's declaration on its way to another one.
private struct Alteration {
  var state: TableState
  var create: CreateTable

  init(_ state: TableState) {
    self.state = state
    let definition = state.definition
    var create =
      Declaration.parsed(definition)
      ?? CreateTable(
        name: QualifiedName([Identifier(definition.schema), Identifier(definition.name)]),
        businessDate: definition.businessDate.map {
          BusinessDateClause(
            column: Identifier($0), calendar: definition.calendar.map { Identifier($0) })
        },
        key: definition.key.isEmpty
          ? nil
          : KeyClause(
            columns: definition.key.map { Identifier($0) },
            latestBy: definition.latestBy.map { Identifier($0) }),
        feed: definition.feed.map { Identifier($0) })
    // A table that was made from a query has its columns in its schema only.
    if create.columns.isEmpty {
      create.columns = state.shape.schema.fields.compactMap { field in
        TypeName(field.type).map {
          ColumnDefinition(
            name: Identifier(field.name), type: $0, isNotNull: !field.isNullable)
        }
      }
    }
    self.create = create
  }

  func position(of column: Identifier) throws(QueryError) -> Int {
    let schema = state.shape.schema
    guard let position = schema.fields.firstIndex(where: { column.matches($0.name) }),
      create.columns.count == schema.count
    else {
      throw QueryError(
        .name, "\(state.name) has no column \"\(column.text)\"",
        help: Suggestion.nearest(to: column.text, among: schema.names).map {
          "did you mean \"\($0)\"?"
        } ?? "it has \(schema.names.joined(separator: ", "))", at: column.range)
    }
    return position
  }

  mutating func add(
    _ column: ColumnDefinition, ifNotExists: Bool
  ) throws(QueryError) -> String? {
    if state.shape.schema.fields.contains(where: { column.name.matches($0.name) }) {
      if ifNotExists { return nil }
      throw QueryError(
        .name, "\(state.name) has a column \"\(column.name.text)\" already",
        at: column.name.range)
    }
    guard !column.isNotNull else {
      throw QueryError(
        .constraint, "the rows that are there have no value for \"\(column.name.text)\"",
        help: "add it without NOT NULL, UPDATE it, then ALTER COLUMN … SET NOT NULL",
        at: column.range)
    }
    let field = Field(column.name.text, try DataType(column.type))
    try reshape { schema in schema.fields.append(DeltaField(field)) }
    create.columns.append(column)
    return "added column \(field.name)"
  }

  mutating func setNullable(_ isNullable: Bool, at position: Int) throws(QueryError) -> String? {
    let name = state.shape.schema[position].name
    if state.shape.schema[position].isNullable == isNullable { return nil }
    try reshape { schema in schema.fields[position].isNullable = isNullable }
    create.columns[position].isNotNull = !isNullable
    return isNullable ? "\(name) may be null" : "\(name) is NOT NULL"
  }

  mutating func setDefault(_ value: Expression?, at position: Int) -> String? {
    if value == nil, create.columns[position].defaultValue == nil { return nil }
    create.columns[position].defaultValue = value
    return "the default of \(create.columns[position].name.text) is "
      + (value.map { SyntaxPrinter.text(of: $0) } ?? "null")
  }

  func refuseTaken(_ name: Identifier) throws(QueryError) {
    let taken = create.constraints.map(\.name) + create.expectations.map(\.name)
    guard taken.contains(name) else { return }
    throw QueryError(
      .name, "\(state.name) has a \(name.text) already", at: name.range)
  }

  mutating func drop<Member>(
    _ name: Identifier, from list: WritableKeyPath<CreateTable, [Member]>, ifExists: Bool,
    _ label: (Member) -> Identifier
  ) throws(QueryError) -> String? {
    guard let index = create[keyPath: list].firstIndex(where: { label($0) == name }) else {
      if ifExists { return nil }
      let names = create[keyPath: list].map { label($0).text }
      throw QueryError(
        .name, "\(state.name) has no \(name.text)",
        help: names.isEmpty ? nil : "it has \(names.joined(separator: ", "))", at: name.range)
    }
    create[keyPath: list].remove(at: index)
    return "dropped \(name.text)"
  }

  /// Changes the Delta schema; what others put into it stays.
  private mutating func reshape(_ change: (inout DeltaSchema) -> Void) throws(QueryError) {
    var metadata = state.shape.metadata
    guard var schema = try? DeltaSchema(parsing: metadata.schemaString) else {
      throw QueryError(.integrity, "the schema of \(state.name) cannot be read")
    }
    change(&schema)
    if let fault = TableProfile.fault(in: schema) {
      throw QueryError(.type, "table \(state.name): \(fault)")
    }
    metadata.schemaString = schema.text
    state.shape = TableShape(metadata: metadata, schema: schema.columnar)
  }
}
