import Lakehouse
import Testing

@Suite("Views that get another definition")
struct ReplaceViewTests {
  private func bench() throws -> Workbench {
    let bench = try Workbench()
    try bench.rows(
      """
      CREATE TABLE s.t (d DATE NOT NULL, k STRING, x INT) BUSINESS DATE d;
      INSERT INTO s.t VALUES ('2025-06-12', 'a', 1), ('2025-06-13', 'b', 2);
      CREATE MATERIALIZED VIEW g.a BUSINESS DATE d AS SELECT d, SUM(x) AS x FROM s.t GROUP BY d;
      CREATE MATERIALIZED VIEW g.b BUSINESS DATE d AS SELECT d, x * 2 AS y FROM g.a;
      """)
    try bench.perform(.refresh(views: [], dates: [], force: false))
    return bench
  }

  @Test("rows stay until the refresh, which rebuilds all and says why; the runs before replay")
  func sameColumns() throws {
    let bench = try bench()
    try bench.rows(
      "CREATE OR REPLACE MATERIALIZED VIEW g.a BUSINESS DATE d AS SELECT d, SUM(x) + 1 AS x FROM s.t GROUP BY d"
    )
    #expect(try bench.lines("SELECT x FROM g.a ORDER BY d") == ["1", "2"])
    let plan = CellText.rows(try bench.perform(.plan(views: [])).table)
    #expect(
      plan.first?.hasPrefix("g.a|all dates|∅|definition changed|2|") == true, "\(plan)")
    try bench.perform(.refresh(views: [], dates: [], force: false))
    #expect(try bench.lines("SELECT y FROM g.b ORDER BY d") == ["4", "6"])
    #expect(try bench.perform(.replay(run: 1)).verdict == nil)
  }

  @Test("other columns empty the view until the refresh; readers that need the old ones fail alone")
  func otherColumns() throws {
    let bench = try bench()
    try bench.rows(
      "CREATE OR REPLACE MATERIALIZED VIEW g.a BUSINESS DATE d AS SELECT d, k, SUM(x) AS s FROM s.t GROUP BY ALL"
    )
    #expect(try bench.lines("SELECT COUNT(*) FROM g.a") == ["0"])
    let outcome = try bench.perform(.refresh(views: [], dates: [], force: false))
    #expect(outcome.verdict == .data)
    #expect(try bench.lines("SELECT s FROM g.a ORDER BY d") == ["1", "2"])
    #expect(try bench.lines("SELECT y FROM g.b ORDER BY d") == ["2", "4"])
    #expect(try bench.perform(.verify(deep: true)).verdict == nil)
  }

  @Test("another measure, hierarchy or plain view makes what uses it stale, and nothing else")
  func uses() throws {
    let bench = try bench()
    try bench.rows(
      """
      CREATE MEASURE total ON s.t AS SUM(x);
      CREATE VIEW s.v AS SELECT d, x FROM s.t WHERE x < 100;
      CREATE MATERIALIZED VIEW g.m BUSINESS DATE d AS SELECT d, total FROM s.t GROUP BY d;
      CREATE MATERIALIZED VIEW g.p BUSINESS DATE d AS SELECT d, SUM(x) AS x FROM s.v GROUP BY d;
      """)
    func stale() throws -> [String] {
      CellText.rows(try bench.perform(.plan(views: [])).table).compactMap { row in
        let cells = row.split(separator: "|", omittingEmptySubsequences: false)
        return cells[1] == "nothing" ? nil : "\(cells[0]): \(cells[3])"
      }
    }
    try bench.perform(.refresh(views: [], dates: [], force: false))
    #expect(try stale() == [])
    try bench.rows("CREATE OR REPLACE MEASURE total ON s.t AS 2 * SUM(x)")
    #expect(try stale() == ["g.m: definition of measure total changed"])
    try bench.rows("CREATE OR REPLACE VIEW s.v AS SELECT d, x FROM s.t WHERE x < 2")
    #expect(
      try stale() == [
        "g.m: definition of measure total changed", "g.p: definition of view s.v changed",
      ])
    try bench.perform(.refresh(views: [], dates: [], force: false))
    #expect(try bench.lines("SELECT total FROM g.m ORDER BY d") == ["2", "4"])
    #expect(try bench.lines("SELECT x FROM g.p ORDER BY d") == ["1"])
    #expect(try stale() == [])
    #expect(try bench.perform(.replay(run: 3)).verdict == nil)
  }

  @Test("a circle is refused")
  func circle() throws {
    let fault = try bench().failure(
      "CREATE OR REPLACE MATERIALIZED VIEW g.a BUSINESS DATE d AS SELECT d, SUM(y) AS x FROM g.b GROUP BY d"
    )
    #expect(fault?.message.contains("g.a reads g.b reads g.a") == true, "\(fault?.message ?? "")")
  }

  @Test(
    "INCREMENTAL STRICT refuses what follows neither by date nor from changes, and a silent full rebuild"
  )
  func strict() throws {
    let bench = try bench()
    let fault = bench.failure(
      "CREATE MATERIALIZED VIEW g.s INCREMENTAL STRICT AS SELECT MEDIAN(x) AS x FROM s.t")
    #expect(fault?.message.contains("has no BUSINESS DATE") == true)
    try bench.rows(
      """
      CREATE TABLE ref.n (k STRING, label STRING);
      CREATE MATERIALIZED VIEW g.s BUSINESS DATE d INCREMENTAL STRICT
        AS SELECT t.d, n.label FROM s.t t LEFT JOIN ref.n n ON n.k = t.k;
      """)
    #expect(try bench.perform(.refresh(views: [], dates: [], force: false)).verdict == nil)
    try bench.rows("INSERT INTO s.t VALUES ('2025-06-13', 'c', 5)")
    #expect(try bench.perform(.refresh(views: [], dates: [], force: false)).verdict == nil)
    try bench.rows("INSERT INTO ref.n VALUES ('a', 'A')")
    let outcome = try bench.perform(.refresh(views: [], dates: [], force: false))
    #expect(outcome.verdict == .data)
    #expect(outcome.lines.last?.contains("ref.n v0 → v1") == true, "\(outcome.lines)")
    #expect(try bench.perform(.refresh(views: ["g.s"], dates: [], force: true)).verdict == nil)
  }

  @Test("system.lineage goes down to columns")
  func lineage() throws {
    let rows = try bench().lines(
      "SELECT output_column, input_table, input_column FROM system.lineage WHERE output_column IS NOT NULL ORDER BY view, output_column"
    )
    #expect(rows == ["d|s.t|d", "x|s.t|x", "d|g.a|d", "y|g.a|x"])
  }
}
