import Reports

/// What may stand at the cursor, best first.
package struct Completion: Equatable {
  /// Characters before the cursor that a candidate replaces.
  package var replaced = 0
  package var candidates: [String] = []

  package init(replaced: Int = 0, candidates: [String] = []) {
    self.replaced = replaced
    self.candidates = candidates
  }

  /// What all candidates begin with; case of the first.
  var sharedStart: String {
    guard let first = candidates.first else { return "" }
    var shared = Array(first)
    for candidate in candidates.dropFirst() {
      var count = 0
      for (left, right) in zip(shared, candidate) {
        guard left == right || left.lowercased() == right.lowercased() else { break }
        count += 1
      }
      shared.removeSubrange(count...)
    }
    return String(shared)
  }
}

/// The candidates shown below the text; Tab goes through them.
struct CompletionMenu {
  let candidates: [String]
  /// Characters typed of the word, while none is selected.
  let typedCount: Int
  private(set) var selected: Int?

  private static let mostRows = 6

  init(candidates: [String], typedCount: Int) {
    self.candidates = candidates
    self.typedCount = typedCount
  }

  mutating func move(_ step: Int) -> String {
    let count = candidates.count
    let next = selected.map { ($0 + step + count) % count } ?? (step > 0 ? 0 : count - 1)
    selected = next
    return candidates[next]
  }

  /// Rows of columns, filled from left to right, around the selected candidate.
  func rows(width: Int, usesColor: Bool) -> [String] {
    // A column is as wide as the widest of those that can be seen, but leaves room for others.
    let seen = candidates.prefix(200)
    let widest = seen.reduce(1) { max($0, DisplayWidth.of($1)) }
    let cell = min(widest, max(8, width - 3)) + 2
    let columns = max(1, (width - 1) / cell)
    let rowCount = (candidates.count + columns - 1) / columns
    let first = max(
      0,
      min(
        (selected ?? 0) / columns - CompletionMenu.mostRows / 2, rowCount - CompletionMenu.mostRows)
    )
    let last = min(rowCount, first + CompletionMenu.mostRows)
    var rows: [String] = []
    for row in first..<last {
      var text = ""
      for index in row * columns..<min((row + 1) * columns, candidates.count) {
        let name = DisplayWidth.truncated(candidates[index], to: cell - 2)
        let padding = String(repeating: " ", count: max(0, cell - 2 - DisplayWidth.of(name)))
        let isSelected = index == selected
        if usesColor {
          text +=
            isSelected
            ? "\u{1b}[7m\(name)\(padding)\u{1b}[0m  " : "\u{1b}[2m\(name)\u{1b}[0m\(padding)  "
        } else {
          text += (isSelected ? "▸" : " ") + name + padding + " "
        }
      }
      rows.append(text)
    }
    if last < rowCount { rows.append("… \(candidates.count - last * columns) more") }
    return rows
  }
}
