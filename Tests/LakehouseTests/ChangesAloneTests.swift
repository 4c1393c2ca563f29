import Columnar
import LakeCatalog
import Lakehouse
import TestSupport
import Testing

/// Views whose sums and counts follow from what their table lost and gained.
@Suite("Refreshes from the changes alone")
struct ChangesAloneTests {
  private static let columns =
    "COUNT(*) AS n, SUM(x) AS total, COUNT(q) AS known, SUM(q) AS quantity, AVG(x) AS mean"

  private func bench() throws -> Workbench {
    let bench = try Workbench()
    try bench.rows(
      """
      CREATE TABLE s.t (d DATE NOT NULL, id INT NOT NULL, desk STRING, x DECIMAL(12,2) NOT NULL,
        q INT) BUSINESS DATE d;
      INSERT INTO s.t SELECT DATE '2025-06-10' + CAST(i % 4 AS INT), CAST(i AS INT),
        'D' || CAST(i % 5 AS STRING), CAST(i AS DECIMAL(12,2)) / 4, CAST(i AS INT)
        FROM range(400) r(i);
      CREATE MATERIALIZED VIEW g.by_desk
        AS SELECT desk, \(Self.columns) FROM s.t GROUP BY desk;
      CREATE MATERIALIZED VIEW g.whole AS SELECT \(Self.columns) FROM s.t WHERE id <> 3;
      CREATE MATERIALIZED VIEW g.by_date BUSINESS DATE d
        AS SELECT d, desk, \(Self.columns) FROM s.t GROUP BY d, desk;
      CREATE MATERIALIZED VIEW g.doubles
        AS SELECT desk, COUNT(*) AS n, SUM(CAST(x AS DOUBLE)) AS x FROM s.t GROUP BY desk;
      CREATE MATERIALIZED VIEW g.hidden AS SELECT desk, SUM(x) / COUNT(*) AS mean FROM s.t GROUP BY desk;
      """)
    try bench.perform(.refresh(views: [], dates: [], force: false))
    return bench
  }

  private static let merged = ["g.by_desk", "g.by_date", "g.whole"]

  /// Of each view what a refresh would rebuild.
  private func plan(_ bench: Workbench) throws -> [String: String] {
    var plan: [String: String] = [:]
    for row in CellText.rows(try bench.perform(.plan(views: [])).table) {
      let cells = row.split(separator: "|", omittingEmptySubsequences: false)
      plan[String(cells[0])] = plan[String(cells[0])] ?? String(cells[1])
    }
    return plan
  }

  private func contents(_ bench: Workbench) throws -> [[String]] {
    try (Self.merged + ["g.doubles", "g.hidden"]).map { view in
      try bench.lines("SELECT * FROM \(view) ORDER BY ALL")
    }
  }

  /// Refreshes, compares with a full rebuild and with the replay of each run.
  private func check(_ bench: Workbench, _ comment: Comment) throws {
    let outcome = try bench.perform(.refresh(views: [], dates: [], force: false))
    #expect(outcome.verdict == nil, comment)
    let runs = CellText.rows(outcome.table)
    let found = try contents(bench)
    for run in runs {
      let id = Int64(run.prefix { $0 != "|" }) ?? 0
      #expect(try bench.perform(.replay(run: id)).verdict == nil, "run \(run)")
    }
    try bench.perform(.refresh(views: [], dates: [], force: true))
    #expect(try contents(bench) == found, comment)
  }

  @Test("one late row: the plan and the run say so, and the bits are those of a full rebuild")
  func insertion() throws {
    let bench = try bench()
    try bench.rows("INSERT INTO s.t VALUES ('2025-06-11', 1000, 'D7', 2.5, NULL)")
    #expect(
      try plan(bench) == [
        "g.by_desk": "all dates from the changes alone",
        "g.whole": "all dates from the changes alone",
        "g.by_date": "1 date from the changes alone",
        "g.doubles": "all dates: the view has no BUSINESS DATE",
        "g.hidden": "all dates: the view has no BUSINESS DATE",
      ])
    try check(bench, "after an insert")
    #expect(
      try bench.lines(
        """
        SELECT view FROM system.runs WHERE parameters LIKE '%"fromChangesOf":"s.t"%' ORDER BY view
        """) == Self.merged.sorted())
    #expect(
      try bench.lines("SELECT n, total, quantity FROM g.by_desk WHERE desk = 'D7'") == ["1|2.50|∅"])
  }

  @Test(
    "rows that went and came are taken out and put in; groups without rows go",
    arguments: [
      "DELETE FROM s.t WHERE id = 17", "UPDATE s.t SET x = x + 0.25, q = NULL WHERE id = 18",
      "DELETE FROM s.t WHERE desk = 'D2' AND d = DATE '2025-06-12'",
      "DELETE FROM s.t WHERE desk = 'D1'",
      "INSERT INTO s.t VALUES ('2025-06-20', 1, 'D1', 1, 1); OPTIMIZE s.t; DELETE FROM s.t WHERE id = 1",
      "INSERT INTO s.t VALUES ('2025-06-10', 9, NULL, -1, 1); DELETE FROM s.t WHERE desk IS NULL",
      "ALTER TABLE s.t ADD COLUMN note STRING; INSERT INTO s.t VALUES ('2025-06-10', 9, 'D1', -1, 1, 'n')",
      "DELETE FROM s.t", "RESTORE s.t TO VERSION AS OF 0",
    ])
  func changes(_ statements: String) throws {
    let bench = try bench()
    // Files of few rows, so that what is written again is less than half.
    try bench.rows("INSERT INTO s.t SELECT d, id + 5000, desk, x, q FROM s.t WHERE id % 2 = 0")
    try check(bench, "before")
    try bench.rows(statements)
    try check(bench, "after \(statements)")
  }

  @Test("STRICT takes changes alone for no full rebuild; removals that nothing tells are one")
  func strict() throws {
    let bench = try bench()
    try bench.rows(
      """
      CREATE MATERIALIZED VIEW g.most INCREMENTAL STRICT
        AS SELECT desk, MAX(x) AS x FROM s.t GROUP BY desk;
      INSERT INTO s.t VALUES ('2025-06-11', 1000, 'D7', 2.5, NULL)
      """)
    try bench.perform(.refresh(views: ["g.most"], dates: [], force: false))
    try bench.rows("INSERT INTO s.t VALUES ('2025-06-11', 1001, 'D7', 3.5, NULL)")
    let good = try bench.perform(.refresh(views: ["g.most", "g.by_desk"], dates: [], force: false))
    #expect(good.verdict == nil)
    #expect(try bench.lines("SELECT x FROM g.most WHERE desk = 'D7'") == ["3.50"])
    try bench.rows("DELETE FROM s.t WHERE id = 1001")
    let bad = try bench.perform(.refresh(views: ["g.most"], dates: [], force: false))
    #expect(bad.lines.joined().contains("would have to be rebuilt: s.t v"))
    #expect(try bench.lines("SELECT x FROM g.most WHERE desk = 'D7'") == ["3.50"])
  }
}
