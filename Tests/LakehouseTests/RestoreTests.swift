import Lakehouse
import Testing

@Suite("RESTORE")
struct RestoreTests {
  /// Versions: 1 and 2 insert, 3 updates, 4 deletes.
  private static func bench() throws -> Workbench {
    let bench = try ChangeTests.bench()
    try bench.rows(
      """
      TAG 'two'; UPDATE silver.trades SET amount = 0 WHERE id = 'A';
      DELETE FROM silver.trades WHERE day = DATE '2025-06-19'
      """)
    return bench
  }

  @Test(
    "a table gets the rows back that it had at a point of time",
    arguments: ["VERSION AS OF 2", "TAG 'two'", "SNAPSHOT 3"])
  func points(point: String) throws {
    let bench = try RestoreTests.bench()
    let then = try bench.lines("SELECT * FROM silver.trades VERSION AS OF 2 ORDER BY id")
    let message = try bench.message("RESTORE TABLE silver.trades TO \(point)")
    #expect(message.hasPrefix("restored silver.trades to version 2: 2 files back, 1 out"))
    #expect(try bench.lines("SELECT * FROM silver.trades ORDER BY id") == then)
    #expect(
      try ChangeTests.dates(bench) == ["2025-06-17 +1 -1", "2025-06-19 +2 -0"])
    #expect(
      try bench.lines("SELECT id FROM silver.trades AS OF T ORDER BY id") == ["D", "E"])
    #expect(
      try bench.lines(
        "SELECT _change_type, id FROM changes('silver.trades', 4, 5) ORDER BY id, _change_type")
        == ["update_postimage|A", "update_preimage|A", "insert|D", "insert|E"])
    #expect(try bench.lines("SELECT COUNT(*) FROM silver.trades VERSION AS OF 4") == ["3"])
    #expect(try bench.faults() == [])
    #expect(
      try bench.message("RESTORE TABLE silver.trades TO VERSION AS OF 2")
        == "silver.trades is as it was at version 2")
  }

  @Test("what a transaction restores can be changed further, and rolled back without a loss")
  func transaction() throws {
    let bench = try RestoreTests.bench()
    try bench.rows("BEGIN; RESTORE TABLE silver.trades TO VERSION AS OF 1; ROLLBACK")
    #expect(try bench.faults() == [])
    try bench.rows(
      """
      BEGIN; DELETE FROM silver.trades; RESTORE TABLE silver.trades TO VERSION AS OF 4;
      DELETE FROM silver.trades WHERE id = 'B'; COMMIT
      """)
    #expect(try bench.lines("SELECT id FROM silver.trades ORDER BY id") == ["A", "C"])
    #expect(try bench.lines("SELECT COUNT(*) FROM silver.trades AS OF DATE '2025-06-17'") == ["1"])
    #expect(try bench.faults() == [])
  }

  @Test(
    "a point that the table does not have is refused",
    arguments: ["VERSION AS OF 9", "TAG 'three'", "SNAPSHOT 0", "SNAPSHOT 99"])
  func refusals(point: String) throws {
    let bench = try RestoreTests.bench()
    #expect(bench.failure("RESTORE TABLE silver.trades TO \(point)") != nil)
    #expect(try bench.lines("SELECT MAX(version) FROM system.history") == ["4"])
  }
}
