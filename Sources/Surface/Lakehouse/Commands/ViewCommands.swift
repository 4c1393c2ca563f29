import Columnar
import FileStorage
import LakeCatalog
import MaterializedViews
import QueryEngine

/// `refresh`, `plan`, `replay` and `status`, as tables and sentences.
struct ViewCommands {
  private let session: Session

  init(_ session: Session) { self.session = session }

  private func host() throws(LakeError) -> LakeViewHost {
    let lake = try session.lake()
    do throws(CatalogError) { return try LakeViewHost(session, lake: lake) } catch {
      throw LakeError(error)
    }
  }

  private func asking<Result>(
    _ work: (LakeViewHost) throws(QueryError) -> Result
  ) throws(LakeError) -> Result {
    let host = try host()
    do throws(QueryError) { return try work(host) } catch { throw LakeError(error) }
  }

  // MARK: Refresh and plan

  func refresh(
    _ views: [String], dates: [CalendarDate], force: Bool, _ progress: (String) -> Void
  ) throws(LakeError) -> Outcome {
    let lake = try session.lake()
    let outcome: Refresher.Outcome
    do throws(QueryError) {
      outcome = try LeasedRefresh(session, lake: lake).run(
        RefreshRequest(views: views, dates: dates, isForced: force), progress)
    } catch {
      throw LakeError(error)
    }
    guard !outcome.runs.isEmpty else {
      return Outcome(lines: ["every view is up to date"])
    }
    let failed = outcome.failed.map { "\($0.view): \($0.message)" }
    let good = outcome.runs.count - failed.count
    var lines = [
      "refreshed \(good) view\(good == 1 ? "" : "s")"
        + (outcome.snapshot.map { " in snapshot \($0)" } ?? "")
    ]
    if !failed.isEmpty {
      lines.append("failed and kept as they were: " + failed.joined(separator: "; "))
    }
    return Outcome(
      lines: lines, table: ViewCommands.table(of: outcome.runs),
      verdict: failed.isEmpty ? nil : .data)
  }

  static func table(of runs: [RunRecord]) -> Batch {
    var rows = RowBuilder([
      ("run", .int64), ("view", .string), ("status", .string), ("dates", .int64), ("rows", .int64),
      ("milliseconds", .int64), ("content_hash", .string), ("message", .string),
    ])
    for run in runs {
      rows.append([
        .int64(run.id), .string(run.view), .string(run.status), .int64(Int64(run.dates.count)),
        .int64(run.rowCount),
        .int64((run.finishedMicroseconds - run.startedMicroseconds) / 1000),
        .text(run.contentHash?.hex), .string(message(of: run)),
      ])
    }
    return rows.batch
  }

  /// What went wrong, or from which table's changes alone the rows were made.
  static func message(of run: RunRecord) -> String {
    guard run.message.isEmpty, let table = (try? RunDetail(of: run))?.changesOf else {
      return run.message
    }
    return "from the changes of \(table) alone"
  }

  func plan(_ request: RefreshRequest) throws(LakeError) -> Outcome {
    try asking { host throws(QueryError) in
      let plan = try RefreshPlanner(host).plan(request)
      var rows = RowBuilder([
        ("view", .string), ("rebuilds", .string), ("date", .date), ("reason", .string),
        ("rows", .int64), ("milliseconds", .int64),
      ])
      var total: Int64 = 0
      for step in plan.steps {
        let estimate = try RefreshEstimate(of: step, host)
        total += (estimate?.microseconds ?? 0) / 1000
        ViewCommands.append(step, estimate, to: &rows)
      }
      var line = plan.isEmpty ? "nothing to rebuild" : "`tarn refresh` does this"
      if total > 0 { line += ", in about \(DurationText.text(microseconds: total * 1000))" }
      return Outcome(lines: [line], table: rows.batch)
    }
  }

  /// Rows and time stand in the first row of a view, for all of its dates.
  private static func append(
    _ step: RefreshPlan.Step, _ estimate: RefreshEstimate?, to rows: inout RowBuilder
  ) {
    var rebuilds: String
    switch step.scope {
    case .nothing: rebuilds = "nothing"
    case .all:
      if step.changes == nil, case .allDates(let why) = step.locality {
        rebuilds = "all dates: \(why)"
      } else {
        rebuilds = "all dates"
      }
    case .dates(let dates): rebuilds = "\(dates.count) date\(dates.count == 1 ? "" : "s")"
    }
    if step.changes != nil { rebuilds += " from the changes alone" }
    var cost: [Value] = [
      estimate.map { .int64($0.rows) } ?? .null,
      estimate.map { .int64($0.microseconds / 1000) } ?? .null,
    ]
    if step.reasons.isEmpty {
      rows.append(
        [.string(step.view.name), .string(rebuilds), .null, .string("up to date")] + cost)
    }
    for reason in step.reasons {
      rows.append(
        [
          .string(step.view.name), .string(rebuilds), .day(reason.date),
          .string(reason.reason.description),
        ] + cost)
      cost = [.null, .null]
    }
  }

  // MARK: Replay

  func replay(_ id: Int64, _ progress: (String) -> Void) throws(LakeError) -> Outcome {
    progress("replaying run \(id)")
    let report = try asking { host throws(QueryError) in try Replayer(host).replay(run: id) }
    var rows = RowBuilder([
      ("run", .int64), ("view", .string), ("verdict", .string), ("recorded_hash", .string),
      ("replayed_hash", .string), ("recorded_rows", .int64), ("replayed_rows", .int64),
    ])
    var verdict = "identical"
    var lines: [String] = []
    var isTampered = false
    if case .differs(let causes) = report.verdict {
      verdict = "differs"
      for cause in causes {
        lines.append(ViewCommands.text(cause))
        if cause == .inputs || cause == .storedRows { isTampered = true }
      }
      let dates = report.differingDates.map { $0?.description ?? "no date" }
      if !dates.isEmpty { lines.append("dates that differ: " + dates.joined(separator: ", ")) }
    }
    rows.append([
      .int64(report.run.id), .string(report.run.view), .string(verdict),
      .string(report.recordedHash), .string(report.replayedHash), .int64(report.recordedRows),
      .int64(report.replayedRows),
    ])
    if case .identical = report.verdict {
      lines.append(
        "run \(id) of \(report.run.view) gives the same bits again: \(report.replayedRows) rows")
    }
    let isIdentical = report.verdict == .identical
    return Outcome(
      lines: lines, table: rows.batch,
      verdict: isIdentical ? nil : (isTampered ? .integrity : .breached))
  }

  static func text(_ cause: Replayer.Cause) -> String {
    switch cause {
    case .method(let name, let recorded?, let running):
      "the method of \(name) was version \(recorded) then and is \(running) now"
    case .method(let name, nil, let running):
      "the run did not use \(name), whose method is version \(running)"
    case .engine(let recorded, let running):
      "the run was made by \(recorded), this build is \(running)"
    case .inputs:
      "definition, methods and engine are the same: an input or the record was altered"
    case .storedRows: "the rows that the view holds are not those that the run wrote"
    }
  }

  // MARK: Status

  func status(check: Bool) throws(LakeError) -> Outcome {
    let lake = try session.lake()
    let clocks = LakeTickHost(session, lake: lake)
    let report = try asking { host throws(QueryError) in try StatusReport(host, clocks: clocks) }
    let limits: [LimitState]
    let refused: [RefusedFile]
    do throws(CatalogError) {
      limits = try LimitBook(lake).breached()
      refused = try LandingMemory.refused(of: lake)
    } catch {
      throw LakeError(error)
    }
    var rows = RowBuilder([
      ("view", .string), ("latest_date", .date), ("last_run", .int64), ("last_status", .string),
      ("age_seconds", .int64), ("stale", .string), ("breaches", .string),
    ])
    for view in report.views {
      let stale: String
      switch view.step.scope {
      case .nothing: stale = "no"
      case .all: stale = "all dates"
      case .dates(let dates): stale = dates.map(\.description).joined(separator: ", ")
      }
      let breaches = view.breaches.map { breach in
        "\(breach.check): \(breach.rows) row\(breach.rows == 1 ? "" : "s") ("
          + breach.keys.joined(separator: "; ") + ")"
      }
      rows.append([
        .string(view.name), .day(view.latestDate), view.lastRun.map { .int64($0.id) } ?? .null,
        .text(view.lastRun?.status), view.age.map { .int64($0 / 1_000_000) } ?? .null,
        .string(
          stale + (view.isLate ? ", late" : "")
            + (view.missingDate.map { ": \($0) was to be ready" } ?? "")),
        .text(breaches.isEmpty ? nil : breaches.joined(separator: "; ")),
      ])
    }
    var verdict: LakeError.Reason?
    let isBreached = report.isBreached || !limits.isEmpty
    let isStale = report.isLate || !refused.isEmpty
    if check { verdict = isBreached ? .breached : (isStale ? .stale : nil) }
    let lines =
      limits.map(\.sentence)
      + report.breaches.map { breach in
        "\(breach.view)\(breach.date.map { " \($0)" } ?? ""): \(breach.rows) of its rows break "
          + "\(breach.check), CHECK (\(breach.condition)): \(breach.keys.joined(separator: "; "))"
      } + refused.map { "refused \($0.path): \($0.message)" }
    return Outcome(lines: lines, table: rows.batch, verdict: verdict)
  }
}
