extension Diagnostic {
  /// The 1-based line and column of `offset`; columns count characters as a reader does.
  package static func position(of offset: Int, in source: String) -> (line: Int, column: Int) {
    let place = Place(offset: offset, in: source)
    return (place.line, place.column)
  }

  /// The message, the place, the line of the source with a marker under it, and the help:
  ///
  ///     error: unexpected "WHRE"
  ///      at 1:17
  ///       SELECT * FROM t WHRE x = 1
  ///                       ^~~~
  ///     help: did you mean "WHERE"?
  ///
  /// No newline at the end. `source` is the text that the ranges were made from.
  package func rendered(in source: String) -> String {
    let place = Place(offset: range.start, in: source)
    let length = Place.characters(in: source, from: place.offset, to: min(range.end, place.lineEnd))
    let indent = String(repeating: " ", count: place.column - 1)
    let marker = "^" + String(repeating: "~", count: max(length - 1, 0))
    var text = "\(severity.rawValue): \(message)\n at \(place.line):\(place.column)\n"
    text += "  \(place.lineText)\n  \(indent)\(marker)"
    if let help { text += "\nhelp: \(help)" }
    return text
  }
}

/// A line of a source text and a column in it. Offsets outside the text are moved to its ends, and
/// offsets inside a character to its beginning.
private struct Place {
  var offset: Int
  var line: Int
  var column: Int
  /// Without its line break; tabs are single spaces so that the marker stands under its token.
  var lineText: String
  var lineEnd: Int

  init(offset: Int, in source: String) {
    let bytes = Array(source.utf8)
    let offset = max(0, min(offset, bytes.count))
    self.offset = offset
    var lineStart = 0
    line = 1
    for position in 0..<offset where bytes[position] == 0x0A {
      line += 1
      lineStart = position + 1
    }
    lineEnd = lineStart
    while lineEnd < bytes.count, bytes[lineEnd] != 0x0A, bytes[lineEnd] != 0x0D { lineEnd += 1 }
    let text = String(decoding: bytes[lineStart..<lineEnd], as: UTF8.self)
    lineText = String(text.map { $0 == "\t" ? " " : $0 })
    column = 1 + Place.characters(in: source, from: lineStart, to: min(offset, lineEnd))
  }

  static func characters(in source: String, from start: Int, to end: Int) -> Int {
    guard start < end else { return 0 }
    return String(decoding: source.utf8.dropFirst(start).prefix(end - start), as: UTF8.self).count
  }
}
