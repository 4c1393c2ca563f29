import FileStorage
import Glibc
import Lakehouse
import TestSupport
import Testing

/// Real processes that are killed at random moments of a tick.
@Suite("Killed refreshes", .serialized)
struct KilledRefreshTests {
  private static let views = ["g.a", "g.b", "g.c", "g.d"]

  /// A diamond of views; `d` reads both sides.
  private static let definitions =
    """
    CREATE TABLE s.t (d DATE NOT NULL, k STRING, x INT) BUSINESS DATE d;
    INSERT INTO s.t VALUES ('2025-06-12', 'a', 1), ('2025-06-13', 'b', 2);
    CREATE MATERIALIZED VIEW g.a BUSINESS DATE d REFRESH ON COMMIT
      AS SELECT d, k, SUM(x) AS x FROM s.t GROUP BY d, k;
    CREATE MATERIALIZED VIEW g.b BUSINESS DATE d REFRESH ON COMMIT
      AS SELECT d, SUM(x) AS x FROM g.a GROUP BY d;
    CREATE MATERIALIZED VIEW g.c BUSINESS DATE d REFRESH ON COMMIT
      AS SELECT d, COUNT(*) AS n FROM g.a GROUP BY d;
    CREATE MATERIALIZED VIEW g.d BUSINESS DATE d REFRESH ON COMMIT
      AS SELECT b.d, b.x, c.n FROM g.b b JOIN g.c c ON b.d = c.d;
    """

  /// 40 kills, or as many as TARN_KILLS says.
  private static var kills: Int {
    guard let text = unsafe getenv("TARN_KILLS") else { return 40 }
    return unsafe Int(String(cString: text)) ?? 40
  }

  private func counts(_ bench: Workbench) throws -> [String] {
    try bench.lines(
      "SELECT view, COUNT(*) FROM system.runs WHERE status = 'succeeded' GROUP BY view ORDER BY view"
    )
  }

  @Test("the next tick finishes the work at once; nothing is built twice or half published")
  func kill() async throws {
    let bench = try Workbench()
    try bench.rows(Self.definitions)
    let start = SystemClock.monotonicNanoseconds()
    _ = try bench.perform(.tick())
    let length = Int((SystemClock.monotonicNanoseconds() - start) / 1000)
    var random = SeededGenerator(seed: 42)
    var published = 0
    for round in 1...Self.kills {
      try bench.rows("INSERT INTO s.t VALUES ('2025-06-13', 'k\(round)', \(round))")
      // Sometimes after the end, so that a kill between the commit and what is remembered counts.
      let moment = Int.random(in: 0...length * 3, using: &random)
      await #expect(processExitsWith: .signal(SIGKILL)) {
        [lake = bench.lake as String, moment = moment as Int] in
        killSelf(afterMicroseconds: moment)
        var options = Session.Options(lakePath: lake)
        options.threads = 1
        _ = try Session(options: options).perform(.tick()) { _ in }
        while true { pause() }
      }
      let sums =
        "SELECT (SELECT SUM(x) FROM g.b), (SELECT SUM(x) FROM g.a), "
        + "(SELECT SUM(x) FROM g.d), (SELECT SUM(n) FROM g.c), (SELECT SUM(n) FROM g.d)"
      let found = try bench.lines(sums).first.map { $0.split(separator: "|") } ?? []
      #expect(Set(found.prefix(3)).count == 1, "half published: \(found), \(moment) µs")
      #expect(Set(found.suffix(2)).count == 1, "half published: \(found), \(moment) µs")
      if found.first == "\(3 + round * (round + 1) / 2)" { published += 1 }
      let outcome = try bench.perform(.tick())
      #expect(outcome.verdict == nil, "\(moment) µs: \(outcome.lines)")
      #expect(!CellText.rows(outcome.table).contains { $0.contains("|left|") }, "\(moment) µs")
      let expected = "\(3 + round * (round + 1) / 2)"
      #expect(try bench.lines("SELECT SUM(x), SUM(n) FROM g.d") == ["\(expected)|\(round + 2)"])
      #expect(try counts(bench) == Self.views.map { "\($0)|\(round + 1)" }, "\(moment) µs")
    }
    #expect((1..<Self.kills).contains(published), "published before it died: \(published)")
    #expect(try bench.perform(.verify(deep: true)).verdict == nil)
    #expect(try bench.perform(.plan(views: [])).lines == ["nothing to rebuild"])
  }

  @Test("a refresh by hand waits for the lease of a living process, and takes that of a dead one")
  func byHand() async throws {
    let bench = try Workbench()
    try bench.rows(Self.definitions)
    await #expect(processExitsWith: .signal(SIGKILL)) { [lake = bench.lake as String] in
      var options = Session.Options(lakePath: lake)
      options.threads = 1
      // Killed while it refreshes: the progress is told once the leases are held.
      _ = try Session(options: options).perform(
        .refresh(views: [], dates: [], force: false)
      ) { _ in _ = Glibc.kill(getpid(), SIGKILL) }
    }
    let start = SystemClock.monotonicNanoseconds()
    #expect(try bench.perform(.refresh(views: [], dates: [], force: false)).verdict == nil)
    #expect(SystemClock.monotonicNanoseconds() - start < 60_000_000_000)
    #expect(try counts(bench) == Self.views.map { "\($0)|1" })
  }
}

/// Kills this process a while later.
private func killSelf(afterMicroseconds delay: Int) {
  let end = SystemClock.monotonicNanoseconds() + UInt64(delay) * 1000
  Task.detached {
    while SystemClock.monotonicNanoseconds() < end { usleep(100) }
    _ = Glibc.kill(getpid(), SIGKILL)
  }
}
