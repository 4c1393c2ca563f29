/// A number as it was written: never rounded, because it never becomes a `Double` on the way.
package struct JSONNumber: Sendable, Hashable {
  /// The number's text under the grammar of RFC 8259 §6. Equality compares this text.
  package let text: String

  /// Nil when `text` is not a JSON number.
  package init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard JSONNumber.length(in: bytes, from: 0, to: bytes.count) == .whole(bytes.count) else {
      return nil
    }
    self.text = text
  }

  package init(_ integer: some FixedWidthInteger) { text = String(integer) }

  /// The caller has checked the grammar.
  init(checked text: String) { self.text = text }

  /// The exact value when it is whole and fits: `12`, `-0`, `1.50e2`; nil otherwise.
  package var int64: Int64? {
    if let plain = Int64(text) { return plain }
    guard let plain = decimalText else { return nil }
    guard let point = plain.firstIndex(of: ".") else { return Int64(plain) }
    guard plain[plain.index(after: point)...].allSatisfy({ $0 == "0" }) else { return nil }
    return Int64(plain[..<point])
  }

  /// The exact value without an exponent: `1.5e-3` gives `0.0015`.
  ///
  /// Digits after the point are kept as written, trailing zeros included. Nil when that would take
  /// more than a thousand digits.
  package var decimalText: String? {
    let bytes = Array(text.utf8)
    guard let mark = bytes.firstIndex(where: { $0 | 0x20 == UInt8(ascii: "e") }) else {
      return text
    }
    guard let exponent = Int(String(decoding: bytes[(mark + 1)...], as: UTF8.self)),
      exponent.magnitude <= 1000
    else { return nil }
    let isNegative = bytes[0] == UInt8(ascii: "-")
    let mantissa = bytes[(isNegative ? 1 : 0)..<mark]
    let point = mantissa.firstIndex(of: UInt8(ascii: ".")) ?? mantissa.endIndex
    var digits = mantissa.filter { $0 != UInt8(ascii: ".") }
    var whole = point - mantissa.startIndex + exponent
    guard digits.count <= 1000 else { return nil }
    if whole <= 0 {
      digits.insert(contentsOf: [UInt8](repeating: UInt8(ascii: "0"), count: 1 - whole), at: 0)
      whole = 1
    } else if whole > digits.count {
      digits.append(
        contentsOf: [UInt8](repeating: UInt8(ascii: "0"), count: whole - digits.count))
    }
    // A shifted point may leave zeros in front: 0.05e3 is 50, not 0050.
    var leading = 0
    while leading < whole - 1, digits[leading] == UInt8(ascii: "0") { leading += 1 }
    let sign = isNegative ? "-" : ""
    let integral = String(decoding: digits[leading..<whole], as: UTF8.self)
    if whole == digits.count { return sign + integral }
    return sign + integral + "." + String(decoding: digits[whole...], as: UTF8.self)
  }

  /// The nearest double; infinite when out of range.
  package var double: Double { Double(text) ?? .nan }

  /// Where the number that starts at a byte ends, or where it goes wrong.
  enum Extent: Equatable {
    case whole(Int)
    case broken(at: Int)
  }

  /// Reads one number of RFC 8259 §6 from `start` on, looking at nothing from `end` on.
  static func length(in bytes: [UInt8], from start: Int, to end: Int) -> Extent {
    var index = start
    if index < end, bytes[index] == UInt8(ascii: "-") { index += 1 }
    guard index < end else { return .broken(at: index) }
    if bytes[index] == UInt8(ascii: "0") {
      index += 1
    } else {
      let first = index
      while index < end, bytes[index] &- UInt8(ascii: "0") < 10 { index += 1 }
      if index == first { return .broken(at: index) }
    }
    if index < end, bytes[index] == UInt8(ascii: ".") {
      index += 1
      let first = index
      while index < end, bytes[index] &- UInt8(ascii: "0") < 10 { index += 1 }
      if index == first { return .broken(at: index) }
    }
    if index < end, bytes[index] | 0x20 == UInt8(ascii: "e") {
      index += 1
      if index < end, bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-") {
        index += 1
      }
      let first = index
      while index < end, bytes[index] &- UInt8(ascii: "0") < 10 { index += 1 }
      if index == first { return .broken(at: index) }
    }
    return .whole(index)
  }
}

extension JSONNumber: CustomStringConvertible {
  package var description: String { text }
}
