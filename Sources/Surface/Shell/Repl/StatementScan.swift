/// A stretch of a statement as it stands in the editor: for colours, brackets and completion.
///
/// Positions count characters. Works on half-typed text, so it is no parser and never fails.
package struct StatementSpan: Equatable {
  package enum Kind: UInt8 {
    case word, keyword, function, quotedName, string, number, comment, symbol, command
  }
  package var kind: Kind
  package var range: Range<Int>
  /// False for a string, name or comment whose end was not typed yet.
  package var isClosed = true
}

package enum StatementScan {
  /// The spans of the text from left to right; blanks belong to none.
  package static func spans(_ characters: [Character]) -> [StatementSpan] {
    spans(codes: codes(characters))
  }

  /// ASCII codes, 0x80 for everything else.
  static func codes(_ characters: [Character]) -> [UInt8] {
    characters.map { $0.utf8.count == 1 ? ($0.utf8.first ?? 0x80) : 0x80 }
  }

  static func spans(codes: [UInt8]) -> [StatementSpan] {
    var spans: [StatementSpan] = []
    var position = 0
    if let start = codes.firstIndex(where: { $0 > 0x20 }), isCommand(codes, start) {
      let end = codes[start...].firstIndex { $0 <= 0x20 } ?? codes.count
      spans.append(StatementSpan(kind: .command, range: start..<end))
      position = end
    }
    while position < codes.count {
      let code = codes[position]
      if code <= 0x20 {
        position += 1
        continue
      }
      let span = next(codes, position, code)
      spans.append(span)
      position = span.range.upperBound
    }
    return spans
  }

  private static func isCommand(_ codes: [UInt8], _ start: Int) -> Bool {
    codes[start] == UInt8(ascii: "\\")
      || (codes[start] == UInt8(ascii: ".") && start + 1 < codes.count && isWord(codes[start + 1]))
  }

  private static func next(_ codes: [UInt8], _ start: Int, _ code: UInt8) -> StatementSpan {
    let following = start + 1 < codes.count ? codes[start + 1] : 0
    switch code {
    case UInt8(ascii: "'"): return quoted(codes, start, .string)
    case UInt8(ascii: "\""), UInt8(ascii: "`"): return quoted(codes, start, .quotedName)
    case UInt8(ascii: "-") where following == code:
      let end = codes[start...].firstIndex(of: 0x0A) ?? codes.count
      return StatementSpan(kind: .comment, range: start..<end)
    case UInt8(ascii: "/") where following == UInt8(ascii: "*"):
      var end = start + 2
      while end < codes.count,
        !(codes[end] == UInt8(ascii: "/") && codes[end - 1] == UInt8(ascii: "*") && end > start + 2)
      { end += 1 }
      return StatementSpan(
        kind: .comment, range: start..<min(end + 1, codes.count), isClosed: end < codes.count)
    case 0x30...0x39:
      var end = start
      while end < codes.count,
        isWord(codes[end])
          || (codes[end] == UInt8(ascii: ".")
            && !(end + 1 < codes.count && codes[end + 1] == codes[end]))
      { end += 1 }
      return StatementSpan(kind: .number, range: start..<end)
    default: break
    }
    guard isWord(code) else { return StatementSpan(kind: .symbol, range: start..<start + 1) }
    var end = start
    while end < codes.count, isWord(codes[end]) { end += 1 }
    var kind = StatementSpan.Kind.word
    if StatementWords.isKeyword(codes[start..<end]) {
      kind = .keyword
    } else if end < codes.count, codes[end] == UInt8(ascii: "(") {
      kind = .function
    }
    return StatementSpan(kind: kind, range: start..<end)
  }

  /// A doubled quote inside stands for one.
  private static func quoted(_ codes: [UInt8], _ start: Int, _ kind: StatementSpan.Kind)
    -> StatementSpan
  {
    let quote = codes[start]
    var end = start + 1
    while end < codes.count {
      if codes[end] == quote {
        if end + 1 < codes.count, codes[end + 1] == quote { end += 1 } else { break }
      }
      end += 1
    }
    return StatementSpan(
      kind: kind, range: start..<min(end + 1, codes.count), isClosed: end < codes.count)
  }

  static func isWord(_ code: UInt8) -> Bool {
    switch code {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x80: true
    default: false
    }
  }

  /// The bracket under the cursor, or left of it, and its partner; the partner is nil when there is
  /// none. Brackets in strings and comments do not count.
  static func brackets(
    codes: [UInt8], spans: [StatementSpan], cursor: Int
  ) -> (place: Int, partner: Int?)? {
    let symbols = spans.filter { $0.kind == .symbol }
    for place in [cursor, cursor - 1] where codes.indices.contains(place) {
      guard let start = symbols.firstIndex(where: { $0.range.lowerBound == place }) else {
        continue
      }
      let (opening, closing): (UInt8, UInt8)
      switch codes[place] {
      case UInt8(ascii: "("), UInt8(ascii: ")"): (opening, closing) = (0x28, 0x29)
      case UInt8(ascii: "["), UInt8(ascii: "]"): (opening, closing) = (0x5B, 0x5D)
      default: continue
      }
      let step = codes[place] == opening ? 1 : -1
      var depth = 0
      var index = start
      while symbols.indices.contains(index) {
        let code = codes[symbols[index].range.lowerBound]
        if code == opening { depth += step } else if code == closing { depth -= step }
        if depth == 0 { return (place, symbols[index].range.lowerBound) }
        index += step
      }
      return (place, nil)
    }
    return nil
  }
}
