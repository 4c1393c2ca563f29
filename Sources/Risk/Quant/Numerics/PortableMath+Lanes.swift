extension PortableMath {
  /// e^x of four numbers at once, as close as `exp`.
  ///
  /// - Precondition: each is within −700...700; the result of any other means nothing.
  @inline(__always)
  static func exp(_ x: SIMD4<Double>) -> SIMD4<Double> {
    // Adding 1.5 · 2^52 leaves the nearest whole number in the last bits.
    let shifter = SIMD4<Double>(repeating: 0x1.8p52)
    let shifted = x * 1.4426950408889634 + shifter
    let multiple = shifted - shifter
    let rest = (x - multiple * 0x1.62e42feep-1) - multiple * 0x1.a39ef35793c76p-33
    let square = rest * rest
    let fourth = square * square
    let low = line(1 / 2.0, 1 / 6.0, rest) + square * line(1 / 24.0, 1 / 120.0, rest)
    let middle =
      line(1 / 720.0, 1 / 5040.0, rest) + square * line(1 / 40_320.0, 1 / 362_880.0, rest)
    let high =
      line(1 / 3_628_800.0, 1 / 39_916_800.0, rest)
      + square * line(1 / 479_001_600.0, 1 / 6_227_020_800.0, rest)
    let upper = middle + fourth * high
    let series = low + fourth * upper
    let sum = 1 + (rest + square * series)
    // Safe: both are 32 bytes, and any bits make a number.
    let bits = unsafe unsafeBitCast(shifted, to: SIMD4<UInt64>.self)
    let exponents = (bits &+ SIMD4(repeating: 1023)) &<< SIMD4(repeating: 52)
    // Safe: as above.
    let power = unsafe unsafeBitCast(exponents, to: SIMD4<Double>.self)
    return sum * power
  }

  @inline(__always)
  private static func line(_ a: Double, _ b: Double, _ x: SIMD4<Double>) -> SIMD4<Double> {
    SIMD4(repeating: a) + b * x
  }
}
