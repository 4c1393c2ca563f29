import Glibc
import QueryEngine
import QueryLanguage
import Testing

/// Mistakes that people make, each with the whole of what they are told.
///
/// With `TARN_COMPLETE_GOLDEN` in the environment the answers are written into the file instead, for
/// review.
@Suite("Mistakes")
struct MistakeTests {
  static let path = GoldenLake.folder + "Answers/mistakes.txt"

  @Test("point at the right place and propose what would help")
  func messages() throws {
    let lake = try GoldenLake.load()
    let text = try readText(MistakeTests.path)
    if unsafe getenv("TARN_COMPLETE_GOLDEN") != nil {
      try writeText(
        GoldenFile.completed(text) { MistakeTests.told($0, lake) }, to: MistakeTests.path)
      return
    }
    let cases = GoldenFile.cases(text)
    #expect(cases.count >= 60)
    for one in cases {
      let told = MistakeTests.told(one.statement, lake)
      #expect(told == one.expected, "\(one.statement)")
      #expect(told.contains { $0.hasPrefix(" at ") }, "no place: \(one.statement)")
      #expect(told.contains { $0.contains("^") }, "no marker: \(one.statement)")
      #expect(told.contains { $0.hasPrefix("help: ") }, "no proposal: \(one.statement)")
    }
  }

  /// What a user sees: the error of reading, binding or running, or the warning.
  private static func told(_ text: String, _ lake: TestLake) -> [String] {
    do {
      let statements = try SyntaxParser.statements(in: text)
      guard case .query(let query)? = statements.first?.kind else { return ["no query"] }
      let bound = try Binder.bind(query, resolver: lake, settings: GoldenLake.settings)
      _ = try Executor().collect(bound.plan, context: context())
      guard let warning = bound.warnings.first else { return ["nothing is wrong"] }
      return rendered(warning, in: text, severity: .warning)
    } catch let error as QueryError {
      return rendered(error, in: text, severity: .error)
    } catch let error as Diagnostic {
      return error.rendered(in: text).split(separator: "\n").map(String.init)
    } catch {
      return ["\(error)"]
    }
  }

  private static func rendered(
    _ error: QueryError, in text: String, severity: Diagnostic.Severity
  ) -> [String] {
    guard let range = error.range else {
      return ["error: " + error.message] + (error.help.map { ["help: " + $0] } ?? [])
    }
    return Diagnostic(error.message, at: range, help: error.help, severity: severity)
      .rendered(in: text).split(separator: "\n").map(String.init)
  }
}
