/// A decimal number without rounding: `mantissa` · 10^−`scale`.
///
/// The scale is part of the representation (it decides how the number prints), not of the value:
/// `1.50` and `1.5` are equal. `scale` is within 0...38.
package struct ExactDecimal: Sendable, Hashable {
  package let mantissa: Int128
  package let scale: Int

  /// - Precondition: `0 <= scale <= 38`.
  package init(_ mantissa: Int128, scale: Int) {
    precondition((0...ExactDecimal.scaleMax).contains(scale), "scale \(scale) is not in 0...38")
    self.mantissa = mantissa
    self.scale = scale
  }

  package static let scaleMax = 38
  package static let zero = ExactDecimal(0, scale: 0)

  /// Reads `-12.50` and the like: digits, at most one point, an optional sign, nothing else.
  package init?(_ text: String) {
    var mantissa: Int128 = 0
    var scale = 0
    var digits = 0
    var pointSeen = false
    var isNegative = false
    for (position, byte) in text.utf8.enumerated() {
      switch byte {
      case UInt8(ascii: "-") where position == 0: isNegative = true
      case UInt8(ascii: "+") where position == 0: break
      case UInt8(ascii: ".") where !pointSeen: pointSeen = true
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        let digit = Int128(byte - UInt8(ascii: "0"))
        let (tens, tooBig) = mantissa.multipliedReportingOverflow(by: 10)
        let (sum, overflow) = tens.addingReportingOverflow(digit)
        if tooBig || overflow { return nil }
        mantissa = sum
        digits += 1
        if pointSeen { scale += 1 }
      default: return nil
      }
    }
    guard digits > 0, scale <= ExactDecimal.scaleMax else { return nil }
    self.init(isNegative ? -mantissa : mantissa, scale: scale)
  }

  /// The same value with the smallest scale that holds it.
  package var normalized: ExactDecimal {
    var mantissa = mantissa
    var scale = scale
    while scale > 0 {
      let (quotient, remainder) = mantissa.quotientAndRemainder(dividingBy: 10)
      if remainder != 0 { break }
      mantissa = quotient
      scale -= 1
    }
    return ExactDecimal(mantissa, scale: scale)
  }

  package static func == (left: ExactDecimal, right: ExactDecimal) -> Bool {
    if left.scale == right.scale { return left.mantissa == right.mantissa }
    let left = left.normalized
    let right = right.normalized
    return left.scale == right.scale && left.mantissa == right.mantissa
  }

  package func hash(into hasher: inout Hasher) {
    let value = normalized
    hasher.combine(value.mantissa)
    hasher.combine(value.scale)
  }

  /// The mantissa that this value has at `scale`.
  ///
  /// - Throws: `overflow` when it does not fit, `invalidParameter` when digits would be lost.
  package func mantissa(atScale wanted: Int) throws(QuantError) -> Int128 {
    let value = normalized
    guard value.scale <= wanted else {
      throw QuantError.invalidParameter(
        name: "scale of \(self)", found: "\(value.scale)", expected: "at most \(wanted)")
    }
    let factor = try Int128.powerOfTen(wanted - value.scale)
    return try value.mantissa.checkedMultiplied(by: factor, "\(self) at scale \(wanted)")
  }
}

extension ExactDecimal: CustomStringConvertible {
  package var description: String {
    if scale == 0 { return String(mantissa) }
    var digits = String(mantissa.magnitude)
    if digits.utf8.count <= scale {
      digits = String(repeating: "0", count: scale + 1 - digits.utf8.count) + digits
    }
    let point = digits.index(digits.endIndex, offsetBy: -scale)
    return (mantissa < 0 ? "-" : "") + digits[..<point] + "." + digits[point...]
  }
}
