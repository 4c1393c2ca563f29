/// `ADJUST s.v FOR DATE 'd' REASON 'text' ADD [(col, …)] VALUES (…), …`.
package struct Adjust: Sendable, Hashable {
  package var date: TextLiteral
  package var reason: TextLiteral
  /// The rows, as if they were inserted into the view.
  package var rows: Insert

  package init(date: TextLiteral, reason: TextLiteral, rows: Insert) {
    self.date = date
    self.reason = reason
    self.rows = rows
  }

  package var view: QualifiedName { rows.table }
}

/// `APPROVE ADJUSTMENT n [COMMENT 'text']` and `REJECT ADJUSTMENT n REASON 'text'`.
package struct AdjustmentDecision: Sendable, Hashable {
  package var number: Int
  package var isApproval: Bool
  package var comment: TextLiteral?

  package init(number: Int, isApproval: Bool, comment: TextLiteral? = nil) {
    self.number = number
    self.isApproval = isApproval
    self.comment = comment
  }
}
