/// Which cells may differ, and how: `cells NULL for nan`, `cells any for any`, `cells within 5%`,
/// `cells within a place`.
struct CellRule: Equatable {
  private enum Kind: Equatable {
    case pair(ours: String, theirs: String)
    case share(Double)
    /// Less than one unit of the last place that the file writes.
    case place
  }

  private let kind: Kind

  /// Nil when the effect is no rule of cells.
  init?(_ effect: String) {
    let words = effect.lowercased().split(separator: " ").map(String.init)
    guard words.first == "cells" else { return nil }
    if words.count == 4, words[2] == "for" {
      kind = .pair(ours: words[1], theirs: words[3])
    } else if words.count == 3, words[1] == "within", let share = Double(words[2].dropLast()) {
      kind = .share(share / 100)
    } else if words == ["cells", "within", "a", "place"] {
      kind = .place
    } else {
      return nil
    }
  }

  func allows(_ cell: String, _ expected: String) -> Bool {
    switch kind {
    case .pair(let ours, let theirs):
      func matches(_ text: String, _ wanted: String) -> Bool {
        wanted == "any" || text.lowercased() == wanted
      }
      return matches(cell, ours) && matches(expected, theirs)
    case .share(let share):
      guard let number = Double(cell), let wanted = Double(expected) else { return false }
      return (number - wanted).magnitude <= share * wanted.magnitude
    case .place:
      let pairs = zip(CellRule.numbers(cell), CellRule.numbers(expected))
      return CellRule.numbers(cell).count == CellRule.numbers(expected).count
        && pairs.allSatisfy { ours, theirs in
          guard let number = Double(ours), let wanted = Double(theirs) else {
            return ours == theirs
          }
          var unit = 1.0
          for _ in 0..<AnswerComparison.places(theirs) { unit /= 10 }
          return (number - wanted).magnitude < unit
        }
    }
  }

  /// A cell's number, or those of a list.
  private static func numbers(_ cell: String) -> [String] {
    cell.split { "[], ".contains($0) }.map(String.init)
  }
}
