import Lakehouse
import Testing

@Suite("MERGE")
struct MergeTests {
  private static func bench() throws -> Workbench {
    let bench = try ChangeTests.bench()
    try bench.rows(
      """
      CREATE TABLE silver.news (id STRING, day DATE, desk STRING, amount DECIMAL(18,2));
      INSERT INTO silver.news VALUES
        ('A', '2025-06-17', 'FX', 11.00), ('B', '2025-06-17', 'RATES', NULL),
        ('Z', '2025-06-19', 'FX', 9.00), ('Y', '2025-06-19', 'EQ', 8.00)
      """)
    return bench
  }

  @Test("each joined row takes the first branch that it fulfils")
  func branches() throws {
    let bench = try MergeTests.bench()
    let message = try bench.message(
      """
      MERGE INTO silver.trades t USING silver.news s ON t.id = s.id AND t.day = s.day
      WHEN MATCHED AND s.amount IS NULL THEN DELETE
      WHEN MATCHED THEN UPDATE SET amount = s.amount + t.amount
      WHEN NOT MATCHED AND s.desk = 'EQ' THEN DO NOTHING
      WHEN NOT MATCHED THEN INSERT (id, day, amount) VALUES (s.id, s.day, s.amount)
      """)
    #expect(
      message.hasPrefix("merged into silver.trades: 1 inserted, 1 updated, 1 deleted"),
      "\(message)")
    #expect(
      try bench.lines(ChangeTests.all) == [
        "A|2025-06-17|FX|21.25", "C|2025-06-18|FX|7.00", "D|2025-06-19|FX|1.00",
        "E|2025-06-19|EQ|2.00", "Z|2025-06-19|NONE|9.00",
      ])
    #expect(try ChangeTests.dates(bench) == ["2025-06-17 +1 -2", "2025-06-19 +1 -0"])
    #expect(
      try bench.lines(
        "SELECT _change_type, id FROM changes('silver.trades', 2, 3) ORDER BY id, _change_type")
        == ["update_postimage|A", "update_preimage|A", "delete|B", "insert|Z"])
    #expect(try bench.faults() == [])
  }

  @Test("rows of the target that the source lacks can be changed too; stars go by name")
  func bySource() throws {
    let bench = try MergeTests.bench()
    try bench.rows(
      """
      MERGE INTO silver.trades USING (SELECT * FROM silver.news WHERE amount > 0) AS s
      ON trades.id = s.id AND trades.day = s.day
      WHEN MATCHED THEN UPDATE SET *
      WHEN NOT MATCHED THEN INSERT *
      WHEN NOT MATCHED BY SOURCE AND trades.day = DATE '2025-06-19' THEN DELETE
      WHEN NOT MATCHED BY SOURCE THEN UPDATE SET desk = 'OLD'
      """)
    #expect(
      try bench.lines(ChangeTests.all) == [
        "A|2025-06-17|FX|11.00", "B|2025-06-17|OLD|-3.00", "C|2025-06-18|OLD|7.00",
        "Y|2025-06-19|EQ|8.00", "Z|2025-06-19|FX|9.00",
      ])
  }

  @Test(
    "what cannot be decided or is forbidden is refused",
    arguments: [
      (
        """
        INSERT INTO silver.news VALUES ('A', '2025-06-17', 'FX', 12.00);
        MERGE INTO silver.trades t USING silver.news s ON t.id = s.id AND t.day = s.day
        WHEN MATCHED THEN UPDATE SET amount = s.amount
        """, "id='A', day=DATE '2025-06-17'"
      ),
      (
        """
        INSERT INTO silver.news VALUES ('A', '2025-06-17', 'FX', 12.00);
        MERGE INTO silver.trades t USING silver.news s ON t.id = s.id WHEN MATCHED THEN DELETE
        """, "more than one"
      ),
      (
        """
        MERGE INTO silver.trades t USING silver.news s ON t.id = s.id AND FALSE
        WHEN NOT MATCHED THEN INSERT *
        """, "has a row with it already"
      ),
      (
        """
        MERGE INTO silver.trades t USING silver.news s ON t.id = s.id
        WHEN NOT MATCHED THEN INSERT (id, day, amount) VALUES (s.id, s.day, 5000)
        """, "small"
      ),
      (
        """
        MERGE INTO silver.trades t USING silver.news s ON t.id = s.id
        WHEN MATCHED THEN UPDATE SET amount = s.day
        """, "CAST"
      ),
    ])
  func refusals(text: String, words: String) throws {
    let bench = try MergeTests.bench()
    let error = try #require(bench.failure(text))
    #expect("\(error.message) \(error.help ?? "")".contains(words), "\(error)")
    #expect(try bench.lines("SELECT SUM(amount) FROM silver.trades") == ["17.25"])
  }
}
