import Glibc
import Testing

/// Queries in the query language with their answers.
///
/// With `TARN_COMPLETE_GOLDEN` in the environment the answers are written into the files instead, for
/// review.
@Suite("Golden answers")
struct GoldenTests {
  static let topics = ["subqueries", "from", "sets"]

  @Test("of every statement are given", arguments: topics)
  func topic(_ topic: String) throws {
    let lake = try GoldenLake.load()
    let path = GoldenLake.folder + "Answers/" + topic + ".sql"
    let text = try readText(path)
    if unsafe getenv("TARN_COMPLETE_GOLDEN") != nil {
      try writeText(
        GoldenFile.completed(text) { GoldenLake.answer($0, lake: lake) }, to: path)
      return
    }
    let cases = GoldenFile.cases(text)
    #expect(!cases.isEmpty)
    for one in cases {
      let answer = GoldenLake.answer(one.statement, lake: lake)
      #expect(answer == one.expected, "\(one.statement)")
    }
  }
}
