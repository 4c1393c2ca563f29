import SQLLogic
import TestSupport
import Testing

@Suite("The runner of sqllogictest files")
struct RunnerTests {
  private func results(_ text: String, rules: String = "") throws -> [SuiteResult] {
    let directory = TemporaryDirectory()
    var results: [SuiteResult] = []
    let runner = SuiteRunner(
      folder: directory.path, rules: ScopeRules(rules), isSQLite: false
    ) { results.append($0) }
    try runner.run(text)
    return results
  }

  @Test("tells a wrong answer, an error, an order and a statement that should fail")
  func failures() throws {
    let results = try results(
      """
      query I
      SELECT 1 + 1
      ----
      3

      statement ok
      SELECT nothing

      query I
      SELECT x FROM (VALUES (1), (2)) t(x) ORDER BY x
      ----
      2
      1

      statement error
      SELECT 1
      """)
    #expect(results.map(\.status) == [.failed, .failed, .failed, .failed])
    #expect(results.map(\.reason) == ["wrong", "error", "order", "accepted"])
  }

  @Test("rows without ORDER BY may come in any order, but have to be the same")
  func unordered() throws {
    let results = try results(
      """
      query I
      SELECT x FROM (VALUES (1), (2)) t(x)
      ----
      2
      1

      query I
      SELECT x FROM (VALUES (1), (2)) t(x)
      ----
      2
      2
      """)
    #expect(results.map(\.status) == [.passed, .failed])
  }

  @Test("loops bind their variables, and types come in groups")
  func loops() throws {
    let results = try results(
      """
      foreach type <integral> !uhugeint

      query I
      SELECT CAST(1 AS ${type})
      ----
      1

      endloop

      loop i 0 3

      query I
      SELECT ${i} * 2 / 2
      ----
      ${i}

      endloop
      """)
    #expect(results.count == 12)
    #expect(results.allSatisfy { $0.status == .passed })
  }

  @Test("what an excluded statement would have made is out of scope, until it is made anew")
  func taint() throws {
    let results = try results(
      """
      statement ok
      CREATE TABLE s(a STRUCT(x INTEGER))

      query I
      SELECT count(*) FROM s
      ----
      0

      statement ok
      CREATE OR REPLACE TABLE s(a INTEGER)

      query I
      SELECT count(*) FROM s
      ----
      0
      """,
      rules: "## Out of scope\n| words | why |\n| --- | --- |\n| `struct (` | structs |\n")
    #expect(results.map(\.status) == [.skipped, .skipped, .passed, .passed])
    #expect(results[0].reason == "structs")
  }

  @Test("a documented difference explains an outcome, and nothing else")
  func differences() throws {
    let results = try results(
      """
      query I
      SELECT 1 / 0
      ----
      NULL

      query I
      SELECT mode(1)
      ----
      2

      query I
      SELECT 1
      ----
      2
      """,
      rules: """
        ## Differences
        | name | words | what | meaning |
        | --- | --- | --- | --- |
        | D1 | any | `error: division by zero` | an error |
        | D2 | `mode (` | `rows` | the smallest |
        """)
    #expect(results.map(\.status) == [.explained, .explained, .failed])
    #expect(results.prefix(2).map(\.reason) == ["D1", "D2"])
  }
}
