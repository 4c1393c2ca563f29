import Columnar
import DeltaLake
import LakeCatalog
import QueryEngine
import QueryLanguage

/// A table's declaration on its way to another one.
struct Alteration {
  var state: TableState
  var create: CreateTable
  /// How the rows that are there get into the new columns; nil when their files can stay.
  var rewrite: ColumnRewriter.Rule?

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

  func has(_ column: Identifier) -> Bool {
    state.shape.schema.fields.contains { column.matches($0.name) }
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
  mutating func reshape(_ change: (inout DeltaSchema) -> Void) throws(QueryError) {
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
