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
    let contract = try TableContract(
      next.definition, schema: next.shape.schema, resolver: resolver())
    if let rewrite = alteration.rewrite {
      next = next.adding(
        try ColumnRewriter(from: state, to: next, lake: lake, runner: planRunner)
          .change(rewrite, contract: contract))
    }
    next.isRedefined = true
    var staged = next.staged ?? StagedChange()
    staged.operation = StagedChange.alteration
    staged.isBlindAppend = false
    next.staged = staged
    return try store(
      [next], operation: staged.operation, message: "altered \(state.name): \(done)", in: lake)
  }

  /// What was done, in words; nil when there was nothing to do.
  private func apply(
    _ action: AlterTable.Action, to alteration: inout Alteration, _ lake: Lake
  ) throws(QueryError) -> String? {
    switch action {
    case .addColumn(let column, let ifNotExists):
      let rows = LakeTableSource(alteration.state, in: lake).rowCount ?? 0
      return try alteration.add(column, ifNotExists: ifNotExists, hasRows: rows > 0)
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
    case .dropColumn(let column, let ifExists):
      if ifExists, !alteration.has(column) { return nil }
      let position = try alteration.position(of: column)
      try ColumnReaders.refuse(alteration.state, position, "dropped", lake, at: column.range)
      return try alteration.dropColumn(at: position, named: column)
    case .renameColumn(let column, let name):
      let position = try alteration.position(of: column)
      try ColumnReaders.refuse(alteration.state, position, "renamed", lake, at: column.range)
      return try alteration.renameColumn(at: position, to: name)
    case .alterType(let column, let type):
      let position = try alteration.position(of: column)
      try ColumnReaders.refuse(
        alteration.state, position, "given another type", lake, at: column.range)
      return try alteration.widen(at: position, to: type)
    case .setProperties(let properties): return try alteration.set(properties, at: statement.range)
    case .unsetProperties(let keys, let ifExists):
      return try alteration.unset(keys, ifExists: ifExists, at: statement.range)
    }
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
