import Columnar
import FileStorage
import Lakehouse
import Testing

@Suite("HISTORY OF")
struct NumberHistoryTests {
  private func bench() throws -> Workbench {
    let bench = try Workbench(actor: "ann")
    try bench.rows(
      """
      CREATE TABLE s.t (d DATE NOT NULL, id INT NOT NULL, k STRING, x DECIMAL(12,2))
        BUSINESS DATE d KEY (d, id);
      INSERT INTO s.t VALUES ('2025-06-12', 1, 'a', 1.50), ('2025-06-13', 1, 'a', 9.00);
      CREATE MATERIALIZED VIEW g.v BUSINESS DATE d AS SELECT d, k, SUM(x) AS v FROM s.t GROUP BY d, k;
      """)
    try bench.perform(.refresh(views: [], dates: [], force: false))
    return bench
  }

  @Test("every value a number had: by which run, by whom, why, and the difference")
  func values() throws {
    let bench = try bench()
    // Another date: no new value.
    try bench.rows("INSERT INTO s.t VALUES ('2025-06-13', 2, 'a', 1)")
    try bench.perform(.refresh(views: [], dates: [], force: false))
    try bench.rows("OPTIMIZE g.v; UPDATE s.t SET x = 2.25 WHERE id = 1 AND d = DATE '2025-06-12'")
    try bench.perform(.refresh(views: [], dates: [], force: false))
    let found = try bench.rows("HISTORY OF v FROM g.v WHERE k = 'a' AS OF DATE '2025-06-12'")
    let values = found.map { row in
      [row[2], row[3], row[5], row[7], row[8]].map(CellText.show).joined(separator: "|")
    }
    #expect(values == ["1.50|∅|1|ann|REFRESH", "2.25|0.75|3|ann|REFRESH"])
    #expect(found.first?[1] == found.last?[0])
    let before = bench.another { $0.knownAt = "run:3" }
    #expect(
      try before.lines("HISTORY OF v FROM g.v WHERE k = 'a' AS OF DATE '2025-06-12'").count == 1)
    #expect(found.last?[1].isNull == true)
    #expect(found.map { CellText.show($0[9]) }.last?.contains("s.t") == true, "\(found)")
  }

  @Test("of a table by its statements; a measure finds its table; the session's reason is told")
  func table() throws {
    let bench = try bench()
    try bench.rows("INSERT INTO s.t VALUES ('2025-06-12', 7, 'b', 4)")
    try bench.rows("DELETE FROM s.t WHERE id = 7; INSERT INTO s.t VALUES ('2025-06-12', 7, 'b', 4)")
    let values = try bench.lines("HISTORY OF SUM(x) FROM s.t WHERE id = 7")
      .map {
        $0.split(separator: "|", omittingEmptySubsequences: false)[2...3].joined(separator: "|")
      }
    #expect(values == ["∅|∅", "4.00|∅", "∅|∅", "4.00|∅"])
    let own = try bench.lines("HISTORY OF v WHERE k = 'a' AS OF T-1")
    #expect(own.count == 1 && own[0].contains("1.50"))
    let statement = try bench.lines("HISTORY OF COUNT(*) FROM s.t").last
    #expect(statement?.contains("INSERT INTO s.t VALUES ('2025-06-12', 7") == true)
  }

  @Test("a plain view's number is followed through the tables it reads")
  func plainView() throws {
    let bench = try bench()
    try bench.rows("CREATE VIEW g.p AS SELECT d, SUM(x) AS total FROM s.t GROUP BY d")
    try bench.rows("UPDATE s.t SET x = x + 1 WHERE d = DATE '2025-06-13'")
    let values = try bench.rows("HISTORY OF total FROM g.p WHERE d = DATE '2025-06-13'")
    #expect(values.map { CellText.show($0[2]) } == ["9.00", "10.00"])
  }

  @Test("what has no one value, no such column or no such table is refused with help")
  func refused() throws {
    let bench = try bench()
    #expect(bench.failure("HISTORY OF x FROM s.t")?.help?.contains("aggregate") == true)
    #expect(bench.failure("HISTORY OF nothing FROM s.t")?.message.contains("nothing") == true)
    #expect(bench.failure("HISTORY OF nothing")?.message.contains("nothing") == true)
    #expect(bench.failure("HISTORY OF x FROM s.t AS OF T")?.help == nil)
    try bench.rows("CREATE MATERIALIZED VIEW g.w AS SELECT COUNT(*) AS v FROM s.t")
    #expect(bench.failure("HISTORY OF v")?.help?.contains("FROM") == true)
    #expect(bench.failure("HISTORY OF SUM(x) FROM s.y")?.message.contains("s.y") == true)
    #expect(
      bench.failure("HISTORY OF v FROM g.v VERSION AS OF 1")?.message.contains("every point")
        == true)
    #expect(
      bench.failure("HISTORI OF v FROM g.v")?.help?.contains("HISTORY") == true)
  }

  @Test("a restatement's reason is told")
  func restated() throws {
    let bench = try bench()
    let day = try #require(CalendarDate("2025-06-12"))
    var request = BackfillRequest(views: ["g.v"], dates: day...day)
    request.isForced = true
    request.reason = "wrong price"
    try bench.rows("UPDATE s.t SET x = 8 WHERE d = DATE '2025-06-12'")
    try bench.perform(.backfill(request))
    let found = try bench.rows("HISTORY OF v FROM g.v WHERE k = 'a' AS OF DATE '2025-06-12'")
    let reason = try #require(found.last.map { CellText.show($0[9]) })
    #expect(reason.contains("wrong price"), "\(reason)")
  }

  @Test("versions that changed other dates are not read")
  func cost() throws {
    let bench = try bench()
    try bench.rows("INSERT INTO s.t VALUES ('2025-06-16', 1, 'a', 5)")
    try bench.rows("UPDATE s.t SET x = 6 WHERE d = DATE '2025-06-16'")
    let files = try bench.perform(.files(table: "s.t")).table
    for row in CellText.rows(files) where row.contains("|2025-06-16|2025-06-16|") {
      try LocalFileStore().remove(String(row.prefix { $0 != "|" }))
    }
    #expect(bench.failure("SELECT SUM(x) FROM s.t") != nil)
    #expect(try bench.lines("HISTORY OF SUM(x) FROM s.t AS OF DATE '2025-06-12'").count == 1)
  }

  @Test("a version whose files a vacuum took is named, not guessed")
  func vacuumed() throws {
    let bench = try bench()
    try bench.rows("UPDATE s.t SET x = 3 WHERE d = DATE '2025-06-12'; RETAIN '0 days' FOR RUNS")
    try bench.rows("VACUUM s.t RETAIN 0 HOURS")
    let found = try bench.lines("HISTORY OF SUM(x) FROM s.t AS OF DATE '2025-06-12'")
    #expect(found.contains { $0.contains("VACUUM took its files") }, "\(found)")
    #expect(found.last?.contains("|3.00|") == true)
  }
}
