extension SyntaxPrinter {
  mutating func write(_ adjust: Adjust) {
    text += "ADJUST "
    write(adjust.view)
    clause("FOR DATE", adjust.date)
    clause("REASON", adjust.reason)
    text += " ADD "
    if !adjust.rows.columns.isEmpty {
      names(adjust.rows.columns)
      text += " "
    }
    write(adjust.rows.query)
  }

  mutating func write(_ decision: AdjustmentDecision) {
    text += (decision.isApproval ? "APPROVE" : "REJECT") + " ADJUSTMENT \(decision.number)"
    clause(decision.isApproval ? "COMMENT" : "REASON", decision.comment)
  }
}
