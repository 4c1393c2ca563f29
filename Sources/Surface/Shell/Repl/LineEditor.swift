import Reports

/// The state of one prompt: what is typed, what history offers, what the screen shows.
package struct LineEditor {
  package enum Step: Equatable {
    case goOn
    case finished(PromptEvent)
  }

  private let prompt: String
  private let continuation: String
  /// Older entries, and last what is being typed.
  private var entries: [String]
  private var entry: Int
  private var buffer = EditBuffer()
  /// The row of the cursor below the first row of the prompt, as drawn last.
  private var drawnRow = 0
  private var clearsScreen = false

  package init(prompt: String, history: [String]) {
    self.prompt = prompt
    continuation = ContinuationPrompt.text(for: prompt)
    entries = history + [""]
    entry = history.count
  }

  package var text: String { buffer.text }

  /// Takes a key; Enter ends the prompt when the text is complete, else it breaks the line.
  package mutating func take(_ key: Key, isComplete: (String) -> Bool) -> Step {
    switch key {
    case .text(let text), .paste(let text): buffer.insert(text)
    case .tab: buffer.insert("  ")
    case .enter:
      if isComplete(buffer.text) { return .finished(.text(buffer.text)) }
      buffer.insert("\n")
    case .interrupt: return .finished(.interrupted)
    case .closed: return .finished(.endOfInput)
    case .endOfInput:
      if buffer.characters.isEmpty { return .finished(.endOfInput) }
      buffer.deleteForward()
    case .up: if !buffer.moveLine(down: false) { recall(entry - 1) }
    case .down: if !buffer.moveLine(down: true) { recall(entry + 1) }
    case .clear: clearsScreen = true
    default: edit(key)
    }
    return .goOn
  }

  private mutating func edit(_ key: Key) {
    switch key {
    case .backspace: buffer.backspace()
    case .delete: buffer.deleteForward()
    case .left: buffer.moveLeft()
    case .right: buffer.moveRight()
    case .home: buffer.moveToLineStart()
    case .end: buffer.moveToLineEnd()
    case .wordLeft: buffer.moveWordLeft()
    case .wordRight: buffer.moveWordRight()
    case .killToEnd: buffer.killToLineEnd()
    case .killToStart: buffer.killToLineStart()
    case .killWord: buffer.killWord()
    default: break
    }
  }

  private mutating func recall(_ wanted: Int) {
    guard entries.indices.contains(wanted) else { return }
    entries[entry] = buffer.text
    entry = wanted
    buffer.set(entries[entry])
  }

  /// What brings the screen from what was drawn last to what is now.
  package mutating func draw(width: Int) -> String {
    var text = clearsScreen ? "\u{1b}[H\u{1b}[2J" : ""
    if !clearsScreen, drawnRow > 0 { text += "\u{1b}[\(drawnRow)A" }
    clearsScreen = false
    text += "\r\u{1b}[J"
    var screen = Screen(width: max(width, 4))
    screen.put(prompt)
    var cursor = (row: 0, column: 0)
    for (index, character) in buffer.characters.enumerated() {
      if index == buffer.cursor { cursor = screen.place }
      if character == "\n" {
        screen.breakLine()
        screen.put(continuation)
      } else {
        screen.put(character)
      }
    }
    if buffer.cursor == buffer.characters.count { cursor = screen.place }
    text += screen.text
    let end = screen.place
    if end.row > cursor.row { text += "\u{1b}[\(end.row - cursor.row)A" }
    text += "\r"
    if cursor.column > 0 { text += "\u{1b}[\(cursor.column)C" }
    drawnRow = cursor.row
    return text
  }

  /// Draws once more with the cursor behind the text, for what follows on the screen.
  package mutating func leave(width: Int) -> String {
    while buffer.moveLine(down: true) {}
    buffer.moveToLineEnd()
    return draw(width: width)
  }
}

/// Text as a terminal of some width lays it out.
private struct Screen {
  let width: Int
  var text = ""
  var place = (row: 0, column: 0)

  init(width: Int) { self.width = width }

  mutating func put(_ string: String) { for character in string { put(character) } }

  mutating func put(_ character: Character) {
    // A tab's width depends on its column: it shows as one blank.
    let shown = character == "\t" ? " " : character
    let columns = DisplayWidth.of(shown)
    if place.column + columns > width { breakLine() }
    text.append(shown)
    place.column += columns
    // Terminals wait at the last column: the break makes the place certain.
    if place.column == width { breakLine() }
  }

  mutating func breakLine() {
    text += "\r\n"
    place = (place.row + 1, 0)
  }
}
