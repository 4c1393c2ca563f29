/// Which cells may differ, and how: `cells NULL for nan, 1 for 2`, `cells within 5%`, `cells within 0.01`,
/// `cells within a place`, `cells rounded`, `cells in other letters`.
struct CellRule: Equatable {
  private enum Kind: Equatable {
    case pairs([Pair])
    case share(Double)
    case distance(Double)
    /// Less than one unit of the last place that the file writes.
    case place
    /// The file has the whole number nearest to ours.
    case rounded
    /// The same but for capital letters.
    case letters
  }

  private struct Pair: Equatable {
    var ours: String
    var theirs: String
  }

  private let kind: Kind

  /// Nil when the effect is no rule of cells.
  init?(_ effect: String) {
    let words = effect.lowercased().split(separator: " ").map(String.init)
    guard words.first == "cells" else { return nil }
    switch words.dropFirst().joined(separator: " ") {
    case "within a place": kind = .place
    case "rounded": kind = .rounded
    case "in other letters": kind = .letters
    default:
      if words.count == 3, words[1] == "within" {
        if words[2].hasSuffix("%"), let share = Double(words[2].dropLast()) {
          kind = .share(share / 100)
        } else if let distance = Double(words[2]) {
          kind = .distance(distance)
        } else {
          return nil
        }
        return
      }
      let pairs = effect.dropFirst(6).split(separator: ", ").map { pair in
        pair.lowercased().split(separator: " for ").map(String.init)
      }
      guard !pairs.isEmpty, pairs.allSatisfy({ $0.count == 2 }) else { return nil }
      kind = .pairs(pairs.map { Pair(ours: $0[0], theirs: $0[1]) })
    }
  }

  func allows(_ cell: String, _ expected: String) -> Bool {
    switch kind {
    case .pairs(let pairs):
      return pairs.contains(Pair(ours: cell.lowercased(), theirs: expected.lowercased()))
    case .letters: return cell.lowercased() == expected.lowercased()
    case .share(let share):
      guard let number = Double(cell), let wanted = Double(expected) else { return false }
      return (number - wanted).magnitude <= share * wanted.magnitude
    case .distance(let distance):
      return allNumbers(cell, expected) { ours, theirs, _ in (ours - theirs).magnitude <= distance }
    case .rounded:
      return allNumbers(cell, expected) { ours, theirs, _ in ours.rounded() == theirs }
    case .place:
      return allNumbers(cell, expected) { ours, theirs, text in
        var unit = 1.0
        for _ in 0..<AnswerComparison.places(text) { unit /= 10 }
        return (ours - theirs).magnitude < unit
      }
    }
  }

  /// Whether each number of the cell, or of its list, is one that `isAllowed` lets stand for the
  /// expected one; what is no number must be the same.
  private func allNumbers(
    _ cell: String, _ expected: String, _ isAllowed: (Double, Double, String) -> Bool
  ) -> Bool {
    let (ours, theirs) = (CellRule.numbers(cell), CellRule.numbers(expected))
    return ours.count == theirs.count
      && zip(ours, theirs).allSatisfy { ours, theirs in
        guard let number = Double(ours), let wanted = Double(theirs) else { return ours == theirs }
        return isAllowed(number, wanted, theirs)
      }
  }

  /// A cell's number, or those of a list.
  private static func numbers(_ cell: String) -> [String] {
    cell.split { "[], ".contains($0) }.map(String.init)
  }
}
