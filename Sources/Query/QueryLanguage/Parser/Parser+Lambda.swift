extension Parser {
  /// Whether `x -> …`, `(x, i) -> …` or `lambda x: …` stands here.
  func startsLambda() -> Bool {
    if isWord("LAMBDA"), peek().isName { return true }
    if token.isName { return isSymbol(.thinArrow, at: 1) }
    guard isSymbol(.leftParenthesis) else { return false }
    var distance = 1
    while peek(distance).isName, isSymbol(.comma, at: distance + 1) { distance += 2 }
    return peek(distance).isName && isSymbol(.rightParenthesis, at: distance + 1)
      && isSymbol(.thinArrow, at: distance + 2)
  }

  /// A lambda, which `startsLambda` has seen.
  func lambda() throws(Diagnostic) -> Lambda {
    if !isSymbol(.thinArrow, at: 1), accept("LAMBDA") {
      let parameters = try list { () throws(Diagnostic) in try identifier("a parameter") }
      try expect(.colon)
      return Lambda(parameters, try expression())
    }
    let parameters =
      isSymbol(.leftParenthesis)
      ? try parenthesized { () throws(Diagnostic) in try identifier("a parameter") }
      : [try identifier("a parameter")]
    try expect(.thinArrow)
    return Lambda(parameters, try expression())
  }

  /// `[f(x) FOR x IN list IF condition]` behind its first part: the transformed list of the members
  /// that the condition keeps.
  func comprehension(
    of result: Expression, from start: Int
  ) throws(Diagnostic) -> Expression {
    try expect("FOR")
    let parameters = try list { () throws(Diagnostic) in try identifier("a parameter") }
    try expect("IN")
    var source = try expression()
    if accept("IF") {
      source = Parser.call("list_filter", source, Lambda(parameters, try expression()))
    }
    try expect(.rightBracket)
    var transformed = Parser.call("list_transform", source, Lambda(parameters, result))
    transformed.range = range(from: start)
    return transformed
  }

  private static func call(
    _ name: String, _ list: Expression, _ lambda: Lambda
  ) -> Expression {
    let argument = Argument(value: .lambda(lambda), range: lambda.body.range)
    let name = QualifiedName([Identifier(name)])
    return Expression(
      .call(FunctionCall(name: name, arguments: [Argument(list), argument])), range: list.range)
  }
}
