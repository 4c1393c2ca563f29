import Columnar
import Lakehouse
import Testing

@Suite("Statements on a lake")
struct StatementTests {
  private static let positions = """
    CREATE TABLE silver.positions (
      trade_id STRING NOT NULL, version INT NOT NULL, as_of_date DATE NOT NULL,
      desk STRING, amount DECIMAL(18,2),
      CONSTRAINT from_one CHECK (version >= 1))
    BUSINESS DATE as_of_date KEY (trade_id, as_of_date) LATEST BY version;
    INSERT INTO silver.positions VALUES
      ('A', 1, '2025-06-17', 'FX', 10.25), ('B', 1, '2025-06-17', 'RATES', -3.00),
      ('A', 1, '2025-06-18', 'FX', 11.00);
    """

  @Test("rows that were inserted are found again, and counted without reading")
  func insertAndSelect() throws {
    let bench = try Workbench()
    try bench.rows(StatementTests.positions)
    #expect(
      try bench.lines("SELECT desk, SUM(amount) FROM silver.positions GROUP BY desk ORDER BY desk")
        == ["FX|21.25", "RATES|-3.00"])
    #expect(try bench.lines("SELECT COUNT(*) FROM positions") == ["3"])
    #expect(try bench.lines("SELECT trade_id FROM positions AS OF T-1 ORDER BY 1") == ["A", "B"])
  }

  @Test("a later version of a key replaces the row, an equal or earlier one is dropped")
  func upsert() throws {
    let bench = try Workbench()
    try bench.rows(StatementTests.positions)
    try bench.rows(
      """
      TAG 'before';
      INSERT INTO silver.positions VALUES
        ('A', 3, '2025-06-17', 'FX', 20.00), ('A', 2, '2025-06-17', 'FX', 15.00),
        ('B', 1, '2025-06-17', 'RATES', 99.00), ('C', 1, '2025-06-17', 'FX', 1.00);
      TAG 'after'
      """)
    #expect(
      try bench.lines(
        "SELECT trade_id, version, amount FROM positions AS OF DATE '2025-06-17' ORDER BY 1")
        == ["A|3|20.00", "B|1|-3.00", "C|1|1.00"])
    #expect(
      try bench.lines(
        """
        SELECT _change_type, trade_id, version, amount
        FROM changes('silver.positions', 'before', 'after') ORDER BY trade_id, version
        """)
        == ["update_preimage|A|1|10.25", "update_postimage|A|3|20.00", "insert|C|1|1.00"])
    #expect(
      try bench.lines(
        "SELECT SUM(amount) FROM positions AS OF DATE '2025-06-17' AS KNOWN AT TAG 'before'")
        == ["7.25"])
  }

  @Test("several tables change together at COMMIT, and nobody sees them before")
  func transaction() throws {
    let bench = try Workbench()
    try bench.rows("CREATE TABLE s.a (x INT); CREATE TABLE s.b (y INT)")
    let other = Session(options: bench.session.options)
    try bench.rows("BEGIN; INSERT INTO s.a VALUES (1), (2); INSERT INTO s.b VALUES (3)")
    #expect(try bench.lines("SELECT COUNT(*) FROM s.a") == ["2"])
    let sink = CollectingSink()
    try other.run("SELECT COUNT(*) FROM s.a", into: sink)
    #expect(sink.batches[0].row(0) == [.int64(0)])
    try bench.rows("COMMIT")
    try other.run("SELECT a.x, b.y FROM s.a a JOIN s.b b ON a.x < b.y", into: sink)
    #expect(sink.batches.reduce(0) { $0 + $1.rowCount } == 2)
    #expect(
      try bench.lines(
        "SELECT COUNT(*) FROM system.history WHERE operation = 'INSERT'") == ["2"])
  }

  @Test("CREATE TABLE AS casts to the declared columns, and refuses what does not fit them")
  func createAs() throws {
    let bench = try Workbench()
    try bench.rows(
      "CREATE TABLE s.t (a DOUBLE, b DECIMAL(9,2)) AS SELECT 1, 2 UNION ALL SELECT 3, 4")
    #expect(try bench.lines("SELECT * FROM s.t ORDER BY a") == ["1.0|2.00", "3.0|4.00"])
    for (text, says) in [
      ("CREATE TABLE s.u (a STRING, b INT) AS SELECT 1 AS a", "takes 2 columns"),
      ("CREATE TABLE s.u (a DATE) AS SELECT 1 AS a", "CAST"),
      ("CREATE TABLE s.u (a INT NOT NULL) AS SELECT NULL", "NOT NULL"),
    ] {
      let error = try #require(bench.failure(text))
      #expect((error.message + (error.help ?? "")).contains(says), "\(error)")
    }
    #expect(try bench.lines("SELECT name FROM system.tables") == ["t"])
  }

  @Test("a materialized view is not dropped as a table")
  func dropOfView() throws {
    let bench = try Workbench()
    try bench.rows("CREATE MATERIALIZED VIEW gold.v AS SELECT 1 AS x")
    #expect(bench.failure("DROP TABLE gold.v")?.message.contains("DROP MATERIALIZED VIEW") == true)
    #expect(try bench.lines("SELECT COUNT(*) FROM gold.v") == ["0"])
    try bench.rows("DROP MATERIALIZED VIEW gold.v")
    #expect(bench.failure("SELECT * FROM gold.v") != nil)
  }

  @Test("literals of a SELECT are read as the type of their column, NULL as any")
  func literals() throws {
    let bench = try Workbench()
    try bench.rows(
      """
      CREATE TABLE s.t (i INT, d DATE, n DECIMAL(9,2));
      INSERT INTO s.t SELECT NULL, '2025-06-17', '1.5';
      INSERT INTO s.t (d, i) SELECT NULL, 7
      """)
    #expect(
      try bench.lines("SELECT * FROM s.t ORDER BY i NULLS FIRST") == ["∅|2025-06-17|1.50", "7|∅|∅"])
    #expect(
      bench.failure("INSERT INTO s.t (d) SELECT 'tomorrow'")?.message.contains("tomorrow") == true)
  }

  @Test("a view is replaced by a view only, and never made to read itself")
  func replaceView() throws {
    let bench = try Workbench()
    try bench.rows(
      """
      CREATE TABLE s.t (x INT); INSERT INTO s.t VALUES (1), (2);
      CREATE VIEW s.v AS SELECT x FROM s.t; CREATE VIEW s.w AS SELECT x FROM s.v;
      CREATE MATERIALIZED VIEW s.m AS SELECT x FROM s.t
      """)
    for (text, says) in [
      ("CREATE OR REPLACE VIEW s.v AS SELECT x FROM s.v", "reads itself"),
      ("CREATE OR REPLACE VIEW s.v AS SELECT x FROM s.w", "reads itself"),
      ("CREATE OR REPLACE VIEW s.t AS SELECT 1 AS x", "s.t"),
      ("CREATE OR REPLACE VIEW s.m AS SELECT 1 AS x", "s.m"),
      ("CREATE VIEW s.v AS SELECT 1 AS x", "already"),
    ] {
      let error = try #require(bench.failure(text))
      #expect((error.message + (error.help ?? "")).contains(says), "\(text): \(error)")
      #expect(try bench.lines("SELECT COUNT(*) FROM s.w") == ["2"])
    }
    try bench.rows("CREATE OR REPLACE VIEW s.v AS SELECT x FROM s.t WHERE x > 1")
    #expect(try bench.lines("SELECT x FROM s.w") == ["2"])
  }

  @Test("a dropped table is still known as it was, and verified")
  func dropped() throws {
    let bench = try Workbench()
    try bench.rows(
      "CREATE TABLE s.t (a INT); INSERT INTO s.t VALUES (1); TAG 'there'; DROP TABLE s.t")
    try bench.rows("CREATE TABLE s.t (b STRING); INSERT INTO s.t VALUES ('x'), ('y')")
    #expect(try bench.lines("SELECT a FROM s.t AS KNOWN AT TAG 'there'") == ["1"])
    #expect(try bench.lines("SELECT b FROM s.t ORDER BY b") == ["x", "y"])
    let outcome = try bench.perform(.verify(deep: true))
    #expect(outcome.verdict == nil && outcome.lines[0].contains(" 2 data files"), "\(outcome)")
  }

  @Test(
    "bad input is refused with its place and a way out, and changes nothing",
    arguments: [
      ("SELECT * FROM silver.postions", "silver.positions"),
      ("SELECT dsek FROM silver.positions", "did you mean \"desk\"?"),
      ("INSERT INTO silver.positions VALUES ('A', 0, '2025-06-17', 'FX', 1)", "first is"),
      ("INSERT INTO silver.positions (trade_id) VALUES ('A')", "leave these rows out"),
      ("INSERT INTO silver.positions VALUES ('A', 1)", "name the columns"),
      ("SELECT * FROM silver.positions AS KNOWN AT TIMESTAMP '2001-01-01T00:00:00Z'", ""),
      ("SELECT * FROM silver.positions VERSION AS OF 7", ""),
      ("SELECT * FROM silver.positions AS KNOWN AT TAG 'nope'", "no tags"),
      ("CREATE TABLE silver.positions (x INT)", "IF NOT EXISTS"),
      ("CREATE TABLE s.t (x INT) BUSINESS DATE y", ""),
      ("INSERT INTO system.tables VALUES (1)", ""),
      ("SELEC 1", "SELECT"),
    ])
  func refusals(text: String, help: String) throws {
    let bench = try Workbench()
    try bench.rows(StatementTests.positions)
    let before = try bench.lines("SELECT MAX(snapshot) FROM system.snapshots")
    let error = try #require(bench.failure(text))
    #expect(error.exitStatus == 1)
    #expect((error.help ?? "").contains(help), "\(error)")
    #expect(try bench.lines("SELECT MAX(snapshot) FROM system.snapshots") == before)
  }
}
