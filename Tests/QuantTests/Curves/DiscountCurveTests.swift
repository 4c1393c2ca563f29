import Quant
import Testing

@Suite("Discount curve")
struct DiscountCurveTests {
  private let days: [Int32] = [100, 400, 800, 2000]
  private let logs = [0.011, 0.043, 0.081, 0.23]

  private func curve(_ interpolation: CurveInterpolation) throws -> DiscountCurve {
    try DiscountCurve(
      reference: 0, nodeDays: days, logDiscounts: logs, interpolation: interpolation)
  }

  @Test(
    "is 1 on its reference and passes through its nodes", arguments: CurveInterpolation.allCases)
  func nodes(interpolation: CurveInterpolation) throws {
    let curve = try curve(interpolation)
    #expect(curve.discount(0) == 1)
    for (day, log) in zip(days, logs) { #expect(abs(curve.logDiscount(day) - log) < 1e-16) }
  }

  @Test("is flat when all zero rates are equal", arguments: CurveInterpolation.allCases)
  func flat(interpolation: CurveInterpolation) throws {
    let curve = try DiscountCurve(
      reference: 0, nodeDays: days, logDiscounts: days.map { 0.03 * Double($0) / 365 },
      interpolation: interpolation)
    for day in [1, 99, 101, 700, 1999, 5000] as [Int32] {
      #expect(abs(curve.zeroRate(day) - 0.03) < 1e-15)
    }
  }

  @Test("has straight pieces as its interpolation says")
  func pieces() throws {
    let forward = try curve(.logLinearDiscount)
    #expect(abs(forward.logDiscount(600) - 0.062) < 1e-16)
    let zero = try curve(.linearZero)
    let middle = (0.043 / 400 + 0.081 / 800) / 2 * 365
    #expect(abs(zero.zeroRate(600) - middle) < 1e-16)
    #expect(abs(zero.zeroRate(50) - 0.011 / 100 * 365) < 1e-16)
  }

  @Test("runs on with its last forward rate", arguments: CurveInterpolation.allCases)
  func extrapolation(interpolation: CurveInterpolation) throws {
    let curve = try curve(interpolation)
    let beyond = curve.logDiscount(2002) - curve.logDiscount(2001)
    #expect(abs(beyond - (curve.logDiscount(9001) - curve.logDiscount(9000))) < 1e-14)
    #expect(abs(beyond - (curve.logDiscount(2000) - curve.logDiscount(1999))) < 2e-7)
  }

  @Test("bends without a kink as a spline")
  func spline() throws {
    let curve = try curve(.naturalCubicZero)
    // Third differences of a smooth curve over days are tiny; a kink in slope would be 1e-6.
    for node in [100, 400, 800] as [Int32] {
      let z = (-2...2).map { curve.zeroRate(node + Int32($0)) }
      let left = z[2] - 2 * z[1] + z[0]
      let right = z[4] - 2 * z[3] + z[2]
      #expect(abs(left - right) < 1e-9)
    }
  }

  @Test("refuses nodes out of order")
  func refusals() {
    #expect(throws: QuantError.self) {
      try DiscountCurve(
        reference: 0, nodeDays: [5, 5], logDiscounts: [0, 0], interpolation: .linearZero)
    }
    #expect(throws: QuantError.self) {
      try DiscountCurve(
        reference: 5, nodeDays: [5], logDiscounts: [0], interpolation: .linearZero)
    }
  }

  /// Case curve-treasury-2025-07-11: derived from the Treasury's par yields of that day.
  @Test("gives the zero rates of the Treasury's par curve of 2025-07-11")
  func treasury() throws {
    let curve = try ParYieldCurve([
      (0.5, 4.31 / 100), (1, 4.09 / 100), (2, 3.9 / 100), (3, 3.86 / 100), (5, 3.99 / 100),
      (7, 4.19 / 100), (10, 4.43 / 100), (20, 4.96 / 100), (30, 4.96 / 100),
    ])
    let zeros = try curve.zeroRates(frequency: 2, years: 30)
    let expected: [(Int, Double)] = [
      (1, 0.0430999999999999), (2, 0.0408775295936108), (4, 0.0389472445302688),
      (10, 0.0399564537876973), (20, 0.0449521483590658), (40, 0.0521127202290335),
      (60, 0.0512748047295588),
    ]
    for (period, rate) in expected { #expect(abs(zeros[period - 1] - rate) < 1e-9) }
  }
}
