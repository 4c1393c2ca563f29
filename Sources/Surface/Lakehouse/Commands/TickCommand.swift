import Columnar
import LakeCatalog
import MaterializedViews
import QueryEngine

/// `tick`, as a table and sentences.
struct TickCommand {
  private let session: Session
  private let landing: LandingFolder?

  /// - Parameter landing: Files that lie there are loaded before views are looked at.
  init(_ session: Session, _ landing: LandingFolder? = nil) {
    self.session = session
    self.landing = landing
  }

  func run(
    _ targets: NoticeTargets, _ progress: (String) -> Void
  ) throws(LakeError) -> Outcome {
    let lake = try session.lake()
    let host = LakeTickHost(session, lake: lake)
    var intake: LandingIntake.Outcome?
    if let landing {
      intake = try LandingIntake(session, lake: lake, host: host, landing).take(progress)
      session.workspace.beginStatement()
    }
    let outcome: Tick.Outcome
    do throws(QueryError) {
      outcome = try Tick(host).run { view, index, count in
        progress("refreshing \(view) (\(index + 1) of \(count))")
      }
    } catch {
      throw LakeError(error)
    }
    let untold = TickNotices(session, lake, targets).send(after: outcome)
    let table = TickCommand.table(outcome, intake)
    return Outcome(
      lines: TickCommand.lines(outcome, intake, landing) + untold,
      table: table.rowCount == 0 ? nil : table,
      verdict: TickCommand.verdict(outcome, intake, isUntold: !untold.isEmpty))
  }

  /// 5 before 1 before 4.
  private static func verdict(
    _ outcome: Tick.Outcome, _ intake: LandingIntake.Outcome?, isUntold: Bool
  ) -> LakeError.Reason? {
    if intake?.isDamaged == true { return .integrity }
    if outcome.hasFailed || isUntold || intake?.refused.isEmpty == false { return .data }
    return outcome.late.isEmpty && intake?.standing.isEmpty != false ? nil : .stale
  }

  /// A row for each file that was tried, when files are looked for, and for each view that was due.
  private static func table(_ outcome: Tick.Outcome, _ intake: LandingIntake.Outcome?) -> Batch {
    var columns: [(String, DataType)] = [
      ("view", .string), ("due", .string), ("result", .string), ("run", .int64),
      ("dates", .int64), ("rows", .int64), ("milliseconds", .int64), ("message", .string),
    ]
    if intake != nil { columns.append(("file", .string)) }
    var rows = RowBuilder(columns)
    for report in intake?.loaded ?? [] {
      let isNew = report.status == .loaded
      let rejected = report.rejected > 0 ? "\(report.rejected) records are in quarantine" : nil
      rows.append([
        .null, .string("landed"), .string(report.status.rawValue), .null, .null,
        isNew ? .int64(report.rowsLoaded) : .null, .null, .text(rejected), .string(report.file),
      ])
    }
    for file in intake?.refused ?? [] {
      rows.append([
        .null, .string("landed"), .string("refused"), .null, .null, .null, .null,
        .string(file.message), .string(file.path),
      ])
    }
    for item in outcome.items {
      let result = TickCommand.result(item.end)
      var cells: [Value] = [
        .string(item.view), .string(TickCommand.due(item)), .string(result.word),
      ]
      if case .refreshed(let run) = item.end {
        cells += [
          .int64(run.id), .int64(Int64(run.dates.count)), .int64(run.rowCount),
          .int64((run.finishedMicroseconds - run.startedMicroseconds) / 1000),
        ]
      } else {
        cells += [.null, .null, .null, .null]
      }
      rows.append(cells + [.text(result.message)] + (intake == nil ? [] : [.null]))
    }
    return rows.batch
  }

  private static func lines(
    _ outcome: Tick.Outcome, _ intake: LandingIntake.Outcome?, _ landing: LandingFolder?
  ) -> [String] {
    guard let intake, let landing else { return lines(outcome) }
    var lines: [String] = []
    if !intake.loaded.isEmpty || !intake.refused.isEmpty {
      lines.append(
        IngestOutcome.sentence(intake.loaded)
          + (intake.refused.isEmpty ? "" : "; refused \(intake.refused.count)"))
    }
    lines += TickCommand.lines(outcome)
    lines += intake.refused.map { "refused \($0.path): \($0.message)" }
    for report in intake.loaded { lines += report.notes.map { "\(report.file): \($0)" } }
    lines += intake.standing.map { "still refused: \($0.path)" }
    lines += intake.waiting.map {
      "waiting until it has not changed for \(landing.settle) seconds: \($0)"
    }
    if intake.isTakenByOther { lines.append("another tick is taking the files that landed") }
    return lines
  }

  private static func lines(_ outcome: Tick.Outcome) -> [String] {
    var counts: [String: Int] = [:]
    for item in outcome.items { counts[result(item.end).word, default: 0] += 1 }
    var line =
      counts.isEmpty
      ? "nothing is due"
      : counts.keys.sorted().map { "\($0): \(counts[$0] ?? 0)" }.joined(separator: ", ")
    if let snapshot = outcome.snapshot { line += " (snapshot \(snapshot))" }
    if let wake = outcome.wake { line += "; next at \(Timestamp(microseconds: wake))" }
    var lines = [line]
    for item in outcome.items {
      if case .failed(let message, _) = item.end { lines.append("\(item.view): \(message)") }
    }
    if !outcome.late.isEmpty { lines.append("late: " + outcome.late.joined(separator: ", ")) }
    return lines
  }

  private static func due(_ item: Tick.Item) -> String {
    switch item.due {
    case .scheduled(let time): "at \(Timestamp(microseconds: time))"
    case .first: "never refreshed"
    case .changed: "inputs changed"
    case .retry(let failures): "after \(failures) failure\(failures == 1 ? "" : "s")"
    case .clockSetBack: "the clock was set back"
    case nil:
      if case .failed = item.end { "unknown" } else { "read by another" }
    }
  }

  private static func result(_ end: Tick.End) -> (word: String, message: String?) {
    switch end {
    case .refreshed: ("refreshed", nil)
    case .upToDate: ("up to date", nil)
    case .failed(let message, nil): ("failed", message)
    case .failed(let message, let retryAt?):
      ("failed", "\(message); tried again at \(Timestamp(microseconds: retryAt))")
    case .heldBack(let message, nil): ("held back", message)
    case .heldBack(let message, let retryAt?):
      ("held back", "\(message); tried again at \(Timestamp(microseconds: retryAt))")
    case .leftToOther: ("left", "another tick is at work on it")
    }
  }
}
