/// An exact decimal: `mantissa · 10^-scale`, up to 38 digits.
///
/// Equality and hashing are those of the pair, so 1.0 and 1.00 differ here; compare numbers with
/// `Decimal128.compare`.
package struct Decimal128: Sendable, Hashable {
  package var mantissa: Int128
  package var scale: Int

  package init(mantissa: Int128, scale: Int) {
    self.mantissa = mantissa
    self.scale = scale
  }

  /// 10^0 … 10^38.
  package static let powersOfTen: [Int128] = {
    var powers: [Int128] = [1]
    for _ in 0..<38 { powers.append(powers[powers.count - 1] * 10) }
    return powers
  }()

  /// The number of digits of the mantissa, at least 1.
  package var digits: Int {
    let magnitude = mantissa.magnitude
    var count = 1
    while count <= 38, magnitude >= UInt128(Decimal128.powersOfTen[count]) { count += 1 }
    return count
  }

  /// Whether the mantissa has at most `precision` digits.
  package func fits(precision: Int) -> Bool {
    mantissa.magnitude < UInt128(Decimal128.powersOfTen[min(precision, 38)])
  }

  /// The same number at another scale, rounded half to even when digits go; nil on overflow.
  package func rescaled(to target: Int) -> Decimal128? {
    if target == scale { return self }
    if target > scale {
      guard target - scale <= 38 else {
        return mantissa == 0 ? Decimal128(mantissa: 0, scale: target) : nil
      }
      let (product, overflow) = mantissa.multipliedReportingOverflow(
        by: Decimal128.powersOfTen[target - scale])
      return overflow ? nil : Decimal128(mantissa: product, scale: target)
    }
    guard scale - target <= 38 else { return Decimal128(mantissa: 0, scale: target) }
    let divisor = Decimal128.powersOfTen[scale - target]
    return Decimal128(
      mantissa: Decimal128.divideHalfEven(mantissa, by: divisor), scale: target)
  }

  /// `dividend / divisor`, rounded half to even.
  ///
  /// - Precondition: `divisor > 0`.
  package static func divideHalfEven(_ dividend: Int128, by divisor: Int128) -> Int128 {
    let (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: divisor)
    let twice = remainder.magnitude << 1
    let isAbove = twice > divisor.magnitude
    let isTie = twice == divisor.magnitude
    guard isAbove || (isTie && quotient & 1 != 0) else { return quotient }
    return dividend < 0 ? quotient - 1 : quotient + 1
  }

  /// Orders two decimals as numbers, whatever their scales: -1, 0 or 1.
  package static func compare(_ left: Decimal128, _ right: Decimal128) -> Int {
    if left.scale == right.scale {
      return left.mantissa < right.mantissa ? -1 : (left.mantissa == right.mantissa ? 0 : 1)
    }
    if left.scale > right.scale { return -compare(right, left) }
    // `left` has fewer decimals: lift it, and decide by magnitude when that overflows.
    if let lifted = left.rescaled(to: right.scale) { return compare(lifted, right) }
    return left.mantissa < 0 ? -1 : 1
  }

  /// Parses `-12.50`, `+3`, `.5`, `1e-2`; nil when it is no plain decimal or has over 38 digits.
  ///
  /// The scale is the number of decimals as written (after applying an exponent).
  package init?(text: some Sequence<UInt8>) {
    var mantissa: Int128 = 0
    var scale = 0
    var isNegative = false
    var digits = 0
    var sawPoint = false
    var exponent = 0
    var iterator = text.makeIterator()
    var next = iterator.next()
    if next == UInt8(ascii: "-") || next == UInt8(ascii: "+") {
      isNegative = next == UInt8(ascii: "-")
      next = iterator.next()
    }
    while let byte = next {
      if byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
        let (product, over) = mantissa.multipliedReportingOverflow(by: 10)
        let (sum, carry) = product.addingReportingOverflow(Int128(byte - UInt8(ascii: "0")))
        if over || carry { return nil }
        mantissa = sum
        digits += 1
        if sawPoint { scale += 1 }
      } else if byte == UInt8(ascii: "."), !sawPoint {
        sawPoint = true
      } else if byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E"), digits > 0 {
        guard let parsed = Decimal128.exponent(&iterator) else { return nil }
        exponent = parsed
        break
      } else {
        return nil
      }
      next = iterator.next()
    }
    guard digits > 0 else { return nil }
    self.init(mantissa: isNegative ? -mantissa : mantissa, scale: scale - exponent)
    if self.scale < 0 {
      guard let whole = rescaled(to: 0) else { return nil }
      self = whole
    }
    guard self.scale <= 38 || mantissa == 0, fits(precision: 38) else { return nil }
  }

  package init?(_ text: String) { self.init(text: text.utf8) }

  private static func exponent(_ iterator: inout some IteratorProtocol<UInt8>) -> Int? {
    var value = 0
    var isNegative = false
    var digits = 0
    var next = iterator.next()
    if next == UInt8(ascii: "-") || next == UInt8(ascii: "+") {
      isNegative = next == UInt8(ascii: "-")
      next = iterator.next()
    }
    while let byte = next {
      guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9"), value < 10_000 else { return nil }
      value = value * 10 + Int(byte - UInt8(ascii: "0"))
      digits += 1
      next = iterator.next()
    }
    return digits == 0 ? nil : (isNegative ? -value : value)
  }

  /// The nearest double, for display and for arithmetic with doubles (correctly rounded).
  package var double: Double {
    if scale == 0 { return Double(mantissa) }
    // Both exactly representable: one correctly rounded division. Otherwise let strtod round.
    if mantissa.magnitude < 1 << 53, scale <= 22 {
      return Double(mantissa) / Double(Decimal128.powersOfTen[scale])
    }
    return Double(description) ?? .nan
  }
}

extension Decimal128: CustomStringConvertible {
  /// Plain digits with exactly `scale` decimals: `-12.50`.
  package var description: String {
    if scale <= 0 {
      return scale == 0
        ? String(mantissa) : String(mantissa) + String(repeating: "0", count: -scale)
    }
    var digits = String(mantissa.magnitude)
    if digits.utf8.count <= scale {
      digits = String(repeating: "0", count: scale + 1 - digits.utf8.count) + digits
    }
    let point = digits.index(digits.endIndex, offsetBy: -scale)
    return (mantissa < 0 ? "-" : "") + digits[..<point] + "." + digits[point...]
  }
}
