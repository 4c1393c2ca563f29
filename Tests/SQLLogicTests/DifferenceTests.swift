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
    | D5 | `quantile (` | `asked quantile_disc for quantile` | continuous |
    | D6 | `approx_quantile (` | `cells rounded` | exact |
    | D7 | `string_agg (` | `cells a for NULL, b for NULL` | separators |
    | D8 | `/ 3.0` | `cells within 0.000001` | quotients |
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

  @Test("of words hold where the answer is right with another word")
  func rewordings() throws {
    let results = try results(
      """
      query R
      SELECT quantile(x, 0.5) FROM (VALUES (1), (2)) t(x)
      ----
      1

      query R
      SELECT quantile(x, 0.5) FROM (VALUES (1), (2)) t(x)
      ----
      2

      query R
      SELECT approx_quantile(x, [0.5, 0.1]) FROM (VALUES (0), (1), (2), (10)) t(x)
      ----
      [2, 0]

      query R
      SELECT approx_quantile(x, 0.5) FROM (VALUES (0), (1), (2), (10)) t(x)
      ----
      3

      query TT
      SELECT string_agg('a', NULL), string_agg('b', NULL)
      ----
      a\tNULL

      query T
      SELECT string_agg('c', NULL)
      ----
      NULL

      query R
      SELECT 1 / 3.0
      ----
      0.33333333333333331

      query R
      SELECT 1 / 3.0
      ----
      0.335
      """)
    #expect(
      results.map(\.status) == [
        .explained, .failed, .explained, .failed, .explained, .failed, .passed, .failed,
      ])
    #expect(results.map(\.reason) == ["D5", "wrong", "D6", "wrong", "D7", "wrong", "", "wrong"])
  }

  @Test("are none where a change says how many rows it changed")
  func changes() throws {
    let results = try results(
      """
      query I
      CREATE TABLE t AS SELECT 1 AS x UNION ALL SELECT 2
      ----
      2

      query I
      INSERT INTO t VALUES (3), (4), (5)
      ----
      3

      query I
      WITH a AS (SELECT 3 AS x) DELETE FROM t WHERE x IN (SELECT x FROM a)
      ----
      1

      query I
      UPDATE t SET x = 0
      ----
      3

      query I
      SELECT count(*) FROM t
      ----
      4
      """)
    #expect(results.map(\.status) == [.passed, .passed, .passed, .failed, .passed])
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
