extension Parser {
  /// One SELECT, or FROM first with or without a SELECT after it.
  func select() throws(Diagnostic) -> Select {
    let start = index
    var select = Select(items: [])
    if accept("FROM") {
      select.from = try fromClause()
      if accept("SELECT") {
        try selectList(&select)
      } else {
        let star = Expression(.star(StarExpression()), range: tokens[start].range)
        select.items = [SelectItem(star)]
      }
    } else {
      try expect("SELECT")
      try selectList(&select)
      if accept("FROM") { select.from = try fromClause() }
    }
    if accept("WHERE") { select.filter = try expression() }
    if accept("GROUP") {
      try expect("BY")
      select.groupBy = try groupBy()
    }
    if accept("HAVING") { select.having = try expression() }
    if accept("WINDOW") { select.windows = try list { () throws(Diagnostic) in try window() } }
    if accept("QUALIFY") { select.qualify = try expression() }
    if select.windows.isEmpty, accept("WINDOW") {
      select.windows = try list { () throws(Diagnostic) in try window() }
    }
    try refuseMisplacedClause(select)
    select.range = range(from: start)
    return select
  }

  /// Clauses have one order; name it when one comes too late.
  private func refuseMisplacedClause(_ select: Select) throws(Diagnostic) {
    let order = "FROM, WHERE, GROUP BY, HAVING, WINDOW, QUALIFY, ORDER BY, LIMIT"
    let late = ["FROM", "WHERE", "GROUP", "HAVING"].contains(token.keyword)
    guard late else { return }
    let isSecond =
      switch token.keyword {
      case "FROM": select.from != nil
      case "WHERE": select.filter != nil
      case "GROUP": select.groupBy != nil
      default: select.having != nil
      }
    throw Diagnostic(
      "\(token.keyword) stands " + (isSecond ? "here a second time" : "too late"), at: token.range,
      help: "the clauses come in this order: \(order)")
  }

  private func selectList(_ select: inout Select) throws(Diagnostic) {
    if accept("DISTINCT") {
      if accept("ON") {
        select.distinct = .on(try parenthesized { () throws(Diagnostic) in try expression() })
      } else {
        select.distinct = .rows
      }
    } else {
      _ = accept("ALL")
    }
    if isWord("FROM") || token.kind == .endOfText || isSymbol(.semicolon) {
      throw unexpected("a column or an expression", help: "SELECT * takes every column")
    }
    select.items = try list { () throws(Diagnostic) in try selectItem() }
  }

  func selectItem() throws(Diagnostic) -> SelectItem {
    if token.kind != .string, isSymbol(.colon, at: 1), let alias = try prefixAlias() {
      return SelectItem(try expression(), alias: alias)
    }
    let expression = try expression()
    return SelectItem(expression, alias: try alias("a name for the column"))
  }

  /// `name :` or `'name' :`, when the current token can be a name; the colon follows it.
  func prefixAlias() throws(Diagnostic) -> Identifier? {
    var alias: Identifier
    if token.kind == .string {
      let text = try textLiteral("a name")
      alias = Identifier(text.text, isQuoted: true)
      alias.range = text.range
    } else if token.isName, !Keywords.isReserved(token) {
      alias = anyIdentifier()
    } else {
      return nil
    }
    advance()
    return alias
  }

  /// `AS name`, or a bare name that cannot be a keyword here.
  func alias(_ what: String) throws(Diagnostic) -> Identifier? {
    if accept("AS") { return try label(what) }
    guard canBeBareAlias else { return nil }
    if token.kind == .word { bareAlias = index }
    return anyIdentifier()
  }

  /// Whether the current token is a name and does not go on with the grammar.
  var canBeBareAlias: Bool {
    if token.kind == .quotedWord { return true }
    if isWord("NULLS") { return !isWord("FIRST", at: 1) && !isWord("LAST", at: 1) }
    guard token.kind == .word, !Keywords.isReserved(token),
      !Keywords.notBareAliases.contains(token.keyword)
    else { return false }
    switch token.keyword {
    case "SEMI", "ANTI", "POSITIONAL": return !isWord("JOIN", at: 1)
    case "ASOF": return !["JOIN", "LEFT", "RIGHT", "FULL", "INNER"].contains(peek().keyword)
    case "PIVOT": return !isSymbol(.leftParenthesis, at: 1)
    case "UNPIVOT": return !isSymbol(.leftParenthesis, at: 1) && !isWord("INCLUDE", at: 1)
    case "VERSION", "TIMESTAMP": return !(isWord("AS", at: 1) && isWord("OF", at: 2))
    case "COMPARE", "TOP", "ACROSS": return !startsSlice(at: index)
    case "AT": return !isWord("TIME", at: 1)
    default: return true
    }
  }

  private func window() throws(Diagnostic) -> NamedWindow {
    let name = try identifier("a name for the window")
    try expect("AS")
    return NamedWindow(name: name, specification: try windowSpecification())
  }

  // MARK: Grouping

  private func groupBy() throws(Diagnostic) -> GroupBy {
    if accept("ALL") { return .all }
    let elements = try list { () throws(Diagnostic) in try groupingElement() }
    if elements.count == 1, case .expression(let only) = elements[0], only.isPlainStar {
      return .all
    }
    return .elements(elements)
  }

  private func groupingElement() throws(Diagnostic) -> GroupingElement {
    try nested { () throws(Diagnostic) in
      if isWord("ROLLUP"), isSymbol(.leftParenthesis, at: 1) {
        advance()
        return .rollup(try parenthesized { () throws(Diagnostic) in try groupingLevel() })
      }
      if isWord("CUBE"), isSymbol(.leftParenthesis, at: 1) {
        advance()
        return .cube(try parenthesized { () throws(Diagnostic) in try groupingLevel() })
      }
      if accept("GROUPING", "SETS") {
        return .groupingSets(
          try parenthesized { () throws(Diagnostic) in try groupingElement() })
      }
      if isSymbol(.leftParenthesis), isSymbol(.rightParenthesis, at: 1) {
        advance()
        advance()
        return .set([])
      }
      let expression = try expression()
      if case .row(let columns) = expression.kind { return .set(columns) }
      return .expression(expression)
    }
  }

  /// One level of ROLLUP or CUBE: a column, or several in parentheses.
  private func groupingLevel() throws(Diagnostic) -> [Expression] {
    let expression = try expression()
    if case .row(let columns) = expression.kind { return columns }
    return [expression]
  }
}
