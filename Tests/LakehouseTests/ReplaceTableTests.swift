import Lakehouse
import Testing

@Suite("CREATE OR REPLACE TABLE")
struct ReplaceTableTests {
  @Test("gives other rows and columns, keeps the history, and tells its changes")
  func replaces() throws {
    let bench = try ChangeTests.bench()
    #expect(
      try bench.message(
        """
        CREATE OR REPLACE TABLE silver.trades BUSINESS DATE day AS
          SELECT id, day, amount * 2 AS amount, 7 AS n FROM silver.trades WHERE id <> 'E'
        """) == "replaced table silver.trades: 4 rows for 5 (snapshot 4)")
    #expect(
      try bench.lines("SELECT id, amount, n FROM silver.trades AS OF DATE '2025-06-17' ORDER BY id")
        == ["A|20.50|7", "B|-6.00|7"])
    #expect(
      try bench.lines("SELECT id, desk FROM silver.trades VERSION AS OF 2 WHERE id = 'E'")
        == ["E|EQ"])
    #expect(
      try ChangeTests.dates(bench)
        == ["2025-06-17 +2 -2", "2025-06-18 +1 -1", "2025-06-19 +1 -2"])
    #expect(
      try bench.lines(
        "SELECT _change_type, COUNT(*) FROM changes('silver.trades', 2, 3) GROUP BY 1 ORDER BY 1")
        == ["delete|5", "insert|4"])
    try bench.rows("RESTORE silver.trades TO VERSION AS OF 2")
    #expect(try bench.lines("SELECT COUNT(*), COUNT(desk) FROM silver.trades") == ["5|5"])
    #expect(try bench.faults() == [])
    try bench.perform(.rebuild)
    #expect(try bench.lines("SELECT COUNT(n) FROM silver.trades VERSION AS OF 3") == ["4"])
  }

  @Test("a keyed table does not mix its new rows with the old ones; empty replaces too")
  func keys() throws {
    let bench = try ChangeTests.bench()
    try bench.rows(
      """
      CREATE OR REPLACE TABLE silver.trades (id STRING NOT NULL, day DATE) KEY (id);
      INSERT INTO silver.trades VALUES ('A', NULL);
      CREATE OR REPLACE TABLE silver.trades (id STRING NOT NULL, x INT) KEY (id)
        AS SELECT 'A' AS id, 1 AS x
      """)
    #expect(try bench.lines("SELECT * FROM silver.trades") == ["A|1"])
    try bench.rows("CREATE OR REPLACE TABLE silver.fresh AS SELECT 1 AS a")
    #expect(try bench.lines("SELECT * FROM silver.fresh") == ["1"])
  }

  @Test("what would break a view or lose this transaction's work is refused")
  func refusals() throws {
    let bench = try ChangeTests.bench()
    try bench.rows("CREATE VIEW silver.v AS SELECT desk FROM silver.trades")
    let error = try #require(
      bench.failure("CREATE OR REPLACE TABLE silver.trades AS SELECT 1 AS id"))
    #expect(error.message.contains("silver.v"), "\(error)")
    #expect(
      bench.failure(
        """
        BEGIN; DELETE FROM silver.trades WHERE id = 'A';
        CREATE OR REPLACE TABLE silver.trades AS SELECT * FROM silver.trades
        """) != nil)
    try bench.rows("ROLLBACK")
    #expect(try bench.lines("SELECT COUNT(*) FROM silver.trades") == ["5"])
    #expect(try bench.faults() == [])
  }
}
