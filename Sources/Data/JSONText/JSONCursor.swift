/// Walks through JSON bytes and hands out what is asked for, without building a tree.
///
/// The caller drives: `beginObject`, then `nextKey` until nil with one read or `skipValue` a key;
/// `beginArray`, then `nextElement` until false. Everything passed over is checked against
/// RFC 8259 as strictly as what is read: escapes, UTF-8, numbers, nesting. Bad input throws; calls
/// that do not match the state of the cursor are a mistake of the caller.
package struct JSONCursor: Sendable {
  package static let depthMaxDefault = 128

  let bytes: [UInt8]
  let end: Int
  private let depthMax: Int
  /// The next byte to look at, counted from the start of the bytes handed in.
  package internal(set) var position: Int
  private var depth = 0
  /// Whether the innermost container has not handed out anything yet.
  private var isFirst = true

  /// - Parameter range: The part of `bytes` to read, all of it when nil.
  package init(
    _ bytes: [UInt8], range: Range<Int>? = nil, depthMax: Int = JSONCursor.depthMaxDefault
  ) {
    let range = range ?? 0..<bytes.count
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
    self.bytes = bytes
    self.depthMax = depthMax
    position = range.lowerBound
    end = range.upperBound
  }

  /// The kind of the value that comes next; nothing is consumed but white space.
  package mutating func peek() throws(JSONError) -> JSONKind {
    switch try nextByte("a value") {
    case UInt8(ascii: "{"): return .object
    case UInt8(ascii: "["): return .array
    case UInt8(ascii: "\""): return .string
    case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool
    case UInt8(ascii: "n"): return .null
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
    default: throw unexpected("a value")
    }
  }

  package mutating func beginObject() throws(JSONError) {
    try expect(UInt8(ascii: "{"), "an object")
    try enter()
  }

  package mutating func beginArray() throws(JSONError) {
    try expect(UInt8(ascii: "["), "an array")
    try enter()
  }

  /// The next member's name, its value being next; nil at the end of the object, which is consumed.
  package mutating func nextKey() throws(JSONError) -> String? {
    guard try nextKeyFollows() else { return nil }
    let name = try scanString()
    let text = try string(in: name)
    try expect(UInt8(ascii: ":"), "':'")
    return text
  }

  /// Whether another element follows; false at the end of the array, which is consumed.
  package mutating func nextElement() throws(JSONError) -> Bool {
    let byte = try nextByte("',' or ']'")
    if byte == UInt8(ascii: "]") {
      leave()
      return false
    }
    if isFirst {
      isFirst = false
      return true
    }
    guard byte == UInt8(ascii: ",") else { throw unexpected("',' or ']'") }
    position += 1
    // A bracket after a comma would otherwise pass for the end of the array.
    if try nextByte("a value") == UInt8(ascii: "]") { throw unexpected("a value") }
    return true
  }

  package mutating func readString() throws(JSONError) -> String {
    try require(UInt8(ascii: "\""), "a string")
    return try string(in: try scanString())
  }

  /// A string's text as UTF-8, escapes resolved.
  package mutating func readStringBytes() throws(JSONError) -> [UInt8] {
    try require(UInt8(ascii: "\""), "a string")
    let text = try scanString()
    return text.hasEscapes ? try unescaped(text.range) : Array(bytes[text.range])
  }

  package mutating func readBool() throws(JSONError) -> Bool {
    switch try nextByte("a boolean") {
    case UInt8(ascii: "t"):
      try word("true")
      return true
    case UInt8(ascii: "f"):
      try word("false")
      return false
    default: throw try wrongKind("a boolean")
    }
  }

  package mutating func readNull() throws(JSONError) {
    try require(UInt8(ascii: "n"), "null")
    try word("null")
  }

  /// Consumes a null if that is what comes next.
  package mutating func skipNull() throws(JSONError) -> Bool {
    guard try nextByte("a value") == UInt8(ascii: "n") else { return false }
    try word("null")
    return true
  }

  package mutating func readNumber() throws(JSONError) -> JSONNumber {
    let range = try scanNumber()
    return JSONNumber(checked: String(decoding: bytes[range], as: UTF8.self))
  }

  /// A whole number; `5.0` and `1e3` count as whole, `1.5` and what does not fit are refused.
  package mutating func readInt64() throws(JSONError) -> Int64 {
    let range = try scanNumber()
    if range.count < 19 {
      var value: Int64 = 0
      var isPlain = true
      let isNegative = bytes[range.lowerBound] == UInt8(ascii: "-")
      for byte in bytes[(range.lowerBound + (isNegative ? 1 : 0))..<range.upperBound] {
        let digit = byte &- UInt8(ascii: "0")
        if digit > 9 { isPlain = false }
        value = value &* 10 &+ Int64(digit)
      }
      if isPlain { return isNegative ? -value : value }
    }
    let number = JSONNumber(checked: String(decoding: bytes[range], as: UTF8.self))
    if let value = number.int64 { return value }
    throw error(.notAnInteger(number.text), at: range.lowerBound)
  }

  /// The next value as a tree.
  package mutating func readValue() throws(JSONError) -> JSONValue {
    switch try peek() {
    case .null:
      try word("null")
      return .null
    case .bool: return .bool(try readBool())
    case .number: return .number(try readNumber())
    case .string: return .string(try readString())
    case .array:
      var elements: [JSONValue] = []
      try beginArray()
      while try nextElement() { elements.append(try readValue()) }
      return .array(elements)
    case .object:
      var members: [JSONObject.Member] = []
      try beginObject()
      while let key = try nextKey() {
        members.append(JSONObject.Member(key: key, value: try readValue()))
      }
      return .object(JSONObject(members))
    }
  }

  /// Passes over the next value, whatever it is.
  ///
  /// - Returns: Where it stands in the bytes handed in, without white space around it.
  @discardableResult
  package mutating func skipValue() throws(JSONError) -> Range<Int> {
    let outer = depth
    let kind = try peek()
    let start = position
    try skipScalarOrOpen(kind)
    while depth > outer {
      if bytes[openings[openings.count - 1]] == UInt8(ascii: "{") {
        guard try nextKeyFollows() else { continue }
        _ = try scanString()
        try expect(UInt8(ascii: ":"), "':'")
      } else if try !nextElement() {
        continue
      }
      try skipScalarOrOpen(try peek())
    }
    return start..<position
  }

  /// Checks that nothing but white space is left.
  package mutating func finish() throws(JSONError) {
    skipWhiteSpace()
    if position < end { throw error(.trailingContent(bytes[position]), at: position) }
  }

  /// Whether nothing but white space is left.
  package mutating func isAtEnd() -> Bool {
    skipWhiteSpace()
    return position >= end
  }

  // MARK: - Containers

  /// Positions of the brackets that are open, for values being skipped.
  private var openings: [Int] = []

  private mutating func skipScalarOrOpen(_ kind: JSONKind) throws(JSONError) {
    switch kind {
    case .object: try beginObject()
    case .array: try beginArray()
    case .string: _ = try scanString()
    case .number: _ = try scanNumber()
    case .bool: _ = try readBool()
    case .null: try word("null")
    }
  }

  private mutating func enter() throws(JSONError) {
    if depth >= depthMax { throw error(.tooDeep(limit: depthMax), at: position - 1) }
    openings.append(position - 1)
    depth += 1
    isFirst = true
  }

  private mutating func leave() {
    position += 1
    depth -= 1
    openings.removeLast()
    isFirst = false
  }

  /// Moves to the opening quote of the next name, or past the end of the object.
  private mutating func nextKeyFollows() throws(JSONError) -> Bool {
    var byte = try nextByte("',' or '}'")
    if byte == UInt8(ascii: "}") {
      leave()
      return false
    }
    if !isFirst {
      guard byte == UInt8(ascii: ",") else { throw unexpected("',' or '}'") }
      position += 1
      byte = try nextByte("a name")
    }
    isFirst = false
    guard byte == UInt8(ascii: "\"") else { throw unexpected("a name in quotes") }
    return true
  }
}
