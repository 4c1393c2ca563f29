/// One word, number, string or symbol of a statement, with its place in the text.
struct Token: Sendable {
  enum Kind: Sendable, Equatable {
    /// A bare word: a keyword or a name.
    case word
    /// A name in double quotes or backticks.
    case quotedWord
    case number(NumberLiteral.Form)
    case string
    case symbol(Symbol)
    case endOfText
  }
  var kind: Kind
  /// Without quotes and escapes; the digits of a number without separators.
  var text: String
  /// The upper-case spelling of a bare word, else empty: what keywords are compared with.
  var keyword: String
  var start: Int
  var end: Int

  var range: SourceRange { SourceRange(start, end) }

  func isSymbol(_ symbol: Symbol) -> Bool { kind == .symbol(symbol) }

  var isName: Bool { kind == .word || kind == .quotedWord }

  /// How a message names this token.
  var description: String {
    switch kind {
    case .word, .symbol: "\"\(text)\""
    case .quotedWord: "the name \"\(text)\""
    case .number: "the number \(text)"
    case .string: "the string '\(text.count > 20 ? text.prefix(20) + "…" : text)'"
    case .endOfText: "the end of the statement"
    }
  }
}

/// Operators and punctuation; the lexer takes the longest that fits.
enum Symbol: String, Sendable, CaseIterable {
  case leftParenthesis = "("
  case rightParenthesis = ")"
  case leftBracket = "["
  case rightBracket = "]"
  case comma = ","
  case semicolon = ";"
  case dot = "."
  case dotDot = ".."
  case colon = ":"
  case doubleColon = "::"
  case colonEqual = ":="
  case arrow = "=>"
  case thinArrow = "->"
  case plus = "+"
  case minus = "-"
  case star = "*"
  case doubleStar = "**"
  case slash = "/"
  case doubleSlash = "//"
  case percent = "%"
  case caret = "^"
  case bars = "||"
  case equal = "="
  case doubleEqual = "=="
  case bangEqual = "!="
  case lessGreater = "<>"
  case less = "<"
  case lessEqual = "<="
  case greater = ">"
  case greaterEqual = ">="
  case tilde = "~"
  case tildeStar = "~*"
  case bangTilde = "!~"
  case bangTildeStar = "!~*"
  case dollar = "$"
  case question = "?"
}
