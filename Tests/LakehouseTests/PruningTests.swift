import Columnar
import Lakehouse
import Testing

@Suite("Scans that skip pages")
struct PruningTests {
  /// 50,000 rows in order of `id`: four pages of a row group.
  private static let wide = """
    CREATE TABLE silver.digits (d INT);
    INSERT INTO silver.digits VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9);
    CREATE TABLE silver.wide AS
      SELECT a.d * 10000 + b.d * 1000 + c.d * 100 + e.d * 10 + f.d AS id,
        CASE WHEN f.d = 3 AND e.d = 3 THEN CAST('NaN' AS DOUBLE) ELSE CAST(a.d AS DOUBLE) END AS x,
        CAST(a.d AS STRING) || CAST(b.d AS STRING) AS t
      FROM silver.digits a JOIN silver.digits b ON TRUE JOIN silver.digits c ON TRUE
        JOIN silver.digits e ON TRUE JOIN silver.digits f ON TRUE
      WHERE a.d < 5
      ORDER BY id
    """

  @Test(
    "give the rows of the condition, wherever it begins and ends",
    arguments: [
      ("id = 16383", "1"), ("id = 16384", "1"), ("id = 49999", "1"), ("id = 50000", "0"),
      ("id BETWEEN 16000 AND 33000", "17001"), ("id < 1 OR id > 49998", "2"),
      ("id > 49998", "1"), ("id IN (5, 40000)", "2"), ("t = '27'", "1000"),
      ("t = '27' AND id >= 27999", "1"), ("id = 3 AND t = '49'", "0"), ("x > 4", "500"),
      ("x > 3.5 AND id < 20000", "200"),
    ])
  func conditions(condition: String, count: String) throws {
    let bench = try Workbench()
    try bench.rows(PruningTests.wide)
    #expect(
      try bench.lines("SELECT COUNT(*), COUNT(id) FROM silver.wide WHERE \(condition)")
        == ["\(count)|\(count)"])
  }

  @Test("columns of skipped pages stay beside each other")
  func alignment() throws {
    let bench = try Workbench()
    try bench.rows(PruningTests.wide)
    #expect(
      try bench.lines(
        "SELECT id, t, x FROM silver.wide WHERE id BETWEEN 39998 AND 40001 ORDER BY 1")
        == ["39998|39|3.0", "39999|39|3.0", "40000|40|4.0", "40001|40|4.0"])
  }
}
