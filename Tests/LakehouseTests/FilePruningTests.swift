import Columnar
import Lakehouse
import Testing

/// Files that the catalog's ranges rule out are not opened.
@Suite("Scans that skip files")
struct FilePruningTests {
  /// A file a row, with values at which orders differ.
  private static let rows = [
    "(1, 1, 1.5, 'a', 1.50, DATE '2025-01-01', true, 12345678901234567890.5)",
    "(2, -5, -0.0, '', -1.50, DATE '1960-01-01', false, -12345678901234567890.5)",
    "(3, 9223372036854775807, 'NaN'::DOUBLE, 'ä', 0, NULL, NULL, 0.5)",
    "(4, NULL, NULL, NULL, NULL, DATE '9999-12-31', true, NULL)",
    "(5, 0, 1e300, 'a long text, longer than thirty-two letters, that a bound may cut', 99999.99, "
      + "DATE '2025-06-30', false, 7)",
  ]

  private let bench: Workbench

  init() throws {
    bench = try Workbench()
    try bench.rows(
      """
      CREATE TABLE s.t (n INT, i BIGINT, x DOUBLE, t STRING, m DECIMAL(18,2), d DATE, b BOOLEAN,
        w DECIMAL(30,1))
      """)
    for row in FilePruningTests.rows { try bench.rows("INSERT INTO s.t VALUES \(row)") }
  }

  @Test(
    "find what a scan of everything finds",
    arguments: [
      "n = 3", "n > 4", "n < 0", "n BETWEEN 2 AND 3", "n IN (1, 5)", "i = -5", "i > 100",
      "i >= 9223372036854775807", "x > 1", "x = 0", "x < 0", "x > 1e301", "x = 'NaN'::DOUBLE",
      "x <= -0.0", "t = 'ä'", "t > 'a'", "t < 'a'", "t = ''", "t >= 'a long text, longer'",
      "m = 1.5", "m > 2", "m < -1.49", "m >= 99999.99", "d = DATE '2025-06-30'",
      "d < DATE '1970-01-01'", "d > DATE '2100-01-01'", "b", "NOT b", "b = true",
      "w > 0", "w < 0", "w = 12345678901234567890.5", "w >= 7", "n = 1 AND t = 'ä'",
      "n = 1 OR t = 'ä'", "i IS NULL", "n = 2.0", "i < 0.5",
    ])
  func conditions(condition: String) throws {
    func numbers(_ condition: String) throws -> [String] {
      try bench.lines("SELECT n FROM s.t WHERE \(condition) ORDER BY n")
    }
    #expect(
      try numbers(condition) == numbers("CASE WHEN \(condition) THEN true ELSE false END"))
    #expect(
      try bench.lines("SELECT n FROM s.t VERSION AS OF 3 WHERE \(condition) ORDER BY n")
        == numbers("n <= 3 AND CASE WHEN \(condition) THEN true ELSE false END"))
  }

  @Test(
    "and read only the files that can hold such rows", arguments: ["n = 3", "t = 'ä'", "m = 0"])
  func opened(condition: String) throws {
    let plan = try bench.lines("EXPLAIN ANALYZE SELECT * FROM s.t WHERE \(condition)")
    #expect(plan.last?.contains("1 rows scanned") == true, "\(plan)")
  }
}
