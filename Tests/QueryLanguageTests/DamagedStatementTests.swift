import QueryLanguage
import Testing

/// Broken text ends in a tree or in a diagnostic that can be rendered: never in a trap or a hang.
@Suite struct DamagedStatementTests {
  /// Parses; what parses must print and parse back, what does not must point into the text.
  private func survive(_ text: String) {
    do throws(Diagnostic) {
      let trees = try SyntaxParser.statements(in: text)
      for tree in trees {
        let printed = SyntaxPrinter.text(of: tree)
        let again = try? SyntaxParser.statement(in: printed)
        let isSame = again == tree
        #expect(isSame, "\(text) → \(printed)")
      }
    } catch {
      let length = text.utf8.count
      #expect(error.range.start >= 0 && error.range.start <= error.range.end)
      #expect(error.range.end <= length, "\(text)")
      #expect(error.rendered(in: text).contains("^"))
    }
    _ = StatementSplitter.completeness(of: text)
  }

  @Test("Every statement cut at every word", arguments: StatementCorpus.all)
  func truncated(_ text: String) {
    let words = text.split(separator: " ")
    for count in 0..<words.count {
      survive(words[..<count].joined(separator: " "))
    }
    survive(String(text.dropLast(1)))
    survive(String(text.dropFirst(1)))
  }

  @Test("Words removed, doubled, swapped and taken from other statements", arguments: 0..<4)
  func mutated(_ seed: Int) {
    var generator = SeededGenerator(state: UInt64(seed))
    let corpus = StatementCorpus.all.map(pieces)
    for pieces in corpus {
      for _ in 0..<6 {
        var damaged = pieces
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
          mutate(&damaged, with: corpus, using: &generator)
        }
        survive(damaged.joined(separator: " "))
      }
    }
  }

  /// Words and symbols, so that parentheses and commas can get lost too.
  private func pieces(_ text: String) -> [String] {
    var pieces: [String] = []
    for character in text {
      let isWord = character.isLetter || character.isNumber || character == "_"
      if isWord, let last = pieces.last?.last, last.isLetter || last.isNumber || last == "_" {
        pieces[pieces.count - 1].append(character)
      } else if character != " " {
        pieces.append(String(character))
      } else {
        pieces.append("")
      }
    }
    return pieces.filter { !$0.isEmpty }
  }

  private func mutate(
    _ pieces: inout [String], with corpus: [[String]], using generator: inout SeededGenerator
  ) {
    guard let index = pieces.indices.randomElement(using: &generator) else { return }
    switch Int.random(in: 0..<4, using: &generator) {
    case 0: pieces.remove(at: index)
    case 1: pieces.insert(pieces[index], at: index)
    case 2:
      let other = pieces.indices.randomElement(using: &generator) ?? index
      pieces.swapAt(index, other)
    default:
      let donor = corpus.randomElement(using: &generator) ?? []
      pieces[index] = donor.randomElement(using: &generator) ?? "x"
    }
  }

  @Test("Random bytes")
  func noise() {
    var generator = SeededGenerator(state: 7)
    let alphabet = Array("()[],;.:'\"`-/*=<>!~$?@#\\ \n\tSELECTfromas019_eé’“\u{0}\u{A0}")
    for _ in 0..<3000 {
      let length = Int.random(in: 0...40, using: &generator)
      survive(String((0..<length).map { _ in alphabet.randomElement(using: &generator) ?? "x" }))
    }
  }

  @Test(
    "Deep nesting is refused, not a crash",
    arguments: [
      ("(", "1", ")"), ("SELECT (", "1", ")"), ("NOT ", "a", ""), ("-", " 1", ""), ("[", "1", "]"),
      ("f(", "1", ")"), ("CASE WHEN a THEN ", "1", " END"), ("(SELECT ", "1", ")"),
      ("a IN (", "1", ")"), ("CAST(", "1", " AS int)"), ("1 + (", "1", ")"),
    ])
  func deepExpressions(_ open: String, _ core: String, _ close: String) {
    let count = 20_000
    let text =
      "SELECT " + String(repeating: open, count: count) + core
      + String(repeating: close, count: count)
    survive(text)
    #expect(throws: Diagnostic.self) { try SyntaxParser.statement(in: text) }
  }

  @Test("Long chains are refused where they would make deep trees")
  func longChains() throws {
    let many = 20_000
    let chains = [
      "SELECT 1" + String(repeating: " + 1", count: many),
      "SELECT a" + String(repeating: "::int", count: many),
      "SELECT a" + String(repeating: "[1]", count: many),
      "SELECT a" + String(repeating: " IS NULL", count: many),
      "SELECT 1" + String(repeating: " UNION ALL SELECT 1", count: many),
      "SELECT * FROM a" + String(repeating: " CROSS JOIN a", count: many),
      "SELECT * FROM a" + String(repeating: ", a", count: many),
      "SELECT CAST(a AS int" + String(repeating: "[]", count: many) + ")",
      "SELECT CAST(a AS " + String(repeating: "list<", count: many),
      String(repeating: "EXPLAIN ", count: many) + "SELECT 1",
      "SELECT * FROM " + String(repeating: "(", count: many),
      "SELECT * FROM " + String(repeating: "(SELECT * FROM ", count: many),
      "SELECT * FROM t" + String(repeating: " PIVOT (FOR a)", count: many),
      "SELECT 1 GROUP BY " + String(repeating: "GROUPING SETS (", count: many),
    ]
    for chain in chains {
      #expect(throws: Diagnostic.self) { try SyntaxParser.statement(in: chain) }
    }
  }

  @Test("Wide statements are no problem")
  func wide() throws {
    let many = 20_000
    let conditions = String(repeating: " OR a = 1", count: many)
    let rows = String(repeating: ", (1, 'x')", count: many)
    survive("SELECT * FROM t WHERE a = 0" + conditions)
    _ = try SyntaxParser.statement(in: "SELECT * FROM t WHERE a = 0" + conditions)
    _ = try SyntaxParser.statement(in: "INSERT INTO t VALUES (0, 'y')" + rows)
    _ = try SyntaxParser.statement(
      in: "SELECT a IN (0" + String(repeating: ", 1", count: many) + ")")
  }
}
