import SQLLogic
import TestSupport
import Testing

@Suite("Differences of sqllogictest files")
struct DifferenceTests {
  private static let rules = """
    ## Differences

    | name | words | what | meaning |
    | --- | --- | --- | --- |
    | D1 | any | `null order` | NULLs |
    | D2 | `corr (` | `cells NULL for nan` | correlation |
    | D3 | any | `error: the query gives` | assignments |
    | D4 | `median (` | `cells within a place` | doubles |
    """

  private func results(_ text: String) throws -> [SuiteResult] {
    let directory = TemporaryDirectory()
    var results: [SuiteResult] = []
    let runner = SuiteRunner(
      folder: directory.path, rules: ScopeRules(DifferenceTests.rules), isSQLite: false
    ) { results.append($0) }
    try runner.run(text)
    return results
  }

  @Test("of NULLs hold only where the answer is right once their order is written out")
  func nullOrder() throws {
    let results = try results(
      """
      query I
      SELECT x FROM (VALUES (1), (NULL), (2)) t(x) ORDER BY x DESC
      ----
      2
      1
      NULL

      query I
      SELECT x FROM (VALUES (1), (NULL), (2)) t(x) ORDER BY x DESC
      ----
      1
      2
      NULL

      query I
      SELECT x FROM (VALUES (1), (NULL), (2)) t(x) ORDER BY x DESC LIMIT 1
      ----
      2

      query I
      SELECT list(x ORDER BY x DESC) FROM (VALUES (1), (NULL), (2)) t(x)
      ----
      [2, 1, NULL]
      """)
    #expect(results.map(\.status) == [.explained, .failed, .explained, .explained])
    #expect(results.map(\.reason) == ["D1", "order", "D1", "D1"])
  }

  @Test("follow what the file sets as the order of NULLs")
  func setting() throws {
    let results = try results(
      """
      statement maybe
      SET default_null_order='nulls_first'

      query I
      SELECT x FROM (VALUES (1), (NULL), (2)) t(x) ORDER BY x
      ----
      NULL
      1
      2
      """)
    #expect(results.last?.reason == "D1")
  }

  @Test("of cells hold for those cells and no others")
  func cells() throws {
    let results = try results(
      """
      query RR
      SELECT corr(1, 1), 5
      ----
      nan\t5

      query RR
      SELECT corr(1, 1), 5
      ----
      nan\t6

      query R
      SELECT median(x) FROM (VALUES (1), (2)) t(x)
      ----
      1

      query R
      SELECT median(x) FROM (VALUES (1), (2)) t(x)
      ----
      3
      """)
    #expect(results.map(\.status) == [.explained, .failed, .explained, .failed])
  }

  @Test("of statements hold for what they would have made")
  func consequences() throws {
    let results = try results(
      """
      statement ok
      CREATE TABLE t (x INT)

      statement ok
      INSERT INTO t VALUES (1.5)

      query I
      SELECT x FROM t
      ----
      2

      statement ok
      INSERT INTO t SELECT nothing

      query I
      SELECT x FROM t
      ----
      2

      query I
      SELECT 1
      ----
      2
      """)
    #expect(results.map(\.status) == [.passed, .explained, .explained, .failed, .failed, .failed])
    #expect(results.last?.reason == "wrong")
  }
}
