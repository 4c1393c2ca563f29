// Limits and sign-off.

extension Parser {
  /// After `CREATE LIMIT`.
  func createLimit(orReplace: Bool) throws(Diagnostic) -> CreateLimit {
    let name = try identifier("a name for the limit")
    try expect("ON")
    let view = try qualifiedName("a view")
    try expect("MEASURE")
    let measure = try expression()
    let dimensions =
      accept("BY") ? try list { () throws(Diagnostic) in try identifier("a column") } : []
    try expect("MAX")
    // Tighter than what could follow.
    let maximum = try expression(.sign)
    var limit = CreateLimit(
      name: name, orReplace: orReplace, view: view, measure: measure, dimensions: dimensions,
      maximum: maximum)
    var seen: Set<String> = []
    while token.kind == .word, ["WARN", "OWNER", "REMEDIATION", "DUE"].contains(token.keyword) {
      let word = advance()
      if !seen.insert(word.keyword).inserted { throw repeated(word) }
      switch word.keyword {
      case "WARN":
        let percent = try count("a percentage such as 80%")
        guard (1...100).contains(percent) else {
          throw Diagnostic("WARN takes 1 to 100 percent of the maximum", at: word.range)
        }
        _ = accept(.percent)
        limit.warning = percent
      case "OWNER": limit.owner = try textLiteral("who answers for the limit")
      case "REMEDIATION": limit.remediation = try textLiteral("what a breach asks for")
      default:
        try expect("WITHIN")
        limit.dueWithin = try duration()
      }
    }
    return limit
  }

  /// After `SIGN`.
  func sign() throws(Diagnostic) -> Sign {
    let view = try qualifiedName("a view")
    try expect("FOR", "DATE")
    var sign = Sign(view: view, date: try day())
    if accept("COMMENT") { sign.comment = try textLiteral("a comment") }
    return sign
  }

  /// After `CLOSE DAY` or `REOPEN DAY`.
  func dayChange(needsReason: Bool) throws(Diagnostic) -> DayChange {
    _ = accept("DATE")
    var change = DayChange(date: try day())
    if needsReason {
      try expect("REASON")
      change.reason = try textLiteral("the reason")
    } else if accept("REASON") {
      change.reason = try textLiteral("the reason")
    }
    return change
  }

  func day() throws(Diagnostic) -> TextLiteral {
    let text = try textLiteral("a date")
    if !CalendarText.isDate(text.text) { throw notADate(text) }
    return text
  }
}
