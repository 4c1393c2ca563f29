extension CatalogError {
  /// The names most like `name`, at most three; all names when there are at most five.
  static func near(_ name: String, among names: [String]) -> [String] {
    if names.count <= 5 { return names }
    let asked = Array(name.lowercased().utf8)
    let ranked = names.map { candidate in
      let whole = Array(candidate.lowercased().utf8)
      let last = whole.split(separator: UInt8(ascii: ".")).last.map(Array.init) ?? whole
      return (distance: min(distance(asked, whole), distance(asked, last)), name: candidate)
    }
    let near = ranked.filter { $0.distance <= max(2, asked.count / 3) }
    return near.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(3).map(\.name)
  }

  /// Insertions, deletions and replacements that turn one text into the other (Levenshtein).
  private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var previous = Array(0...right.count)
    for (row, byte) in left.enumerated() {
      var current = [row + 1]
      for (column, other) in right.enumerated() {
        let replaced = previous[column] + (byte == other ? 0 : 1)
        current.append(min(replaced, previous[column + 1] + 1, current[column] + 1))
      }
      previous = current
    }
    return previous[right.count]
  }
}
