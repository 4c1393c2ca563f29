extension Parser {
  private enum Pin {
    case asOf
    case knownAt
    case reported
    case version
    case timestamp

    /// How many words introduce it.
    var words: Int {
      switch self {
      case .asOf, .reported: 2
      case .knownAt, .version, .timestamp: 3
      }
    }
  }

  /// The pin at the current token, not taken. `AS of` stays an alias when nothing follows that could be a date.
  private func pin() -> Pin? {
    if isWord("AS") {
      if isWord("OF", at: 1), startsPoint(peek(2)) { return .asOf }
      if isWord("KNOWN", at: 1), isWord("AT", at: 2) { return .knownAt }
      if isWord("REPORTED", at: 1) { return .reported }
    }
    guard isWord("VERSION") || isWord("TIMESTAMP"), isWord("AS", at: 1), isWord("OF", at: 2) else {
      return nil
    }
    return token.keyword == "VERSION" ? .version : .timestamp
  }

  private func startsPoint(_ token: Token) -> Bool {
    switch token.kind {
    case .word:
      !Keywords.reserved.contains(token.keyword)
        && !Keywords.notBareAliases.contains(token.keyword)
    case .number, .string, .symbol(.colon), .symbol(.dollar): true
    default: false
    }
  }

  /// Any pins at this place, added to those before the alias.
  func timeClause(into clause: inout TimeClause?) throws(Diagnostic) {
    while let pin = pin() {
      let start = index
      var pins = clause ?? TimeClause(range: token.range)
      for _ in 0..<pin.words { advance() }
      if pin == .asOf {
        let point = try businessDatePoint()
        if pins.businessDate != nil {
          throw Diagnostic(
            "this table has a business date already", at: range(from: start),
            help: "keep one AS OF")
        }
        pins.businessDate = point
      } else {
        let point = try knowledgePoint(pin, from: start)
        if pins.knowledge != nil {
          throw Diagnostic(
            "this table is pinned to a time of knowledge already", at: range(from: start),
            help: "keep one of AS KNOWN AT, AS REPORTED, VERSION AS OF and TIMESTAMP AS OF")
        }
        pins.knowledge = point
      }
      pins.range = pins.range.union(range(from: start))
      clause = pins
    }
  }

  /// Only stored tables, files and functions have versions.
  func refuseTimeClause(_ table: TableReference) throws(Diagnostic) {
    guard let pin = pin(), pin != .reported else { return }
    throw Diagnostic(
      "this table expression cannot be pinned in time", at: token.range,
      help: "put the time clause behind the tables inside of it")
  }

  // MARK: Points

  /// After `AS OF` or `COMPARE`: `T`, `T-n`, `DATE 'd'`, `'d'` or a parameter.
  func businessDatePoint() throws(Diagnostic) -> BusinessDatePoint {
    let start = index
    if isSymbol(.colon) || isSymbol(.dollar) {
      let parameter = try parameter()
      return BusinessDatePoint(.date(parameter), range: parameter.range)
    }
    if isWord("DATE"), peek().kind == .string { advance() }
    if token.kind == .string {
      let text = try textLiteral("a date")
      if !CalendarText.isDate(text.text) { throw notADate(text) }
      let date = Expression(.literal(.date(text.text)), range: range(from: start))
      return BusinessDatePoint(.date(date), range: date.range)
    }
    guard accept("T") else { throw notABusinessDate() }
    if isSymbol(.plus), peek().kind == .number(.integer) {
      advance()
      advance()
      throw Diagnostic(
        "business dates after T are not known", at: range(from: start),
        help: "write T, or T-1 for the business day before")
    }
    var back = 0
    if accept(.minus) { back = try count("a number of business days after \"T-\"") }
    return BusinessDatePoint(.businessDaysBack(back), range: range(from: start))
  }

  private func notABusinessDate() -> Diagnostic {
    var help: String?
    switch token.keyword {
    case "TIMESTAMP":
      help =
        "AS OF takes a business date; for a time of knowledge write AS KNOWN AT TIMESTAMP '…'"
        + " or TIMESTAMP AS OF '…'"
    case "VERSION": help = "write VERSION AS OF and the number"
    case "TAG", "SNAPSHOT", "RUN": help = "write AS KNOWN AT \(token.keyword) …"
    default:
      if token.kind == .number(.integer) { help = "write VERSION AS OF \(token.text)" }
    }
    return unexpected("T, T-n, DATE 'yyyy-mm-dd' or a parameter", help: help)
  }

  private func knowledgePoint(_ pin: Pin, from start: Int) throws(Diagnostic) -> KnowledgePoint {
    let kind: KnowledgePoint.Kind
    switch pin {
    case .asOf, .reported: kind = .reported
    case .version: kind = .version(try numberOperand("a version number"))
    case .timestamp: kind = .tableTimestamp(try timestampOperand())
    case .knownAt:
      if isWord("VERSION") {
        throw unexpected(
          "TIMESTAMP, TAG, SNAPSHOT or RUN", help: "a version of this one table is VERSION AS OF n")
      }
      kind = try namedPoint("TIMESTAMP, TAG, SNAPSHOT or RUN")
    }
    return KnowledgePoint(kind, range: range(from: start))
  }

  /// `TIMESTAMP 't'`, `TAG 'x'`, `SNAPSHOT n` or `RUN n`.
  func namedPoint(_ what: String) throws(Diagnostic) -> KnowledgePoint.Kind {
    if accept("TIMESTAMP") { return .timestamp(try timestampOperand()) }
    if accept("TAG") { return .tag(try textOperand("the name of a tag")) }
    if accept("SNAPSHOT") { return .snapshot(try numberOperand("a snapshot number")) }
    if accept("RUN") {
      if token.kind == .string { return .run(try textOperand("a run")) }
      return .run(try numberOperand("a run number"))
    }
    throw unexpected(what)
  }

  func numberOperand(_ what: String) throws(Diagnostic) -> Expression {
    if isSymbol(.colon) || isSymbol(.dollar) { return try parameter() }
    guard token.kind == .number(.integer) else { throw unexpected(what) }
    let number = advance()
    let literal = NumberLiteral(digits: number.text, form: .integer)
    return Expression(.literal(.number(literal)), range: number.range)
  }

  func textOperand(_ what: String) throws(Diagnostic) -> Expression {
    if isSymbol(.colon) || isSymbol(.dollar) { return try parameter() }
    let text = try textLiteral(what)
    return Expression(.literal(.string(text.text)), range: text.range)
  }

  func timestampOperand() throws(Diagnostic) -> Expression {
    if isSymbol(.colon) || isSymbol(.dollar) { return try parameter() }
    if isWord("TIMESTAMP"), peek().kind == .string { advance() }
    let text = try textLiteral("a timestamp")
    if !CalendarText.isTimestamp(text.text) { throw notATimestamp(text) }
    return Expression(.literal(.timestamp(text.text)), range: text.range)
  }
}
