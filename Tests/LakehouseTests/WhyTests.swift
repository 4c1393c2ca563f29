import Columnar
import Lakehouse
import Testing

@Suite("WHY")
struct WhyTests {
  private func bench() throws -> Workbench {
    let bench = try Workbench(actor: "ann")
    try bench.rows(
      """
      CREATE TABLE s.t (d DATE NOT NULL, id INT NOT NULL, k STRING, x DECIMAL(12,2))
        BUSINESS DATE d KEY (d, id);
      CREATE TABLE ref.n (k STRING NOT NULL, label STRING) KEY (k);
      INSERT INTO ref.n VALUES ('a', 'EX'), ('b', 'WHY'), ('c', 'NOT');
      INSERT INTO s.t VALUES ('2025-06-12', 1, 'a', 1.50), ('2025-06-12', 2, 'b', 2),
        ('2025-06-12', 3, 'a', 4), ('2025-06-13', 1, 'a', 9);
      CREATE MATERIALIZED VIEW g.v BUSINESS DATE d AS SELECT d, k, SUM(x) AS v FROM s.t GROUP BY d, k;
      CREATE MATERIALIZED VIEW g.w BUSINESS DATE d
        AS SELECT v.d, n.label, SUM(v.v) AS total FROM g.v v JOIN ref.n n ON n.k = v.k GROUP BY ALL;
      """)
    try bench.perform(.refresh(views: [], dates: [], force: false))
    return bench
  }

  /// `level what name rows` of each line.
  private func outline(_ bench: Workbench, _ text: String) throws -> [String] {
    try bench.rows(text).map { row in
      [row[0], row[1], row[2], row[5]].map(CellText.show).joined(separator: " ")
    }
  }

  @Test("follows a cell through views and their runs to exactly the rows it is made of")
  func chain() throws {
    let bench = try bench()
    let lines = try outline(
      bench, "WHY SELECT total FROM g.w WHERE label = 'EX' AND d = DATE '2025-06-12'")
    #expect(lines[0] == "0 result total = 5.50 1")
    #expect(lines.contains("1 column total ∅"))
    #expect(lines.contains("1 view g.w 1"))
    #expect(lines.contains("2 run g.w 1"))
    #expect(lines.contains("3 view g.v 1"))
    #expect(lines.contains("5 table s.t 2"))
    #expect(lines.contains("6 row d = DATE '2025-06-12', id = 1 1"))
    #expect(lines.contains("6 row d = DATE '2025-06-12', id = 3 1"))
    #expect(!lines.contains { $0.contains("id = 2") })
    #expect(lines.contains("3 table ref.n 1"))
    #expect(lines.contains("4 row k = 'a' 1"))
    let run = try bench.rows("WHY SELECT total FROM g.w WHERE label = 'WHY'")
      .first { $0[1] == .string("run") }
    let detail = CellText.show(try #require(run)[6])
    #expect(detail.contains("Tarn/") && detail.contains("by ann"), "\(detail)")
  }

  @Test("a row rebuilt later belongs to the later run, the others to theirs")
  func runs() throws {
    let bench = try bench()
    try bench.rows("UPDATE s.t SET x = 10 WHERE d = DATE '2025-06-13'")
    try bench.perform(.refresh(views: [], dates: [], force: false))
    let rows = try bench.rows("WHY SELECT SUM(v) FROM g.v WHERE k = 'a'")
    let runs = rows.filter { $0[1] == .string("run") }.map { CellText.show($0[4]) }
    #expect(runs == ["1", "3"], "\(rows.map { $0.map(CellText.show) })")
    let counts = rows.filter { $0[1] == .string("table") }.map { CellText.show($0[5]) }
    #expect(counts == ["2", "1"])
  }

  @Test(
    "traces joins, subqueries, windows, set operations and HAVING to the rows that counted",
    arguments: [
      ("SELECT SUM(t.x) FROM s.t t JOIN ref.n n ON n.k = t.k WHERE n.label = 'WHY'", "s.t", 1),
      ("SELECT k, SUM(x) FROM s.t GROUP BY k HAVING SUM(x) > 10", "s.t", 3),
      ("SELECT COUNT(*) FROM ref.n WHERE k IN (SELECT k FROM s.t)", "s.t", 4),
      ("SELECT COUNT(*) FROM ref.n WHERE k IN (SELECT k FROM s.t)", "ref.n", 2),
      (
        "SELECT SUM(x) FROM (SELECT x FROM s.t WHERE id = 1 UNION ALL SELECT x FROM s.t WHERE id = 3)",
        "s.t", 3
      ),
      (
        "SELECT d, id FROM (SELECT d, id, ROW_NUMBER() OVER (ORDER BY x DESC) AS n FROM s.t) WHERE n = 1",
        "s.t", 1
      ),
      ("SELECT DISTINCT k FROM s.t WHERE k = 'a'", "s.t", 3),
      ("SELECT MAX(x) FROM (SELECT x FROM s.t ORDER BY x DESC LIMIT 2)", "s.t", 2),
      (
        "WITH c AS (SELECT k, SUM(x) AS v FROM s.t GROUP BY k) SELECT a.v FROM c a JOIN c b ON a.k = b.k WHERE a.k = 'b'",
        "s.t", 1
      ),
      ("SELECT n.label FROM ref.n n LEFT JOIN s.t t ON t.k = n.k WHERE t.k IS NULL", "s.t", 0),
      ("SELECT x FROM s.t ORDER BY x LIMIT 1", "s.t", 1),
    ])
  func operators(_ query: String, _ table: String, _ rows: Int64) throws {
    let bench = try bench()
    let tree = try bench.rows("WHY \(query)")
    let found = tree.first { $0[1] == .string("table") && $0[2] == .string(table) }
    #expect(found?[5] == .int64(rows), "\(tree.map { $0.map(CellText.show) })")
  }

  @Test("what cannot be traced is said by name, with all rows that are read")
  func untraced() throws {
    let bench = try bench()
    let tree = try bench.rows(
      "WHY SELECT k FROM ref.n n ANTI JOIN s.t t ON t.k = n.k")
    #expect(tree.contains { CellText.show($0[6]).contains("anti join") })
    let system = try bench.rows("WHY SELECT COUNT(*) FROM system.tables")
    #expect(system.contains { $0[1] == .string("source") && $0[2] == .string("system.tables") })
  }

  @Test("several rows are refused; LIMIT says how many rows are named")
  func limits() throws {
    let bench = try bench()
    #expect(bench.failure("WHY SELECT * FROM s.t")?.help?.contains("LIMIT 1") == true)
    #expect(
      bench.failure("WHY SELECT * FROM s.t WHERE id = 99")?.message.contains("no row") == true)
    let tree = try bench.rows("WHY LIMIT 1 SELECT SUM(x) FROM s.t")
    #expect(tree.count { $0[1] == .string("row") } == 1)
    #expect(tree.contains { CellText.show($0[2]) == "3 rows" })
    #expect(bench.failure("WHI SELECT 1")?.help?.contains("WHY") == true)
  }

  @Test("rows of a feed lead to the landing file and line")
  func landing() throws {
    let session = try SampleLake.shared.get().session()
    let tree = try session.allRows(
      """
      WHY LIMIT 2 SELECT market_value FROM silver.positions AS OF DATE '2025-06-13'
      WHERE trade_id = 'T000310'
      """)
    let landing = tree.first { $0[1] == .string("landing") }
    #expect(landing.map { CellText.show($0[2]) }?.hasPrefix("positions/") == true, "\(tree)")
    #expect(landing.map { CellText.show($0[6]) }?.hasPrefix("line ") == true)
  }

  @Test("a calculator's rows are narrowed to those that a trial proves to be enough")
  func calculator() throws {
    let session = try SampleLake.shared.get().session()
    let tree = try session.allRows(
      """
      WHY LIMIT 1 SELECT lcr FROM gold.lcr AS OF DATE '2025-06-13'
      ORDER BY legal_entity LIMIT 1
      """)
    func names(_ what: String) -> [String] {
      tree.filter { $0[1] == .string(what) }.map { CellText.show($0[2]) }
    }
    #expect(names("view") == ["gold.lcr"])
    #expect(names("calculator") == ["lcr"])
    #expect(names("table").contains("silver.liquidity_positions"))
    #expect(names("table").contains("ref.lcr_factors"))
    #expect(tree.contains { CellText.show($0[6]).contains("gives the same from these rows") })
    #expect(tree.contains { CellText.show($0[6]).contains("reads factors as a whole") })
    let counted = tree.first { $0[2] == .string("silver.liquidity_positions") }?[5]
    let expected = try session.allRows(
      """
      SELECT COUNT(*) FROM silver.liquidity_positions AS OF DATE '2025-06-13'
      WHERE legal_entity = (SELECT MIN(legal_entity) FROM gold.lcr)
      """)[0][0]
    #expect(counted == expected)
  }
}
