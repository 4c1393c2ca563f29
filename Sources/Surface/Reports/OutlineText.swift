package import Columnar

/// Draws a tree with lines: `├─ view gold.lcr v12 (1 row)  REFRESH at …`.
///
/// The first column is the level of each line, the last a detail; between them stand its kind, its name
/// and whole numbers, which are shown with the names of their columns.
package enum OutlineText {
  package static func drawn(_ tree: Batch, _ style: TableStyle) -> String {
    let levels = (0..<tree.rowCount).map { row -> Int in
      if case .int64(let level) = tree.columns[0].value(row) { Int(clamping: level) } else { 0 }
    }
    var text = ""
    for (row, level) in levels.enumerated() {
      let line = indent(levels, row, level) + words(tree, row)
      text += style.width.map { DisplayWidth.truncated(line, to: $0) } ?? line
      text += "\n"
    }
    return text
  }

  private static func indent(_ levels: [Int], _ row: Int, _ level: Int) -> String {
    guard level > 0 else { return "" }
    var text = ""
    for depth in 1..<max(level, 1) { text += goesOn(levels, row, depth) ? "│  " : "   " }
    return text + (goesOn(levels, row, level) ? "├─ " : "└─ ")
  }

  /// Whether a later line of that depth has the same parent.
  private static func goesOn(_ levels: [Int], _ row: Int, _ depth: Int) -> Bool {
    for level in levels[(row + 1)...] {
      if level < depth { return false }
      if level == depth { return true }
    }
    return false
  }

  private static func words(_ tree: Batch, _ row: Int) -> String {
    var parts: [String] = []
    for (position, field) in tree.schema.fields.enumerated().dropFirst() {
      switch tree.columns[position].value(row) {
      case .string(let text):
        if !text.isEmpty { parts.append(clean(text)) }
      case .int64(let number):
        switch field.name {
        case "version": parts.append("v\(number)")
        case "rows": parts.append(number == 1 ? "(1 row)" : "(\(number) rows)")
        default: parts.append("\(field.name) \(number)")
        }
      default: continue
      }
    }
    return parts.joined(separator: " ")
  }

  /// On one line, without what a terminal would obey.
  private static func clean(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }))
  }
}
