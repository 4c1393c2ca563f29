/// Searching backwards through history (Ctrl-R), as the query is typed.
struct HistorySearch {
  private(set) var query = ""
  /// The entry that is shown, or where the search stands while nothing was found.
  private var place: Int
  private(set) var isFound = true

  init(place: Int) { self.place = place }

  mutating func extend(_ text: String, in entries: [String]) {
    query += text
    find(from: place, in: entries)
  }

  mutating func shorten(in entries: [String]) {
    if !query.isEmpty { query.removeLast() }
    find(from: entries.count - 1, in: entries)
  }

  mutating func older(in entries: [String]) {
    if !query.isEmpty { find(from: place - 1, in: entries) }
  }

  func found(in entries: [String]) -> String? {
    isFound && !query.isEmpty && entries.indices.contains(place) ? entries[place] : nil
  }

  private mutating func find(from start: Int, in entries: [String]) {
    if query.isEmpty {
      (place, isFound) = (entries.count - 1, true)
      return
    }
    let wanted = HistorySearch.folded(query)
    var index = min(start, entries.count - 1)
    while index >= 0 {
      if HistorySearch.contains(HistorySearch.folded(entries[index]), wanted) {
        (place, isFound) = (index, true)
        return
      }
      index -= 1
    }
    isFound = false
  }

  private static func folded(_ text: String) -> [UInt8] {
    text.utf8.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }
  }

  private static func contains(_ text: [UInt8], _ wanted: [UInt8]) -> Bool {
    guard text.count >= wanted.count else { return false }
    var start = 0
    while start <= text.count - wanted.count {
      var length = 0
      while length < wanted.count, text[start + length] == wanted[length] { length += 1 }
      if length == wanted.count { return true }
      start += 1
    }
    return false
  }
}
