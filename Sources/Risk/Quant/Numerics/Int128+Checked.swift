extension Int128 {
  /// 10^`exponent`; an exponent above 38 overflows.
  package static func powerOfTen(_ exponent: Int) throws(QuantError) -> Int128 {
    guard exponent >= 0, exponent <= ExactDecimal.scaleMax else {
      throw QuantError.overflow(in: "10^\(exponent)")
    }
    var power: Int128 = 1
    for _ in 0..<exponent { power *= 10 }
    return power
  }

  package func checkedAdded(
    to other: Int128, _ quantity: @autoclosure () -> String
  ) throws(QuantError) -> Int128 {
    let (sum, overflow) = addingReportingOverflow(other)
    if overflow { throw QuantError.overflow(in: quantity()) }
    return sum
  }

  package func checkedSubtracting(
    _ other: Int128, _ quantity: @autoclosure () -> String
  ) throws(QuantError) -> Int128 {
    let (difference, overflow) = subtractingReportingOverflow(other)
    if overflow { throw QuantError.overflow(in: quantity()) }
    return difference
  }

  package func checkedMultiplied(
    by other: Int128, _ quantity: @autoclosure () -> String
  ) throws(QuantError) -> Int128 {
    let (product, overflow) = multipliedReportingOverflow(by: other)
    if overflow { throw QuantError.overflow(in: quantity()) }
    return product
  }

  /// `self` · `factor` / `divisor`, rounded half to even, through a product of 256 bits.
  ///
  /// - Throws: `overflow` when the quotient does not fit, or when `divisor` is not positive.
  package func scaled(
    by factor: Int128, over divisor: Int128, _ quantity: @autoclosure () -> String
  ) throws(QuantError) -> Int128 {
    guard divisor > 0 else { throw QuantError.overflow(in: quantity()) }
    let isNegative = (self < 0) != (factor < 0)
    let product = magnitude.multipliedFullWidth(by: factor.magnitude)
    // A quotient of more than 128 bits traps in the division, hence the test before it.
    guard product.high < divisor.magnitude else { throw QuantError.overflow(in: quantity()) }
    var (quotient, remainder) = divisor.magnitude.dividingFullWidth(product)
    let rest = divisor.magnitude - remainder
    if remainder > rest || (remainder == rest && quotient & 1 == 1) {
      let (next, overflow) = quotient.addingReportingOverflow(1)
      if overflow { throw QuantError.overflow(in: quantity()) }
      quotient = next
    }
    guard let value = Int128(exactly: quotient) else {
      throw QuantError.overflow(in: quantity())
    }
    return isNegative ? -value : value
  }
}
