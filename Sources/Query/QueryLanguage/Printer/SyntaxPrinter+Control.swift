extension SyntaxPrinter {
  mutating func write(_ limit: CreateLimit) {
    text += "CREATE \(limit.orReplace ? "OR REPLACE " : "")LIMIT "
    write(limit.name)
    text += " ON "
    write(limit.view)
    text += " MEASURE "
    write(limit.measure)
    if !limit.dimensions.isEmpty {
      text += " BY "
      list(limit.dimensions, by: ", ") { $0.write($1) }
    }
    text += " MAX "
    write(limit.maximum)
    if let warning = limit.warning { text += " WARN \(warning)%" }
    clause("OWNER", limit.owner)
    clause("REMEDIATION", limit.remediation)
    clause("DUE WITHIN", limit.dueWithin)
  }

  mutating func write(_ sign: Sign) {
    text += "SIGN "
    write(sign.view)
    clause("FOR DATE", sign.date)
    clause("COMMENT", sign.comment)
  }

  mutating func write(_ change: DayChange, verb: String) {
    text += verb + " DAY "
    write(change.date)
    clause("REASON", change.reason)
  }
}
