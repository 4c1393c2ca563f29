import Columnar
import LakeCatalog
import MaterializedViews
import QueryEngine

/// `backfill` and `restate`: views over a range of business dates, one commit for each date, so that
/// what is done stays done whatever comes later.
struct Backfill {
  private let session: Session
  private let request: BackfillRequest

  init(_ session: Session, _ request: BackfillRequest) {
    self.session = session
    self.request = request
  }

  private var isForced: Bool { request.isForced || request.reason != nil }

  /// - Throws: `.usage` without views, `.data` for a view that cannot be rebuilt by date.
  func run(_ progress: (String) -> Void) throws(LakeError) -> Outcome {
    guard !request.views.isEmpty else {
      throw LakeError(
        .usage, "which views? A backfill or restatement names them",
        help: "tarn backfill gold.lcr --from 2025-06-02 --to 2025-06-23")
    }
    let lake = try session.lake()
    do throws(QueryError) {
      let dates = try self.dates(lake)
      if request.isDryRun {
        return try plan(dates)
      }
      return try rebuild(dates, lake, progress)
    } catch {
      throw LakeError(error)
    }
  }

  private func plan(_ dates: [CalendarDate]) throws(QueryError) -> Outcome {
    // No date would stand for all of them.
    if dates.isEmpty { return Outcome(lines: [nothing]) }
    do throws(LakeError) {
      return try ViewCommands(session).plan(
        RefreshRequest(
          views: request.views, dates: dates, isForced: isForced, reason: request.reason))
    } catch {
      throw QueryError(.unsupported, error.message, help: error.help)
    }
  }

  private var nothing: String {
    "nothing to rebuild from \(request.dates.lowerBound) to \(request.dates.upperBound)"
  }

  // MARK: Dates

  /// The dates of the range that the views' inputs or rows have; when nothing is forced, those that
  /// are stale.
  private func dates(_ lake: Lake) throws(QueryError) -> [CalendarDate] {
    let host = try host(lake)
    let plan = try RefreshPlanner(host).plan(RefreshRequest(views: request.views))
    var dates: Set<CalendarDate> = []
    for step in plan.steps {
      let isNamed = request.views.contains { view in
        let (name, asked) = (step.view.name.lowercased(), view.lowercased())
        return name == asked || name.hasSuffix("." + asked)
      }
      if isNamed, case .allDates(let why) = step.locality {
        throw QueryError(
          .unsupported, "\(step.view.name) cannot be rebuilt by date: \(why)",
          help: "`tarn refresh --force \(step.view.name)` rebuilds all of it")
      }
      guard isForced || step.scope != .nothing, isNamed || !isForced else { continue }
      if !isForced, case .dates(let stale) = step.scope {
        dates.formUnion(stale)
      } else {
        dates.formUnion(try RefreshPlanner.dates(of: step.view, host))
      }
    }
    return dates.filter { request.dates.contains($0) }.sorted()
  }

  private func host(_ lake: Lake) throws(QueryError) -> LakeViewHost {
    do throws(CatalogError) { return try LakeViewHost(session, lake: lake) } catch {
      throw QueryError(error)
    }
  }

  // MARK: Rebuilding

  private func rebuild(
    _ dates: [CalendarDate], _ lake: Lake, _ progress: (String) -> Void
  ) throws(QueryError) -> Outcome {
    var runs: [RunRecord] = []
    var failed: [CalendarDate] = []
    var done = 0
    let start = SystemClock.monotonicNanoseconds()
    for (index, date) in dates.enumerated() {
      var text = "\(date) (\(index + 1) of \(dates.count))"
      if index > 0 {
        let took = (SystemClock.monotonicNanoseconds() - start) / 1000
        let left = took / UInt64(index) * UInt64(dates.count - index)
        text += ", \(DurationText.text(microseconds: Int64(left))) left"
      }
      progress(text)
      let outcome = try LeasedRefresh(session, lake: lake).run(
        RefreshRequest(
          views: request.views, dates: [date], isForced: isForced, reason: request.reason)
      ) { _ in }
      runs += outcome.runs
      if outcome.failed.isEmpty {
        done += 1
      } else {
        failed.append(date)
        if !request.keepsGoing { break }
      }
    }
    return outcome(dates, runs, done: done, failed: failed)
  }

  private func outcome(
    _ dates: [CalendarDate], _ runs: [RunRecord], done: Int, failed: [CalendarDate]
  ) -> Outcome {
    if dates.isEmpty { return Outcome(lines: [nothing]) }
    let verb = request.reason == nil ? "rebuilt" : "restated"
    var lines = ["\(verb) \(done) of \(dates.count) date\(dates.count == 1 ? "" : "s")"]
    for date in failed {
      let faults = runs.filter { run in
        run.status != RunStatus.succeeded && run.dates.contains(date)
      }
      lines.append(
        "\(date) failed and is as it was: "
          + faults.map { "\($0.view): \($0.message)" }.joined(separator: "; "))
    }
    if let last = failed.last, !request.keepsGoing, last != dates.last {
      lines.append("stopped there; --keep-going goes on with the dates after it")
    }
    return Outcome(
      lines: lines, table: runs.isEmpty ? nil : ViewCommands.table(of: runs),
      verdict: failed.isEmpty ? nil : .data)
  }
}
