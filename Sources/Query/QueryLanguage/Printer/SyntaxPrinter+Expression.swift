extension Expression {
  /// How tightly this expression holds together when printed.
  var precedence: Precedence {
    switch kind {
    case .literal, .column, .parameter, .star, .defaultValue, .caseWhen, .cast, .call, .list, .row,
      .exists, .scalarSubquery:
      .primary
    case .element, .slice: .postfix
    case .unary: .sign
    case .binary(_, let symbol, _): symbol.precedence
    case .quantified: .comparison
    case .between, .like, .inList, .inQuery: .membership
    case .isNull, .isBoolean, .isDistinct: .test
    case .not: .not
    case .and: .and
    case .or: .or
    }
  }
}

extension SyntaxPrinter {
  /// An operand, in parentheses when it holds together less than its place needs.
  mutating func write(_ expression: Expression, _ minimum: Precedence = .or) {
    let needsParentheses = expression.precedence < minimum
    if needsParentheses { text += "(" }
    writeBare(expression)
    if needsParentheses { text += ")" }
  }

  private mutating func writeBare(_ expression: Expression) {
    switch expression.kind {
    case .literal(let literal): write(literal)
    case .column(let name): write(column: name)
    case .parameter(let name): write(parameter: name)
    case .star(let star): write(star)
    case .defaultValue: text += "DEFAULT"
    case .unary(let sign, let operand):
      text += sign.rawValue
      write(operand, .postfix)
    case .binary(let left, let symbol, let right):
      // Comparisons do not chain, so their left operand needs parentheses too.
      write(left, symbol.isComparison ? symbol.precedence.next : symbol.precedence)
      text += " \(symbol.rawValue) "
      write(right, symbol.precedence.next)
    case .and(let operands): list(operands, by: " AND ") { $0.write($1, .not) }
    case .or(let operands): list(operands, by: " OR ") { $0.write($1, .and) }
    case .not(let operand):
      text += "NOT "
      write(operand, .not)
    case .exists(let query):
      text += "EXISTS "
      subquery(query)
    case .scalarSubquery(let query): subquery(query)
    case .caseWhen(let expression): write(expression)
    case .cast(let cast):
      text += cast.isTry ? "TRY_CAST(" : "CAST("
      write(cast.value)
      text += " AS "
      write(cast.type)
      text += ")"
    case .call(let call): write(call)
    case .list(let elements):
      text += "["
      expressions(elements)
      text += "]"
    case .row(let elements):
      text += elements.count == 1 ? "ROW(" : "("
      expressions(elements)
      text += ")"
    case .element(let base, let index):
      write(base, .postfix)
      text += "["
      write(afterBracket: index)
      text += "]"
    case .slice(let base, let from, let to):
      write(base, .postfix)
      text += "["
      if let from { write(afterBracket: from) }
      text += ":"
      if let to { write(afterBracket: to) }
      text += "]"
    default: writeTest(expression)
    }
  }

  private mutating func writeTest(_ expression: Expression) {
    switch expression.kind {
    case .isNull(let value, let negated):
      write(value, .test)
      text += negated ? " IS NOT NULL" : " IS NULL"
    case .isBoolean(let value, let truth, let negated):
      write(value, .test)
      text += (negated ? " IS NOT " : " IS ") + (truth ? "TRUE" : "FALSE")
    case .isDistinct(let left, let right, let negated):
      write(left, .test)
      text += negated ? " IS NOT DISTINCT FROM " : " IS DISTINCT FROM "
      write(right, .comparison)
    case .between(let between):
      write(between.value, .otherOperator)
      text += (between.negated ? " NOT" : "") + " BETWEEN "
      if between.symmetric { text += "SYMMETRIC " }
      write(between.low, .otherOperator)
      text += " AND "
      write(between.high, .otherOperator)
    case .like(let like): write(like)
    case .inList(let value, let elements, let negated):
      write(value, .otherOperator)
      text += negated ? " NOT IN (" : " IN ("
      expressions(elements)
      text += ")"
    case .inQuery(let value, let query, let negated):
      write(value, .otherOperator)
      text += negated ? " NOT IN " : " IN "
      subquery(query)
    case .quantified(let test):
      write(test.value, .membership)
      text += " \(test.comparison.rawValue) " + (test.quantifier == .any ? "ANY " : "ALL ")
      switch test.operand {
      case .query(let query): subquery(query)
      case .list(let list):
        text += "("
        write(list)
        text += ")"
      }
    default: break
    }
  }

  /// A few bare words are values when nothing qualifies them.
  private mutating func write(column name: QualifiedName) {
    let values = ["default", "current_date", "current_timestamp", "current_user"]
    if name.parts.count == 1, values.contains(name.name.key) {
      write(Identifier(name.name.key, isQuoted: true))
    } else {
      write(name)
    }
  }

  /// In brackets a colon separates, so a parameter there needs parentheses.
  private mutating func write(afterBracket expression: Expression) {
    var inner = SyntaxPrinter()
    inner.write(expression)
    text += inner.text.hasPrefix(":") ? "(\(inner.text))" : inner.text
  }

  private mutating func write(parameter name: Identifier) {
    let isNumbered = Lexer.isDigit(name.text.utf8.first)
    text += isNumbered ? "$" : ":"
    if isNumbered { text += name.text } else { write(name) }
  }

  private mutating func write(_ literal: Literal) {
    switch literal {
    case .null: text += "NULL"
    case .boolean(let value): text += value ? "TRUE" : "FALSE"
    case .number(let number): text += number.digits
    case .string(let string): text += SyntaxPrinter.literal(string)
    case .date(let date): text += "DATE " + SyntaxPrinter.literal(date)
    case .timestamp(let time): text += "TIMESTAMP " + SyntaxPrinter.literal(time)
    case .interval(let interval): text += "INTERVAL '\(SyntaxPrinter.words(of: interval))'"
    }
  }

  private static func words(of interval: IntervalLiteral) -> String {
    var words: [String] = []
    if interval.months != 0 { words.append("\(interval.months) months") }
    if interval.days != 0 { words.append("\(interval.days) days") }
    if interval.microseconds != 0 { words.append("\(interval.microseconds) microseconds") }
    return words.isEmpty ? "0 days" : words.joined(separator: " ")
  }

  private mutating func write(_ star: StarExpression) {
    if let qualifier = star.qualifier {
      write(qualifier)
      text += "."
    }
    text += "*"
    if !star.exclude.isEmpty {
      text += " EXCLUDE "
      names(star.exclude)
    }
    if !star.replace.isEmpty {
      text += " REPLACE ("
      list(star.replace) { printer, replacement in
        printer.write(replacement.expression)
        printer.clause("AS", replacement.name)
      }
      text += ")"
    }
  }

  private mutating func write(_ like: LikeExpression) {
    write(like.value, .otherOperator)
    switch like.kind {
    case .like: text += like.negated ? " NOT LIKE " : " LIKE "
    case .ilike: text += like.negated ? " NOT ILIKE " : " ILIKE "
    case .regex: text += like.negated ? " !~ " : " ~ "
    case .regexIgnoringCase: text += like.negated ? " !~* " : " ~* "
    }
    write(like.pattern, .otherOperator)
    if let escape = like.escape {
      text += " ESCAPE "
      write(escape, .otherOperator)
    }
  }

  private mutating func write(_ expression: CaseExpression) {
    text += "CASE"
    if let operand = expression.operand {
      text += " "
      write(operand)
    }
    for branch in expression.branches {
      text += " WHEN "
      write(branch.condition)
      text += " THEN "
      write(branch.result)
    }
    clause("ELSE", expression.otherwise)
    text += " END"
  }
}
