import Quant
import Testing

@Suite("Fixed-rate bond")
struct FixedRateBondTests {
  @Test("is worth par on a coupon date when the coupon is the yield", arguments: [1, 2, 4, 12])
  func par(frequency: Int) throws {
    let bond = try FixedRateBond(
      maturity: day("2035-08-15"), coupon: 0.0425, frequency: frequency)
    let price = try bond.price(yield: 0.0425, settlement: day("2025-08-15"))
    #expect(abs(price.clean - 100) < 1e-11)
    #expect(price.accrued == 0)
    #expect(try bond.years(from: day("2025-08-15")) == 10)
  }

  /// Case bond-ql-1: QuantLib's bonds.cpp, testCached.
  @Test("reproduces QuantLib's cached Treasury note that pays at the end of the month")
  func quantLib() throws {
    let bond = try FixedRateBond(maturity: day("2006-10-31"), coupon: 0.025)
    let settlement = day("2004-11-23")
    #expect(abs(try bond.price(yield: 0.02925, settlement: settlement).clean - 99.204505) < 1e-6)
    let atMarket = try bond.price(yield: 0.029257, settlement: settlement).clean
    #expect(abs(atMarket - 99.203125) < 1e-4)
    #expect(abs(try bond.yield(clean: 99.203125, settlement: settlement) - 0.029257) < 1e-6)
  }

  /// Case bond-gilt-cum: figures of Bloomberg in QuantLib's bonds.cpp, testExCouponGilt.
  @Test("reproduces a gilt's accrued interest and dirty price")
  func gilt() throws {
    let bond = try FixedRateBond(maturity: day("2021-06-07"), coupon: 0.08)
    let price = try bond.price(yield: 0.0749518, settlement: day("2013-05-29"))
    #expect(abs(price.accrued - 3.8021978) < 1e-7)
    // The yield is printed with 7 decimals, which leaves about 3e-5 of price.
    #expect(abs(price.dirty - 106.8021978) < 4e-5)
    let risk = try bond.sensitivity(yield: 0.0749518, settlement: day("2013-05-29"))
    #expect(abs(risk.modifiedDuration - 5.6760445) < 1e-6)
    #expect(abs(risk.convexity - 42.1531486) < 1e-5)
    let yield = try bond.yield(clean: 103, settlement: day("2013-05-29"))
    #expect(abs(yield - 0.0749518) < 5e-8)
  }

  @Test("finds the yield of every price again, and refuses prices that have none")
  func yieldOfPrice() throws {
    let bond = try FixedRateBond(maturity: day("2050-11-15"), coupon: 0.03)
    for basisPoints in [-200, -1, 0, 1, 300, 455, 2500, 30_000] {
      let yield = Double(basisPoints) / 10_000
      let clean = try bond.price(yield: yield, settlement: day("2025-09-30")).clean
      #expect(abs(try bond.yield(clean: clean, settlement: day("2025-09-30")) - yield) < 1e-12)
    }
    #expect(throws: QuantError.self) { try bond.yield(clean: -5, settlement: day("2025-09-30")) }
    #expect(throws: QuantError.self) { try bond.yield(clean: .nan, settlement: day("2025-09-30")) }
  }

  @Test("has the derivatives of its own price differences")
  func derivatives() throws {
    let bond = try FixedRateBond(maturity: day("2033-02-28"), coupon: 0.045)
    let settlement = day("2025-09-30")
    func dirty(_ yield: Double) throws -> Double {
      try bond.price(yield: yield, settlement: settlement).dirty
    }
    let risk = try bond.sensitivity(yield: 0.041, settlement: settlement)
    let (up, middle, down) = (try dirty(0.0411), try dirty(0.041), try dirty(0.0409))
    #expect(abs((down - up) / 0.0002 / middle - risk.modifiedDuration) < 1e-5)
    #expect(abs((up - 2 * middle + down) / 1e-8 / middle - risk.convexity) < 1e-3)
    #expect(abs((up - down) / 2 - risk.basisPointValue) < 1e-6)
  }

  /// Case hull-duration: Hull, 10 % coupon, 3 years, 12 % continuously compounded.
  @Test("reproduces Hull's bond by the equivalent semiannual yield")
  func hull() throws {
    let bond = try FixedRateBond(maturity: day("2028-08-15"), coupon: 0.10)
    let yield = 2 * (PortableMath.exp(0.06) - 1)
    let price = try bond.price(yield: yield, settlement: day("2025-08-15"))
    #expect(abs(price.clean - 94.213020554763) < 1e-9)
  }

  @Test("discounts a single remaining payment by simple interest when asked to")
  func lastPeriod() throws {
    let bond = try FixedRateBond(maturity: day("2025-08-15"), coupon: 0.04)
    // 90 of the 181 days of the period are left.
    let settlement = day("2025-08-15") - 90
    let simple = try bond.price(yield: 0.05, settlement: settlement, lastPeriod: .simple)
    let compound = try bond.price(yield: 0.05, settlement: settlement)
    #expect(abs(simple.dirty - 102 / (1 + 90.0 / 181 * 0.025)) < 1e-12)
    #expect(compound.dirty > simple.dirty)
    #expect(abs(simple.accrued - 2 * 91.0 / 181) < 1e-12)
  }

  @Test("falls when yields rise, by about its duration")
  func monotonic() throws {
    let bond = try FixedRateBond(maturity: day("2055-05-15"), coupon: 0.0475)
    var last = Double.infinity
    for basisPoints in stride(from: -150, through: 1500, by: 25) {
      let price = try bond.price(yield: Double(basisPoints) / 10_000, settlement: day("2025-09-30"))
      #expect(price.dirty < last)
      last = price.dirty
    }
  }

  @Test("has a dirty price that does not jump on a coupon date but for the coupon")
  func couponDate() throws {
    let bond = try FixedRateBond(maturity: day("2030-02-15"), coupon: 0.06)
    let before = try bond.price(yield: 0.05, settlement: day("2025-08-14"))
    let on = try bond.price(yield: 0.05, settlement: day("2025-08-15"))
    #expect(abs(before.dirty - (on.dirty + 3)) < 0.02)
    #expect(abs(before.clean - on.clean) < 0.01)
    #expect(on.accrued == 0)
  }

  @Test("refuses settlement at maturity, odd frequencies and yields below −100 %")
  func refusals() throws {
    let bond = try FixedRateBond(maturity: day("2030-02-15"), coupon: 0.06)
    #expect(throws: QuantError.self) {
      try bond.price(yield: 0.05, settlement: day("2030-02-15"))
    }
    #expect(throws: QuantError.self) { try bond.price(yield: -2, settlement: day("2025-02-15")) }
    #expect(throws: QuantError.self) { try bond.price(yield: .nan, settlement: day("2025-02-15")) }
    #expect(throws: QuantError.self) { try bond.price(yield: 0.05, settlement: .min) }
    #expect(throws: QuantError.self) {
      try FixedRateBond(maturity: 0, coupon: 0.05, frequency: 5)
    }
    let ancient = try FixedRateBond(maturity: .min + 10, coupon: 0.05)
    #expect(try ancient.price(yield: 0.05, settlement: .min).dirty > 0)
  }
}

@Suite("Par yield curve")
struct ParYieldCurveTests {
  /// US Treasury par yields of 2025-07-11, in percent: 2, 3, 5, 7, 10 years.
  private let points = [
    (years: 10.0, yield: 0.0443), (years: 2.0, yield: 0.0390), (years: 3.0, yield: 0.0386),
    (years: 5.0, yield: 0.0399), (years: 7.0, yield: 0.0419),
  ]

  @Test(
    "is linear between its points and flat outside",
    arguments: [
      (2.0, 0.0390), (0.1, 0.0390), (2.5, 0.0388), (6.0, 0.0409), (10.0, 0.0443), (40.0, 0.0443),
    ])
  func interpolation(time: Double, expected: Double) throws {
    #expect(abs(try ParYieldCurve(points).yield(at: time) - expected) < 1e-15)
  }

  @Test("prices a bond with the curve's coupon for its maturity at par")
  func par() throws {
    let curve = try ParYieldCurve(points)
    let bond = try FixedRateBond(maturity: day("2030-07-15"), coupon: 0.0399)
    let price = try bond.price(curve: curve, settlement: day("2025-07-15"))
    #expect(abs(price.clean - 100) < 1e-11)
    #expect(price.yield == 0.0399)
  }

  @Test("refuses no points, repeated times, and numbers that are not finite")
  func refusals() {
    #expect(throws: QuantError.self) { try ParYieldCurve([]) }
    #expect(throws: QuantError.self) { try ParYieldCurve([(1, 0.04), (1, 0.05)]) }
    #expect(throws: QuantError.self) { try ParYieldCurve([(1, .nan)]) }
    #expect(throws: QuantError.self) { try ParYieldCurve([(0, 0.04)]) }
  }
}
