extension Parser {
  /// `DATE '…'`, `TIMESTAMP '…'`, `INTERVAL …`; nil when the word is a name here.
  func timeLiteral() throws(Diagnostic) -> Expression? {
    let start = index
    if isWord("INTERVAL") { return try intervalExpression() }
    guard peek().kind == .string else { return nil }
    let keyword = advance()
    let text = try textLiteral("a text")
    let literal: Literal
    switch keyword.keyword {
    case "DATE":
      if !CalendarText.isDate(text.text) { throw notADate(text) }
      literal = .date(text.text)
    case "TIME":
      throw Diagnostic(
        "there is no type TIME", at: keyword.range, help: "use TIMESTAMP '2025-09-30 18:00:00'")
    default:
      if !CalendarText.isTimestamp(text.text) { throw notATimestamp(text) }
      literal = .timestamp(text.text)
    }
    return Expression(.literal(literal), range: range(from: start))
  }

  func notADate(_ text: TextLiteral) -> Diagnostic {
    Diagnostic(
      "'\(text.text)' is not a date", at: text.range,
      help: "write year, month and day as in DATE '2025-09-30'")
  }

  func notATimestamp(_ text: TextLiteral) -> Diagnostic {
    Diagnostic(
      "'\(text.text)' is not a timestamp", at: text.range,
      help: "write TIMESTAMP '2025-09-30 18:00:00' (UTC) or '2025-09-30T18:00:00+02:00'")
  }

  /// `INTERVAL '3 days'`, `INTERVAL 3 DAY`, `INTERVAL '3' DAY`, `INTERVAL (n) DAY`.
  private func intervalExpression() throws(Diagnostic) -> Expression? {
    let start = index
    switch peek().kind {
    case .string:
      advance()
      let text = try textLiteral("a text")
      var words = text.text
      if token.kind == .word, IntervalText.isUnit(token.keyword) {
        words += " " + advance().keyword
      }
      guard let interval = IntervalText.parse(words) else { throw notAnInterval(text) }
      return Expression(.literal(.interval(interval)), range: range(from: start))
    case .number:
      advance()
      let number = advance()
      let unit = try intervalUnit()
      guard let interval = IntervalText.parse("\(number.text) \(unit)") else {
        throw notAnInterval(TextLiteral(number.text, range: number.range))
      }
      return Expression(.literal(.interval(interval)), range: range(from: start))
    case .symbol(.leftParenthesis):
      guard let closing = partner(of: index + 1), tokens[closing + 1].kind == .word,
        IntervalText.isUnit(tokens[closing + 1].keyword)
      else { return nil }
      advance()
      advance()
      let count = try expression()
      try expect(.rightParenthesis)
      let unit = try intervalUnit()
      let one = Expression(
        .literal(.interval(IntervalText.parse("1 \(unit)") ?? IntervalLiteral())),
        range: range(from: index - 1))
      try grow()
      return Expression(.binary(count, .multiply, one), range: range(from: start))
    default:
      return nil
    }
  }

  private func intervalUnit() throws(Diagnostic) -> String {
    guard token.kind == .word, IntervalText.isUnit(token.keyword) else {
      throw unexpected("a unit of time: YEAR, MONTH, WEEK, DAY, HOUR, MINUTE or SECOND")
    }
    return advance().keyword
  }

  private func notAnInterval(_ text: TextLiteral) -> Diagnostic {
    Diagnostic(
      "'\(text.text)' is not an interval", at: text.range,
      help: "write a number and a unit, as in INTERVAL '3 days' or INTERVAL '1 month 2 days'")
  }
}
