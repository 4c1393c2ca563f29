extension Parser {
  /// After `ALTER`.
  func alterTable() throws(Diagnostic) -> AlterTable {
    try expect("TABLE")
    let ifExists = try ifExists()
    let table = try qualifiedName("a table")
    return AlterTable(table: table, ifExists: ifExists, action: try alterAction())
  }

  private func alterAction() throws(Diagnostic) -> AlterTable.Action {
    if accept("ADD") { return try addition() }
    if accept("DROP") { return try removal() }
    if accept("RENAME") {
      if accept("TO") { return .renameTable(try identifier("a new name")) }
      _ = accept("COLUMN")
      let column = try identifier("a column")
      try expect("TO")
      return .renameColumn(column, to: try identifier("a new name"))
    }
    if accept("ALTER") {
      _ = accept("COLUMN")
      return try columnChange(try identifier("a column"))
    }
    if accept("SET") {
      try expectProperties()
      return .setProperties(try properties())
    }
    if accept("UNSET") {
      try expectProperties()
      let ifExists = try ifExists()
      try expect(.leftParenthesis)
      let keys = try list { () throws(Diagnostic) in
        try textLiteral("the name of a property").text
      }
      try expect(.rightParenthesis)
      return .unsetProperties(keys, ifExists: ifExists)
    }
    throw unexpected("ADD, DROP, RENAME, ALTER, SET or UNSET")
  }

  private func expectProperties() throws(Diagnostic) {
    guard accept("TBLPROPERTIES") || accept("PROPERTIES") else {
      throw unexpected("TBLPROPERTIES")
    }
  }

  /// `('key' = 'value', …)`.
  private func properties() throws(Diagnostic) -> [TableProperty] {
    try expect(.leftParenthesis)
    let properties = try list { () throws(Diagnostic) in
      let key = try textLiteral("the name of a property").text
      try expect(.equal)
      return TableProperty(key, try textLiteral("the value of a property").text)
    }
    try expect(.rightParenthesis)
    return properties
  }

  private func addition() throws(Diagnostic) -> AlterTable.Action {
    if isWord("CONSTRAINT") { return .addConstraint(try constraint()) }
    if isWord("EXPECT") { return .addExpectation(try expectation()) }
    _ = accept("COLUMN")
    let ifNotExists = try ifNotExists()
    return .addColumn(try columnDefinition(), ifNotExists: ifNotExists)
  }

  private func removal() throws(Diagnostic) -> AlterTable.Action {
    if accept("CONSTRAINT") {
      let ifExists = try ifExists()
      return .dropConstraint(try identifier("a constraint"), ifExists: ifExists)
    }
    if accept("EXPECT") {
      let ifExists = try ifExists()
      return .dropExpectation(try identifier("an expectation"), ifExists: ifExists)
    }
    _ = accept("COLUMN")
    let ifExists = try ifExists()
    return .dropColumn(try identifier("a column"), ifExists: ifExists)
  }

  private func columnChange(_ column: Identifier) throws(Diagnostic) -> AlterTable.Action {
    if accept("TYPE") || accept("SET", "DATA", "TYPE") {
      return .alterType(column, try typeName())
    }
    if accept("SET", "NOT", "NULL") { return .setNotNull(column) }
    if accept("DROP", "NOT", "NULL") { return .dropNotNull(column) }
    if accept("SET", "DEFAULT") { return .setDefault(column, try expression()) }
    if accept("DROP", "DEFAULT") { return .dropDefault(column) }
    throw unexpected("TYPE, SET NOT NULL, DROP NOT NULL, SET DEFAULT or DROP DEFAULT")
  }

  /// After `DROP`.
  func drop() throws(Diagnostic) -> Statement.Kind {
    if accept("TAG") {
      let ifExists = try ifExists()
      return .dropTag(try textLiteral("the name of a tag"), ifExists: ifExists)
    }
    if accept("LIMIT") {
      let ifExists = try ifExists()
      return .dropLimit(try identifier("the name of a limit"), ifExists: ifExists)
    }
    let kind: Drop.Kind
    if accept("MATERIALIZED") {
      try expect("VIEW")
      kind = .materializedView
    } else if accept("TABLE") {
      kind = .table
    } else if accept("VIEW") {
      kind = .view
    } else if accept("SCHEMA") {
      kind = .schema
    } else if accept("HIERARCHY") {
      kind = .hierarchy
    } else if accept("MEASURE") {
      kind = .measure
    } else {
      throw unexpected("TABLE, VIEW, MATERIALIZED VIEW, SCHEMA, TAG, HIERARCHY, MEASURE or LIMIT")
    }
    let ifExists = try ifExists()
    let name = try qualifiedName("a name")
    return .drop(Drop(kind: kind, name: name, ifExists: ifExists))
  }
}
