import Columnar

// Decimal arithmetic on single mantissas that may need more than 128 bits on the way.

/// `dividend · 10^power / divisor`, rounded half to even; nil when the result does not fit Int128 or
/// the divisor is 0.
func scaledQuotient(_ dividend: Int128, power: Int, by divisor: Int128) -> Int128? {
  guard divisor != 0 else { return nil }
  guard power >= 0 else {
    // Fewer decimals than the operands have: lift the divisor instead.
    guard -power <= 38 else { return 0 }
    let (lifted, overflow) = divisor.multipliedReportingOverflow(
      by: Decimal128.powersOfTen[-power])
    return overflow ? 0 : scaledQuotient(dividend, power: 0, by: lifted)
  }
  guard power <= 38 else {
    return dividend == 0 ? 0 : nil
  }
  let isNegative = (dividend < 0) != (divisor < 0)
  let factor = UInt128(Decimal128.powersOfTen[power])
  let bottom = divisor.magnitude
  let (high, low) = dividend.magnitude.multipliedFullWidth(by: factor)
  guard high < bottom else { return nil }
  var (quotient, remainder) =
    high == 0
    ? low.quotientAndRemainder(dividingBy: bottom)
    : bottom.dividingFullWidth((high, low))
  let rest = bottom - remainder
  if remainder > rest || (remainder == rest && quotient & 1 != 0) { quotient += 1 }
  remainder = 0
  guard quotient <= UInt128(Int128.max) else { return nil }
  return isNegative ? -Int128(quotient) : Int128(quotient)
}

/// `left · right · 10^-drop`, rounded half to even; nil when it does not fit Int128.
func scaledProduct(_ left: Int128, _ right: Int128, drop: Int) -> Int128? {
  let (product, overflow) = left.multipliedReportingOverflow(by: right)
  if !overflow {
    guard drop > 0 else { return product }
    guard drop <= 38 else { return 0 }
    return Decimal128.divideHalfEven(product, by: Decimal128.powersOfTen[drop])
  }
  guard drop > 0, drop <= 38 else { return nil }
  let divisor = UInt128(Decimal128.powersOfTen[drop])
  let (high, low) = left.magnitude.multipliedFullWidth(by: right.magnitude)
  guard high < divisor else { return nil }
  var (quotient, remainder) = divisor.dividingFullWidth((high, low))
  let rest = divisor - remainder
  if remainder > rest || (remainder == rest && quotient & 1 != 0) { quotient += 1 }
  remainder = 0
  guard quotient <= UInt128(Int128.max) else { return nil }
  return (left < 0) != (right < 0) ? -Int128(quotient) : Int128(quotient)
}

/// The magnitude that a decimal of that precision must stay below.
func decimalLimit(_ precision: Int) -> Int128 { Decimal128.powersOfTen[min(max(precision, 0), 38)] }

extension Column {
  /// The mantissas of a decimal (or the values of an integer) column as Int128.
  var wideValues: [Int128] {
    switch storage {
    case .int32(let values): mapValues(values) { Int128($0) }
    case .int64(let values): mapValues(values) { Int128($0) }
    case .int128(let values): values
    default: []
    }
  }

  /// A decimal column of `type` from mantissas that fit it.
  static func decimal(_ mantissas: [Int128], type: DataType, validity: Bitmap?) -> Column {
    if case .decimal(let precision, _) = type, precision <= DataType.maximumPrecisionInInt64 {
      return Column(
        type, .int64(mapValues(mantissas) { Int64(truncatingIfNeeded: $0) }), validity: validity)
    }
    return Column(type, .int128(mantissas), validity: validity)
  }
}

extension DataType {
  var decimalShape: (precision: Int, scale: Int)? {
    switch self {
    case .decimal(let precision, let scale): (precision, scale)
    case .int32: (10, 0)
    case .int64: (19, 0)
    default: nil
    }
  }
}

extension Decimal128 {
  /// The same number at another scale as a cast gives it: rounded half away from zero when digits
  /// go, as in PostgreSQL; nil on overflow.
  func castScale(to target: Int) -> Decimal128? {
    let drop = scale - target
    guard (1...38).contains(drop) else { return rescaled(to: target) }
    return Decimal128(
      mantissa: Decimal128.divideHalfAway(mantissa, by: Decimal128.powersOfTen[drop]),
      scale: target)
  }

  /// `dividend / divisor`, rounded half away from zero.
  ///
  /// - Precondition: `divisor > 0`.
  static func divideHalfAway(_ dividend: Int128, by divisor: Int128) -> Int128 {
    let (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: divisor)
    guard remainder.magnitude >= divisor.magnitude - remainder.magnitude else { return quotient }
    return dividend < 0 ? quotient - 1 : quotient + 1
  }
}
