import Columnar
import FileStorage
import LakeCatalog
import Lakehouse
import Synchronization
import TestSupport
import Testing

/// A lake whose clock the test sets.
private final class ClockedLake {
  private let directory = TemporaryDirectory()
  let clock: FixedClock
  let session: Session
  let options: Session.Options

  init(_ time: String) throws {
    clock = FixedClock(microseconds: TimestampText(time)?.microseconds ?? 0, step: 1)
    let root = directory.path + "/lake"
    _ = try Lake.create(root, actor: "tester", clock: clock.now)
    var options = Session.Options(lakePath: root)
    options.actor = "tester"
    options.threads = 1
    self.options = options
    session = Session(options: options, store: LocalFileStore(), clock: clock.now)
  }

  func minutes(_ count: Int64) { clock.advance(microseconds: count * 60_000_000) }

  func tick() throws -> Outcome { try session.perform(.tick()) { _ in } }

  /// The view and the result of each line of a tick.
  func words() throws -> [String] {
    CellText.rows(try tick().table).map { row in
      let cells = row.split(separator: "|", omittingEmptySubsequences: false)
      return "\(cells[0]) \(cells[2])"
    }
  }

  func runs(_ view: String) throws -> [String] {
    try session.lines("SELECT COUNT(*) FROM system.runs WHERE view = '\(view)'")
  }
}

@Suite("Scheduled refresh")
struct ScheduleTests {
  private static let tables =
    """
    CREATE TABLE s.t (d DATE NOT NULL, k STRING, x INT) BUSINESS DATE d;
    INSERT INTO s.t VALUES ('2025-06-12', 'a', 1), ('2025-06-13', 'b', 2);
    """

  private static func view(_ name: String, _ clauses: String, from: String = "s.t") -> String {
    """
    CREATE MATERIALIZED VIEW g.\(name) BUSINESS DATE d \(clauses)
    AS SELECT d, SUM(x) AS x FROM \(from) GROUP BY d;
    """
  }

  @Test("a tick refreshes what is due by the clock, and what an input's commit made stale")
  func due() throws {
    let lake = try ClockedLake("2026-03-28T06:00:00Z")
    try lake.session.allRows(
      Self.tables + Self.view("every", "REFRESH EVERY '30 minutes'")
        + Self.view("top", "REFRESH ON COMMIT", from: "g.every")
        + Self.view("cron", "REFRESH CRON '30 1 * * *' TIMEZONE 'Europe/London'"))
    #expect(try lake.words() == ["g.every refreshed", "g.top refreshed"])
    #expect(try lake.words() == [])
    try lake.session.allRows("INSERT INTO s.t VALUES ('2025-06-13', 'c', 5)")
    #expect(try lake.words() == [], "g.every waits for its time, and g.top for g.every")
    lake.minutes(31)
    #expect(try lake.words() == ["g.every refreshed", "g.top refreshed"])
    #expect(try lake.session.lines("SELECT x FROM g.top ORDER BY d") == ["1", "7"])
    // 01:30 does not exist in the night to the 29th: clocks go from 01:00 to 02:00.
    lake.minutes(18 * 60 + 28)
    #expect(try lake.words() == ["g.every up to date"])
    lake.minutes(1)
    #expect(try lake.words() == ["g.cron refreshed"])
    #expect(try lake.words() == [])
  }

  @Test("ticks of several sessions at once do each piece of work once")
  func together() throws {
    let lake = try ClockedLake("2026-03-02T06:00:00Z")
    try lake.session.allRows(
      Self.tables + Self.view("a", "REFRESH EVERY '10 minutes'")
        + Self.view("b", "REFRESH EVERY '10 minutes'")
        + Self.view("top", "REFRESH ON COMMIT", from: "g.a"))
    let (options, clock) = (lake.options, lake.clock)
    for round in 1...5 {
      try lake.session.allRows("INSERT INTO s.t VALUES ('2025-06-13', 'c', 5)")
      let told = Mutex<[String]>([])
      runThreads(4) { _ in
        let session = Session(options: options, store: LocalFileStore(), clock: clock.now)
        do throws(LakeError) {
          let outcome = try session.perform(.tick()) { _ in }
          told.withLock { $0 += CellText.rows(outcome.table) }
        } catch {
          told.withLock { $0.append("|failed|: \(error.message)") }
        }
      }
      let rows = told.withLock { $0 } + CellText.rows(try lake.tick().table)
      // A loser of a race would not publish, but would have worked in vain: it must not start.
      #expect(!rows.contains { $0.contains("|failed|") }, "\(rows)")
      #expect(rows.count { $0.contains("|refreshed|") } == 3, "\(rows)")
      for view in ["g.a", "g.b", "g.top"] {
        #expect(try lake.runs(view) == ["\(round)"], "\(view) in round \(round)")
      }
      lake.minutes(10)
    }
    #expect(try lake.session.lines("SELECT x FROM g.top ORDER BY d") == ["1", "27"])
    #expect(try lake.session.perform(.verify(deep: true)) { _ in }.verdict == nil)
  }

  @Test("a calendar's days off come from ref.holidays; without them the view fails by itself")
  func calendar() throws {
    let lake = try ClockedLake("2026-04-02T08:00:00Z")
    try lake.session.allRows(
      Self.tables + Self.view("a", "REFRESH CRON '0 7 * * MON-FRI' CALENDAR UK"))
    let missing = try lake.tick()
    #expect(missing.verdict == .data)
    #expect(missing.lines.contains { $0.contains("ref.holidays") })
    try lake.session.allRows(
      """
      CREATE TABLE ref.holidays (calendar STRING NOT NULL, date DATE NOT NULL, name STRING)
        KEY (calendar, date);
      INSERT INTO ref.holidays VALUES ('UK', '2026-04-03', 'Good Friday'),
        ('UK', '2026-04-06', 'Easter Monday')
      """)
    lake.minutes(4 * 24 * 60)
    #expect(try lake.words() == [])
    lake.minutes(24 * 60)
    #expect(try lake.words() == ["g.a refreshed"])
  }

  @Test("a view that fails is told once with 1, and is late with 4 until it succeeds")
  func failure() throws {
    let lake = try ClockedLake("2026-03-02T06:00:00Z")
    try lake.session.allRows(
      Self.tables
        + Self.view(
          "a",
          "REFRESH EVERY '1 day' RETRY 1 BACKOFF '1 minute'..'2 minutes' EXPECT small CHECK (x < 9) ON VIOLATION FAIL"
        ))
    #expect(try lake.tick().verdict == nil)
    try lake.session.allRows("INSERT INTO s.t VALUES ('2025-06-13', 'c', 50)")
    lake.minutes(24 * 60)
    let failed = try lake.tick()
    #expect(failed.verdict == .data && failed.lines.last == "late: g.a")
    lake.minutes(5)
    let late = try lake.tick()
    #expect(late.verdict == .stale && late.table == nil, "nothing was committed since")
    try lake.session.allRows("DELETE FROM s.t WHERE x = 50")
    let healed = try lake.tick()
    #expect(healed.verdict == nil, "\(healed.lines)")
    #expect(CellText.rows(healed.table).first?.hasPrefix("g.a|after 1 failure|refreshed") == true)
  }

  @Test("a schedule that cannot be read is refused where the view is made")
  func refused() throws {
    let lake = try ClockedLake("2026-03-02T06:00:00Z")
    try lake.session.allRows(Self.tables)
    let cron = lake.session.failure(Self.view("a", "REFRESH CRON '0 7 * * MON-FRX'"))
    #expect(cron?.message.contains("FRX") == true && cron?.position != nil)
    let zone = lake.session.failure(Self.view("a", "REFRESH CRON '0 7 * * *' TIMEZONE 'Mars/Base'"))
    #expect(zone?.message.contains("Mars/Base") == true && zone?.position != nil)
    let never = lake.session.failure(Self.view("a", "REFRESH CRON '0 7 31 2 *'"))
    #expect(never?.message.contains("never") == true)
    #expect(try lake.session.lines("SELECT COUNT(*) FROM system.views") == ["0"])
  }

  @Test("a tick with nothing due takes a moment, however many views there are")
  func idle() throws {
    let lake = try ClockedLake("2026-03-02T06:00:00Z")
    let views = (0..<40).map { Self.view("v\($0)", "REFRESH EVERY '1 day'") }
    try lake.session.allRows(Self.tables + views.joined())
    #expect(try lake.tick().table?.rowCount == 40)
    var best = UInt64.max
    for _ in 0..<20 {
      let start = SystemClock.monotonicNanoseconds()
      #expect(try lake.tick().table == nil)
      best = min(best, SystemClock.monotonicNanoseconds() - start)
    }
    #expect(best < 20_000_000, "\(best) ns")
  }

  @Test("a lease of a tick that died keeps others away until it ends")
  func leases() throws {
    let lake = try ClockedLake("2026-03-02T06:00:00Z")
    try lake.session.allRows(Self.tables + Self.view("a", "REFRESH EVERY '1 day'"))
    let catalog = try Lake.open(lake.options.lakePath, clock: lake.clock.now).catalog
    let until = lake.clock.now() + 60_000_000
    #expect(
      try catalog.takeLease("refresh:g.a", holder: "dead", untilMicroseconds: until))
    #expect(try lake.words() == ["g.a left"])
    lake.minutes(2)
    #expect(try lake.words() == ["g.a refreshed"])
  }
}
