import Columnar
import Glibc
import Lakehouse

/// `tarn replay-market`: recorded quotes become commits in the order of their times, and the views
/// that read them are refreshed after each.
struct MarketReplay {
  private let console: Console
  private let conversation: any Conversation
  private let source: String
  private let target: ReplayTarget
  private let views: [String]
  /// Nil: without waiting.
  private let speed: Double?
  private let until: String?

  /// - Throws: `.usage` for a speed that is no positive number, and what reading the lake throws.
  init(
    console: Console, conversation: any Conversation, _ invocation: Invocation
  ) throws(LakeError) {
    self.console = console
    self.conversation = conversation
    source = invocation.arguments[0]
    until = invocation.value(.until)
    if let text = invocation.value(.speed) {
      guard let number = Double(text), number > 0, number.isFinite else {
        throw LakeError(.usage, "expected --speed with a number above 0, found '\(text)'")
      }
      guard !invocation.flags.contains(.fast) else {
        throw LakeError(.usage, "--speed and --as-fast-as-possible do not go together")
      }
      speed = number
    } else {
      speed = nil
    }
    target = try ReplayTarget(invocation.value(.table) ?? "silver.curve_quotes", conversation)
    let asked = invocation.value(.refresh) ?? "all"
    switch asked {
    case "none": views = []
    case "all": views = try target.dependents(conversation)
    default: views = asked.split(separator: ",").map { String($0.filter { $0 != " " }) }
    }
  }

  /// - Returns: 0, or 130 when it was told to stop.
  func run() throws(LakeError) -> Int32 {
    Interrupts.catchTermination()
    return try Interrupts.cancelling(conversation) { () throws(LakeError) in
      try conversation.run(
        """
        CREATE SCHEMA IF NOT EXISTS market;
        CREATE TABLE IF NOT EXISTS market.replays (source STRING NOT NULL, target STRING NOT NULL,
          tick_time TIMESTAMP NOT NULL, quotes BIGINT NOT NULL)
        """, into: CollectingSink())
      let done = try last()
      let ticks = try target.ticks(
        of: source, after: done, until: until, conversation)
      // A run that ended between a commit and its refresh is completed.
      if done != nil { try refresh() }
      guard let first = ticks.first else {
        say("nothing to replay" + (done.map { " after \($0)" } ?? ""))
        return 0
      }
      if let done { say("going on after \(done)") }
      let isWhole = try replay(ticks, from: first.microseconds)
      return isWhole ? 0 : 130
    }
  }

  /// The last tick of this source that is in the table.
  private func last() throws(LakeError) -> String? {
    let rows = try ReplayTarget.rows(
      """
      SELECT CAST(MAX(tick_time) AS STRING) AS last FROM market.replays
      WHERE source = \(ReplayTarget.literal(source))
        AND target = \(ReplayTarget.literal(target.name))
      """, conversation)
    guard case .string(let text)? = rows.first?.first else { return nil }
    return text
  }

  private func refresh() throws(LakeError) {
    if views.isEmpty { return }
    let outcome = try conversation.perform(.refresh(views: views, dates: [], force: false)) { _ in }
    if let verdict = outcome.verdict {
      throw LakeError(verdict, outcome.lines.joined(separator: "\n"))
    }
  }

  /// - Returns: Whether all ticks were replayed.
  private func replay(_ ticks: [ReplayTick], from first: Int64) throws(LakeError) -> Bool {
    let start = nanoseconds()
    var latencies: [UInt64] = []
    for (number, tick) in ticks.enumerated() {
      if let speed {
        let due = Double(tick.microseconds - first) * 1000 / speed
        rest(until: start + UInt64(min(due, 1e18)))
      }
      if Interrupts.wasInterrupted { return stopped(latencies, of: ticks.count) }
      let begin = nanoseconds()
      let (committed, refreshed): (UInt64, UInt64)
      do throws(LakeError) {
        try commit(tick)
        committed = nanoseconds()
        try refresh()
        refreshed = nanoseconds()
      } catch {
        if error.reason == .cancelled { return stopped(latencies, of: ticks.count) }
        throw error
      }
      latencies.append(refreshed - begin)
      let left = ticks.count - number - 1
      let each = Double(nanoseconds() - start) / Double(number + 1)
      say(
        "\(tick.time)  \(tick.rows.count) quotes  commit \(Self.milliseconds(committed - begin))"
          + "  refresh \(Self.milliseconds(refreshed - committed))  \(number + 1) of \(ticks.count)"
          + (left > 0 ? ", about \(Int((each * Double(left) / 1e9).rounded(.up))) s left" : ""))
    }
    say("replayed \(summary(latencies))")
    return true
  }

  /// The quotes and the note that they are there, in one commit.
  private func commit(_ tick: ReplayTick) throws(LakeError) {
    do throws(LakeError) {
      try conversation.run(
        """
        BEGIN;
        \(target.merge(tick.rows));
        INSERT INTO market.replays VALUES (\(ReplayTarget.literal(source)),
          \(ReplayTarget.literal(target.name)),
          CAST(\(ReplayTarget.literal(tick.time)) AS TIMESTAMP), \(tick.rows.count));
        COMMIT
        """, into: CollectingSink())
    } catch {
      // Where the transaction never began, there is nothing to take back.
      try? conversation.run("ROLLBACK", into: CollectingSink())
      throw error
    }
  }

  private func stopped(_ latencies: [UInt64], of count: Int) -> Bool {
    say(
      "stopped after \(latencies.count) of \(count) ticks; the same command goes on there"
        + (latencies.isEmpty ? "" : ": \(summary(latencies))"))
    return false
  }

  private func summary(_ latencies: [UInt64]) -> String {
    let sorted = latencies.sorted()
    guard let least = sorted.first, let most = sorted.last else { return "nothing" }
    return "\(sorted.count) tick\(sorted.count == 1 ? "" : "s"), each within "
      + "\(Self.milliseconds(least)) to \(Self.milliseconds(most)), half of them within "
      + Self.milliseconds(sorted[sorted.count / 2])
  }

  private static func milliseconds(_ time: UInt64) -> String {
    "\((time + 500_000) / 1_000_000) ms"
  }

  private func rest(until time: UInt64) {
    while !Interrupts.wasInterrupted {
      let now = nanoseconds()
      if now >= time { return }
      usleep(UInt32(min(100_000, max(1, (time - now) / 1000))))
    }
  }

  private func say(_ text: String) { console.words(text + "\n") }
}
