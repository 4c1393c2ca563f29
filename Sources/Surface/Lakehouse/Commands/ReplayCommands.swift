import Columnar
import FileStorage
import LakeCatalog
import MaterializedViews
import QueryEngine
import QueryLanguage
import RiskCalculators

/// `replay --all`, `replay CERTIFICATE` and `replay --using`.
struct ReplayCommands {
  private let session: Session

  init(_ session: Session) { self.session = session }

  func certificate(_ path: String, _ progress: (String) -> Void) throws(LakeError) -> Outcome {
    do throws(QueryError) {
      return try CertificateReplay(session: session).run(path, progress)
    } catch {
      throw LakeError(error)
    }
  }

  // MARK: All runs

  /// Every run that published something, oldest first; others are counted.
  func all(_ progress: (String) -> Void) throws(LakeError) -> Outcome {
    let lake = try session.lake()
    let runs: [RunRecord]
    let host: LakeViewHost
    do throws(CatalogError) {
      runs = try lake.catalog.runs().reversed()
      host = try LakeViewHost(session, lake: lake)
    } catch {
      throw LakeError(error)
    }
    let published = runs.filter { $0.status == RunStatus.succeeded && $0.contentHash != nil }
    var rows = RowBuilder([
      ("run", .int64), ("view", .string), ("verdict", .string), ("rows", .int64),
      ("milliseconds", .int64), ("detail", .string),
    ])
    var tally = ReplayTally()
    for (index, run) in published.enumerated() {
      progress("replaying run \(run.id) of \(run.view) (\(index + 1) of \(published.count))")
      let started = SystemClock.monotonicNanoseconds()
      let (verdict, detail) = try replay(run, host)
      tally.add(verdict)
      rows.append([
        .int64(run.id), .string(run.view), .string(verdict.rawValue), .int64(run.rowCount),
        .int64(Int64((SystemClock.monotonicNanoseconds() - started) / 1_000_000)), .text(detail),
      ])
    }
    return Outcome(
      lines: tally.lines(of: published.count, others: runs.count - published.count),
      table: rows.batch, verdict: tally.verdict)
  }

  private func replay(
    _ run: RunRecord, _ host: LakeViewHost
  ) throws(LakeError) -> (ReplayTally.Verdict, String?) {
    do throws(QueryError) {
      let report = try Replayer(host).replay(run: run.id)
      guard case .differs(let causes) = report.verdict else { return (.identical, nil) }
      let isAltered = causes.contains { $0 == .inputs || $0 == .storedRows }
      return (
        isAltered ? .altered : .method,
        causes.map(ViewCommands.text).joined(separator: "; ")
      )
    } catch {
      switch error.reason {
      case .time: return (.unreadable, error.description)
      case .integrity, .source: return (.altered, error.description)
      default: throw LakeError(error)
      }
    }
  }

  // MARK: Another method

  /// Refuses by name a method version that this build does not have; else there is nothing to do.
  ///
  /// - Parameter text: `CALCULATOR=VERSION`, or a calculator alone.
  func checkMethod(_ text: String, of id: Int64) throws(LakeError) {
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    let name = parts.first?.lowercased() ?? ""
    let lake = try session.lake()
    let run: RunRecord?
    do throws(CatalogError) { run = try lake.catalog.run(id: id) } catch {
      throw LakeError(error)
    }
    guard let run else { return }
    let used = RunDetail.methods(of: run)
    guard used[name] != nil, let calculator = Calculators.all.first(where: { $0.name == name })
    else {
      let names = used.keys.sorted()
      throw LakeError(
        .usage, "run \(id) of \(run.view) used no calculator '\(parts.first ?? "")'",
        help: names.isEmpty
          ? "it used none"
          : Suggestion.nearest(to: name, among: names).map { "did you mean '\($0)'?" }
            ?? "it used \(RunDetail.methodText(of: run))")
    }
    let wanted = parts.count == 2 ? Int(parts[1]) : nil
    guard wanted == calculator.methodVersion else {
      throw LakeError(
        .usage,
        "this build has one method of \(name), version \(calculator.methodVersion)"
          + (parts.count == 2 ? ", and no '\(parts[1])'" : ""),
        help: "replay with the build that has the other method; run \(id) used version "
          + "\(used[name] ?? 0)")
    }
  }
}

/// What the replays of many runs came to.
struct ReplayTally {
  enum Verdict: String {
    case identical
    /// Another method or build gives other rows.
    case method = "other method"
    case altered
    /// A vacuum took its inputs.
    case unreadable = "not readable"
  }

  private var counts: [Verdict: Int] = [:]

  mutating func add(_ verdict: Verdict) { counts[verdict, default: 0] += 1 }

  func lines(of count: Int, others: Int) -> [String] {
    var lines = ["\(counts[.identical] ?? 0) of \(count) runs give the same bits again"]
    if let altered = counts[.altered] { lines.append("altered: \(altered), see the detail") }
    if let method = counts[.method] { lines.append("other methods or builds: \(method)") }
    if let gone = counts[.unreadable] {
      lines.append("not readable any more: \(gone), a vacuum took their inputs")
    }
    if others > 0 { lines.append("\(others) failed or were blocked, and published nothing") }
    return lines
  }

  var verdict: LakeError.Reason? {
    if counts[.altered] != nil { return .integrity }
    if counts[.method] != nil { return .breached }
    return counts[.unreadable] == nil ? nil : .data
  }
}
