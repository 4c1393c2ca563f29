import Columnar
import DeltaLake
import LakeCatalog
import QueryEngine
import QueryLanguage

// Columns that come, go, or become other ones.

extension Alteration {
  /// The rows that are there get null, unless the column must have a value: then its default.
  mutating func add(
    _ column: ColumnDefinition, ifNotExists: Bool, hasRows: Bool
  ) throws(QueryError) -> String? {
    if has(column.name) {
      if ifNotExists { return nil }
      throw QueryError(
        .name, "\(state.name) has a column \"\(column.name.text)\" already",
        at: column.name.range)
    }
    guard !column.isNotNull || !hasRows || column.defaultValue != nil else {
      throw QueryError(
        .constraint, "the rows that are there have no value for \"\(column.name.text)\"",
        help: "give it a DEFAULT, which NOT NULL columns get in old rows too", at: column.range)
    }
    if let former = ColumnLineage.formerName(column.name.text, in: state) {
      throw QueryError(
        .unsupported, "this transaction has made \"\(former)\" another column's name",
        help: "COMMIT first, then add the column", at: column.name.range)
    }
    let field = Field(
      column.name.text, try DataType(column.type), isNullable: !column.isNotNull)
    try reshape { schema in schema.fields.append(DeltaField(field)) }
    create.columns.append(column)
    if column.isNotNull, hasRows { rewrite = .fill }
    return "added column \(field.name)"
  }

  mutating func dropColumn(at position: Int, named column: Identifier) throws(QueryError) -> String
  {
    let name = state.shape.schema[position].name
    guard state.shape.schema.count > 1 else {
      throw QueryError(
        .constraint, "\"\(name)\" is the only column of \(state.name)",
        help: "DROP TABLE takes the table away", at: column.range)
    }
    let definition = state.definition
    let roles: [(String, Bool)] = [
      ("the business date", definition.businessDate == name),
      ("part of the key", definition.key.contains(name)),
      ("what LATEST BY compares", definition.latestBy == name),
    ]
    if let role = roles.first(where: \.1) {
      throw QueryError(
        .constraint, "\"\(name)\" is \(role.0) of \(state.name) and cannot be dropped",
        at: column.range)
    }
    let conditions =
      create.constraints.map { ($0.name.text, $0.condition) }
      + create.expectations.map { ($0.name.text, $0.condition) }
    let users = conditions.filter { $0.1.columnNames.contains { $0.name.matches(name) } }
    guard users.isEmpty else {
      throw QueryError(
        .constraint, "\"\(name)\" is used by \(users.map(\.0).joined(separator: ", "))",
        help: "drop that first", at: column.range)
    }
    try reshape { schema in schema.fields.remove(at: position) }
    create.columns.remove(at: position)
    rewrite = .drop(position)
    return "dropped column \(name)"
  }

  mutating func renameColumn(at position: Int, to name: Identifier) throws(QueryError) -> String? {
    let old = state.shape.schema[position].name
    if old == name.text { return nil }
    if let taken = state.shape.schema.fields.firstIndex(where: { name.matches($0.name) }),
      taken != position
    {
      throw QueryError(
        .name, "\(state.name) has a column \"\(name.text)\" already", at: name.range)
    }
    let version = state.version
    try reshape { schema in
      schema.fields[position].name = name.text
      ColumnLineage.note(old, until: version, in: &schema.fields[position])
    }
    create.columns[position].name = name
    for index in create.constraints.indices {
      create.constraints[index].condition = create.constraints[index].condition.renaming(old, name)
    }
    for index in create.expectations.indices {
      create.expectations[index].condition =
        create.expectations[index].condition.renaming(old, name)
    }
    let new = name.text
    if state.definition.businessDate == old { state.definition.businessDate = new }
    if state.definition.latestBy == old { state.definition.latestBy = new }
    state.definition.key = state.definition.key.map { $0 == old ? new : $0 }
    if create.businessDate?.column.matches(old) == true { create.businessDate?.column = name }
    if create.key?.latestBy?.matches(old) == true { create.key?.latestBy = name }
    if let key = create.key {
      create.key?.columns = key.columns.map { $0.matches(old) ? name : $0 }
    }
    rewrite = .rename(position)
    return "\(old) is \(new) now"
  }

  mutating func widen(at position: Int, to type: TypeName) throws(QueryError) -> String? {
    let field = state.shape.schema[position]
    let target = try DataType(type)
    if field.type == target { return nil }
    guard Alteration.isWidening(field.type, target) else {
      throw QueryError(
        .type,
        "\"\(field.name)\" is \(field.type.sqlName), which does not widen to \(target.sqlName)",
        help: "types may grow only: int to bigint or double, float to double, decimal to more "
          + "digits, date to timestamp; else ADD a column, UPDATE it, and DROP the old one",
        at: type.range)
    }
    if state.definition.businessDate == field.name {
      throw QueryError(
        .type, "\"\(field.name)\" is the business date of \(state.name) and stays a date",
        at: type.range)
    }
    try reshape { schema in schema.fields[position].type = DeltaType(target) }
    create.columns[position].type = type
    rewrite = .widen(position)
    return "\(field.name) is \(target.sqlName) now"
  }

  /// Whether every value of the one type is one of the other, unchanged.
  static func isWidening(_ source: DataType, _ target: DataType) -> Bool {
    switch (source, target) {
    case (.int32, .int64), (.int32, .double), (.float, .double), (.date, .timestamp): true
    case (.int32, .decimal(let precision, let scale)): precision - scale >= 10
    case (.int64, .decimal(let precision, let scale)): precision - scale >= 19
    case (.decimal(let precision, let scale), .decimal(let wider, let finer)):
      finer >= scale && wider - finer >= precision - scale
    default: false
    }
  }
}

// MARK: - Properties

extension Alteration {
  mutating func set(
    _ properties: [TableProperty], at range: SourceRange
  ) throws(QueryError) -> String? {
    var metadata = state.shape.metadata
    for property in properties {
      try Alteration.checkOwn(property.key, at: range)
      metadata.configuration[property.key] = property.value
    }
    if metadata.configuration == state.shape.metadata.configuration { return nil }
    state.shape = TableShape(metadata: metadata, schema: state.shape.schema)
    return "set " + properties.map { "\($0.key) to '\($0.value)'" }.joined(separator: ", ")
  }

  mutating func unset(
    _ keys: [String], ifExists: Bool, at range: SourceRange
  ) throws(QueryError) -> String? {
    var metadata = state.shape.metadata
    for key in keys {
      try Alteration.checkOwn(key, at: range)
      guard ifExists || metadata.configuration.contains(key) else {
        throw QueryError(
          .name, "\(state.name) has no property '\(key)'",
          help: Suggestion.nearest(
            to: key, among: metadata.configuration.entries.map(\.key)
          ).map { "did you mean '\($0)'?" }, at: range)
      }
      metadata.configuration.entries.removeAll { $0.key == key }
    }
    if metadata.configuration == state.shape.metadata.configuration { return nil }
    state.shape = TableShape(metadata: metadata, schema: state.shape.schema)
    return "took back \(keys.joined(separator: ", "))"
  }

  /// What `delta.` keys mean is decided by the protocol, and Tarn sets those that it keeps.
  private static func checkOwn(_ key: String, at range: SourceRange) throws(QueryError) {
    guard !key.isEmpty else {
      throw QueryError(.name, "a property needs a name", at: range)
    }
    guard key.lowercased().hasPrefix("delta.") || key.lowercased().hasPrefix("tarn.") else {
      return
    }
    throw QueryError(
      .unsupported, "the property '\(key)' belongs to the table's format and is set by Tarn",
      help: "names of your own have another prefix", at: range)
  }
}

extension Expression {
  /// With every mention of one column, alone or behind its table's name, under its new name.
  func renaming(_ old: String, _ new: Identifier) -> Expression {
    rewritten { node in
      guard case .column(var name) = node.kind, name.name.matches(old) else { return nil }
      name.parts[name.parts.count - 1] = new
      return Expression(.column(name), range: node.range)
    }
  }
}
