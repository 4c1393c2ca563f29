import Columnar
import LakeCatalog
import Lakehouse
import Testing

@Suite("UPDATE and DELETE")
struct ChangeTests {
  static let trades = """
    CREATE TABLE silver.trades (
      id STRING NOT NULL, day DATE NOT NULL, desk STRING DEFAULT 'NONE', amount DECIMAL(18,2),
      CONSTRAINT small CHECK (amount < 1000))
    BUSINESS DATE day KEY (id, day) EXPECT known CHECK (desk <> 'X') ON VIOLATION QUARANTINE;
    INSERT INTO silver.trades VALUES
      ('A', '2025-06-17', 'FX', 10.25), ('B', '2025-06-17', 'RATES', -3.00),
      ('C', '2025-06-18', 'FX', 7.00);
    INSERT INTO silver.trades VALUES
      ('D', '2025-06-19', 'FX', 1.00), ('E', '2025-06-19', 'EQ', 2.00);
    """

  static func bench() throws -> Workbench {
    let bench = try Workbench()
    try bench.rows(trades)
    return bench
  }

  static let all = "SELECT id, day, desk, amount FROM silver.trades ORDER BY id"

  /// What the catalog says that the newest version changed, by date: `date +added -removed`.
  static func dates(_ bench: Workbench, _ table: String = "trades") throws -> [String] {
    let catalog = try bench.session.catalog
    let head = try catalog.head()
    let record = try catalog.table(schema: "silver", name: table, at: head.id)
    let version = try #require(try catalog.version(of: record.id, at: head.id)).version
    return try catalog.dateChanges(of: record.id, after: version - 1, upTo: version).map {
      "\($0.date) +\($0.rowsAdded) -\($0.rowsRemoved)"
    }
  }

  @Test("DELETE takes out the rows that fulfil the condition, and counts exactly their dates")
  func delete() throws {
    let bench = try ChangeTests.bench()
    #expect(
      try bench.message("DELETE FROM silver.trades WHERE desk = 'RATES' OR id = 'C'")
        == "deleted 2 rows from silver.trades, rewriting 1 file as 1 (snapshot 4)")
    #expect(
      try bench.lines(ChangeTests.all)
        == ["A|2025-06-17|FX|10.25", "D|2025-06-19|FX|1.00", "E|2025-06-19|EQ|2.00"])
    #expect(try ChangeTests.dates(bench) == ["2025-06-17 +0 -1", "2025-06-18 +0 -1"])
    #expect(bench.failure("SELECT * FROM silver.trades AS OF DATE '2025-06-18'") != nil)
    #expect(try bench.lines("SELECT COUNT(*) FROM silver.trades VERSION AS OF 2") == ["5"])
    #expect(
      try bench.lines(
        "SELECT _change_type, id FROM changes('silver.trades', 2, 3) ORDER BY id")
        == ["delete|B", "delete|C"])
  }

  @Test("a file all of whose rows go is dropped and nothing is written")
  func deleteFile() throws {
    let bench = try ChangeTests.bench()
    #expect(
      try bench.message("DELETE FROM silver.trades WHERE day = DATE '2025-06-19'")
        .hasPrefix("deleted 2 rows from silver.trades, dropping 1 file"))
    #expect(try bench.lines("SELECT COUNT(*) FROM system.files") == ["1"])
    #expect(try ChangeTests.dates(bench) == ["2025-06-19 +0 -2"])
    let before = try bench.lines("SELECT MAX(snapshot) FROM system.snapshots")
    #expect(
      try bench.message("DELETE FROM silver.trades WHERE id = 'Z'")
        == "deleted 0 rows from silver.trades")
    #expect(try bench.lines("SELECT MAX(snapshot) FROM system.snapshots") == before)
    #expect(try bench.message("DELETE FROM silver.trades").hasPrefix("deleted 3 rows"))
    #expect(try bench.lines(ChangeTests.all) == [])
  }

  @Test("UPDATE changes values in place; rows that only moved are not counted")
  func update() throws {
    let bench = try ChangeTests.bench()
    #expect(
      try bench.message(
        "UPDATE silver.trades t SET amount = t.amount * 2, desk = 'fx' WHERE desk = 'FX' AND amount > 5"
      ) == "updated 2 rows of silver.trades, rewriting 1 file as 1 (snapshot 4)")
    #expect(
      try bench.lines(ChangeTests.all) == [
        "A|2025-06-17|fx|20.50", "B|2025-06-17|RATES|-3.00", "C|2025-06-18|fx|14.00",
        "D|2025-06-19|FX|1.00", "E|2025-06-19|EQ|2.00",
      ])
    #expect(try ChangeTests.dates(bench) == ["2025-06-17 +1 -1", "2025-06-18 +1 -1"])
    #expect(
      try bench.lines(
        "SELECT _change_type, id, amount FROM changes('silver.trades', 2, 3) ORDER BY id, amount")
        == [
          "update_preimage|A|10.25", "update_postimage|A|20.50", "update_preimage|C|7.00",
          "update_postimage|C|14.00",
        ])
    #expect(try bench.lines("SELECT id FROM silver.trades WHERE amount = 14") == ["C"])
  }

  @Test("UPDATE takes text literals, DEFAULT and NULL, and may move a row to another date")
  func updateValues() throws {
    let bench = try ChangeTests.bench()
    try bench.rows("UPDATE silver.trades SET day = '2025-06-20', desk = DEFAULT WHERE id = 'D'")
    try bench.rows("UPDATE silver.trades SET amount = NULL WHERE id = 'E'")
    #expect(
      try bench.lines("SELECT id, day, desk, amount FROM silver.trades WHERE id > 'C' ORDER BY id")
        == ["D|2025-06-20|NONE|1.00", "E|2025-06-19|EQ|∅"])
    #expect(try bench.lines("SELECT id FROM silver.trades AS OF T") == ["D"])
    #expect(try ChangeTests.dates(bench) == ["2025-06-19 +1 -1"])
  }

  @Test("UPDATE … FROM and DELETE … USING join other tables")
  func joined() throws {
    let bench = try ChangeTests.bench()
    try bench.rows(
      """
      CREATE TABLE ref.fixes (id STRING, amount DECIMAL(18,2));
      INSERT INTO ref.fixes VALUES ('A', 1.00), ('E', 5.00);
      UPDATE silver.trades AS t SET amount = f.amount FROM ref.fixes f WHERE f.id = t.id;
      DELETE FROM silver.trades USING ref.fixes f WHERE f.id = trades.id AND trades.desk = 'FX'
      """)
    #expect(
      try bench.lines("SELECT id, amount FROM silver.trades ORDER BY id")
        == ["B|-3.00", "C|7.00", "D|1.00", "E|5.00"])
    try bench.rows("INSERT INTO ref.fixes VALUES ('E', 6.00)")
    let error = try #require(
      bench.failure(
        "UPDATE silver.trades AS t SET amount = f.amount FROM ref.fixes f WHERE f.id = t.id"))
    #expect(error.message.contains("id='E'"), "\(error)")
  }

  @Test("changes see and build on one another inside a transaction")
  func transaction() throws {
    let bench = try ChangeTests.bench()
    try bench.rows(
      """
      BEGIN; UPDATE silver.trades SET amount = 0 WHERE id = 'A';
      INSERT INTO silver.trades VALUES ('F', '2025-06-19', 'FX', 3.00);
      DELETE FROM silver.trades WHERE amount = 0; UPDATE silver.trades SET desk = 'Q' WHERE id = 'F'
      """)
    let inside = try bench.lines("SELECT id, desk FROM silver.trades ORDER BY id")
    #expect(inside == ["B|RATES", "C|FX", "D|FX", "E|EQ", "F|Q"])
    try bench.rows("COMMIT")
    #expect(try bench.lines("SELECT id, desk FROM silver.trades ORDER BY id") == inside)
    #expect(
      try bench.lines("SELECT COUNT(*) FROM silver.trades AS OF DATE '2025-06-17'") == ["1"])
    let sums = try bench.lines(
      "SELECT day, COUNT(*) FROM silver.trades GROUP BY day ORDER BY day")
    #expect(sums == ["2025-06-17|1", "2025-06-18|1", "2025-06-19|3"])
  }

  @Test(
    "a change that the contract forbids is refused and changes nothing",
    arguments: [
      ("UPDATE silver.trades SET id = NULL WHERE id = 'A'", "NOT NULL"),
      ("UPDATE silver.trades SET amount = 5000 WHERE id = 'A'", "small"),
      ("UPDATE silver.trades SET desk = 'X' WHERE id = 'A'", "quarantine"),
      ("UPDATE silver.trades SET id = 'B' WHERE id = 'A'", "the table has a row with it already"),
      ("UPDATE silver.trades SET id = 'Q', day = '2025-06-17'", "several rows would have it"),
      ("UPDATE silver.trades SET amount = 'abc'", ""),
      ("UPDATE silver.trades SET amount = day", "CAST"),
      ("UPDATE silver.trades SET nope = 1", "has no column"),
      ("UPDATE silver.trades SET amount = 1, amount = 2", "twice"),
      ("DELETE FROM silver.nope", ""),
      ("DELETE FROM system.tables", "cannot be written"),
    ])
  func refusals(text: String, words: String) throws {
    let bench = try ChangeTests.bench()
    let before = try bench.lines("SELECT MAX(snapshot) FROM system.snapshots")
    let error = try #require(bench.failure(text))
    #expect("\(error.message) \(error.help ?? "")".contains(words), "\(error)")
    #expect(try bench.lines("SELECT MAX(snapshot) FROM system.snapshots") == before)
    #expect(try bench.lines("SELECT COUNT(*) FROM silver.trades") == ["5"])
  }

  @Test("keys may be swapped by one UPDATE")
  func swap() throws {
    let bench = try ChangeTests.bench()
    try bench.rows(
      """
      UPDATE silver.trades SET id = CASE id WHEN 'A' THEN 'B' ELSE 'A' END
      WHERE day = DATE '2025-06-17'
      """)
    #expect(
      try bench.lines("SELECT id, amount FROM silver.trades AS OF DATE '2025-06-17' ORDER BY id")
        == ["A|-3.00", "B|10.25"])
  }

  @Test("rows without a business date are kept, counted by no date, and hide no other row")
  func nullDates() throws {
    let bench = try Workbench()
    try bench.rows(
      """
      CREATE TABLE silver.loose (id INT, day DATE) BUSINESS DATE day;
      INSERT INTO silver.loose VALUES (1, '2025-06-17'), (2, NULL), (3, '2025-06-19')
      """)
    #expect(try bench.lines("SELECT id FROM silver.loose AS OF DATE '2025-06-19'") == ["3"])
    try bench.rows("UPDATE silver.loose SET id = id + 10 WHERE id > 1")
    #expect(try ChangeTests.dates(bench, "loose") == ["2025-06-19 +1 -1"])
    #expect(try bench.lines("SELECT id FROM silver.loose ORDER BY id") == ["1", "12", "13"])
  }

  @Test("many rows in several row groups keep their order")
  func large() throws {
    let bench = try Workbench()
    try bench.rows(
      """
      CREATE TABLE silver.many (n BIGINT, v BIGINT);
      INSERT INTO silver.many
      WITH d(x) AS (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9))
      SELECT a.x * 100000 + b.x * 10000 + c.x * 1000 + e.x * 100 + f.x * 10 + g.x, 0
      FROM d a, d b, d c, d e, d f, d g WHERE a.x < 3
      """)
    try bench.rows("DELETE FROM silver.many WHERE n % 7 = 3")
    try bench.rows("UPDATE silver.many SET v = n WHERE n % 5 = 0")
    #expect(
      try bench.lines(
        "SELECT COUNT(*), SUM(n), SUM(v), SUM(CASE WHEN v <> 0 AND v <> n THEN 1 ELSE 0 END) FROM silver.many"
      ) == ["257143|38571342857|7714028570|0"])
  }
}
