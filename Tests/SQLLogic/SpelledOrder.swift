/// ORDER BY with what another system takes for granted written out: `NULLS FIRST` or `NULLS LAST`
/// behind every item that says neither, and DESC where that is the default.
struct SpelledOrder: Equatable {
  private enum Nulls: Equatable { case first, last, smallest, largest }

  private var nulls = Nulls.last
  private var isDescending = false

  /// Takes a `SET` or `PRAGMA` of `default_null_order` or `default_order`; others change nothing.
  mutating func take(_ words: [String]) {
    guard let place = words.firstIndex(where: { $0.hasPrefix("default_") }), place > 0,
      ["set", "pragma", "session", "global"].contains(words[place - 1])
    else { return }
    let value = words[(place + 1)...].filter { $0 != "=" && $0 != "to" && $0 != ";" }
      .joined().filter { $0 != "'" && $0 != "_" && $0 != " " }
    if words[place] == "default_order" {
      if value.hasPrefix("desc") { isDescending = true }
      if value.hasPrefix("asc") { isDescending = false }
    } else if words[place] == "default_null_order" {
      switch value {
      case "nullsfirst", "first": nulls = .first
      case "nullslast", "last": nulls = .last
      case "nullsfirstonasclastondesc", "sqlite", "mysql": nulls = .smallest
      case "nullslastonascfirstondesc", "postgres": nulls = .largest
      default: break
      }
    }
  }

  /// The statement with its ORDER BYs written out; the same text when it has none.
  func spelled(_ sql: String) -> String {
    let pieces = SQLWords(sql)
    let bytes = Array(sql.utf8)
    var result: [UInt8] = []
    var copied = 0
    for (start, end) in SpelledOrder.items(pieces) {
      let words = pieces.words[start..<end]
      let depth = pieces.depths[start]
      let own = words.indices.filter { pieces.depths[$0] == depth }.map { words[$0] }
      if own.contains("nulls") { continue }
      let descends = own.contains("desc") || (isDescending && !own.contains("asc"))
      let isFirst =
        switch nulls {
        case .first: true
        case .last: false
        case .smallest: !descends
        case .largest: descends
        }
      let place = pieces.ranges[end - 1].upperBound
      result += bytes[copied..<place]
      if isDescending, !own.contains("asc"), !own.contains("desc") { result += Array(" DESC".utf8) }
      result += Array((isFirst ? " NULLS FIRST" : " NULLS LAST").utf8)
      copied = place
    }
    return String(decoding: result + bytes[copied...], as: UTF8.self)
  }

  /// Words that end the items of an ORDER BY.
  private static let ends: Set<String> = [
    ")", ";", "limit", "offset", "fetch", "union", "intersect", "except", "window", "qualify",
    "using", "exclude", "ignore", "respect",
  ]

  /// Where the items of every ORDER BY start and end, in the order of their ends.
  private static func items(_ pieces: SQLWords) -> [(start: Int, end: Int)] {
    let words = pieces.words
    var items: [(start: Int, end: Int)] = []
    for place in words.indices.dropLast() where words[place] == "order" && words[place + 1] == "by"
    {
      var index = place + 2
      guard index < words.count else { continue }
      let depth = pieces.depths[place]
      var start = index
      func isEnd() -> Bool {
        if pieces.depths[index] < depth { return true }
        guard pieces.depths[index] == depth else { return false }
        if ends.contains(words[index]), words[index] != ")" || pieces.depths[index] < depth {
          return true
        }
        let next = index + 1 < words.count ? words[index + 1] : ""
        return index > start && ["rows", "range", "groups"].contains(words[index])
          && next != "," && next != "(" && next != ")"
      }
      while index < words.count, !isEnd() {
        if words[index] == ",", pieces.depths[index] == depth {
          if index > start { items.append((start, index)) }
          start = index + 1
        }
        index += 1
      }
      if index > start { items.append((start, index)) }
    }
    return items.sorted { $0.end < $1.end }
  }
}
