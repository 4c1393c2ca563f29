import Glibc
import QueryEngine
import QueryLanguage
import Testing

/// Queries in the query language with their answers.
///
/// With `TARN_COMPLETE_GOLDEN` in the environment the answers are written into the files instead, for
/// review.
@Suite("Golden answers")
struct GoldenTests {
  static let topics = [
    "subqueries", "from", "sets", "slices", "regex", "values", "with", "fuzzed",
    "measures", "hierarchies", "vectors", "combinations", "functions", "lambdas", "statistics",
    "strict", "outer",
  ]

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

@Suite("Query language page")
struct LanguagePageTests {
  @Test("shows the answers that its examples give")
  func examples() throws {
    let lake = try GoldenLake.load()
    let path =
      String(GoldenLake.folder.dropLast("Tests/QueryEngineTests/Golden/".count))
      + "docs/query-language.md"
    let text = try readText(path)
    if unsafe getenv("TARN_COMPLETE_GOLDEN") != nil {
      try writeText(
        GoldenFile.completedPage(text) { GoldenLake.answer($0, lake: lake) }, to: path)
      return
    }
    let examples = GoldenFile.examples(text)
    #expect(examples.count > 40)
    for one in examples {
      let answer = GoldenLake.answer(one.statement, lake: lake)
      #expect(answer == one.expected, "\(one.statement)")
    }
  }
}

@Suite("Slice-and-dice")
struct SliceExpansionTests {
  static let statements: [String] = {
    let text = (try? readText(GoldenLake.folder + "Answers/slices.sql")) ?? ""
    return GoldenFile.cases(text).filter { !($0.expected.first ?? "").hasPrefix("error") }
      .map(\.statement)
  }()

  @Test("stands for a plain query that parses and gives the same rows", arguments: statements)
  func expansion(_ statement: String) throws {
    let lake = try GoldenLake.load()
    let query = try parse(statement)
    let plain = try Binder.expanded(query, resolver: lake, settings: GoldenLake.settings)
    let text = SyntaxPrinter.text(of: plain)
    #expect(plain.slices.isEmpty && !query.slices.isEmpty)
    #expect(GoldenLake.answer(text, lake: lake) == GoldenLake.answer(statement, lake: lake))
  }
}
