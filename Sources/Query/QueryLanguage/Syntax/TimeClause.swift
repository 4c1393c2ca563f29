/// The pins of one table reference on the two axes of time.
package struct TimeClause: Sendable, Hashable {
  /// The business date; nil reads all dates.
  package var businessDate: BusinessDatePoint?
  /// Nil: as the session or the enclosing reference knows it.
  package var knowledge: KnowledgePoint?
  package var range: SourceRange

  package init(
    businessDate: BusinessDatePoint? = nil, knowledge: KnowledgePoint? = nil,
    range: SourceRange = .synthesized
  ) {
    self.businessDate = businessDate
    self.knowledge = knowledge
    self.range = range
  }
}

/// After `AS OF`, and after `COMPARE`.
package struct BusinessDatePoint: Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    /// `T` (0) or `T-n`: business days back on the table's calendar; never negative.
    case businessDaysBack(Int)
    /// `DATE 'd'` as a date literal, or a parameter.
    case date(Expression)
  }
  package var kind: Kind
  package var range: SourceRange

  package init(_ kind: Kind, range: SourceRange = .synthesized) {
    self.kind = kind
    self.range = range
  }
}

/// A moment of knowledge. Every operand is a literal or a parameter.
package struct KnowledgePoint: Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    /// `AS KNOWN AT TIMESTAMP 't'`: a time of the lake's commits. A literal is `.timestamp` text.
    case timestamp(Expression)
    /// `AS KNOWN AT TAG 'x'`: a string literal.
    case tag(Expression)
    /// `AS KNOWN AT SNAPSHOT n`: a lake snapshot.
    case snapshot(Expression)
    /// `AS KNOWN AT RUN n`: what that run saw.
    case run(Expression)
    /// `AS REPORTED`: the sealed snapshot of the business date.
    case reported
    /// `VERSION AS OF n`: a version of this one table.
    case version(Expression)
    /// `TIMESTAMP AS OF 't'`: this one table's version at that time. A literal is `.timestamp` text.
    case tableTimestamp(Expression)
  }
  package var kind: Kind
  package var range: SourceRange

  package init(_ kind: Kind, range: SourceRange = .synthesized) {
    self.kind = kind
    self.range = range
  }
}
