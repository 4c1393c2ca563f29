/// Cuts a text into tokens. Works on UTF-8 bytes; every byte from 0x80 on is part of a word.
struct Lexer {
  /// Why a text ends in the middle of something.
  enum Unfinished: Sendable {
    case string
    case quotedName
    case comment
  }

  struct Failure: Error {
    var diagnostic: Diagnostic
    /// Set when more text could repair it.
    var unfinished: Unfinished?

    init(_ diagnostic: Diagnostic, unfinished: Unfinished? = nil) {
      self.diagnostic = diagnostic
      self.unfinished = unfinished
    }
  }

  let bytes: [UInt8]
  var position = 0

  init(_ text: String) {
    bytes = Array(text.utf8)
  }

  /// All tokens of a text; the last is `endOfText`.
  static func tokens(of text: String) throws(Diagnostic) -> [Token] {
    var lexer = Lexer(text)
    var tokens: [Token] = []
    do throws(Failure) {
      while true {
        let token = try lexer.next()
        tokens.append(token)
        if token.kind == .endOfText { return tokens }
      }
    } catch {
      throw error.diagnostic
    }
  }

  mutating func next() throws(Failure) -> Token {
    try skipBlanks()
    let start = position
    guard let byte = peek() else { return token(.endOfText, "", from: start) }
    switch byte {
    case UInt8(ascii: "'"):
      return try string(from: start, escapes: false)
    case UInt8(ascii: "\""), UInt8(ascii: "`"):
      return try quotedWord(from: start, quote: byte)
    case UInt8(ascii: "0")...UInt8(ascii: "9"):
      return try number(from: start)
    case UInt8(ascii: ".") where Lexer.isDigit(peek(1)):
      return try number(from: start)
    case UInt8(ascii: "E") where peek(1) == UInt8(ascii: "'"),
      UInt8(ascii: "e") where peek(1) == UInt8(ascii: "'"):
      position += 1
      return try string(from: start, escapes: true)
    case _ where Lexer.startsWord(byte):
      try refuseTypographicQuote()
      return word(from: start)
    default:
      return try symbol(from: start)
    }
  }

  func peek(_ distance: Int = 0) -> UInt8? {
    position + distance < bytes.count ? bytes[position + distance] : nil
  }

  func token(_ kind: Token.Kind, _ text: String, from start: Int, keyword: String = "") -> Token {
    Token(kind: kind, text: text, keyword: keyword, start: start, end: position)
  }

  func text(from start: Int, to end: Int) -> String {
    String(decoding: bytes[start..<end], as: UTF8.self)
  }

  static func isDigit(_ byte: UInt8?) -> Bool {
    guard let byte else { return false }
    return byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }

  static func startsWord(_ byte: UInt8) -> Bool {
    let letter = byte | 0x20
    return letter >= UInt8(ascii: "a") && letter <= UInt8(ascii: "z") || byte == UInt8(ascii: "_")
      || byte >= 0x80
  }

  static func continuesWord(_ byte: UInt8) -> Bool { startsWord(byte) || isDigit(byte) }

  private mutating func word(from start: Int) -> Token {
    while let byte = peek(), Lexer.continuesWord(byte) { position += 1 }
    let text = text(from: start, to: position)
    return token(.word, text, from: start, keyword: text.uppercased())
  }

  private mutating func symbol(from start: Int) throws(Failure) -> Token {
    var length = min(3, bytes.count - start)
    while length > 0 {
      let isASCII = bytes[start..<(start + length)].allSatisfy { $0 < 0x80 }
      if isASCII, let symbol = Symbol(rawValue: text(from: start, to: start + length)) {
        position = start + length
        return token(.symbol(symbol), symbol.rawValue, from: start)
      }
      length -= 1
    }
    let found = text(from: start, to: start + 1)
    throw Failure(
      Diagnostic(
        "the character \"\(found)\" has no meaning here", at: SourceRange(start, start + 1),
        help: found == "!" ? "not equal is written <> or !=" : nil))
  }

  /// Spaces, `-- …` to the end of the line, and `/* … */`, which nest.
  private mutating func skipBlanks() throws(Failure) {
    while let byte = peek() {
      if byte <= 0x20 {
        position += 1
      } else if byte == 0xC2, peek(1) == 0xA0 {
        // A no-break space, as copied from a web page.
        position += 2
      } else if byte == UInt8(ascii: "-"), peek(1) == UInt8(ascii: "-") {
        while let byte = peek(), byte != 0x0A { position += 1 }
      } else if byte == UInt8(ascii: "/"), peek(1) == UInt8(ascii: "*") {
        try skipBlockComment()
      } else {
        return
      }
    }
  }

  private mutating func skipBlockComment() throws(Failure) {
    let start = position
    var depth = 0
    while let byte = peek() {
      if byte == UInt8(ascii: "/"), peek(1) == UInt8(ascii: "*") {
        depth += 1
        position += 2
      } else if byte == UInt8(ascii: "*"), peek(1) == UInt8(ascii: "/") {
        depth -= 1
        position += 2
        if depth == 0 { return }
      } else {
        position += 1
      }
    }
    let opening = SourceRange(start, start + 2)
    throw Failure(
      Diagnostic("this comment has no end", at: opening, help: "close it with \"*/\""),
      unfinished: .comment)
  }
}
