import Reports

/// What the terminal shows of a prompt.
struct Drawing {
  var rows: [String] = []
  var cursorRow = 0
  var width = 0
  /// The row of the text that is at the top, when it does not fit.
  var top = 0
  var clearsScreen = false
}

extension LineEditor {
  /// Longer texts are shown without colours, so that keys stay quick.
  private static let longestColored = 60_000

  /// What brings the screen from what was drawn last to what is now; only rows that changed.
  package mutating func draw(width: Int, height: Int = 24) -> String {
    let width = max(width, 4)
    let frame = frame(width: width, height: max(height, 2))
    var out = ""
    var old = drawn.rows
    var row = drawn.cursorRow
    if drawn.clearsScreen {
      out += "\u{1b}[H\u{1b}[2J"
      (old, row) = ([], 0)
    } else if old.isEmpty || width != drawn.width {
      // Nothing is known about the rows of another width: all are drawn again.
      if row > 0 { out += "\u{1b}[\(row)A" }
      out += "\r\u{1b}[J"
      (old, row) = ([], 0)
    }
    var extent = max(1, old.count)
    func move(to target: Int) {
      if target < row { out += "\u{1b}[\(row - target)A" }
      let reachable = min(target, extent - 1)
      if reachable > row { out += "\u{1b}[\(reachable - row)B" }
      row = target
      while extent <= target {
        out += "\r\n"
        extent += 1
      }
    }
    for (index, text) in frame.rows.enumerated() where index >= old.count || old[index] != text {
      move(to: index)
      out += index < old.count ? "\r\u{1b}[K" : "\r"
      out += text
    }
    if old.count > frame.rows.count {
      move(to: frame.rows.count)
      out += "\r\u{1b}[J"
    }
    move(to: frame.cursor.row)
    out += "\r"
    if frame.cursor.column > 0 { out += "\u{1b}[\(frame.cursor.column)C" }
    drawn = Drawing(rows: frame.rows, cursorRow: frame.cursor.row, width: width, top: frame.top)
    return out
  }

  /// Draws once more with the cursor behind the text, for what follows on the screen.
  package mutating func leave(width: Int, height: Int = 24) -> String {
    menu = nil
    search = nil
    while buffer.moveLine(down: true) {}
    buffer.moveToLineEnd()
    return draw(width: width, height: height)
  }

  private func frame(width: Int, height: Int) -> (
    rows: [String], cursor: (row: Int, column: Int), top: Int
  ) {
    if let search {
      var text = buffer
      if let found = foundText { text.set(found) }
      let state = search.isFound ? "search" : "no match"
      return shown(text, "(\(state)) \(search.query)▏ ", width, height, menuRows: [])
    }
    let rows = menu.map { $0.rows(width: width, usesColor: usesColor) } ?? []
    return shown(buffer, prompt, width, height, menuRows: Array(rows.prefix(height / 2)))
  }

  private func shown(
    _ buffer: EditBuffer, _ prompt: String, _ width: Int, _ height: Int, menuRows: [String]
  ) -> (rows: [String], cursor: (row: Int, column: Int), top: Int) {
    let codes = StatementScan.codes(buffer.characters)
    let layout = RowLayout(
      characters: buffer.characters, codes: codes, cursor: buffer.cursor, width: width,
      indent: DisplayWidth.of(prompt) % width, continuation: DisplayWidth.of(continuation))
    let promptRows = DisplayWidth.of(prompt) / width
    let room = max(1, height - menuRows.count - promptRows)
    let count = layout.starts.count
    // The window moves only when the cursor leaves it.
    var top = min(drawn.top, max(0, count - room))
    if layout.cursorRow < top { top = layout.cursorRow }
    if layout.cursorRow >= top + room { top = layout.cursorRow - room + 1 }
    let painter = RowPainter(
      buffer: buffer, codes: codes,
      usesColor: usesColor && codes.count <= LineEditor.longestColored)
    var rows: [String] = []
    for row in top..<min(count, top + room) {
      let start = layout.starts[row]
      let end = row + 1 < count ? layout.starts[row + 1] : codes.count
      var text = painter.text(start..<end)
      if row == 0 {
        text = (usesColor ? "\u{1b}[1;36m\(prompt)\u{1b}[0m" : prompt) + text
      } else if layout.beginsLine[row] {
        text = (usesColor ? "\u{1b}[2m\(continuation)\u{1b}[0m" : continuation) + text
      }
      rows.append(text)
    }
    let extra = top == 0 ? promptRows : 0
    return (rows + menuRows, (layout.cursorRow - top + extra, layout.cursorColumn), top)
  }
}

/// Where the rows of a text begin on a terminal of some width.
private struct RowLayout {
  var starts = [0]
  /// Whether a row begins a line of the text rather than going on with one.
  var beginsLine = [true]
  var cursorRow = 0
  var cursorColumn = 0

  init(
    characters: [Character], codes: [UInt8], cursor: Int, width: Int, indent: Int,
    continuation: Int
  ) {
    var column = indent
    for (index, code) in codes.enumerated() {
      let isBreak = code == 0x0A
      let columns = isBreak ? 0 : code < 0x80 ? 1 : DisplayWidth.of(characters[index])
      if column + columns > width || (column >= width && !isBreak) {
        starts.append(index)
        beginsLine.append(false)
        column = 0
      }
      if index == cursor { (cursorRow, cursorColumn) = (starts.count - 1, column) }
      column += columns
      if isBreak {
        starts.append(index + 1)
        beginsLine.append(true)
        column = min(continuation, width - 1)
      }
    }
    if cursor == codes.count {
      // A full row has no place for the cursor behind its last character.
      if column >= width {
        starts.append(codes.count)
        beginsLine.append(false)
        column = 0
      }
      (cursorRow, cursorColumn) = (starts.count - 1, column)
    }
  }
}

/// Paints stretches of the text in the colours of the language.
private struct RowPainter {
  private let characters: [Character]
  private let spans: [StatementSpan]
  private let brackets: (place: Int, partner: Int?)?
  private let usesColor: Bool

  init(buffer: EditBuffer, codes: [UInt8], usesColor: Bool) {
    characters = buffer.characters
    self.usesColor = usesColor
    spans = usesColor ? StatementScan.spans(codes: codes) : []
    brackets =
      usesColor
      ? StatementScan.brackets(codes: codes, spans: spans, cursor: buffer.cursor) : nil
  }

  func text(_ range: Range<Int>) -> String {
    var text = ""
    guard usesColor else {
      for character in characters[range] { text.append(RowPainter.shown(character)) }
      return text
    }
    var position = range.lowerBound
    for span in spans[firstSpan(range.lowerBound)...] {
      guard span.range.lowerBound < range.upperBound else { break }
      let part = span.range.clamped(to: range)
      append(position..<part.lowerBound, to: &text)
      let color = color(span)
      if !color.isEmpty { text += color }
      append(part, to: &text)
      if !color.isEmpty { text += "\u{1b}[0m" }
      position = part.upperBound
    }
    append(position..<range.upperBound, to: &text)
    return text
  }

  private func append(_ range: Range<Int>, to text: inout String) {
    for character in characters[range] { text.append(RowPainter.shown(character)) }
  }

  /// A line break belongs to the layout; a tab's width depends on its column: it shows as a blank.
  private static func shown(_ character: Character) -> String {
    if character == "\n" { return "" }
    // A control character that was pasted must not reach the terminal.
    if DisplayWidth.of(character) == 0, character != "\t" { return "" }
    return character == "\t" ? " " : String(character)
  }

  /// The first span that ends behind the position.
  private func firstSpan(_ position: Int) -> Int {
    var low = 0
    var high = spans.count
    while low < high {
      let middle = (low + high) / 2
      if spans[middle].range.upperBound <= position { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private func color(_ span: StatementSpan) -> String {
    switch span.kind {
    case .keyword: return "\u{1b}[1;34m"
    case .function: return "\u{1b}[35m"
    case .string: return span.isClosed ? "\u{1b}[32m" : "\u{1b}[33m"
    case .quotedName: return "\u{1b}[36m"
    case .number: return "\u{1b}[33m"
    case .comment: return "\u{1b}[2m"
    case .command: return "\u{1b}[1;36m"
    case .word: return ""
    case .symbol:
      guard let brackets else { return "" }
      let place = span.range.lowerBound
      guard place == brackets.place || place == brackets.partner else { return "" }
      return brackets.partner == nil ? "\u{1b}[1;31m" : "\u{1b}[1;7m"
    }
  }
}
