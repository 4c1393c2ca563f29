/// What can be seen of a half-typed statement: its tables, and where the cursor stands.
struct StatementOutline {
  struct Command {
    /// With its dot or backslash.
    var name: String
    /// Nil while the name itself is being typed.
    var argument: String?
  }

  private(set) var command: Command?
  /// The name being typed at the cursor, with dots; may be empty.
  private(set) var word = ""
  /// What was typed of a string that is open at the cursor.
  private(set) var openString: String?
  private(set) var wordBeforeString = ""
  /// The column that the open string is compared with.
  private(set) var comparedColumn: String?
  private(set) var expectsTable = false
  /// Of FROM and JOIN, in order.
  private(set) var tables: [String] = []
  private var tableOfAlias: [String: String] = [:]

  var aliases: [String] { tableOfAlias.keys.sorted() }

  private struct Piece {
    var kind: StatementSpan.Kind
    var text: String
    var upper: String
  }

  private static let tableWords: Set<String> = [
    "FROM", "JOIN", "INTO", "UPDATE", "TABLE", "DESCRIBE", "VACUUM", "OPTIMIZE", "RESTORE",
    "SUMMARIZE", "VIEW", "COPY",
  ]

  init(_ before: String, _ behind: String) {
    let left = Array(before)
    let spans = StatementScan.spans(left)
    if let first = spans.first, first.kind == .command {
      let name = String(left[first.range])
      let rest = left[first.range.upperBound...]
      command = Command(
        name: name, argument: rest.isEmpty ? nil : String(rest.drop { $0 == " " }))
      return
    }
    // Earlier statements of the same text do not count.
    let start = spans.lastIndex { $0.kind == .symbol && left[$0.range.lowerBound] == ";" }
    let own = spans[(start.map { $0 + 1 } ?? 0)...]
    var pieces = own.map { StatementOutline.piece($0, left) }
    let isOpen = own.last.map { !$0.isClosed && $0.kind == .string } ?? false
    if isOpen, let last = pieces.popLast() { openString = String(last.text.dropFirst()) }
    var right = StatementScan.spans(Array(behind)).map { StatementOutline.piece($0, Array(behind)) }
    if let end = right.firstIndex(where: { $0.text == ";" }) { right.removeSubrange(end...) }
    if isOpen { right = [] }
    findTables(pieces + right)
    var isAdjacent = own.last.map { $0.range.upperBound == left.count } ?? false
    while !isOpen, isAdjacent, let last = pieces.last, last.kind != .string, last.kind != .number,
      last.kind != .symbol || last.text == "."
    {
      word = last.text + word
      pieces.removeLast()
      let count = pieces.count
      isAdjacent =
        count > 0
        && own[own.startIndex + count - 1].range.upperBound
          == own[own.startIndex + count].range.lowerBound
    }
    describePlace(pieces)
  }

  /// The table that a qualifier means: an alias, or a table's own name.
  func table(named name: String) -> String? {
    if let table = tableOfAlias[name.lowercased()] { return table }
    return tables.first {
      $0.lowercased() == name.lowercased()
        || StatementOutline.split($0).name.lowercased() == name.lowercased()
    }
  }

  static func split(_ name: String) -> (owner: String?, name: String) {
    guard let dot = name.lastIndex(of: ".") else { return (nil, name) }
    return (String(name[..<dot]), String(name[name.index(after: dot)...]))
  }

  private static func piece(_ span: StatementSpan, _ characters: [Character]) -> Piece {
    let text = String(characters[span.range])
    return Piece(kind: span.kind, text: text, upper: text.uppercased())
  }

  private mutating func findTables(_ pieces: [Piece]) {
    var index = 0
    while index < pieces.count {
      let word = pieces[index].upper
      index += 1
      guard
        word == "FROM" || word == "JOIN" || word == "UPDATE" || word == "INTO" || word == "DESCRIBE"
          || word == "SUMMARIZE"
      else { continue }
      repeat {
        if index < pieces.count, pieces[index].text == "," { index += 1 }
        index = takeTable(pieces, index)
      } while word == "FROM" && index < pieces.count && pieces[index].text == ","
    }
  }

  private mutating func takeTable(_ pieces: [Piece], _ start: Int) -> Int {
    var index = start
    var name = ""
    while index < pieces.count {
      let piece = pieces[index]
      let isName = piece.kind == .word || piece.kind == .quotedName
      guard name.isEmpty || name.hasSuffix(".") ? isName : piece.text == "." else { break }
      name += piece.kind == .quotedName ? String(piece.text.dropFirst().dropLast()) : piece.text
      index += 1
    }
    if name.isEmpty, index < pieces.count, pieces[index].kind == .string {
      name = pieces[index].text
      index += 1
    }
    guard !name.isEmpty else { return index }
    tables.append(name)
    // Time clauses may stand between the table and its alias.
    if index + 1 < pieces.count, pieces[index].upper == "AS", pieces[index + 1].upper == "OF" {
      index += 3
      if index + 1 < pieces.count, pieces[index].text == "-" { index += 2 }
    }
    if index < pieces.count, pieces[index].upper == "AS" { index += 1 }
    if index < pieces.count, pieces[index].kind == .word {
      tableOfAlias[pieces[index].text.lowercased()] = name
      index += 1
    }
    return index
  }

  private mutating func describePlace(_ pieces: [Piece]) {
    guard let last = pieces.last else { return }
    expectsTable = StatementOutline.tableWords.contains(last.upper)
    if last.text == "," {
      // A comma in FROM: the last clause word decides.
      let clause = pieces.last {
        ["SELECT", "FROM", "WHERE", "GROUP", "ORDER", "HAVING", "ON", "USING", "SET"].contains(
          $0.upper)
      }
      expectsTable = clause?.upper == "FROM"
    }
    guard openString != nil else { return }
    wordBeforeString = last.upper
    var place = pieces.count - 1
    if last.text == "(" || last.text == "," {
      guard let inWord = pieces.lastIndex(where: { $0.upper == "IN" }) else { return }
      place = inWord
    } else if last.text == "=" || last.text == ">" || last.text == "<" || last.upper == "LIKE"
      || last.upper == "ILIKE"
    {
      while place > 0, ["=", ">", "<", "!"].contains(pieces[place - 1].text) { place -= 1 }
    } else {
      return
    }
    if place > 0, pieces[place - 1].upper == "NOT" { place -= 1 }
    var name = ""
    while place > 0 {
      let piece = pieces[place - 1]
      guard
        name.isEmpty || name.hasPrefix(".")
          ? piece.kind == .word || piece.kind == .quotedName || piece.kind == .keyword
          : piece.text == "."
      else { break }
      name =
        (piece.kind == .quotedName ? String(piece.text.dropFirst().dropLast()) : piece.text) + name
      place -= 1
    }
    comparedColumn = name.isEmpty ? nil : name
  }
}
