extension Parser {
  /// After `ADJUST`.
  func adjust() throws(Diagnostic) -> Adjust {
    let view = try qualifiedName("a view")
    try expect("FOR", "DATE")
    let date = try day()
    try expect("REASON")
    let reason = try textLiteral("the reason")
    try expect("ADD")
    var columns: [Identifier] = []
    if isSymbol(.leftParenthesis), !startsParenthesizedQuery() { columns = try columnNames() }
    return Adjust(
      date: date, reason: reason,
      rows: Insert(table: view, columns: columns, query: try query()))
  }

  /// After `APPROVE ADJUSTMENT` or `REJECT ADJUSTMENT`.
  func decision(isApproval: Bool) throws(Diagnostic) -> AdjustmentDecision {
    var decision = AdjustmentDecision(
      number: try count("the number of an adjustment"), isApproval: isApproval)
    if !isApproval {
      try expect("REASON")
      decision.comment = try textLiteral("the reason")
    } else if accept("COMMENT") {
      decision.comment = try textLiteral("a comment")
    }
    return decision
  }
}
