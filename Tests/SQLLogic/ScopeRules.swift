/// What is out of scope, and which differences are meant: the tables of `docs/sql-scope.md`.
package struct ScopeRules: Sendable {
  /// A construct that the language leaves out.
  private struct Exclusion: Sendable {
    var patterns: [[String]]
    var reason: String
  }

  /// A difference in meaning that is meant.
  private struct Difference: Sendable {
    var name: String
    /// Words of the statement; empty matches all.
    var patterns: [[String]]
    /// What happens: `error: TEXT`, `accepted`, `rows`, `order`.
    var effect: String
  }

  private var exclusions: [Exclusion] = []
  private var differences: [Difference] = []

  /// Reads the page: rows of tables under `## Out of scope` and `## Differences`.
  package init(_ page: String) {
    var section = ""
    for line in page.split(separator: "\n") {
      if line.hasPrefix("## ") { section = line.dropFirst(3).lowercased() }
      guard line.hasPrefix("| "), !line.hasPrefix("| ---") else { continue }
      let cells = ScopeRules.cells(line)
      switch section {
      case "out of scope" where cells.count >= 2:
        let patterns = ScopeRules.patterns(cells[0])
        if !patterns.isEmpty {
          exclusions.append(Exclusion(patterns: patterns, reason: cells[1]))
        }
      case "differences" where cells.count >= 4:
        guard cells[0].hasPrefix("D") else { continue }
        let effect = cells[2].filter { $0 != "`" }
        differences.append(
          Difference(name: cells[0], patterns: ScopeRules.patterns(cells[1]), effect: effect))
      default: continue
      }
    }
  }

  private static func cells(_ line: Substring) -> [String] {
    line.dropFirst().split(separator: " | ", omittingEmptySubsequences: false).map { cell in
      var text = cell[...]
      while let last = text.last, last == " " || last == "|" { text = text.dropLast() }
      while text.first == " " { text = text.dropFirst() }
      return String(text)
    }
  }

  /// The code spans of a cell, each a row of words.
  private static func patterns(_ cell: String) -> [[String]] {
    cell.split(separator: "`", omittingEmptySubsequences: false).enumerated()
      .filter { $0.offset % 2 == 1 }
      .map { $0.element.split(separator: " ").map { $0.lowercased() } }
  }

  /// Why the statement is out of scope; nil when it is not.
  package func exclusion(of words: SQLWords) -> String? {
    for rule in exclusions where rule.patterns.contains(where: words.contains) {
      return rule.reason
    }
    return nil
  }

  /// The rules about cells that may differ in the answer to the statement.
  func cellRules(of words: SQLWords) -> [(name: String, rule: CellRule)] {
    differences.compactMap { difference in
      guard difference.patterns.isEmpty || difference.patterns.contains(where: words.contains)
      else { return nil }
      return CellRule(difference.effect).map { (difference.name, $0) }
    }
  }

  /// The rules that hold where the file's answer is that to the statement with another word.
  func rewordings(of words: SQLWords) -> [(name: String, word: String, instead: String)] {
    differences.compactMap { difference in
      let effect = difference.effect.split(separator: " ").map(String.init)
      guard effect.count == 4, effect[0] == "asked", effect[2] == "for",
        difference.patterns.contains(where: words.contains)
      else { return nil }
      return (difference.name, effect[3].lowercased(), effect[1])
    }
  }

  /// The difference that explains an outcome; nil when none does.
  ///
  /// - Parameter effect: `error: …`, `accepted`, `rows` or `order`.
  package func difference(of words: SQLWords, effect: String) -> String? {
    for rule in differences {
      guard rule.patterns.isEmpty || rule.patterns.contains(where: words.contains) else {
        continue
      }
      if effect == rule.effect { return rule.name }
      if rule.effect.hasPrefix("error: "), effect.hasPrefix("error: "),
        effect.contains(rule.effect.dropFirst(7))
      {
        return rule.name
      }
    }
    return nil
  }
}
