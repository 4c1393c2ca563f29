import Columnar
import LakeCatalog
import Lakehouse
import Testing

@Suite("ALTER TABLE on columns that hold rows")
struct ColumnChangeTests {
  @Test(
    "a renamed column keeps its values, its declaration follows, and old versions keep its name")
  func rename() throws {
    let bench = try ChangeTests.bench()
    #expect(
      try bench.message("ALTER TABLE silver.trades RENAME COLUMN desk TO book")
        == "altered silver.trades: desk is book now (snapshot 4)")
    let rows = ["A|FX", "B|RATES", "C|FX", "D|FX", "E|EQ"]
    #expect(try bench.lines("SELECT id, book FROM silver.trades ORDER BY id") == rows)
    #expect(
      try bench.lines("SELECT id, desk FROM silver.trades VERSION AS OF 2 ORDER BY id") == rows)
    #expect(
      try bench.lines(
        "SELECT id, desk FROM silver.trades AS KNOWN AT SNAPSHOT 3 ORDER BY id") == rows)
    #expect(bench.failure("SELECT desk FROM silver.trades") != nil)
    // The expectation that spoke of desk speaks of book: X goes to quarantine.
    try bench.rows("INSERT INTO silver.trades VALUES ('X', '2025-06-19', 'X', 1)")
    #expect(try bench.lines("SELECT COUNT(*) FROM silver.trades") == ["5"])
    try bench.rows("INSERT INTO silver.trades (id, day) VALUES ('F', '2025-06-19')")
    #expect(try bench.lines("SELECT book FROM silver.trades WHERE id = 'F'") == ["NONE"])
    #expect(try bench.faults() == [])
  }

  @Test("business date and key can be renamed, and still date and identify the rows")
  func renameKeys() throws {
    let bench = try ChangeTests.bench()
    try bench.rows(
      """
      ALTER TABLE silver.trades RENAME COLUMN day TO as_of;
      ALTER TABLE silver.trades RENAME COLUMN id TO trade_id
      """)
    #expect(
      try bench.lines("SELECT COUNT(*) FROM silver.trades AS OF DATE '2025-06-17'") == ["2"])
    #expect(
      try bench.lines(
        "SELECT COUNT(*) FROM silver.trades VERSION AS OF 2 AS OF DATE '2025-06-17'") == ["2"])
    #expect(bench.failure("UPDATE silver.trades SET trade_id = 'A', as_of = '2025-06-17'") != nil)
    #expect(
      try bench.lines(
        "SELECT _change_type, trade_id FROM changes('silver.trades', 0, 4) ORDER BY trade_id")
        == ["insert|A", "insert|B", "insert|C", "insert|D", "insert|E"])
  }

  @Test("changes() follows a column through RENAME, RESTORE and wider types")
  func changesAcross() throws {
    let bench = try ChangeTests.bench()
    try bench.rows(
      """
      ALTER TABLE silver.trades RENAME COLUMN desk TO book;
      UPDATE silver.trades SET book = 'G' WHERE id = 'A';
      ALTER TABLE silver.trades ALTER COLUMN amount TYPE DECIMAL(30,4);
      RESTORE TABLE silver.trades TO VERSION AS OF 2;
      DELETE FROM silver.trades WHERE id = 'E'
      """)
    #expect(
      try bench.lines(
        """
        SELECT _commit_version, _change_type, id, desk, amount
        FROM changes('silver.trades', 2, 7) ORDER BY _commit_version, _change_type
        """)
        == [
          "4|update_postimage|A|G|10.25", "4|update_preimage|A|FX|10.25",
          "6|update_postimage|A|FX|10.25", "6|update_preimage|A|G|10.25", "7|delete|E|EQ|2.00",
        ])
    #expect(try bench.faults() == [])
  }

  @Test("a dropped column is gone from the newest files, and a new one of its name starts empty")
  func drop() throws {
    let bench = try ChangeTests.bench()
    try bench.rows(
      """
      ALTER TABLE silver.trades DROP EXPECT known; ALTER TABLE silver.trades DROP COLUMN desk;
      ALTER TABLE silver.trades ADD COLUMN desk INT
      """)
    #expect(
      try bench.lines("SELECT COUNT(*), COUNT(desk) FROM silver.trades") == ["5|0"])
    #expect(
      try bench.lines("SELECT COUNT(desk) FROM silver.trades VERSION AS OF 2") == ["5"])
    #expect(try bench.lines("SELECT COUNT(*) FROM changes('silver.trades', 2, 5)") == ["0"])
    // What desk was has nothing to do with what it is.
    #expect(
      try bench.lines("SELECT DISTINCT desk FROM changes('silver.trades', 0, 1)") == ["∅"])
    #expect(
      try bench.message("ALTER TABLE silver.trades DROP COLUMN IF EXISTS nope")
        == "silver.trades is so already")
    #expect(try bench.faults() == [])
  }

  @Test(
    "a type may grow, and every value stays",
    arguments: [
      ("INT", "-7", "BIGINT", "-7"), ("INT", "-7", "DOUBLE", "-7.0"),
      ("INT", "2147483647", "DECIMAL(12,2)", "2147483647.00"),
      ("BIGINT", "9007199254740993", "DECIMAL(20,1)", "9007199254740993.0"),
      ("FLOAT", "0.5", "DOUBLE", "0.5"),
      ("DECIMAL(9,2)", "1234567.89", "DECIMAL(38,4)", "1234567.8900"),
    ])
  func widen(from: String, value: String, to: String, expected: String) throws {
    let bench = try Workbench()
    try bench.rows(
      """
      CREATE TABLE s.t (id INT, x \(from) DEFAULT \(value));
      INSERT INTO s.t (id) VALUES (1); INSERT INTO s.t VALUES (2, NULL);
      ALTER TABLE s.t ALTER COLUMN x TYPE \(to);
      INSERT INTO s.t (id) VALUES (3)
      """)
    #expect(
      try bench.lines("SELECT x FROM s.t ORDER BY id") == [expected, "∅", expected])
    let old = try bench.lines("SELECT x FROM s.t VERSION AS OF 2 ORDER BY id")
    #expect(old == [from == "FLOAT" ? "float(0.5)" : value, "∅"])
    #expect(try bench.faults() == [])
  }

  @Test("a column that must have a value gives its default to the rows that are there")
  func fill() throws {
    let bench = try ChangeTests.bench()
    try bench.rows(
      "ALTER TABLE silver.trades ADD COLUMN book STRING NOT NULL DEFAULT 'MAIN'")
    #expect(
      try bench.lines("SELECT book, COUNT(*) FROM silver.trades GROUP BY book") == ["MAIN|5"])
    #expect(bench.failure("UPDATE silver.trades SET book = NULL") != nil)
    #expect(
      bench.failure("ALTER TABLE silver.trades ADD COLUMN m INT NOT NULL DEFAULT NULL") != nil)
    try bench.rows("CREATE TABLE s.e (a INT); ALTER TABLE s.e ADD COLUMN b INT NOT NULL")
    #expect(bench.failure("INSERT INTO s.e (a) VALUES (1)") != nil)
  }

  @Test("a view that may read the column keeps it from going; other views do not mind")
  func views() throws {
    let bench = try ChangeTests.bench()
    try bench.rows(
      """
      CREATE VIEW silver.n AS SELECT day, COUNT(*) AS n FROM silver.trades GROUP BY day;
      ALTER TABLE silver.trades RENAME COLUMN desk TO book;
      CREATE VIEW silver.b AS SELECT book FROM silver.trades
      """)
    let error = try #require(
      bench.failure("ALTER TABLE silver.trades RENAME COLUMN book TO desk"))
    #expect(error.message.contains("silver.b"), "\(error)")
    #expect(try bench.lines("SELECT SUM(n) FROM silver.n") == ["5"])
    try bench.rows("DROP VIEW silver.b; CREATE VIEW silver.a AS SELECT * FROM silver.trades")
    #expect(bench.failure("ALTER TABLE silver.trades DROP COLUMN amount") != nil)
  }

  @Test("properties of one's own are kept with the table, across a rebuild too")
  func properties() throws {
    let bench = try ChangeTests.bench()
    try bench.rows(
      """
      ALTER TABLE silver.trades SET TBLPROPERTIES ('owner' = 'o''risk', 'tier' = '1');
      ALTER TABLE silver.trades UNSET TBLPROPERTIES ('tier');
      ALTER TABLE silver.trades RENAME COLUMN desk TO book;
      ALTER TABLE silver.trades ADD COLUMN n INT NOT NULL DEFAULT 7;
      ALTER TABLE silver.trades ALTER COLUMN n TYPE BIGINT
      """)
    let asked = [
      "SELECT id, book, n, amount FROM silver.trades ORDER BY id",
      "SELECT id, desk FROM silver.trades VERSION AS OF 3 ORDER BY id",
      "SELECT * FROM changes('silver.trades', 0, 7) ORDER BY id",
      "SELECT * FROM diff('silver.trades', 1, 7) ORDER BY id, _change",
      "SELECT table_name, column_name, data_type FROM system.columns WHERE table_schema = 'silver'",
    ]
    let before = asked.map { text in (try? bench.lines(text)) ?? ["failed: \(text)"] }
    #expect(before[0].first == "A|FX|7|10.25")
    try bench.perform(.rebuild)
    #expect(asked.map { text in (try? bench.lines(text)) ?? ["failed: \(text)"] } == before)
    try bench.rows("UPDATE silver.trades SET n = n + 1 WHERE book = 'EQ'")
    #expect(
      bench.failure("INSERT INTO silver.trades VALUES ('Q', '2025-06-20', 'X', 1, NULL)") != nil)
  }

  @Test("several changes of columns share a transaction")
  func transaction() throws {
    let bench = try ChangeTests.bench()
    try bench.rows(
      """
      BEGIN; ALTER TABLE silver.trades RENAME COLUMN desk TO book;
      UPDATE silver.trades SET book = 'Z' WHERE id = 'B';
      ALTER TABLE silver.trades RENAME COLUMN book TO unit; COMMIT
      """)
    #expect(
      try bench.lines("SELECT id, unit FROM silver.trades ORDER BY id LIMIT 2") == ["A|FX", "B|Z"])
    #expect(
      try bench.lines(
        "SELECT _change_type, id, unit FROM changes('silver.trades', 2, 3) ORDER BY 1")
        == ["update_postimage|B|Z", "update_preimage|B|RATES"])
    #expect(
      bench.failure(
        """
        BEGIN; ALTER TABLE silver.trades RENAME COLUMN unit TO u;
        ALTER TABLE silver.trades ADD COLUMN unit INT
        """) != nil)
    try bench.rows("ROLLBACK")
    #expect(try bench.faults() == [])
  }
}
