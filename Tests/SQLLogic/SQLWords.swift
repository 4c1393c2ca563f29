/// A statement cut into words: enough to recognise constructs, without understanding them.
package struct SQLWords: Sendable {
  /// Lower case; a string keeps its quotes, a quoted name loses them, everything else is a name, a
  /// number, or one character.
  package let words: [String]
  /// How many parentheses are open at each word.
  package let depths: [Int]
  /// Where each word starts and ends in the text, in UTF-8 units.
  package let ranges: [Range<Int>]

  package init(_ text: String) {
    var words: [String] = []
    var depths: [Int] = []
    var ranges: [Range<Int>] = []
    let bytes = Array(text.utf8)
    var index = 0
    var depth = 0
    func isName(_ byte: UInt8) -> Bool {
      byte >= 0x80 || byte == UInt8(ascii: "_") || SQLWords.isDigit(byte)
        || (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z"))
    }
    while index < bytes.count {
      let start = index
      let byte = bytes[index]
      let next = index + 1 < bytes.count ? bytes[index + 1] : 0
      index += 1
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\t"), UInt8(ascii: "\r"): continue
      case UInt8(ascii: "-") where next == UInt8(ascii: "-"):
        while index < bytes.count, bytes[index] != UInt8(ascii: "\n") { index += 1 }
        continue
      case UInt8(ascii: "/") where next == UInt8(ascii: "*"):
        while index < bytes.count,
          !(bytes[index - 1] == UInt8(ascii: "*") && bytes[index] == UInt8(ascii: "/"))
        { index += 1 }
        index += 1
        continue
      case UInt8(ascii: "'"), UInt8(ascii: "\""):
        while index < bytes.count, bytes[index] != byte { index += 1 }
        index = min(index + 1, bytes.count)
      case UInt8(ascii: "("): depth += 1
      case UInt8(ascii: ")"): depth -= 1
      default:
        guard isName(byte) else { break }
        let isNumber = SQLWords.isDigit(byte)
        while index < bytes.count,
          isName(bytes[index]) || (isNumber && bytes[index] == UInt8(ascii: "."))
        { index += 1 }
      }
      var word = String(decoding: bytes[start..<index], as: UTF8.self).lowercased()
      if byte == UInt8(ascii: "\"") { word = String(word.dropFirst().dropLast()) }
      words.append(word)
      depths.append(byte == UInt8(ascii: "(") ? depth - 1 : depth)
      ranges.append(start..<index)
    }
    (self.words, self.depths, self.ranges) = (words, depths, ranges)
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }

  /// Whether the words of a pattern stand in a row somewhere; `^` in front binds it to the start,
  /// `*` is any one word, `word*` any word that starts so.
  package func contains(_ pattern: [String]) -> Bool {
    var pattern = pattern[...]
    let isBound = pattern.first == "^"
    if isBound { pattern = pattern.dropFirst() }
    guard !pattern.isEmpty, words.count >= pattern.count else { return false }
    for start in 0...(words.count - pattern.count) {
      if matches(pattern, at: start) { return true }
      if isBound { return false }
    }
    return false
  }

  private func matches(_ pattern: ArraySlice<String>, at start: Int) -> Bool {
    for (offset, wanted) in pattern.enumerated() {
      let word = words[start + offset]
      if wanted == "*" || wanted == word { continue }
      if wanted.count > 1, wanted.hasSuffix("*"), word.hasPrefix(wanted.dropLast()) { continue }
      return false
    }
    return true
  }

  /// Whether the statement itself, not a part in parentheses, orders its rows.
  package var ordersRows: Bool {
    words.indices.dropLast().contains { index in
      words[index] == "order" && words[index + 1] == "by" && depths[index] == 0
    }
  }

  /// Whether the statement changes tables, a WITH before it or in it aside.
  package var isChange: Bool {
    let changes: Set<String> = ["create", "insert", "update", "delete", "merge", "copy"]
    guard words.first == "with" else { return changes.contains(words.first ?? "") }
    return words.indices.contains { depths[$0] == 0 && changes.contains(words[$0]) }
  }

  /// The statement from its word `first` on.
  private init(_ whole: SQLWords, from first: Int) {
    words = Array(whole.words[first...])
    depths = Array(whole.depths[first...])
    ranges = Array(whole.ranges[first...])
  }

  /// What the statement makes or changes, the changes in its WITH among them.
  package var targets: [String] {
    if words.first == "explain" {
      // EXPLAIN ANALYZE runs what it explains.
      return words.count > 2 && words[1] == "analyze" ? SQLWords(self, from: 2).targets : []
    }
    guard words.first == "with" || words.first == "prepare" else {
      return target.map { [$0] } ?? []
    }
    var found: [String] = []
    for index in words.indices.dropFirst().dropLast(2) {
      var next = index + 1
      switch (words[index], words[next]) {
      case ("insert", "into"), ("delete", "from"), ("merge", "into"): next += 1
      case ("update", _) where words[index - 1] == "(" || words[index - 1] == ")": break
      default: continue
      }
      while next + 2 < words.count, words[next + 1] == "." { next += 2 }
      found.append(words[next])
    }
    return found
  }

  /// What the statement makes or changes: the last part of the name behind CREATE …, INSERT INTO,
  /// UPDATE, DELETE FROM, ALTER TABLE and their kin.
  package var target: String? {
    guard let first = words.first else { return nil }
    // `ATTACH 'file' AS name`: what is in it is not among the tables.
    if first == "attach" {
      return words.firstIndex(of: "as").flatMap { $0 + 1 < words.count ? words[$0 + 1] : nil }
    }
    var index = 1
    let leading: Set<String> = [
      "or", "replace", "temp", "temporary", "table", "view", "macro", "function", "type", "index",
      "sequence", "schema", "if", "not", "exists", "into", "from", "unique", "recursive",
      "persistent", "secret", "ignore", "trigger", "materialized",
    ]
    guard
      ["create", "insert", "update", "delete", "alter", "drop", "copy", "merge", "truncate"]
        .contains(first)
    else { return nil }
    while index < words.count, leading.contains(words[index]) { index += 1 }
    while index + 2 < words.count, words[index + 1] == "." { index += 2 }
    return index < words.count ? words[index] : nil
  }
}
