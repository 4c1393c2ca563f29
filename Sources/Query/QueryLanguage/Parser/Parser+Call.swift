extension Parser {
  /// Arguments and everything behind them; the name has been taken. A table function has no
  /// aggregate or window clauses.
  func functionCall(
    _ name: QualifiedName, isTable: Bool
  ) throws(Diagnostic) -> FunctionCall {
    var call = FunctionCall(name: name)
    let opening = advance()
    if accept("DISTINCT") { call.isDistinct = true } else { _ = accept("ALL") }
    if isSymbol(.star), isSymbol(.rightParenthesis, at: 1) {
      advance()
      call.isStar = true
    } else if !isSymbol(.rightParenthesis) {
      call.arguments = try list { () throws(Diagnostic) in try argument() }
      if accept("ORDER") {
        try expect("BY")
        call.orderBy = try list { () throws(Diagnostic) in try orderItem() }
      }
      call.nulls = nullTreatment()
    }
    try close(opening)
    if !isTable { try callSuffixes(&call) }
    return call
  }

  private func callSuffixes(_ call: inout FunctionCall) throws(Diagnostic) {
    if accept("WITHIN", "GROUP") {
      try expect(.leftParenthesis)
      try expect("ORDER", "BY")
      call.withinGroup = try list { () throws(Diagnostic) in try orderItem() }
      try expect(.rightParenthesis)
    }
    if isWord("FILTER"), isSymbol(.leftParenthesis, at: 1) {
      advance()
      advance()
      _ = accept("WHERE")
      call.filter = try expression()
      try expect(.rightParenthesis)
    }
    if call.nulls == nil { call.nulls = nullTreatment() }
    if accept("OVER") { call.over = try windowReference() }
  }

  private func nullTreatment() -> FunctionCall.NullTreatment? {
    if accept("IGNORE", "NULLS") { return .ignore }
    if accept("RESPECT", "NULLS") { return .respect }
    return nil
  }

  private func argument() throws(Diagnostic) -> Argument {
    try nested { () throws(Diagnostic) in
      let start = index
      var name: Identifier?
      if token.isName, isSymbol(.arrow, at: 1) || isSymbol(.colonEqual, at: 1) {
        name = anyIdentifier()
        advance()
      }
      if startsLambda() {
        let lambda = try lambda()
        return Argument(name: name, value: .lambda(lambda), range: range(from: start))
      }
      if isWord("TABLE"), startsTableArgument(peek()) {
        advance()
        let table = try tablePrimary()
        return Argument(name: name, value: .table(table), range: range(from: start))
      }
      let value = try expression()
      return Argument(name: name, value: .expression(value), range: range(from: start))
    }
  }

  private func startsTableArgument(_ token: Token) -> Bool {
    token.isName || token.kind == .string || token.isSymbol(.leftParenthesis)
  }

  // MARK: Calls with words between their arguments

  /// CAST, EXTRACT and their kind; nil when the word is an ordinary name here.
  func specialCall() throws(Diagnostic) -> Expression? {
    let start = index
    let kind: Expression.Kind
    switch token.keyword {
    case "CURRENT_DATE", "CURRENT_TIMESTAMP", "CURRENT_USER":
      if isSymbol(.leftParenthesis, at: 1) || isSymbol(.dot, at: 1) { return nil }
      kind = call(anyIdentifier().text.lowercased(), [])
    case _ where !isSymbol(.leftParenthesis, at: 1): return nil
    case "CAST": kind = try cast(isTry: false)
    case "TRY_CAST": kind = try cast(isTry: true)
    case "EXTRACT": kind = try extract()
    case "SUBSTRING": kind = try substring()
    case "POSITION": kind = try position()
    case "TRIM": kind = try trim()
    default: return nil
    }
    return Expression(kind, range: range(from: start))
  }

  private func call(_ name: String, _ arguments: [Expression]) -> Expression.Kind {
    let name = QualifiedName([Identifier(name)])
    return .call(FunctionCall(name: name, arguments: arguments.map { Argument($0) }))
  }

  private func cast(isTry: Bool) throws(Diagnostic) -> Expression.Kind {
    advance()
    let opening = advance()
    let value = try expression()
    guard accept("AS") else {
      throw unexpected("AS and a type", help: "write CAST(value AS type)")
    }
    let type = try typeName()
    try close(opening)
    return .cast(CastExpression(value: value, type: type, isTry: isTry))
  }

  /// `EXTRACT(year FROM d)`.
  private func extract() throws(Diagnostic) -> Expression.Kind {
    advance()
    let opening = advance()
    let start = index
    let field: String
    if token.kind == .string {
      field = advance().text
    } else {
      field = try label("a field such as YEAR, MONTH or DAY").text
    }
    let fieldRange = range(from: start)
    try expect("FROM")
    let value = try expression()
    try close(opening)
    let literal = Expression(.literal(.string(field.lowercased())), range: fieldRange)
    return call("date_part", [literal, value])
  }

  /// `SUBSTRING(s FROM a FOR n)`, or with commas.
  private func substring() throws(Diagnostic) -> Expression.Kind {
    advance()
    let opening = advance()
    var arguments = [try expression()]
    if accept("FROM") {
      arguments.append(try expression())
      if accept("FOR") { arguments.append(try expression()) }
    } else if accept("FOR") {
      let one = Expression(.literal(.number(NumberLiteral(1))))
      arguments += [one, try expression()]
    } else if accept(.comma) {
      arguments += try list { () throws(Diagnostic) in try expression() }
    }
    try close(opening)
    return call("substring", arguments)
  }

  /// `POSITION(part IN text)`.
  private func position() throws(Diagnostic) -> Expression.Kind {
    advance()
    let opening = advance()
    let part = try expression(.otherOperator)
    if accept(.comma) {
      let rest = try list { () throws(Diagnostic) in try expression() }
      try close(opening)
      return call("position", [part] + rest)
    }
    try expect("IN")
    let text = try expression()
    try close(opening)
    return call("strpos", [text, part])
  }

  /// `TRIM([BOTH | LEADING | TRAILING] [characters] [FROM] text)`, or with commas.
  private func trim() throws(Diagnostic) -> Expression.Kind {
    advance()
    let opening = advance()
    var name = "trim"
    let isColumn = isSymbol(.comma, at: 1) || isSymbol(.rightParenthesis, at: 1)
    if !isColumn, accept("LEADING") {
      name = "ltrim"
    } else if !isColumn, accept("TRAILING") {
      name = "rtrim"
    } else if !isColumn {
      _ = accept("BOTH")
    }
    var arguments: [Expression]
    if accept("FROM") {
      arguments = [try expression()]
    } else {
      arguments = [try expression()]
      if accept("FROM") {
        arguments.insert(try expression(), at: 0)
      } else if accept(.comma) {
        arguments += try list { () throws(Diagnostic) in try expression() }
      }
    }
    try close(opening)
    return call(name, arguments)
  }
}
