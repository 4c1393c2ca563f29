extension Lexer {
  /// `'it''s'`; with `escapes` also `\n`, `\t`, `\\` and `\'`.
  mutating func string(from start: Int, escapes: Bool) throws(Failure) -> Token {
    position += 1
    var content: [UInt8] = []
    while let byte = peek() {
      position += 1
      if byte == UInt8(ascii: "'") {
        guard peek() == UInt8(ascii: "'") else {
          return token(.string, String(decoding: content, as: UTF8.self), from: start)
        }
        position += 1
        content.append(byte)
      } else if escapes, byte == UInt8(ascii: "\\"), let escaped = peek() {
        position += 1
        content.append(Lexer.escape(escaped))
      } else {
        content.append(byte)
      }
    }
    throw Failure(
      Diagnostic(
        "this string has no end", at: SourceRange(start, start + 1),
        help: "close it with a single quote; a quote inside a string is written twice"),
      unfinished: .string)
  }

  private static func escape(_ byte: UInt8) -> UInt8 {
    switch byte {
    case UInt8(ascii: "n"): 0x0A
    case UInt8(ascii: "t"): 0x09
    case UInt8(ascii: "r"): 0x0D
    default: byte
    }
  }

  mutating func quotedWord(from start: Int, quote: UInt8) throws(Failure) -> Token {
    position += 1
    var content: [UInt8] = []
    while let byte = peek() {
      position += 1
      if byte != quote {
        content.append(byte)
      } else if peek() == quote {
        position += 1
        content.append(quote)
      } else if content.isEmpty {
        throw Failure(
          Diagnostic(
            "a name cannot be empty", at: SourceRange(start, position),
            help: "write an empty string with single quotes: ''"))
      } else {
        return token(.quotedWord, String(decoding: content, as: UTF8.self), from: start)
      }
    }
    throw Failure(
      Diagnostic(
        "this quoted name has no end", at: SourceRange(start, start + 1),
        help: "close it with the same quote"),
      unfinished: .quotedName)
  }

  /// `12`, `1_000`, `.5`, `1.`, `1.5e-3`.
  mutating func number(from start: Int) throws(Failure) -> Token {
    var digits: [UInt8] = []
    var form = NumberLiteral.Form.integer
    takeDigits(into: &digits)
    if peek() == UInt8(ascii: "."), peek(1) != UInt8(ascii: ".") {
      form = .decimal
      position += 1
      if digits.isEmpty { digits.append(UInt8(ascii: "0")) }
      let before = digits.count
      digits.append(UInt8(ascii: "."))
      takeDigits(into: &digits)
      if digits.count == before + 1 { digits.append(UInt8(ascii: "0")) }
    }
    let exponentSigned = peek(1) == UInt8(ascii: "-") || peek(1) == UInt8(ascii: "+")
    if peek() == UInt8(ascii: "e") || peek() == UInt8(ascii: "E"),
      Lexer.isDigit(peek(exponentSigned ? 2 : 1))
    {
      form = .double
      digits.append(UInt8(ascii: "e"))
      if peek(1) == UInt8(ascii: "-") { digits.append(UInt8(ascii: "-")) }
      position += exponentSigned ? 2 : 1
      takeDigits(into: &digits)
    }
    if let byte = peek(), Lexer.startsWord(byte) {
      throw wordAfterNumber(from: start)
    }
    return token(.number(form), String(decoding: digits, as: UTF8.self), from: start)
  }

  private mutating func takeDigits(into digits: inout [UInt8]) {
    while let byte = peek() {
      if Lexer.isDigit(byte) {
        digits.append(byte)
      } else if byte != UInt8(ascii: "_") || !Lexer.isDigit(peek(1)) || digits.isEmpty {
        return
      }
      position += 1
    }
  }

  private mutating func wordAfterNumber(from start: Int) -> Failure {
    while let byte = peek(), Lexer.continuesWord(byte) { position += 1 }
    let found = text(from: start, to: position)
    return Failure(
      Diagnostic(
        "\"\(found)\" is neither a number nor a name", at: SourceRange(start, position),
        help: "put a space after the number, or write the name as \"\(found)\" in double quotes"))
  }

  /// Quotes that word processors put in place of plain ones would make baffling names.
  mutating func refuseTypographicQuote() throws(Failure) {
    guard peek() == 0xE2, peek(1) == 0x80, let last = peek(2) else { return }
    let plain: String
    switch last {
    case 0x98, 0x99: plain = "'"
    case 0x9C, 0x9D: plain = "\""
    default: return
    }
    let range = SourceRange(position, position + 3)
    throw Failure(
      Diagnostic(
        "this is a typographic quote", at: range, help: "write a plain \(plain)",
        fixIt: .init(range: range, replacement: plain)))
  }
}
