import Columnar
import Glibc

// Numbers as text, parsed from the bytes they arrive in. Blanks around them are gone already.

private let zero = UInt8(ascii: "0")
private let minus = UInt8(ascii: "-")
private let plus = UInt8(ascii: "+")
private let point = UInt8(ascii: ".")

enum NumberText {
  /// A sign and digits, nothing else.
  @inline(__always)
  static func int64(
    _ bytes: Span<UInt8>, _ low: Int, _ high: Int, _ fault: inout FieldFault
  ) -> Int64 {
    var index = low
    let isNegative = bytes[low] == minus
    if isNegative || bytes[low] == plus { index &+= 1 }
    let first = index
    var value: UInt64 = 0
    while index < high {
      let digit = bytes[index] &- zero
      if digit > 9 { break }
      value = value &* 10 &+ UInt64(digit)
      index &+= 1
    }
    if index < high || first == high {
      fault = .notOfType
      return 0
    }
    if high &- first > 18 { return longInt64(bytes, first, high, isNegative, &fault) }
    let number = Int64(bitPattern: value)
    return isNegative ? 0 &- number : number
  }

  /// The same for digits that may be too many; they have been checked.
  private static func longInt64(
    _ bytes: Span<UInt8>, _ first: Int, _ high: Int, _ isNegative: Bool,
    _ fault: inout FieldFault
  ) -> Int64 {
    var value: Int64 = 0
    for index in first..<high {
      let digit = Int64(bytes[index] &- zero)
      let (product, over) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) =
        isNegative
        ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
      if over || carry {
        fault = .outOfRange
        return 0
      }
      value = sum
    }
    return value
  }

  /// The mantissa of a plain decimal at `scale`; digits that the scale has no room for must be
  /// zeros.
  ///
  /// - Parameter limit: 10^precision.
  @inline(__always)
  static func decimal64(
    _ bytes: Span<UInt8>, _ low: Int, _ high: Int, scale: Int, limit: Int64,
    _ fault: inout FieldFault
  ) -> Int64 {
    var index = low
    let isNegative = bytes[low] == minus
    if isNegative || bytes[low] == plus { index &+= 1 }
    let first = index
    // Eighteen characters hold no more digits than an Int64, whatever they are.
    if high &- first > 18 {
      return Int64(
        truncatingIfNeeded: decimal128(
          bytes, low, high, scale: scale, limit: Int128(limit), &fault))
    }
    var value: UInt64 = 0
    while index < high {
      let digit = bytes[index] &- zero
      if digit > 9 { break }
      value = value &* 10 &+ UInt64(digit)
      index &+= 1
    }
    var digits = index &- first
    var decimals = 0
    if index < high, bytes[index] == point {
      index &+= 1
      let start = index
      while index < high, decimals < scale {
        let digit = bytes[index] &- zero
        if digit > 9 { break }
        value = value &* 10 &+ UInt64(digit)
        decimals &+= 1
        index &+= 1
      }
      while index < high, bytes[index] == zero { index &+= 1 }
      digits &+= index &- start
    }
    if index < high || digits == 0 {
      return Int64(
        truncatingIfNeeded: decimal128(
          bytes, low, high, scale: scale, limit: Int128(limit), &fault))
    }
    let power = UInt64(truncatingIfNeeded: powersOfTen[scale &- decimals])
    let (product, over) = value.multipliedReportingOverflow(by: power)
    if over || product >= UInt64(limit) {
      fault = .outOfRange
      return 0
    }
    let number = Int64(bitPattern: product)
    return isNegative ? 0 &- number : number
  }

  /// The same for up to 38 digits and for exponents (`1.5e3`), without haste.
  static func decimal128(
    _ bytes: Span<UInt8>, _ low: Int, _ high: Int, scale: Int, limit: Int128,
    _ fault: inout FieldFault
  ) -> Int128 {
    guard let form = DecimalForm(bytes, low, high) else {
      fault = .notOfType
      return 0
    }
    var mantissa: Int128 = 0
    // The place of the next digit: 10^place.
    var place = form.wholeDigits - 1
    for index in form.digits where bytes[index] != point {
      let digit = Int128(bytes[index] &- zero)
      if place < -scale {
        if digit != 0 {
          fault = .tooManyDecimals
          return 0
        }
      } else {
        let (product, over) = mantissa.multipliedReportingOverflow(by: 10)
        let (sum, carry) = product.addingReportingOverflow(digit)
        if over || carry {
          fault = .outOfRange
          return 0
        }
        mantissa = sum
      }
      place -= 1
    }
    let missing = mantissa == 0 ? 0 : place + 1 + scale
    if missing > 0 {
      guard missing <= 38 else {
        fault = .outOfRange
        return 0
      }
      let (product, over) = mantissa.multipliedReportingOverflow(by: powersOfTen[missing])
      if over {
        fault = .outOfRange
        return 0
      }
      mantissa = product
    }
    if mantissa >= limit {
      fault = .outOfRange
      return 0
    }
    return form.isNegative ? -mantissa : mantissa
  }

  static let powersOfTen = Decimal128.powersOfTen
}

/// A number's text taken apart: sign, digits around at most one point, exponent.
struct DecimalForm {
  var isNegative: Bool
  /// Digits and perhaps a point.
  var digits: Range<Int>
  /// How many digits stand before the point once the exponent is applied; may be negative.
  var wholeDigits: Int

  /// Nil when the text is written otherwise.
  init?(_ bytes: Span<UInt8>, _ low: Int, _ high: Int) {
    guard low < high else { return nil }
    var index = low
    isNegative = bytes[low] == minus
    if isNegative || bytes[low] == plus { index += 1 }
    let first = index
    var whole = -1
    var count = 0
    while index < high {
      let byte = bytes[index]
      if byte &- zero <= 9 {
        count += 1
      } else if byte == point, whole < 0 {
        whole = count
      } else {
        break
      }
      index += 1
    }
    guard count > 0 else { return nil }
    digits = first..<index
    wholeDigits = whole < 0 ? count : whole
    guard index < high else { return }
    guard bytes[index] | 0x20 == UInt8(ascii: "e") else { return nil }
    index += 1
    guard index < high else { return nil }
    let isDown = bytes[index] == minus
    if isDown || bytes[index] == plus { index += 1 }
    guard index < high, high - index <= 5 else { return nil }
    var exponent = 0
    while index < high {
      let digit = bytes[index] &- zero
      guard digit <= 9 else { return nil }
      exponent = exponent * 10 + Int(digit)
      index += 1
    }
    wholeDigits += isDown ? -exponent : exponent
  }
}
