package import Columnar

/// What a session hands to each statement besides its text.
package struct StatementSettings: Sendable {
  /// `T` when it is given from outside (`--as-of`).
  package var businessDate: CalendarDate?
  /// The default pin of references without one (`--known-at`).
  package var knowledge: ResolvedKnowledge?
  /// Values of `:name`, as text or typed; names in lower case.
  package var parameters: [String: Value]
  /// Runs a plan while the statement is bound: the values of a PIVOT that lists none. Nil refuses such
  /// a PIVOT.
  package var evaluate: (@Sendable (LogicalPlan) throws(QueryError) -> [Batch])?

  package init(
    businessDate: CalendarDate? = nil, knowledge: ResolvedKnowledge? = nil,
    parameters: [String: Value] = [:],
    evaluate: (@Sendable (LogicalPlan) throws(QueryError) -> [Batch])? = nil
  ) {
    self.businessDate = businessDate
    self.knowledge = knowledge
    self.parameters = parameters
    self.evaluate = evaluate
  }
}

/// A query that is ready to run, and what it reads.
package struct BoundQuery: Sendable {
  package var plan: LogicalPlan
  package var reads: [TableRead]
  /// `T` of the statement, when a reference asked for it.
  package var businessDate: CalendarDate?
  /// Definitions besides the query's own text that say what it means, as printed: plain views,
  /// measures and hierarchies, as `measure net` and the like.
  package var uses: [String: String] = [:]
  /// What is legal and probably a mistake, each with its place.
  package var warnings: [QueryError] = []

  package init(plan: LogicalPlan, reads: [TableRead], businessDate: CalendarDate?) {
    self.plan = plan
    self.reads = reads
    self.businessDate = businessDate
  }

  package var schema: Schema { plan.schema }
}

/// One table that a statement reads, at which state.
package struct TableRead: Sendable, Hashable {
  package var name: String
  package var version: Int64?
  package var snapshot: Int64?
  /// The date that `AS OF` selected.
  package var businessDate: CalendarDate?

  package init(name: String, version: Int64?, snapshot: Int64?, businessDate: CalendarDate?) {
    self.name = name
    self.version = version
    self.snapshot = snapshot
    self.businessDate = businessDate
  }
}
