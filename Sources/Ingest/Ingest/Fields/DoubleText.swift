import Glibc

/// Doubles as text, correctly rounded.
enum DoubleText {
  /// Up to 19 digits, a point, an exponent; also `nan`, `inf` and `infinity` in any case.
  ///
  /// A mantissa below 2^53 and a power of ten up to 22 are both exact doubles, so one operation
  /// rounds correctly (Clinger, "How to read floating point numbers accurately", 1990). The rest
  /// goes to `strtod`.
  @inline(__always)
  static func double(
    _ bytes: Span<UInt8>, _ low: Int, _ high: Int, _ fault: inout FieldFault
  ) -> Double {
    var index = low
    let isNegative = bytes[low] == UInt8(ascii: "-")
    if isNegative || bytes[low] == UInt8(ascii: "+") { index &+= 1 }
    let first = index
    var mantissa: UInt64 = 0
    while index < high {
      let digit = bytes[index] &- UInt8(ascii: "0")
      if digit > 9 { break }
      mantissa = mantissa &* 10 &+ UInt64(digit)
      index &+= 1
    }
    var digits = index &- first
    var decimals = 0
    if index < high, bytes[index] == UInt8(ascii: ".") {
      index &+= 1
      let start = index
      while index < high {
        let digit = bytes[index] &- UInt8(ascii: "0")
        if digit > 9 { break }
        mantissa = mantissa &* 10 &+ UInt64(digit)
        index &+= 1
      }
      decimals = index &- start
      digits &+= decimals
    }
    if index < high || digits == 0 || digits > 19 || mantissa >= 1 << 53 || decimals > 22 {
      return general(bytes, low, high, &fault)
    }
    let value = Double(mantissa) / exactPowers[decimals]
    return isNegative ? -value : value
  }

  private static let exactPowers: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]

  @inline(never)
  private static func general(
    _ bytes: Span<UInt8>, _ low: Int, _ high: Int, _ fault: inout FieldFault
  ) -> Double {
    guard DecimalForm(bytes, low, high) != nil else { return word(bytes, low, high, &fault) }
    let text = terminated(bytes, low, high)
    // Safe: the text ends in a zero byte, and its form was checked, so all of it is read.
    let value = unsafe strtod(text, nil)
    if value.isInfinite { fault = .outOfRange }
    return value
  }

  /// The nearest float, rounded once.
  static func float(
    _ bytes: Span<UInt8>, _ low: Int, _ high: Int, _ fault: inout FieldFault
  ) -> Float {
    guard DecimalForm(bytes, low, high) != nil else {
      return Float(word(bytes, low, high, &fault))
    }
    let text = terminated(bytes, low, high)
    // Safe: as in `general`.
    let value = unsafe strtof(text, nil)
    if value.isInfinite { fault = .outOfRange }
    return value
  }

  private static func terminated(_ bytes: Span<UInt8>, _ low: Int, _ high: Int) -> [CChar] {
    var text: [CChar] = []
    text.reserveCapacity(high - low + 1)
    for index in low..<high { text.append(CChar(bitPattern: bytes[index])) }
    text.append(0)
    return text
  }

  private static func word(
    _ bytes: Span<UInt8>, _ low: Int, _ high: Int, _ fault: inout FieldFault
  ) -> Double {
    var index = low
    let isNegative = bytes[low] == UInt8(ascii: "-")
    if isNegative || bytes[low] == UInt8(ascii: "+") { index += 1 }
    switch lowered(bytes, index, high) {
    case "inf", "infinity": return isNegative ? -.infinity : .infinity
    case "nan": return .nan
    default:
      fault = .notOfType
      return 0
    }
  }
}

/// The text in lower case when it is a short word, else empty.
func lowered(_ bytes: Span<UInt8>, _ low: Int, _ high: Int) -> String {
  guard high - low <= 12 else { return "" }
  var word = ""
  for index in low..<high {
    let byte = bytes[index]
    let isUpper = byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")
    word.unicodeScalars.append(UnicodeScalar(isUpper ? byte | 0x20 : byte))
  }
  return word
}
