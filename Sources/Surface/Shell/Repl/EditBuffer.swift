/// The text being edited and the place of the cursor in it, in characters as people count them.
package struct EditBuffer {
  package private(set) var characters: [Character] = []
  package private(set) var cursor = 0

  package init() {}

  package var text: String { String(characters) }
  package var textBeforeCursor: String { String(characters[..<cursor]) }
  package var textBehindCursor: String { String(characters[cursor...]) }
  /// What was killed last, for yanking.
  private var killed: [Character] = []

  /// Replaces everything; the cursor goes to the end.
  package mutating func set(_ text: String) {
    characters = Array(text)
    cursor = characters.count
  }

  package mutating func insert(_ text: String) {
    // A combining mark joins the character before the cursor.
    let start = max(0, cursor - 1)
    let joined = Array(String(characters[start..<cursor]) + text)
    characters.replaceSubrange(start..<cursor, with: joined)
    cursor = start + joined.count
  }

  package mutating func backspace() {
    guard cursor > 0 else { return }
    cursor -= 1
    characters.remove(at: cursor)
  }

  package mutating func deleteForward() {
    if cursor < characters.count { characters.remove(at: cursor) }
  }

  package mutating func moveLeft() { cursor = max(0, cursor - 1) }
  package mutating func moveRight() { cursor = min(characters.count, cursor + 1) }
  package mutating func moveToLineStart() { cursor = lineStart }
  package mutating func moveToLineEnd() { cursor = lineEnd }

  package mutating func moveWordLeft() { cursor = wordStart }
  package mutating func moveWordRight() {
    while cursor < characters.count, !EditBuffer.isWord(characters[cursor]) { cursor += 1 }
    while cursor < characters.count, EditBuffer.isWord(characters[cursor]) { cursor += 1 }
  }

  package mutating func killToLineEnd() {
    let end = lineEnd == cursor && cursor < characters.count ? cursor + 1 : lineEnd
    kill(cursor..<end)
  }

  package mutating func killToLineStart() {
    let start = lineStart
    kill(start..<cursor)
  }

  package mutating func killWord() { kill(wordStart..<cursor) }

  package mutating func killWordForward() {
    var end = cursor
    while end < characters.count, !EditBuffer.isWord(characters[end]) { end += 1 }
    while end < characters.count, EditBuffer.isWord(characters[end]) { end += 1 }
    kill(cursor..<end)
  }

  /// Inserts what was killed last.
  package mutating func yank() { insert(String(killed)) }

  private mutating func kill(_ range: Range<Int>) {
    if range.isEmpty { return }
    killed = Array(characters[range])
    characters.removeSubrange(range)
    cursor = range.lowerBound
  }

  /// Replaces that many characters before the cursor.
  package mutating func replace(before count: Int, with text: String) {
    let start = max(0, cursor - count)
    let inserted = Array(text)
    characters.replaceSubrange(start..<cursor, with: inserted)
    cursor = start + inserted.count
  }

  /// Whether only blanks stand before the cursor on its line.
  package var isAtIndentation: Bool {
    characters[lineStart..<cursor].allSatisfy { $0 == " " || $0 == "\t" }
  }

  /// Goes a line up or down in the same column; false on the first or last line.
  package mutating func moveLine(down: Bool) -> Bool {
    let column = cursor - lineStart
    let target: Int
    if down {
      guard lineEnd < characters.count else { return false }
      target = lineEnd + 1
    } else {
      guard lineStart > 0 else { return false }
      var start = lineStart - 1
      while start > 0, characters[start - 1] != "\n" { start -= 1 }
      target = start
    }
    var end = target
    while end < characters.count, characters[end] != "\n" { end += 1 }
    cursor = min(target + column, end)
    return true
  }

  /// The blanks that the cursor's line begins with.
  package var lineIndentation: String {
    String(characters[lineStart..<cursor].prefix { $0 == " " })
  }

  private var lineStart: Int {
    var start = cursor
    while start > 0, characters[start - 1] != "\n" { start -= 1 }
    return start
  }

  private var lineEnd: Int {
    var end = cursor
    while end < characters.count, characters[end] != "\n" { end += 1 }
    return end
  }

  private var wordStart: Int {
    var start = cursor
    while start > 0, !EditBuffer.isWord(characters[start - 1]) { start -= 1 }
    while start > 0, EditBuffer.isWord(characters[start - 1]) { start -= 1 }
    return start
  }

  private static func isWord(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || character == "_"
  }
}
