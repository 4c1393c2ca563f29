/// What may stand between or behind operands.
enum Infix: Equatable {
  case and
  case or
  case binary(BinaryOperator)
  case test
  case postfixNull(negated: Bool)
  case between
  case membership
  case like(LikeExpression.Kind, negated: Bool)
  case negated
  case timeZone
  /// `org UNDER 'LE_UK'`: in that branch of a hierarchy.
  case under
  case cast
  case bracket

  var precedence: Precedence {
    switch self {
    case .and: .and
    case .or: .or
    case .binary(let symbol): symbol.precedence
    case .test, .postfixNull: .test
    case .between, .membership, .negated, .under: .membership
    case .like(.like, _), .like(.ilike, _): .membership
    case .like: .membership
    case .timeZone: .timeZone
    case .cast, .bracket: .postfix
    }
  }
}

extension Parser {
  /// The operator at the current token, not taken.
  func infixOperator() -> Infix? {
    switch token.kind {
    case .symbol(let symbol): return infixSymbol(symbol)
    case .word: return infixWord()
    default:
      // Only so that the log of what the grammar allows is complete.
      return asked == nil ? nil : infixWord()
    }
  }

  private func infixSymbol(_ symbol: Symbol) -> Infix? {
    switch symbol {
    case .plus: .binary(.add)
    case .minus: .binary(.subtract)
    case .star: .binary(.multiply)
    case .slash: .binary(.divide)
    case .doubleSlash: .binary(.integerDivide)
    case .percent: .binary(.modulo)
    case .caret, .doubleStar: .binary(.power)
    case .bars: .binary(.concatenate)
    case .equal, .doubleEqual: .binary(.equal)
    case .lessGreater, .bangEqual: .binary(.notEqual)
    case .less: .binary(.less)
    case .lessEqual: .binary(.lessOrEqual)
    case .greater: .binary(.greater)
    case .greaterEqual: .binary(.greaterOrEqual)
    case .doubleColon: .cast
    case .leftBracket: .bracket
    case .tilde: .like(.regex, negated: false)
    case .tildeStar: .like(.regexIgnoringCase, negated: false)
    case .bangTilde: .like(.regex, negated: true)
    case .bangTildeStar: .like(.regexIgnoringCase, negated: true)
    default: nil
    }
  }

  private func infixWord() -> Infix? {
    if isWord("AND") { return .and }
    if isWord("OR") { return .or }
    if isWord("IS") { return .test }
    if isWord("IN") { return .membership }
    if isWord("BETWEEN") { return .between }
    if isWord("LIKE") { return .like(.like, negated: false) }
    if isWord("ILIKE") { return .like(.ilike, negated: false) }
    if isWord("REGEXP") { return .like(.regex, negated: false) }
    if isWord("ISNULL") { return .postfixNull(negated: false) }
    if isWord("NOTNULL") { return .postfixNull(negated: true) }
    if isWord("NOT"), ["IN", "BETWEEN", "LIKE", "ILIKE", "REGEXP"].contains(peek().keyword) {
      return .negated
    }
    if isWord("AT"), isWord("TIME", at: 1), isWord("ZONE", at: 2) { return .timeZone }
    if isWord("UNDER"), startsUnderOperand(peek()) { return .under }
    return nil
  }

  /// `UNDER` is free as a name and alias: it is an operator only before a value.
  private func startsUnderOperand(_ token: Token) -> Bool {
    switch token.kind {
    case .string, .number: true
    default: token.isSymbol(.colon) || token.isSymbol(.dollar)
    }
  }

  /// Takes the operator and what it needs on its right.
  func apply(_ infix: Infix, to left: Expression, from start: Int) throws(Diagnostic) -> Expression
  {
    advance()
    let kind: Expression.Kind
    switch infix {
    case .and, .or: preconditionFailure("chains are built by extend")
    case .binary(let symbol): kind = try binary(left, symbol)
    case .test: kind = try test(left)
    case .postfixNull(let negated): kind = .isNull(left, negated: negated)
    case .between: kind = try between(left, negated: false)
    case .membership: kind = try membership(left, negated: false)
    case .like(let like, let negated): kind = try pattern(left, like, negated: negated)
    case .negated: kind = try negatedTest(left)
    case .timeZone: kind = try timeZone(left)
    case .under:
      let name = QualifiedName([Identifier("under")])
      let node = try expression(Precedence.membership.next)
      kind = .call(FunctionCall(name: name, arguments: [Argument(left), Argument(node)]))
    case .cast: kind = .cast(CastExpression(value: left, type: try typeName()))
    case .bracket: kind = try bracket(left)
    }
    return Expression(kind, range: range(from: start))
  }

  private func binary(
    _ left: Expression, _ symbol: BinaryOperator
  ) throws(Diagnostic) -> Expression.Kind {
    if symbol.isComparison, let quantifier = quantifier() {
      let operand = try quantifiedOperand()
      return .quantified(
        QuantifiedComparison(
          value: left, comparison: symbol, quantifier: quantifier, operand: operand))
    }
    return .binary(left, symbol, try expression(symbol.precedence.next))
  }

  private func quantifier() -> QuantifiedComparison.Quantifier? {
    guard isSymbol(.leftParenthesis, at: 1) else { return nil }
    if accept("ANY") || accept("SOME") { return .any }
    if accept("ALL") { return .all }
    return nil
  }

  private func quantifiedOperand() throws(Diagnostic) -> QuantifiedComparison.Operand {
    if startsParenthesizedQuery() { return .query(try parenthesizedQuery()) }
    try expect(.leftParenthesis)
    let list = try expression()
    try expect(.rightParenthesis)
    return .list(list)
  }

  /// After `IS`.
  private func test(_ left: Expression) throws(Diagnostic) -> Expression.Kind {
    let negated = accept("NOT")
    if accept("NULL") || accept("UNKNOWN") { return .isNull(left, negated: negated) }
    if accept("TRUE") { return .isBoolean(left, true, negated: negated) }
    if accept("FALSE") { return .isBoolean(left, false, negated: negated) }
    if accept("DISTINCT") {
      try expect("FROM")
      return .isDistinct(left, try expression(.comparison), negated: negated)
    }
    throw unexpected("NULL, TRUE, FALSE, UNKNOWN or DISTINCT FROM after IS")
  }

  private func between(
    _ left: Expression, negated: Bool
  ) throws(Diagnostic) -> Expression.Kind {
    let symmetric = accept("SYMMETRIC")
    let low = try expression(.otherOperator)
    guard accept("AND") else {
      throw unexpected("AND", help: "BETWEEN has two ends: x BETWEEN 1 AND 5")
    }
    let high = try expression(.otherOperator)
    return .between(
      BetweenExpression(
        value: left, low: low, high: high, negated: negated, symmetric: symmetric))
  }

  private func membership(
    _ left: Expression, negated: Bool
  ) throws(Diagnostic) -> Expression.Kind {
    if startsParenthesizedQuery() {
      return .inQuery(left, try parenthesizedQuery(), negated: negated)
    }
    guard isSymbol(.leftParenthesis) else {
      throw unexpected(
        "\"(\" after IN", help: "IN takes a list or a query in parentheses: IN ('FX', 'RATES')")
    }
    if isSymbol(.rightParenthesis, at: 1) {
      advance()
      throw unexpected("at least one value in the list of IN")
    }
    let elements = try parenthesized { () throws(Diagnostic) in try expression() }
    return .inList(left, elements, negated: negated)
  }

  private func pattern(
    _ left: Expression, _ kind: LikeExpression.Kind, negated: Bool
  ) throws(Diagnostic) -> Expression.Kind {
    let pattern = try expression(.otherOperator)
    var escape: Expression?
    if kind == .like || kind == .ilike, accept("ESCAPE") {
      escape = try expression(.otherOperator)
    }
    return .like(
      LikeExpression(
        kind: kind, value: left, pattern: pattern, escape: escape, negated: negated))
  }

  /// After `NOT`, which `infixOperator` has seen to be followed by one of these.
  private func negatedTest(_ left: Expression) throws(Diagnostic) -> Expression.Kind {
    if accept("IN") { return try membership(left, negated: true) }
    if accept("BETWEEN") { return try between(left, negated: true) }
    if accept("LIKE") { return try pattern(left, .like, negated: true) }
    if accept("ILIKE") { return try pattern(left, .ilike, negated: true) }
    try expect("REGEXP")
    return try pattern(left, .regex, negated: true)
  }

  private func timeZone(_ left: Expression) throws(Diagnostic) -> Expression.Kind {
    try expect("TIME", "ZONE")
    let zone = try expression(.sign)
    let name = QualifiedName([Identifier("timezone")])
    return .call(FunctionCall(name: name, arguments: [Argument(zone), Argument(left)]))
  }

  /// After `[`: an index, or a slice whose ends may be missing.
  private func bracket(_ left: Expression) throws(Diagnostic) -> Expression.Kind {
    if accept(.colon) {
      let end = isSymbol(.rightBracket) ? nil : try expression()
      try expect(.rightBracket)
      return .slice(left, from: nil, to: end)
    }
    let index = try expression()
    if accept(.colon) {
      let end = isSymbol(.rightBracket) ? nil : try expression()
      try expect(.rightBracket)
      return .slice(left, from: index, to: end)
    }
    try expect(.rightBracket)
    return .element(left, index: index)
  }
}
