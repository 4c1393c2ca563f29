// Finding out where tokens end: the only loops that look at every byte.

extension JSONCursor {
  /// A string's text between the quotes, still escaped.
  struct StringExtent {
    var range: Range<Int>
    var hasEscapes: Bool
  }

  mutating func skipWhiteSpace() {
    while position < end {
      let byte = bytes[position]
      guard byte <= 0x20,
        byte == 0x20 || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
          || byte == UInt8(ascii: "\t")
      else { return }
      position &+= 1
    }
  }

  /// The next byte that is not white space; it is not consumed.
  mutating func nextByte(_ expected: String) throws(JSONError) -> UInt8 {
    skipWhiteSpace()
    guard position < end else { throw error(.endOfText(expected: expected), at: end) }
    return bytes[position]
  }

  /// Consumes one byte that must come next.
  mutating func expect(_ byte: UInt8, _ expected: String) throws(JSONError) {
    try require(byte, expected)
    position += 1
  }

  /// Looks for the first byte of a token without consuming it.
  mutating func require(_ byte: UInt8, _ expected: String) throws(JSONError) {
    guard try nextByte(expected) == byte else { throw try wrongKind(expected) }
  }

  mutating func word(_ text: StaticString) throws(JSONError) {
    let count = text.utf8CodeUnitCount
    // Safe: the pointer of a static string is valid for ever and `count` bytes long.
    let wanted = unsafe UnsafeBufferPointer(start: text.utf8Start, count: count)
    for index in 0..<count {
      guard position + index < end else {
        throw error(.endOfText(expected: "\(text)"), at: end)
      }
      guard unsafe bytes[position + index] == wanted[index] else {
        throw error(
          .unexpectedByte(bytes[position + index], expected: "\(text)"), at: position + index)
      }
    }
    position += count
  }

  mutating func scanNumber() throws(JSONError) -> Range<Int> {
    guard try peek() == .number else { throw try wrongKind("a number") }
    let start = position
    switch JSONNumber.length(in: bytes, from: start, to: end) {
    case .whole(let stop):
      position = stop
      return start..<stop
    case .broken(let stop):
      if stop >= end { throw error(.endOfText(expected: "a digit"), at: end) }
      throw error(.unexpectedByte(bytes[stop], expected: "a digit"), at: stop)
    }
  }

  /// Consumes a string whose opening quote is the next byte.
  ///
  /// Eight bytes at a time are asked whether one of them is a quote, a backslash, a control
  /// character or not ASCII; only then single bytes are looked at.
  mutating func scanString() throws(JSONError) -> StringExtent {
    let start = position + 1
    let (stop, hasEscapes, isASCII) = try closingQuote(from: start)
    position = stop + 1
    if !isASCII, !JSONCursor.isUTF8(bytes, start..<stop) {
      throw error(.invalidUTF8, at: start)
    }
    return StringExtent(range: start..<stop, hasEscapes: hasEscapes)
  }

  private func closingQuote(
    from start: Int
  ) throws(JSONError) -> (stop: Int, hasEscapes: Bool, isASCII: Bool) {
    var index = start
    var hasEscapes = false
    var isASCII = true
    while true {
      index = plainEnd(from: index)
      guard index < end else { throw error(.endOfText(expected: "'\"'"), at: end) }
      let byte = bytes[index]
      switch byte {
      case UInt8(ascii: "\""): return (index, hasEscapes, isASCII)
      case UInt8(ascii: "\\"):
        hasEscapes = true
        // By far the most frequent escape, in JSON that is held in a string of JSON.
        if index &+ 1 < end, bytes[index &+ 1] == UInt8(ascii: "\"") {
          index &+= 2
        } else {
          index += try escapeLength(at: index)
        }
      case 0..<0x20:
        throw error(.unexpectedByte(byte, expected: "a character of a string"), at: index)
      default:
        if byte >= 0x80 { isASCII = false }
        index += 1
      }
    }
  }

  /// The first byte from `start` on that is not plain ASCII text, or up to seven bytes before it.
  private func plainEnd(from start: Int) -> Int {
    let end = self.end
    return unsafe bytes.withUnsafeBytes { raw in
      let ones: UInt64 = 0x0101_0101_0101_0101
      let tops: UInt64 = 0x8080_8080_8080_8080
      var index = start
      while index &+ 8 <= end {
        // Safe: eight bytes from `index` lie before `end`, which is at most the count.
        let word = unsafe raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
        let quote = word ^ (ones &* 0x22)
        let slash = word ^ (ones &* 0x5C)
        let found =
          ((quote &- ones) & ~quote) | ((slash &- ones) & ~slash)
          | ((word &- ones &* 0x20) & ~word) | word
        let marks = found & tops
        if marks != 0 {
          return index &+ UInt64(littleEndian: marks).trailingZeroBitCount >> 3
        }
        index &+= 8
      }
      return index
    }
  }

  /// Checks the escape sequence at a backslash; 2 or 6 bytes.
  private func escapeLength(at index: Int) throws(JSONError) -> Int {
    guard index + 1 < end else { throw error(.endOfText(expected: "an escape"), at: end) }
    switch bytes[index + 1] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
      UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      return 2
    case UInt8(ascii: "u"):
      guard let unit = codeUnit(at: index) else { throw error(.invalidEscape, at: index) }
      if unit & 0xFC00 == 0xDC00 { throw error(.invalidEscape, at: index) }
      if unit & 0xFC00 != 0xD800 { return 6 }
      guard let low = codeUnit(at: index + 6), low & 0xFC00 == 0xDC00 else {
        throw error(.invalidEscape, at: index)
      }
      return 12
    default: throw error(.invalidEscape, at: index)
    }
  }

  /// The four hexadecimal digits of a `\u` that starts at `index`.
  private func codeUnit(at index: Int) -> UInt16? {
    guard index + 6 <= end, bytes[index] == UInt8(ascii: "\\"),
      bytes[index + 1] == UInt8(ascii: "u")
    else { return nil }
    var value: UInt16 = 0
    for byte in bytes[(index + 2)..<(index + 6)] {
      let digit: UInt8
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
      default: return nil
      }
      value = value << 4 | UInt16(digit)
    }
    return value
  }

  /// The text of a scanned string.
  func string(in extent: StringExtent) throws(JSONError) -> String {
    if extent.hasEscapes { return String(decoding: try unescaped(extent.range), as: UTF8.self) }
    return unsafe bytes.withUnsafeBufferPointer { all in
      unsafe String(decoding: UnsafeBufferPointer(rebasing: all[extent.range]), as: UTF8.self)
    }
  }

  /// The bytes of a scanned string with its escapes, checked before, resolved.
  func unescaped(_ range: Range<Int>) throws(JSONError) -> [UInt8] {
    var failure: JSONError?
    let result = unsafe [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
      var index = range.lowerBound
      var next = 0
      while index < range.upperBound {
        let byte = bytes[index]
        // Safe: an escape is never longer than what it stands for, so `next` stays below the count.
        guard byte == UInt8(ascii: "\\"), index &+ 1 < range.upperBound else {
          unsafe buffer[next] = byte
          next &+= 1
          index &+= 1
          continue
        }
        let mark = bytes[index &+ 1]
        if mark != UInt8(ascii: "u") {
          unsafe buffer[next] = JSONCursor.plainEscape(mark)
          next &+= 1
          index &+= 2
          continue
        }
        do throws(JSONError) {
          let length = try escapeLength(at: index)
          guard let scalar = scalar(at: index, length: length) else {
            throw error(.invalidEscape, at: index)
          }
          for byte in String(Character(scalar)).utf8 {
            unsafe buffer[next] = byte
            next &+= 1
          }
          index &+= length
        } catch {
          failure = error
          break
        }
      }
      count = next
    }
    if let failure { throw failure }
    return result
  }

  /// What the character after a backslash stands for.
  private static func plainEscape(_ mark: UInt8) -> UInt8 {
    switch mark {
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "f"): 0x0C
    case UInt8(ascii: "n"): UInt8(ascii: "\n")
    case UInt8(ascii: "r"): UInt8(ascii: "\r")
    case UInt8(ascii: "t"): UInt8(ascii: "\t")
    default: mark
    }
  }

  private func scalar(at index: Int, length: Int) -> UnicodeScalar? {
    guard let unit = codeUnit(at: index) else { return nil }
    if length == 6 { return UnicodeScalar(unit) }
    guard let low = codeUnit(at: index + 6) else { return nil }
    return UnicodeScalar(0x10000 + (UInt32(unit) & 0x3FF) << 10 + UInt32(low) & 0x3FF)
  }

  private static func isUTF8(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
    unsafe bytes.withUnsafeBufferPointer { all in
      unsafe String(
        validating: UnsafeBufferPointer(rebasing: all[range]), as: UTF8.self) != nil
    }
  }

  // MARK: - Errors

  /// An error of the caller that points at the current position.
  package func failure(_ reason: JSONError.Reason) -> JSONError {
    error(reason, at: min(position, end))
  }

  func error(_ reason: JSONError.Reason, at offset: Int) -> JSONError {
    let line = bytes[..<min(offset, bytes.count)].reduce(1) { $0 + ($1 == 0x0A ? 1 : 0) }
    return JSONError(reason, byteOffset: offset, line: line)
  }

  func unexpected(_ expected: String) -> JSONError {
    error(.unexpectedByte(bytes[position], expected: expected), at: position)
  }

  /// The error for a value of another kind, or for a byte that starts no value at all.
  mutating func wrongKind(_ expected: String) throws(JSONError) -> JSONError {
    let here = position
    guard let kind = try? peek() else { return unexpected(expected) }
    return error(.unexpectedKind(found: kind, expected: expected), at: here)
  }
}
