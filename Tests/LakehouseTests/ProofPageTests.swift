import Columnar
import FileStorage
import Lakehouse
import TestSupport
import Testing

@Suite("Proof page")
struct ProofPageTests {
  private struct Example {
    var statement: String
    /// Lines; empty where nothing is shown.
    var answer: [String]
  }

  /// Each `sql` block with the plain block right behind it.
  private static func examples() throws -> [Example] {
    var examples: [Example] = []
    var block: [String]?
    var isStatement = false
    var followsStatement = false
    for line in try SampleLake.read("docs/proof.md").split(
      separator: "\n", omittingEmptySubsequences: false)
    {
      if let lines = block, line == "```" {
        if isStatement {
          examples.append(Example(statement: lines.joined(separator: "\n"), answer: []))
        } else if followsStatement, !examples.isEmpty {
          examples[examples.count - 1].answer = lines
        }
        followsStatement = isStatement
        block = nil
      } else if block != nil {
        block?.append(String(line))
      } else if line.hasPrefix("```") {
        block = []
        isStatement = line == "```sql"
      } else if !line.isEmpty {
        followsStatement = false
      }
    }
    return examples
  }

  /// The answer as the page writes it.
  private static func answer(_ statement: String, _ bench: Workbench) throws -> [String] {
    let sink = CollectingSink()
    try bench.session.run(statement, into: sink)
    guard sink.schema.count > 0 else { return sink.messages.suffix(1) }
    let rows = sink.batches.flatMap { batch in
      (0..<batch.rowCount).map { row in
        batch.row(row).map { $0.isNull ? "NULL" : CellText.show($0) }.joined(separator: " | ")
      }
    }
    return [sink.schema.names.joined(separator: " | ")] + rows
  }

  /// Whether the cells are equal where the page does not have a star.
  private static func agrees(_ line: String, _ expected: String) -> Bool {
    let stars = expected.split(separator: "*", omittingEmptySubsequences: false)
    var rest = Substring(line)
    for (index, part) in stars.enumerated() {
      if index == 0 {
        guard rest.hasPrefix(part) else { return false }
        rest = rest.dropFirst(part.count)
      } else if index == stars.count - 1 {
        return rest.hasSuffix(part)
      } else {
        guard let found = rest.firstRange(of: part) else { return false }
        rest = rest[found.upperBound...]
      }
    }
    return rest.isEmpty
  }

  @Test("shows the answers that its examples give")
  func examples() throws {
    let bench = try Workbench(actor: "ann")
    let examples = try ProofPageTests.examples()
    #expect(examples.count == 6)
    let directory = TemporaryDirectory()
    for example in examples {
      let statement = example.statement.replacing(
        "certificate.json", with: directory.path + "/certificate.json")
      let answer = try ProofPageTests.answer(statement, bench)
      if example.answer.isEmpty { continue }
      let same =
        answer.count == example.answer.count
        && zip(answer, example.answer).allSatisfy { ProofPageTests.agrees($0, $1) }
      #expect(same, "\(answer.joined(separator: "\n"))")
    }
    let outcome = try bench.perform(
      .replayCertificate(file: directory.path + "/certificate.json"))
    #expect(outcome.verdict == nil)
  }
}
