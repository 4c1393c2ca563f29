/// Why bytes are not the JSON that was asked for, and where.
package struct JSONError: Error, Sendable, Hashable {
  package enum Reason: Sendable, Hashable {
    /// The text stops inside a value.
    case endOfText(expected: String)
    /// A byte that cannot stand here.
    case unexpectedByte(UInt8, expected: String)
    /// Well-formed, but another kind of value than the caller needs.
    case unexpectedKind(found: JSONKind, expected: String)
    /// Something follows the value.
    case trailingContent(UInt8)
    /// Arrays and objects are nested deeper than allowed.
    case tooDeep(limit: Int)
    /// A string holds bytes that are not UTF-8.
    case invalidUTF8
    /// An escape sequence that RFC 8259 does not know, or half of a surrogate pair.
    case invalidEscape
    /// The number is not a whole number in the range of 64 bits.
    case notAnInteger(String)
    /// The object lacks a member that it must have.
    case missingMember(String)
    /// The value has the right kind and still cannot be what is asked for.
    case invalidValue(String, expected: String)
  }

  package var reason: Reason
  /// Counted from the start of the bytes handed to the parser, from 0.
  package var byteOffset: Int
  /// Counted in line feeds from the start of the bytes, from 1.
  package var line: Int

  package init(_ reason: Reason, byteOffset: Int, line: Int) {
    self.reason = reason
    self.byteOffset = byteOffset
    self.line = line
  }
}

extension JSONError: CustomStringConvertible {
  package var description: String { "line \(line), byte \(byteOffset): \(sentence)" }

  private var sentence: String {
    switch reason {
    case .endOfText(let expected): "the text ends where \(expected) is expected"
    case .unexpectedByte(0, let expected):
      "a NUL byte where \(expected) is expected; the file was probably never completely written"
    case .unexpectedByte(let byte, let expected):
      "\(JSONError.name(of: byte)) where \(expected) is expected"
    case .unexpectedKind(let found, let expected):
      "\(found.rawValue) where \(expected) is expected"
    case .trailingContent(0):
      "a NUL byte after the value; the file was probably never completely written"
    case .trailingContent(let byte): "\(JSONError.name(of: byte)) after the end of the value"
    case .tooDeep(let limit): "arrays and objects are nested deeper than \(limit) levels"
    case .invalidUTF8: "a string holds bytes that are not UTF-8"
    case .invalidEscape: "an escape sequence that JSON does not have"
    case .notAnInteger(let text): "\(text) where a whole number of 64 bits is expected"
    case .missingMember(let name): "the object has no member \"\(name)\""
    case .invalidValue(let text, let expected): "\(text) where \(expected) is expected"
    }
  }

  private static func name(of byte: UInt8) -> String {
    if byte > 0x20, byte < 0x7F { return "'\(Character(UnicodeScalar(byte)))'" }
    let digits = String(byte, radix: 16, uppercase: true)
    return "byte 0x" + (digits.utf8.count < 2 ? "0" : "") + digits
  }
}
