/// Slice-and-dice sugar of a query; each has a desugaring that `EXPLAIN EXPAND` prints.
package struct Slice: Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    case compare(CompareSlice)
    case top(TopSlice)
    case across(AcrossSlice)
  }
  package var kind: Kind
  package var range: SourceRange

  package init(kind: Kind, range: SourceRange = .synthesized) {
    self.kind = kind
    self.range = range
  }
}

/// `COMPARE T-1`, `COMPARE DATE 'd'`, `COMPARE VERSION n`, `COMPARE TAG 'x'` …
package enum CompareSlice: Sendable, Hashable {
  case businessDate(BusinessDatePoint)
  /// `VERSION`, `TAG`, `SNAPSHOT`, `RUN`, `TIMESTAMP` and `REPORTED`.
  case knowledge(KnowledgePoint)
}

/// `TOP n BY m [ASC | DESC] [PER dim, …] [WITH OTHERS] [WITH TOTAL]`.
package struct TopSlice: Sendable, Hashable {
  package var count: Expression
  package var measure: Expression
  /// Descending unless `ASC` is written.
  package var direction: SortDirection
  package var per: [Expression]
  package var withOthers: Bool
  package var withTotal: Bool

  package init(
    count: Expression, measure: Expression, direction: SortDirection, per: [Expression] = [],
    withOthers: Bool = false, withTotal: Bool = false
  ) {
    self.count = count
    self.measure = measure
    self.direction = direction
    self.per = per
    self.withOthers = withOthers
    self.withTotal = withTotal
  }
}

/// `ACROSS dim, … [WITH TOTALS]`: the dimension's values become columns.
package struct AcrossSlice: Sendable, Hashable {
  package var dimensions: [Expression]
  package var withTotals: Bool

  package init(dimensions: [Expression], withTotals: Bool = false) {
    self.dimensions = dimensions
    self.withTotals = withTotals
  }
}
