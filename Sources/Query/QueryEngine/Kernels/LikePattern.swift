/// A LIKE pattern ready to match UTF-8 bytes: `%` any run, `_` one character.
struct LikePattern {
  private enum Token: Equatable {
    case literal([UInt8])
    case anyCharacter
    case anyRun
  }
  private enum Shape {
    case exact([UInt8])
    case prefix([UInt8])
    case suffix([UInt8])
    case contains([UInt8])
    case general([Token])
  }
  private let shape: Shape
  private let ignoreCase: Bool

  /// - Throws: `.type` when the escape character ends the pattern.
  init(_ pattern: String, escape: UInt8?, ignoreCase: Bool) throws(QueryError) {
    self.ignoreCase = ignoreCase
    let source = Array((ignoreCase ? pattern.lowercased() : pattern).utf8)
    var tokens: [Token] = []
    var literal: [UInt8] = []
    var position = 0
    func flush() {
      if !literal.isEmpty { tokens.append(.literal(literal)) }
      literal = []
    }
    while position < source.count {
      let byte = source[position]
      if let escape, byte == escape {
        position += 1
        guard position < source.count else {
          throw QueryError(
            .type, "the LIKE pattern '\(pattern)' ends with its escape character",
            help: "write the escape character twice to match it")
        }
        literal.append(source[position])
      } else if byte == UInt8(ascii: "%") {
        flush()
        if tokens.last != .anyRun { tokens.append(.anyRun) }
      } else if byte == UInt8(ascii: "_") {
        flush()
        tokens.append(.anyCharacter)
      } else {
        literal.append(byte)
      }
      position += 1
    }
    flush()
    shape = LikePattern.shape(of: tokens)
  }

  private static func shape(of tokens: [Token]) -> Shape {
    switch tokens.count {
    case 0: return .exact([])
    case 1:
      if case .literal(let text) = tokens[0] { return .exact(text) }
      if tokens[0] == .anyRun { return .contains([]) }
    case 2:
      if case .literal(let text) = tokens[0], tokens[1] == .anyRun { return .prefix(text) }
      if tokens[0] == .anyRun, case .literal(let text) = tokens[1] { return .suffix(text) }
    case 3:
      if tokens[0] == .anyRun, tokens[2] == .anyRun, case .literal(let text) = tokens[1] {
        return .contains(text)
      }
    default: break
    }
    return .general(tokens)
  }

  func matches(_ original: ArraySlice<UInt8>) -> Bool {
    let text =
      ignoreCase
      ? ArraySlice(Array(String(decoding: original, as: UTF8.self).lowercased().utf8)) : original
    switch shape {
    case .exact(let literal): return text.elementsEqual(literal)
    case .prefix(let literal): return text.starts(with: literal)
    case .suffix(let literal): return text.suffix(literal.count).elementsEqual(literal)
    case .contains(let literal): return firstIndex(of: literal, in: text) != nil
    case .general(let tokens): return LikePattern.match(tokens, text)
    }
  }

  /// Greedy matching with one point to come back to: the last run.
  private static func match(_ tokens: [Token], _ text: ArraySlice<UInt8>) -> Bool {
    var token = 0
    var position = text.startIndex
    var retryToken: Int?
    var retryPosition = text.startIndex
    while true {
      if token == tokens.count {
        if position == text.endIndex { return true }
      } else {
        switch tokens[token] {
        case .anyRun:
          retryToken = token + 1
          retryPosition = position
          token += 1
          continue
        case .anyCharacter:
          if position < text.endIndex {
            position = nextCharacter(text, position)
            token += 1
            continue
          }
        case .literal(let literal):
          if text[position...].starts(with: literal) {
            position += literal.count
            token += 1
            continue
          }
        }
      }
      guard let retry = retryToken, retryPosition < text.endIndex else { return false }
      retryPosition = nextCharacter(text, retryPosition)
      position = retryPosition
      token = retry
    }
  }
}

/// The position after the character that starts at `position`.
func nextCharacter(_ text: ArraySlice<UInt8>, _ position: Int) -> Int {
  var next = position + 1
  while next < text.endIndex, text[next] & 0xC0 == 0x80 { next += 1 }
  return next
}

/// Where `needle` first begins in `text`.
func firstIndex(of needle: [UInt8], in text: ArraySlice<UInt8>) -> Int? {
  guard let first = needle.first else { return text.startIndex }
  guard text.count >= needle.count else { return nil }
  var position = text.startIndex
  let last = text.endIndex - needle.count
  while position <= last {
    if text[position] == first, text[position..<position + needle.count].elementsEqual(needle) {
      return position
    }
    position += 1
  }
  return nil
}
