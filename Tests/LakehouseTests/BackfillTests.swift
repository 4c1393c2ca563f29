import Columnar
import Lakehouse
import Testing

@Suite("Backfill and restatement")
struct BackfillTests {
  private func bench(_ clauses: String = "") throws -> Workbench {
    let bench = try Workbench()
    try bench.rows(
      """
      CREATE TABLE s.t (d DATE NOT NULL, x INT) BUSINESS DATE d;
      INSERT INTO s.t VALUES ('2025-06-10', 1), ('2025-06-11', 2), ('2025-06-12', 3),
        ('2025-06-16', 4);
      CREATE MATERIALIZED VIEW g.a BUSINESS DATE d \(clauses)
        AS SELECT d, SUM(x) AS x FROM s.t GROUP BY d;
      CREATE MATERIALIZED VIEW g.b BUSINESS DATE d AS SELECT d, x * 2 AS y FROM g.a;
      """)
    return bench
  }

  private func request(
    _ views: [String], _ from: String, _ to: String,
    _ change: (inout BackfillRequest) -> Void = { _ in }
  ) throws -> LakeCommand {
    let first = try #require(CalendarDate(from))
    let last = try #require(CalendarDate(to))
    var request = BackfillRequest(views: views, dates: first...last)
    change(&request)
    return .backfill(request)
  }

  private func plan(_ bench: Workbench) throws -> [String] {
    CellText.rows(try bench.perform(.plan(views: [])).table).map { row in
      row.split(separator: "|", omittingEmptySubsequences: false).prefix(4)
        .joined(separator: "|")
    }
  }

  @Test("the dates of a range come one by one, with what they read; the others stay to be done")
  func byDate() throws {
    let bench = try bench()
    let outcome = try bench.perform(try request(["g.b"], "2025-06-11", "2025-06-15"))
    #expect(outcome.lines == ["rebuilt 2 of 2 dates"] && outcome.verdict == nil)
    #expect(try bench.lines("SELECT d, y FROM g.b ORDER BY d") == ["2025-06-11|4", "2025-06-12|6"])
    #expect(try bench.lines("SELECT COUNT(*) FROM system.runs") == ["4"])
    let left = try plan(bench)
    #expect(
      Set(left) == [
        "g.a|2 dates|2025-06-10|new", "g.a|2 dates|2025-06-16|new",
        "g.b|2 dates|2025-06-10|g.a is rebuilt", "g.b|2 dates|2025-06-16|g.a is rebuilt",
      ], "\(left)")
    let again = try bench.perform(try request(["g.b"], "2025-06-11", "2025-06-15"))
    #expect(again.lines == ["nothing to rebuild from 2025-06-11 to 2025-06-15"])
    try bench.perform(try request(["g.b"], "2025-06-01", "2025-06-30"))
    #expect(try plan(bench).allSatisfy { $0.hasSuffix("up to date") })
    #expect(try bench.lines("SELECT SUM(y) FROM g.b") == ["20"])
    #expect(try bench.perform(.verify(deep: true)).verdict == nil)
  }

  @Test("a dry run says what would be done, and does nothing")
  func dryRun() throws {
    let bench = try bench()
    let dry = try request(["g.a"], "2025-06-11", "2025-06-30") { $0.isDryRun = true }
    let rows = CellText.rows(try bench.perform(dry).table)
    #expect(rows.count == 1 && rows[0].hasPrefix("g.a|3 dates|∅|new"), "\(rows)")
    #expect(try bench.lines("SELECT COUNT(*) FROM system.runs") == ["0"])
  }

  @Test("a date that fails ends it, or is passed over; what came before stays")
  func failing() throws {
    let bench = try bench("EXPECT small CHECK (x <> 2) ON VIOLATION FAIL")
    let stopped = try bench.perform(try request(["g.a"], "2025-06-10", "2025-06-30"))
    #expect(stopped.verdict == .data)
    #expect(stopped.lines.first == "rebuilt 1 of 4 dates", "\(stopped.lines)")
    #expect(try bench.lines("SELECT d FROM g.a") == ["2025-06-10"])
    let going = try request(["g.a"], "2025-06-10", "2025-06-30") { $0.keepsGoing = true }
    let outcome = try bench.perform(going)
    #expect(outcome.verdict == .data && outcome.lines.first == "rebuilt 2 of 3 dates")
    #expect(outcome.lines.last?.hasPrefix("2025-06-11 failed and is as it was: g.a: ") == true)
    #expect(try bench.lines("SELECT COUNT(*) FROM g.a") == ["3"])
  }

  @Test("a restatement leaves its reason in the run, the audit log and the snapshot")
  func restated() throws {
    let bench = try bench()
    try bench.perform(.refresh(views: [], dates: [], force: false))
    let restatement = try request(["g.a"], "2025-06-11", "2025-06-11") {
      $0.reason = "late trade T-4711"
    }
    #expect(try bench.perform(restatement).lines == ["restated 1 of 1 date"])
    #expect(
      try bench.lines(
        "SELECT operation, reason FROM system.snapshots ORDER BY snapshot DESC LIMIT 1")
        == ["RESTATE|late trade T-4711"])
    let parameters = try bench.lines(
      "SELECT parameters FROM system.runs ORDER BY run DESC LIMIT 1")
    #expect(parameters.first?.contains("restated: late trade T-4711") == true, "\(parameters)")
    #expect(try plan(bench).first == "g.a|nothing|∅|up to date")
  }

  @Test("a view that cannot be rebuilt by date is refused by name, with why")
  func notLocal() throws {
    let bench = try bench()
    try bench.rows("CREATE MATERIALIZED VIEW g.all AS SELECT SUM(x) AS x FROM s.t")
    let command = try request(["g.all"], "2025-06-10", "2025-06-30")
    let fault = #expect(throws: LakeError.self) { try bench.perform(command) }
    #expect(
      fault?.message
        == "g.all cannot be rebuilt by date: the view has no BUSINESS DATE")
  }
}
