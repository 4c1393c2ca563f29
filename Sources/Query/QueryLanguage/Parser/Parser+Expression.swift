/// How tightly operators bind, loosest first; PostgreSQL's order. The printer uses the same table.
enum Precedence: Int, Comparable {
  case or
  case and
  case not
  case test
  case comparison
  case membership
  case otherOperator
  case additive
  case multiplicative
  case power
  case timeZone
  case sign
  case postfix
  case primary

  static func < (left: Precedence, right: Precedence) -> Bool { left.rawValue < right.rawValue }

  /// One step tighter: what the right operand of a left-associative operator needs.
  var next: Precedence { Precedence(rawValue: rawValue + 1) ?? .primary }
}

extension BinaryOperator {
  var precedence: Precedence {
    switch self {
    case .add, .subtract: .additive
    case .multiply, .divide, .integerDivide, .modulo: .multiplicative
    case .power: .power
    case .concatenate: .otherOperator
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: .comparison
    }
  }
}

extension Parser {
  func expression(_ minimum: Precedence = .or) throws(Diagnostic) -> Expression {
    try nested { () throws(Diagnostic) in
      let start = index
      var left = try prefix()
      var compared = false
      while let infix = infixOperator(), infix.precedence >= minimum {
        if infix.precedence == .comparison {
          if compared { throw chainedComparison() }
          compared = true
        } else if infix.precedence < .comparison {
          compared = false
        }
        try grow()
        if infix == .and || infix == .or {
          left = try chain(of: infix, from: left, start)
        } else {
          left = try apply(infix, to: left, from: start)
        }
      }
      return left
    }
  }

  private func chainedComparison() -> Diagnostic {
    Diagnostic(
      "comparisons do not chain", at: token.range,
      help: "write a < b AND b < c, or put one comparison in parentheses")
  }

  /// All operands of one AND or OR, flat, so that long filters do not make deep trees.
  private func chain(
    of infix: Infix, from left: Expression, _ start: Int
  ) throws(Diagnostic) -> Expression {
    let keyword = infix == .and ? "AND" : "OR"
    var operands = [left]
    while accept(keyword) { operands.append(try expression(infix.precedence.next)) }
    let kind: Expression.Kind = infix == .and ? .and(operands) : .or(operands)
    return Expression(kind, range: range(from: start))
  }

  /// NOT, signs, or a primary with its suffixes.
  private func prefix() throws(Diagnostic) -> Expression {
    let start = index
    if isWord("NOT") {
      advance()
      let operand = try expression(.not)
      return Expression(.not(operand), range: range(from: start))
    }
    if isSymbol(.minus) || isSymbol(.plus) {
      let sign: UnaryOperator = advance().isSymbol(.minus) ? .minus : .plus
      let operand = try expression(.sign)
      return Expression(.unary(sign, operand), range: range(from: start))
    }
    return try primary()
  }
}
