import Columnar
import LakeCatalog
package import QueryEngine

/// What a step of a plan is likely to write and to take, from what runs of the view wrote and took.
package struct RefreshEstimate: Sendable, Hashable {
  package var rows: Int64
  package var microseconds: Int64

  /// How many of the newest runs are looked at.
  private static let runsRead = 20

  /// Nil where nothing is known yet, or nothing is to be done.
  ///
  /// A date that a run wrote before is taken to have as many rows again; another, as many as the
  /// dates that are known have on average. The time is that of the newest runs by date, or by row
  /// where they rebuilt everything; by the share of rows that moved, from changes alone.
  package init?(of step: RefreshPlan.Step, _ host: any ViewHost) throws(QueryError) {
    let scope = step.scope
    if scope == .nothing { return nil }
    let runs = try host.runs(
      of: step.view.name, status: RunStatus.succeeded, limit: RefreshEstimate.runsRead)
    var known: [CalendarDate?: Int64] = [:]
    var total: Int64?
    for run in runs {
      for part in try RunDetail(of: run).content where known[part.date] == nil {
        known[part.date] = part.rows
      }
      if run.dates.isEmpty {
        // Older runs are no longer what the view holds.
        total = known.values.reduce(0, +)
        break
      }
    }
    guard let newest = runs.first, !known.isEmpty || total != nil else { return nil }
    let average = known.isEmpty ? 0 : known.values.reduce(0, +) / Int64(known.count)
    switch scope {
    case .nothing: return nil
    case .all: rows = total ?? known.values.reduce(0, +)
    case .dates(let dates): rows = dates.reduce(0) { $0 + (known[$1] ?? average) }
    }
    let took = newest.finishedMicroseconds - newest.startedMicroseconds
    let done = max(1, newest.dates.isEmpty ? known.count : newest.dates.count)
    let asked: Int
    if case .dates(let dates) = scope { asked = dates.count } else { asked = max(1, known.count) }
    let (product, isTooLong) = took.multipliedReportingOverflow(by: Int64(asked))
    microseconds = isTooLong ? .max : product / Int64(done)
    if let changes = step.changes, try RunDetail(of: newest).changesOf == nil {
      let share = Double(changes.movedRows) / Double(max(1, changes.wholeRows))
      microseconds = Int64(Double(microseconds) * share)
    }
  }
}
