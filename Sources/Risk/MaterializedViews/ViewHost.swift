package import Columnar
package import LakeCatalog
package import QueryEngine
package import QueryLanguage

/// What views need of a lake, for the length of one command (a refresh, a plan, a replay, a status).
///
/// One host sees one lake snapshot plus the outputs that were staged through it; used by one thread.
package protocol ViewHost: AnyObject {
  /// The build that runs, as run records name it.
  var engineVersion: String { get }
  /// The operating system's user; nil where nobody asks.
  var user: String? { get }
  /// Microseconds since the epoch.
  func now() -> Int64

  /// The lake snapshot that `bind(_:inputs:)` reads at with `.current`.
  func inputSnapshot() throws(QueryError) -> Int64
  /// The materialized views at a lake snapshot; nil: at the host's.
  func views(at snapshot: Int64?) throws(QueryError) -> [ViewRecord]
  /// Runs of a view by `schema.name`, newest first; `status` nil gives all.
  func runs(of view: String, status: String?, limit: Int) throws(QueryError) -> [RunRecord]
  /// The newest run of a view, without what it wrote by date; nil when there is none.
  func lastRun(of view: String, status: String?) throws(QueryError) -> RunHead?
  /// By its id; nil when there is none.
  func run(id: Int64) throws(QueryError) -> RunRecord?

  /// Those of a view that were ever approved, by number.
  func adjustments(of view: String) throws(QueryError) -> [ViewAdjustment]

  /// The table that holds `name` (`schema.table`), at the version that queries of this host see. A
  /// staged output has the version that its commit will make. Nil for what is no table of the lake
  /// (a file, a system table).
  func table(named name: String) throws(QueryError) -> TableVersionReference?
  /// What commits after `table.version` and up to `version` did to a table's rows; `version` is one
  /// that is committed. Rows without a business date count as `.all`.
  func change(
    of table: TableVersionReference, upTo version: Int64
  ) throws(QueryError) -> InputChange

  /// What became of a table's rows between a version and the one that queries of this host see.
  ///
  /// - Parameters:
  ///   - name: `schema.table` of `table`.
  ///   - dates: Only rows of these business dates are going to be read; nil for all.
  /// - Returns: Nil when that is not known: other columns, files that are gone, nothing committed.
  func movedRows(
    of table: TableVersionReference, named name: String, dates: [CalendarDate]?
  ) throws(QueryError) -> MovedRows?

  func bind(_ query: Query, inputs: ViewInputs) throws(QueryError) -> BoundQuery
  /// A condition over rows of that schema.
  func bind(_ condition: Expression, over schema: Schema) throws(QueryError) -> BoundExpression
  /// Runs a plan; the batches come in order, on the calling thread.
  func execute(
    _ plan: LogicalPlan, into sink: (Batch) throws(QueryError) -> Void
  ) throws(QueryError)

  /// Starts to write rows for the table of a view.
  func output(
    of view: ViewDefinition, schema: Schema, replacing: ViewReplacement
  ) throws(QueryError) -> any ViewOutput

  /// Makes all staged outputs and these runs true in one lake snapshot. The output staged for a view
  /// belongs to the run of that view; a run that did not succeed has none.
  ///
  /// - Returns: The records with their ids, outputs and snapshot.
  func commit(
    _ runs: [RunRecord], checks: [CheckResult], quarantine: [QuarantinedRow]
  ) throws(QueryError) -> [RunRecord]
}

/// The rows of one run on their way into the view's table.
package protocol ViewOutput: AnyObject {
  func write(_ batch: Batch) throws(QueryError)
  /// Ends writing: later binds of the host see the rows, and the next commit makes them true.
  func stage() throws(QueryError)
  /// Ends writing without a trace.
  func discard()
}

/// Which states of its inputs a view's query is bound to.
package enum ViewInputs: Sendable {
  /// The host's snapshot, with what has been staged through it.
  case current
  /// Every table at the version in the record's `inputs`; of a table that stands there twice the
  /// later version, except where a reference has its own pin.
  case recorded(RunRecord)
}

/// What the rows written to an output take the place of.
package enum ViewReplacement: Sendable, Hashable {
  case all
  /// Only rows of these business dates; whatever is written has one of them.
  case dates([CalendarDate])
}

/// What happened to a table between two versions.
package enum InputChange: Sendable, Hashable {
  /// The rows are the same, as after a compaction.
  case none
  /// Rows of these business dates only.
  case dates([CalendarDate])
  /// Any row, or the columns; always so for a table without a business date that changed.
  case all
}

extension ViewHost {
  package var user: String? { nil }
}
