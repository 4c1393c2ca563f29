/// exp, log and powers with the same bits on every machine.
///
/// The C library picks a variant by the CPU it runs on, with and without fused multiply-add, and
/// the variants differ in the last bit. These use only +, −, ×, ÷, which IEEE 754 defines exactly.
/// Errors are below 2 units in the last place for exp and log.
package enum PortableMath {
  /// log 2 in two parts; the first has trailing zeros, so that small multiples of it are exact.
  private static let log2High = 0x1.62e42feep-1
  private static let log2Low = 0x1.a39ef35793c76p-33

  /// e^`x`; +infinity above about 709.78, 0 below about −745.
  package static func exp(_ x: Double) -> Double {
    if x.isNaN { return x }
    if x > 709.79 { return .infinity }
    if x < -745.2 { return 0 }
    let ratio = x * 1.4426950408889634
    let whole = Int(ratio < 0 ? ratio - 0.5 : ratio + 0.5)
    let multiple = Double(whole)
    let rest = (x - multiple * log2High) - multiple * log2Low
    // |rest| < 0.35: the Taylor series to the 13th power is exact to double precision. Pairs of terms
    // are independent of each other, which a processor uses better than one long chain.
    let square = rest * rest
    let fourth = square * square
    let low = (1 / 2.0 + 1 / 6.0 * rest) + square * (1 / 24.0 + 1 / 120.0 * rest)
    let middle = (1 / 720.0 + 1 / 5040.0 * rest) + square * (1 / 40_320.0 + 1 / 362_880.0 * rest)
    let high =
      (1 / 3_628_800.0 + 1 / 39_916_800.0 * rest)
      + square * (1 / 479_001_600.0 + 1 / 6_227_020_800.0 * rest)
    let sum = 1 + (rest + square * (low + fourth * (middle + fourth * high)))
    // Two factors, because 2^multiple alone may be outside the range while the product is not.
    let half = whole / 2
    return sum * power(ofTwo: half) * power(ofTwo: whole - half)
  }

  /// The natural logarithm; NaN below 0.
  package static func log(_ x: Double) -> Double {
    if x.isNaN || x < 0 { return .nan }
    if x == 0 { return -.infinity }
    if x.isInfinite { return x }
    var exponent = Double(x.exponent)
    var mantissa = x.significand
    if mantissa > 1.4142135623730951 {
      mantissa /= 2
      exponent += 1
    }
    // log m = 2 artanh(s), s = (m − 1)/(m + 1), |s| < 0.172: terms beyond s^23 vanish.
    let s = (mantissa - 1) / (mantissa + 1)
    let square = s * s
    let fourth = square * square
    let low = (1 / 3.0 + 1 / 5.0 * square) + fourth * (1 / 7.0 + 1 / 9.0 * square)
    let middle = (1 / 11.0 + 1 / 13.0 * square) + fourth * (1 / 15.0 + 1 / 17.0 * square)
    let high = (1 / 19.0 + 1 / 21.0 * square) + fourth * (1 / 23.0)
    let eighth = fourth * fourth
    let series = square * (low + eighth * (middle + eighth * high))
    return exponent * log2High + (exponent * log2Low + (2 * s + 2 * s * series))
  }

  /// `base`^`exponent` for a positive base.
  package static func pow(_ base: Double, _ exponent: Double) -> Double {
    exp(exponent * log(base))
  }

  /// For −1022...1023.
  private static func power(ofTwo exponent: Int) -> Double {
    Double(bitPattern: UInt64(exponent + 1023) << 52)
  }
}
