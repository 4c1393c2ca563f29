extension Parser {
  /// A literal, name, call, or anything in brackets.
  func primary() throws(Diagnostic) -> Expression {
    let start = index
    switch token.kind {
    case .number(let form):
      let number = NumberLiteral(digits: advance().text, form: form)
      return Expression(.literal(.number(number)), range: range(from: start))
    case .string:
      let text = advance().text
      return Expression(.literal(.string(text)), range: range(from: start))
    case .quotedWord:
      return try nameOrCall()
    case .symbol(.leftParenthesis):
      return try parenthesis()
    case .symbol(.leftBracket):
      advance()
      return try listLiteral(from: start)
    case .symbol(.colon), .symbol(.dollar):
      return try parameter()
    case .symbol(.star):
      return try star(qualifier: nil, from: start)
    case .symbol(.question):
      throw Diagnostic(
        "parameters have names", at: token.range, help: "write :name, and give it with --param")
    case .word:
      return try word()
    default:
      throw unexpected("an expression")
    }
  }

  private func word() throws(Diagnostic) -> Expression {
    let start = index
    switch token.keyword {
    case "NULL":
      advance()
      return Expression(.literal(.null), range: range(from: start))
    case "TRUE", "FALSE":
      let value = advance().keyword == "TRUE"
      return Expression(.literal(.boolean(value)), range: range(from: start))
    case "CASE":
      return try caseExpression()
    case "DEFAULT" where !isSymbol(.leftParenthesis, at: 1) && !isSymbol(.dot, at: 1):
      advance()
      return Expression(.defaultValue, range: range(from: start))
    case "EXISTS" where isSymbol(.leftParenthesis, at: 1):
      advance()
      let query = try parenthesizedQuery()
      return Expression(.exists(query), range: range(from: start))
    case "ARRAY" where isSymbol(.leftBracket, at: 1):
      advance()
      advance()
      return try listLiteral(from: start)
    case "ARRAY" where isSymbol(.leftParenthesis, at: 1) && startsQuery(at: 2):
      advance()
      return try arraySubquery(from: start)
    case "ROW" where isSymbol(.leftParenthesis, at: 1):
      advance()
      let values = try parenthesized { () throws(Diagnostic) in try expression() }
      return Expression(.row(values), range: range(from: start))
    case "DATE", "TIMESTAMP", "TIMESTAMPTZ", "INTERVAL", "TIME":
      if let literal = try timeLiteral() { return literal }
    default:
      if let call = try specialCall() { return call }
    }
    return try nameOrCall()
  }

  /// A column, `t.*`, or a function call.
  private func nameOrCall() throws(Diagnostic) -> Expression {
    let start = index
    let isFunctionKeyword = isWord("LEFT") || isWord("RIGHT")
    if Keywords.isReserved(token), !isFunctionKeyword { throw unexpected("an expression") }
    var parts = [anyIdentifier()]
    while accept(.dot) {
      if isSymbol(.star) {
        let qualifier = QualifiedName(parts, range: range(from: start))
        return try star(qualifier: qualifier, from: start)
      }
      parts.append(try label("a name after \".\""))
    }
    let name = QualifiedName(parts, range: range(from: start))
    if isSymbol(.leftParenthesis) {
      let call = try functionCall(name, isTable: false)
      return Expression(.call(call), range: range(from: start))
    }
    return Expression(.column(name), range: range(from: start))
  }

  /// `*` with EXCLUDE (or EXCEPT) and REPLACE. Where a star makes sense is for the binder to say.
  private func star(
    qualifier: QualifiedName?, from start: Int
  ) throws(Diagnostic) -> Expression {
    try expect(.star)
    var star = StarExpression(qualifier: qualifier)
    // EXCEPT with a list of names is BigQuery's spelling; before SELECT it is the set operation.
    let isExcept = isWord("EXCEPT") && isSymbol(.leftParenthesis, at: 1) && peek(2).isName
    if isExcept, !Parser.queryWords.contains(peek(2).keyword) {
      advance()
      star.exclude = try columnNames()
    } else if accept("EXCLUDE") {
      star.exclude = try oneOrMoreNames("a column name")
    }
    if isWord("REPLACE"), isSymbol(.leftParenthesis, at: 1) {
      advance()
      star.replace = try parenthesized { () throws(Diagnostic) in
        let expression = try expression()
        try expect("AS")
        return StarExpression.Replacement(
          expression: expression, name: try label("a column name"))
      }
    }
    return Expression(.star(star), range: range(from: start))
  }

  private func listLiteral(from start: Int) throws(Diagnostic) -> Expression {
    var elements: [Expression] = []
    if !isSymbol(.rightBracket) {
      let first = try expression()
      if isWord("FOR") { return try comprehension(of: first, from: start) }
      elements = [first]
      if accept(.comma), !isSymbol(.rightBracket) {
        elements += try list { () throws(Diagnostic) in try expression() }
      }
    }
    try expect(.rightBracket)
    return Expression(.list(elements), range: range(from: start))
  }

  /// A subquery, an expression in parentheses, or a row.
  private func parenthesis() throws(Diagnostic) -> Expression {
    let start = index
    if startsParenthesizedQuery() {
      let query = try parenthesizedQuery()
      return Expression(.scalarSubquery(query), range: range(from: start))
    }
    let opening = advance()
    let first = try expression()
    if case .star = first.kind {
      throw Diagnostic(
        "a star stands for columns only in a select list", at: first.range,
        help: "name the columns, or take the parentheses away")
    }
    if accept(.comma) {
      var values = [first]
      if !isSymbol(.rightParenthesis) {
        values += try list { () throws(Diagnostic) in try expression() }
      }
      try close(opening)
      return Expression(.row(values), range: range(from: start))
    }
    try close(opening)
    return Expression(first.kind, range: range(from: start))
  }

  /// Expects the partner of a parenthesis; when the statement or its clause ends first, the fault is
  /// the opening one.
  func close(_ opening: Token) throws(Diagnostic) {
    let clauses = ["FROM", "WHERE", "GROUP", "HAVING", "QUALIFY", "SELECT"]
    if token.kind == .endOfText || isSymbol(.semicolon) || clauses.contains(token.keyword) {
      throw Diagnostic(
        "this parenthesis is not closed", at: opening.range, help: "add \")\"", expected: [")"])
    }
    try expect(.rightParenthesis)
  }

  private func caseExpression() throws(Diagnostic) -> Expression {
    let start = index
    advance()
    let operand = isWord("WHEN") ? nil : try expression()
    var branches: [CaseExpression.Branch] = []
    while accept("WHEN") {
      let condition = try expression()
      try expect("THEN")
      branches.append(.init(condition: condition, result: try expression()))
    }
    if branches.isEmpty { throw unexpected("WHEN") }
    let otherwise = accept("ELSE") ? try expression() : nil
    guard accept("END") else {
      throw unexpected("END", help: "CASE ends with END")
    }
    let expression = CaseExpression(operand: operand, branches: branches, otherwise: otherwise)
    return Expression(.caseWhen(expression), range: range(from: start))
  }
}
