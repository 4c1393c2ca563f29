extension Parser {
  /// After `CREATE`.
  func create() throws(Diagnostic) -> Statement.Kind {
    let start = index
    let orReplace = accept("OR", "REPLACE")
    let replaced = range(from: start)
    if accept("TABLE") { return .createTable(try createTable(orReplace: orReplace)) }
    if accept("VIEW") { return .createView(try createView(orReplace: orReplace)) }
    if accept("MATERIALIZED") {
      try expect("VIEW")
      return .createMaterializedView(try createMaterializedView(orReplace: orReplace))
    }
    if accept("HIERARCHY") { return .createHierarchy(try createHierarchy(orReplace: orReplace)) }
    if accept("MEASURE") { return .createMeasure(try createMeasure(orReplace: orReplace)) }
    if accept("LIMIT") { return .createLimit(try createLimit(orReplace: orReplace)) }
    if accept("SCHEMA") {
      if orReplace {
        throw Diagnostic(
          "a schema cannot be replaced", at: replaced, help: "write CREATE SCHEMA IF NOT EXISTS")
      }
      let ifNotExists = try ifNotExists()
      return .createSchema(
        CreateSchema(name: try identifier("a name for the schema"), ifNotExists: ifNotExists))
    }
    throw unexpected("TABLE, VIEW, MATERIALIZED VIEW, SCHEMA, HIERARCHY, MEASURE or LIMIT")
  }

  func ifNotExists() throws(Diagnostic) -> Bool {
    guard isWord("IF"), isWord("NOT", at: 1) else { return false }
    try expect("IF", "NOT", "EXISTS")
    return true
  }

  func ifExists() throws(Diagnostic) -> Bool {
    guard isWord("IF"), peek().kind == .word else { return false }
    try expect("IF", "EXISTS")
    return true
  }

  // MARK: Tables

  private func createTable(orReplace: Bool) throws(Diagnostic) -> CreateTable {
    let ifNotExists = try ifNotExists()
    var table = CreateTable(
      name: try qualifiedName("a name for the table"), ifNotExists: ifNotExists,
      orReplace: orReplace)
    if namesAlone {
      table.columnNames = try columnNames()
    } else if isSymbol(.leftParenthesis) {
      let opening = advance()
      repeat {
        if isSymbol(.rightParenthesis) { break }
        try columnOrConstraint(of: &table)
      } while accept(.comma)
      try close(opening)
    }
    try contract(of: &table)
    if accept("AS") {
      table.query = try query()
    } else if let column = table.columnNames.first {
      throw Diagnostic(
        "expected a type for the column \"\(column.text)\", or AS and a query", at: token.range)
    } else if table.columns.isEmpty {
      throw unexpected("\"(\" and the columns, or AS and a query")
    }
    return table
  }

  /// Whether parentheses follow with names in them and no types, as before `AS query`.
  private var namesAlone: Bool {
    guard isSymbol(.leftParenthesis) else { return false }
    var place = 1
    while peek(place).isName {
      if isSymbol(.rightParenthesis, at: place + 1) { return true }
      guard isSymbol(.comma, at: place + 1) else { return false }
      place += 2
    }
    return false
  }

  private func columnOrConstraint(of table: inout CreateTable) throws(Diagnostic) {
    if isWord("CONSTRAINT") {
      table.constraints.append(try constraint())
    } else if isWord("CHECK"), isSymbol(.leftParenthesis, at: 1) {
      throw unexpected(
        "a column or CONSTRAINT", help: "constraints have names: CONSTRAINT name CHECK (…)")
    } else if isWord("PRIMARY"), isWord("KEY", at: 1) {
      throw unexpected(
        "a column or CONSTRAINT", help: "write KEY (…) behind the closing parenthesis")
    } else {
      table.columns.append(try columnDefinition())
    }
  }

  func constraint() throws(Diagnostic) -> CheckConstraint {
    try expect("CONSTRAINT")
    let name = try identifier("a name for the constraint")
    return CheckConstraint(name: name, condition: try check())
  }

  private func check() throws(Diagnostic) -> Expression {
    try expect("CHECK")
    let opening = token
    try expect(.leftParenthesis)
    let condition = try expression()
    try close(opening)
    return condition
  }

  func columnDefinition() throws(Diagnostic) -> ColumnDefinition {
    let start = index
    let name = try identifier("a column")
    if isSymbol(.comma) || isSymbol(.rightParenthesis) {
      throw unexpected("a type for the column \"\(name.text)\"")
    }
    var column = ColumnDefinition(name: name, type: try typeName())
    while true {
      if accept("NOT", "NULL") {
        column.isNotNull = true
      } else if accept("NULL") {
        column.isNotNull = false
      } else if accept("DEFAULT") {
        // Tighter than NOT, so that NOT NULL may follow.
        column.defaultValue = try expression(.otherOperator)
      } else if isWord("PRIMARY") || isWord("UNIQUE") {
        throw unexpected(
          "\",\" or \")\"", help: "write KEY (\(name.text)) behind the closing parenthesis")
      } else if isWord("CHECK") {
        throw unexpected(
          "\",\" or \")\"", help: "write it as an element of its own: CONSTRAINT name CHECK (…)")
      } else {
        column.range = range(from: start)
        return column
      }
    }
  }

  /// The clauses behind the columns, in any order.
  private func contract(of table: inout CreateTable) throws(Diagnostic) {
    while true {
      let start = token
      if isWord("BUSINESS") {
        if table.businessDate != nil { throw repeated(start) }
        table.businessDate = try businessDate()
      } else if isWord("KEY") {
        if table.key != nil { throw repeated(start) }
        table.key = try key()
      } else if accept("FROM", "FEED") {
        if table.feed != nil { throw repeated(start) }
        table.feed = try identifier("the name of a feed")
      } else if isWord("EXPECT") {
        table.expectations.append(try expectation())
      } else if accept("OPEN") {
        table.isOpen = true
      } else if isWord("CONSTRAINT") {
        throw Diagnostic(
          "constraints stand among the columns", at: token.range,
          help: "move it into the parentheses")
      } else {
        return
      }
    }
  }

  func repeated(_ word: Token) -> Diagnostic {
    Diagnostic("this clause stands here a second time", at: word.range)
  }

  func businessDate() throws(Diagnostic) -> BusinessDateClause {
    try expect("BUSINESS", "DATE")
    let column = try identifier("the column of the business date")
    let calendar = accept("CALENDAR") ? try identifier("the name of a calendar") : nil
    return BusinessDateClause(column: column, calendar: calendar)
  }

  private func key() throws(Diagnostic) -> KeyClause {
    try expect("KEY")
    let columns = try columnNames()
    let latestBy = accept("LATEST", "BY") ? try identifier("the column of the version") : nil
    return KeyClause(columns: columns, latestBy: latestBy)
  }

  /// `EXPECT name CHECK (condition) ON VIOLATION action`.
  func expectation() throws(Diagnostic) -> Expectation {
    try expect("EXPECT")
    let name = try identifier("a name for the expectation")
    let condition = try check()
    try expect("ON", "VIOLATION")
    for action in Expectation.Action.allCases where accept(action.rawValue) {
      return Expectation(name: name, condition: condition, onViolation: action)
    }
    throw unexpected("FAIL, QUARANTINE or WARN")
  }

  // MARK: Hierarchies and measures

  private func createHierarchy(orReplace: Bool) throws(Diagnostic) -> CreateHierarchy {
    let name = try identifier("a name for the hierarchy")
    try expect("ON")
    let table = try qualifiedName("a table")
    try expect(.leftParenthesis)
    let shape: CreateHierarchy.Shape
    if isWord("KEY"), peek().isName {
      advance()
      let key = try identifier("the column of the key")
      try expect("PARENT")
      shape = .parentChild(key: key, parent: try identifier("the column of the parent's key"))
    } else {
      var levels = [try identifier("the widest level")]
      while accept(.greater) { levels.append(try identifier("a level")) }
      shape = .levels(levels)
    }
    try expect(.rightParenthesis)
    var hierarchy = CreateHierarchy(name: name, orReplace: orReplace, table: table, shape: shape)
    if accept("VALID", "FROM") {
      hierarchy.validFrom = try identifier("the column of the first day")
      try expect("TO")
      hierarchy.validTo = try identifier("the column of the last day")
    }
    return hierarchy
  }

  private func createMeasure(orReplace: Bool) throws(Diagnostic) -> CreateMeasure {
    let name = try identifier("a name for the measure")
    let table = accept("ON") ? try qualifiedName("a table") : nil
    try expect("AS")
    var measure = CreateMeasure(
      name: name, orReplace: orReplace, table: table, expression: try expression())
    while true {
      let word = token
      if accept("UNIT") {
        guard measure.unit == nil else { throw repeated(word) }
        measure.unit = try textLiteral("a unit")
      } else if accept("FORMAT") {
        guard measure.format == nil else { throw repeated(word) }
        measure.format = try textLiteral("a format such as '#,##0'")
      } else if let additivity = try additivity() {
        guard measure.additivity == nil else { throw repeated(word) }
        measure.additivity = additivity
      } else {
        return measure
      }
    }
  }

  private func additivity() throws(Diagnostic) -> CreateMeasure.Additivity? {
    if accept("ADDITIVE") { return .additive }
    if accept("NON") {
      _ = accept(.minus)
      try expect("ADDITIVE")
      return .nonAdditive
    }
    guard accept("SEMI") else { return nil }
    _ = accept(.minus)
    try expect("ADDITIVE")
    try expect("OVER")
    return .semiAdditive(over: try identifier("the column over which it does not add up"))
  }
}
