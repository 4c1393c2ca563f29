/// `CREATE LIMIT name ON view MEASURE m [BY dims] MAX x [WARN 80%] [OWNER 'o']
/// [REMEDIATION 'text'] [DUE WITHIN '2 days']`.
package struct CreateLimit: Sendable, Hashable {
  package var name: Identifier
  package var orReplace: Bool
  package var view: QualifiedName
  /// A column, whose sum is limited, or an expression with aggregates.
  package var measure: Expression
  package var dimensions: [Identifier]
  package var maximum: Expression
  /// In percent of the maximum.
  package var warning: Int?
  package var owner: TextLiteral?
  package var remediation: TextLiteral?
  package var dueWithin: TextLiteral?

  package init(
    name: Identifier, orReplace: Bool = false, view: QualifiedName, measure: Expression,
    dimensions: [Identifier] = [], maximum: Expression, warning: Int? = nil,
    owner: TextLiteral? = nil, remediation: TextLiteral? = nil, dueWithin: TextLiteral? = nil
  ) {
    self.name = name
    self.orReplace = orReplace
    self.view = view
    self.measure = measure
    self.dimensions = dimensions
    self.maximum = maximum
    self.warning = warning
    self.owner = owner
    self.remediation = remediation
    self.dueWithin = dueWithin
  }
}

/// `SIGN s.v FOR DATE 'd' [COMMENT 'text']`.
package struct Sign: Sendable, Hashable {
  package var view: QualifiedName
  package var date: TextLiteral
  package var comment: TextLiteral?

  package init(view: QualifiedName, date: TextLiteral, comment: TextLiteral? = nil) {
    self.view = view
    self.date = date
    self.comment = comment
  }
}

/// `CLOSE DAY 'd' [REASON 'text']` and `REOPEN DAY 'd' REASON 'text'`.
package struct DayChange: Sendable, Hashable {
  package var date: TextLiteral
  package var reason: TextLiteral?

  package init(date: TextLiteral, reason: TextLiteral? = nil) {
    self.date = date
    self.reason = reason
  }
}
