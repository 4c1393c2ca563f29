import Reports

/// A terminal as far as the editor uses one: what a person would see after its updates.
struct ScreenModel {
  struct Place: Equatable {
    var row: Int
    var column: Int
  }

  let width: Int
  let height: Int
  private var cells: [[Character]] = [[]]
  private(set) var cursor = Place(row: 0, column: 0)
  /// Sequences that the model does not know.
  private(set) var unknown: [String] = []
  /// Lines that went out of the top.
  private(set) var scrolledOff = 0

  init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }

  /// The rows without the blanks at their ends, down to the last that has any.
  var lines: [String] {
    var rows = cells.map { row -> String in
      var text = String(row.filter { $0 != "\0" })
      while text.last == " " { text.removeLast() }
      return text
    }
    while rows.last == "" { rows.removeLast() }
    return rows
  }

  mutating func take(_ text: String) {
    var rest = text.unicodeScalars.map { $0 }[...]
    var plain = ""
    while let scalar = rest.popFirst() {
      switch scalar {
      case "\u{1b}":
        put(&plain)
        sequence(&rest)
      case "\r":
        put(&plain)
        cursor.column = 0
      case "\n":
        put(&plain)
        lineFeed()
      default: plain.unicodeScalars.append(scalar)
      }
    }
    put(&plain)
  }

  private mutating func lineFeed() {
    if cursor.row == height - 1 {
      cells.removeFirst()
      scrolledOff += 1
    } else {
      cursor.row += 1
    }
    while cells.count <= cursor.row { cells.append([]) }
  }

  private mutating func put(_ text: inout String) {
    for character in text {
      let columns = DisplayWidth.of(character)
      if cursor.column + columns > width {
        cursor.column = 0
        lineFeed()
      }
      var row = cells[cursor.row]
      while row.count < cursor.column + columns { row.append(" ") }
      row[cursor.column] = character
      // The second half of a wide character.
      if columns == 2 { row[cursor.column + 1] = "\0" }
      cells[cursor.row] = row
      cursor.column += columns
    }
    text = ""
  }

  private mutating func sequence(_ rest: inout ArraySlice<Unicode.Scalar>) {
    guard rest.popFirst() == "[" else { return unknown.append("escape") }
    var parameters = ""
    while let scalar = rest.popFirst() {
      guard (0x40...0x7E).contains(scalar.value) else {
        parameters.unicodeScalars.append(scalar)
        continue
      }
      let number = max(1, Int(parameters) ?? 1)
      switch scalar {
      case "A": cursor.row = max(0, cursor.row - number)
      case "B": cursor.row = min(height - 1, cursor.row + number)
      case "C": cursor.column = min(width - 1, cursor.column + number)
      case "H": cursor = Place(row: 0, column: 0)
      case "J" where parameters == "2": cells = Array(repeating: [], count: cursor.row + 1)
      case "J": eraseBelow()
      case "K": eraseLine()
      case "m": break
      // Bracketed paste on and off.
      case "h" where parameters == "?2004", "l" where parameters == "?2004": break
      default: unknown.append(parameters + String(scalar))
      }
      while cells.count <= cursor.row { cells.append([]) }
      return
    }
  }

  private mutating func eraseLine() {
    if cells[cursor.row].count > cursor.column {
      cells[cursor.row].removeSubrange(cursor.column...)
    }
  }

  private mutating func eraseBelow() {
    eraseLine()
    cells.removeSubrange((cursor.row + 1)...)
  }
}
