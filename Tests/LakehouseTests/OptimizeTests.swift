import Lakehouse
import Testing

@Suite("OPTIMIZE")
struct OptimizeTests {
  private static func bench() throws -> Workbench {
    let bench = try Workbench()
    try bench.rows(
      "CREATE TABLE silver.trades (id INT, day DATE, x DOUBLE, y INT) BUSINESS DATE day")
    for day in 16...18 {
      for part in 0..<3 {
        try bench.rows(
          """
          INSERT INTO silver.trades VALUES (\(day * 10 + part), '2025-06-\(day)', 0.1, \(part)),
            (\(day * 10 + part + 3), '2025-06-\(day)', 1e17, \(-part))
          """)
      }
    }
    return bench
  }

  private static let answers =
    "SELECT day, COUNT(*), SUM(x), AVG(y) FROM silver.trades GROUP BY day ORDER BY day"

  @Test("small files become one, every answer and every old version stays, and no date changed")
  func compacts() throws {
    let bench = try OptimizeTests.bench()
    let rows = try bench.lines("SELECT * FROM silver.trades")
    let answers = try bench.lines(OptimizeTests.answers)
    let message = try bench.message("OPTIMIZE silver.trades")
    #expect(message.hasPrefix("optimized silver.trades: 9 files"), "\(message)")
    #expect(try bench.lines("SELECT COUNT(*) FROM system.files") == ["1"])
    #expect(try bench.lines("SELECT * FROM silver.trades") == rows)
    #expect(try bench.lines(OptimizeTests.answers) == answers)
    #expect(try bench.lines("SELECT COUNT(*) FROM silver.trades VERSION AS OF 4") == ["8"])
    #expect(try ChangeTests.dates(bench) == [])
    #expect(try bench.lines("SELECT * FROM changes('silver.trades', 9, 10)") == [])
    #expect(
      try bench.lines(
        "SELECT rows_added, rows_removed FROM system.history WHERE operation = 'OPTIMIZE'")
        == ["0|0"])
    #expect(
      try bench.message("OPTIMIZE silver.trades")
        == "silver.trades has nothing to optimize in 1 file")
    #expect(try bench.faults() == [])
  }

  @Test("WHERE chooses business dates, and nothing else")
  func filtered() throws {
    let bench = try OptimizeTests.bench()
    try bench.rows("OPTIMIZE silver.trades WHERE day >= DATE '2025-06-17'")
    #expect(try bench.lines("SELECT COUNT(*) FROM system.files") == ["4"])
    let error = try #require(bench.failure("OPTIMIZE silver.trades WHERE y = 1"))
    #expect(error.message.contains("\"day\" only"), "\(error)")
  }

  @Test("Z-order brings near rows together and keeps every answer")
  func zOrder() throws {
    let bench = try OptimizeTests.bench()
    let answers = try bench.lines(OptimizeTests.answers)
    try bench.rows("OPTIMIZE silver.trades ZORDER BY (y, id)")
    #expect(try bench.lines(OptimizeTests.answers) == answers)
    try bench.rows("OPTIMIZE silver.trades ZORDER BY (y)")
    #expect(try bench.lines(OptimizeTests.answers) == answers)
    #expect(
      try bench.lines("SELECT y FROM silver.trades WHERE day = DATE '2025-06-16'")
        == ["-2", "-1", "0", "0", "1", "2"])
    #expect(try bench.lines("SELECT * FROM changes('silver.trades', 9, 10)") == [])
  }

  @Test("a transaction may change and optimize")
  func transaction() throws {
    let bench = try OptimizeTests.bench()
    try bench.rows(
      """
      BEGIN; DELETE FROM silver.trades WHERE y = 2; OPTIMIZE silver.trades;
      INSERT INTO silver.trades VALUES (1, '2025-06-20', 0, 0); COMMIT
      """)
    #expect(
      try bench.lines("SELECT day, COUNT(*) FROM silver.trades GROUP BY day ORDER BY day")
        == ["2025-06-16|5", "2025-06-17|5", "2025-06-18|5", "2025-06-20|1"])
    #expect(try bench.lines("SELECT COUNT(*) FROM system.files") == ["2"])
    #expect(try bench.faults() == [])
  }
}
