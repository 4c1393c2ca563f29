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
