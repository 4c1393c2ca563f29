import Columnar
import LakeCatalog
import MaterializedViews
import QueryEngine

/// `tick`, as a table and sentences.
struct TickCommand {
  private let session: Session

  init(_ session: Session) { self.session = session }

  func run(
    _ targets: NoticeTargets, _ progress: (String) -> Void
  ) throws(LakeError) -> Outcome {
    let lake = try session.lake()
    let host = LakeTickHost(session, lake: lake)
    let outcome: Tick.Outcome
    do throws(QueryError) {
      outcome = try Tick(host).run { view, index, count in
        progress("refreshing \(view) (\(index + 1) of \(count))")
      }
    } catch {
      throw LakeError(error)
    }
    var rows = RowBuilder([
      ("view", .string), ("due", .string), ("result", .string), ("run", .int64),
      ("dates", .int64), ("rows", .int64), ("milliseconds", .int64), ("message", .string),
    ])
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
      rows.append(cells + [.text(result.message)])
    }
    let untold = TickNotices(session, lake, targets).send(after: outcome)
    let hasFailed = outcome.hasFailed || !untold.isEmpty
    return Outcome(
      lines: TickCommand.lines(outcome) + untold,
      table: outcome.items.isEmpty ? nil : rows.batch,
      verdict: hasFailed ? .data : (outcome.late.isEmpty ? nil : .stale))
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
