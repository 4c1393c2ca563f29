import Lakehouse
import Testing

@Suite("ALTER TABLE")
struct AlterTests {
  @Test("a new column is null in old rows, old versions keep their columns")
  func addColumn() throws {
    let bench = try ChangeTests.bench()
    #expect(
      try bench.message("ALTER TABLE silver.trades ADD COLUMN book STRING DEFAULT 'MAIN'")
        == "altered silver.trades: added column book (snapshot 4)")
    try bench.rows(
      """
      INSERT INTO silver.trades (id, day) VALUES ('F', '2025-06-20');
      UPDATE silver.trades SET book = 'B' WHERE id = 'A'
      """)
    #expect(
      try bench.lines("SELECT id, book FROM silver.trades ORDER BY id")
        == ["A|B", "B|∅", "C|∅", "D|∅", "E|∅", "F|MAIN"])
    #expect(bench.failure("SELECT book FROM silver.trades VERSION AS OF 2") != nil)
    #expect(
      try bench.lines(
        """
        SELECT _change_type, id, book FROM changes('silver.trades', 0, 5)
        WHERE id IN ('A', 'F') ORDER BY id, _change_type
        """) == ["insert|A|∅", "update_postimage|A|B", "update_preimage|A|∅", "insert|F|MAIN"])
    #expect(try bench.lines("SELECT COUNT(*) FROM changes('silver.trades', 2, 3)") == ["0"])
    try bench.rows("OPTIMIZE silver.trades; RESTORE TABLE silver.trades TO VERSION AS OF 2")
    #expect(bench.failure("SELECT book FROM silver.trades") != nil)
    #expect(try bench.lines("SELECT COUNT(*) FROM silver.trades") == ["5"])
    #expect(try bench.faults() == [])
  }

  @Test("constraints and NOT NULL are checked on the rows that are there, and hold from then on")
  func constraints() throws {
    let bench = try ChangeTests.bench()
    let error = try #require(
      bench.failure("ALTER TABLE silver.trades ADD CONSTRAINT pos CHECK (amount > 0)"))
    #expect(error.help?.contains("'B'") == true, "\(error)")
    try bench.rows(
      """
      ALTER TABLE silver.trades ADD CONSTRAINT floor CHECK (amount > -5);
      ALTER TABLE silver.trades ALTER COLUMN amount SET NOT NULL;
      ALTER TABLE silver.trades DROP CONSTRAINT small
      """)
    #expect(bench.failure("UPDATE silver.trades SET amount = -7") != nil)
    #expect(bench.failure("UPDATE silver.trades SET amount = NULL") != nil)
    try bench.rows("UPDATE silver.trades SET amount = 2000 WHERE id = 'A'")
    try bench.rows(
      """
      ALTER TABLE silver.trades ALTER COLUMN amount DROP NOT NULL;
      UPDATE silver.trades SET amount = NULL WHERE id = 'A'
      """)
    #expect(bench.failure("ALTER TABLE silver.trades ALTER COLUMN amount SET NOT NULL") != nil)
    #expect(try bench.faults() == [])
  }

  @Test("a table can get another name, unless a view reads it")
  func rename() throws {
    let bench = try ChangeTests.bench()
    try bench.rows("ALTER TABLE silver.trades RENAME TO deals")
    #expect(try bench.lines("SELECT COUNT(*) FROM silver.deals") == ["5"])
    #expect(bench.failure("SELECT * FROM silver.trades") != nil)
    try bench.rows("INSERT INTO silver.deals (id, day) VALUES ('F', '2025-06-20')")
    try bench.rows("CREATE VIEW silver.v AS SELECT * FROM silver.deals")
    #expect(bench.failure("ALTER TABLE silver.deals RENAME TO trades") != nil)
    #expect(try bench.lines("SELECT COUNT(*) FROM silver.v") == ["6"])
  }

  @Test("a table made from a query can be altered too")
  func fromQuery() throws {
    let bench = try Workbench()
    try bench.rows(
      """
      CREATE TABLE s.t AS SELECT 1 AS x, 'a' AS y;
      ALTER TABLE s.t ADD CONSTRAINT pos CHECK (x > 0); ALTER TABLE s.t ADD COLUMN z INT
      """)
    #expect(bench.failure("INSERT INTO s.t VALUES (-1, 'b', 1)") != nil)
    try bench.rows("INSERT INTO s.t VALUES (2, 'b', 1)")
    #expect(try bench.lines("SELECT x, z FROM s.t ORDER BY x") == ["1|∅", "2|1"])
  }

  @Test(
    "what is not possible is refused by name and changes nothing",
    arguments: [
      ("ADD COLUMN desk STRING", "already"), ("ADD COLUMN n INT NOT NULL", "NOT NULL"),
      ("DROP COLUMN desk", "known"), ("DROP COLUMN day", "business date"),
      ("DROP COLUMN id", "key"), ("DROP COLUMN nope", "no column"),
      ("RENAME COLUMN desk TO id", "already"), ("RENAME COLUMN nope TO d", "no column"),
      ("RENAME COLUMN desk TO \"a b\"", "Delta does not allow"),
      ("ALTER COLUMN amount TYPE DOUBLE", "does not widen"),
      ("ALTER COLUMN amount TYPE DECIMAL(18,3)", "does not widen"),
      ("ALTER COLUMN day TYPE TIMESTAMP", "business date"),
      ("SET TBLPROPERTIES ('delta.appendOnly' = 'true')", "set by Tarn"),
      ("UNSET TBLPROPERTIES ('owner')", "no property"), ("DROP CONSTRAINT nope", "small"),
      ("ADD CONSTRAINT small CHECK (amount > 0)", "already"),
      ("ALTER COLUMN nope SET NOT NULL", "no column"), ("ADD CONSTRAINT c CHECK (amount)", "CHECK"),
    ])
  func refusals(action: String, words: String) throws {
    let bench = try ChangeTests.bench()
    let error = try #require(bench.failure("ALTER TABLE silver.trades " + action))
    #expect("\(error.message) \(error.help ?? "")".contains(words), "\(error)")
    #expect(try bench.lines("SELECT MAX(version) FROM system.history") == ["2"])
  }

  @Test("an ALTER and a change may share a transaction")
  func transaction() throws {
    let bench = try ChangeTests.bench()
    try bench.rows(
      """
      BEGIN; ALTER TABLE silver.trades ADD COLUMN book STRING;
      UPDATE silver.trades SET book = desk WHERE desk = 'FX'; COMMIT
      """)
    #expect(
      try bench.lines("SELECT book, COUNT(*) FROM silver.trades GROUP BY book ORDER BY book")
        == ["FX|3", "∅|2"])
    #expect(try bench.lines("SELECT MAX(version) FROM system.history") == ["3"])
    #expect(try bench.faults() == [])
  }
}
