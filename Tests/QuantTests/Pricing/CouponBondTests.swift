import Quant
import Testing

@Suite("Coupon bonds on schedules")
struct CouponBondTests {
  private static func calendar(
    _ years: ClosedRange<Int>, _ rule: (Int) throws -> [Holiday]
  ) throws -> BusinessCalendar {
    try BusinessCalendar(holidays: years.flatMap { try rule($0) }.map(\.day))
  }

  private static func gilt() throws -> CouponBond {
    try CouponBond(
      schedule: Schedule.Rule(
        start: day("1996-02-29"), end: day("2021-06-07"), months: 6,
        firstRegular: day("1996-06-07")),
      coupon: 0.08, calendar: try calendar(1996...2021) { try unitedKingdomHolidays(year: $0) },
      exCouponDays: 6)
  }

  /// Case bond-gilt-cum and its ex-coupon neighbours: QuantLib's bonds.cpp, testExCouponGilt,
  /// verified with Bloomberg.
  @Test(
    "reproduce a gilt before and after its ex-coupon day",
    arguments: [
      ("2013-05-29", 3.8021978, 0.0749518, 5.6760445, 42.1531486),
      ("2013-05-30", -0.1758242, 0.0749618, 5.8928163, 43.7562186),
      ("2013-05-31", -0.1538462, 0.0749599, 5.8901860, 43.7239438),
    ])
  func gilt(
    settle: String, accrued: Double, yield: Double, duration: Double, convexity: Double
  ) throws {
    let bond = try Self.gilt()
    let settlement = day(settle)
    #expect(abs(try bond.accrued(at: settlement) - accrued) < 1e-7)
    let flows = try bond.streetFlows(from: settlement)
    let found = try flows.yield(
      price: 103 + (try bond.accrued(at: settlement)), frequency: bond.frequency)
    #expect(abs(found - yield) < 1e-7)
    let measures = try flows.measures(yield: found, frequency: bond.frequency)
    #expect(abs(measures.modifiedDuration - duration) < 1e-6)
    #expect(abs(measures.convexity - convexity) < 1e-6)
  }

  /// Case bond-ql-1: QuantLib's bonds.cpp, testCached.
  @Test("reproduce QuantLib's cached note with month-end dates")
  func note() throws {
    let bond = try CouponBond(
      schedule: Schedule.Rule(
        start: day("2004-10-31"), end: day("2006-10-31"), months: 6, endOfMonth: true),
      coupon: 0.025, calendar: try BusinessCalendar.weekendsOnly)
    let settlement = day("2004-11-23")
    let flows = try bond.streetFlows(from: settlement)
    let accrued = try bond.accrued(at: settlement)
    let clean = try flows.measures(yield: 0.02925, frequency: 2).price - accrued
    #expect(abs(clean - 99.204505) < 1e-6)
    let price = 99.203125 + accrued
    #expect(abs(try flows.yield(price: price, frequency: 2) - 0.029257) < 1e-6)
    #expect(abs(try flows.yield(price: price, frequency: 0) - 0.029045) < 1e-6)
  }

  /// Cases zc-ql-1 and bond-ql-fixed-curve: QuantLib's bonds.cpp, testCachedZero, testCachedFixed.
  @Test(
    "reproduce QuantLib's cached prices on a flat curve",
    arguments: [
      (0, 88.551726), (0.02875, 99.2981),
    ])
  func onCurve(coupon: Double, expected: Double) throws {
    let bond = try CouponBond(
      schedule: Schedule.Rule(
        start: day("2004-11-30"), end: day("2008-11-30"), months: 6), coupon: coupon,
      calendar: try Self.calendar(2004...2008) { try governmentSecuritiesHolidays(year: $0) },
      paymentRoll: .modifiedFollowing)
    // 3 % on ACT/360 is 3 % · 365/360 on the curve's ACT/365F.
    let curve = try DiscountCurve(
      reference: day("2004-11-22"), flatRate: 0.03 * 365 / 360)
    let price = try bond.dirtyPrice(on: curve, settlement: day("2004-11-30"))
    // testCachedFixed prints six digits.
    #expect(abs(price - expected) < 1e-6)
  }

  @Test("give back a spread over the curve, and a price without one")
  func spread() throws {
    let bond = try Self.gilt()
    let settlement = day("2013-05-31")
    let curve = try DualCurve.set(.linearZero).curves[0]
    let moved = try DiscountCurve(
      reference: day("2013-05-28"), nodeDays: [15_900, 17_000, 20_000],
      logDiscounts: curve.logDiscounts.prefix(3).map { $0 * 20 }, interpolation: .linearZero)
    for spread in [-0.01, 0, 0.0234] {
      let dirty = try bond.dirtyPrice(on: moved, settlement: settlement, spread: spread)
      let found = try bond.zSpread(dirty: dirty, on: moved, settlement: settlement)
      #expect(abs(found - spread) < 1e-13)
    }
  }

  @Test("pay a short first coupon by the notional period it is cut from")
  func stub() throws {
    let bond = try CouponBond(
      schedule: Schedule.Rule(
        start: day("1999-02-01"), end: day("2000-07-01"), months: 12), coupon: 0.1,
      calendar: try BusinessCalendar.weekendsOnly)
    let payments = try bond.payments(from: day("1999-02-01"))
    #expect(abs(payments[0].amount - 4.1095890411) < 1e-9)
    #expect(abs(payments[1].amount - 110) < 1e-12)
    #expect(payments[1].pay == day("2000-07-03"))
    #expect(throws: QuantError.self) { try bond.payments(from: day("2000-07-01")) }
    #expect(throws: QuantError.self) { try bond.accrued(at: day("1999-01-31")) }
  }
}

@Suite("Timed cash flows")
struct TimedCashFlowsTests {
  /// Case hull-bond-zero: Hull, worked example on bond pricing with zero rates.
  @Test("reproduce Hull's bond on zero rates, its yield and the par yield")
  func hullZero() throws {
    let flows = try TimedCashFlows(times: [0.5, 1, 1.5, 2], amounts: [3, 3, 3, 103])
    let zeros = [0.05, 0.058, 0.064, 0.068]
    let price = flows.value(continuousZeros: zeros)
    #expect(abs(price - 98.3850627729396) < 1e-9)
    #expect(abs(try flows.yield(price: price, frequency: 0) - 0.0676243871602879) < 1e-9)
    let annuity = try TimedCashFlows(times: flows.times, amounts: [1, 1, 1, 1])
    let final = try TimedCashFlows(times: [2], amounts: [100]).value(continuousZeros: [0.068])
    let par = (100 - final) * 2 / annuity.value(continuousZeros: zeros) / 100
    #expect(abs(par - 0.0687287616908623) < 1e-9)
  }

  /// Case hull-duration: Hull, worked example on duration.
  @Test("reproduce Hull's duration")
  func hullDuration() throws {
    let flows = try TimedCashFlows(
      times: [0.5, 1, 1.5, 2, 2.5, 3], amounts: [5, 5, 5, 5, 5, 105])
    let measures = try flows.measures(yield: 0.12, frequency: 0)
    #expect(abs(measures.price - 94.213020554763) < 1e-9)
    #expect(abs(measures.macaulayDuration - 2.65301003739081) < 1e-9)
    #expect(abs(-measures.basisPointValue - 0.0249948089184693) < 1e-9)
  }

  /// Case hull-swap: Hull, worked example on the value of a swap as two bonds.
  @Test("reproduce Hull's swap as two bonds")
  func hullSwap() throws {
    let zeros = [0.1, 0.105, 0.11]
    let fixed = try TimedCashFlows(times: [0.25, 0.75, 1.25], amounts: [4, 4, 104])
      .value(continuousZeros: zeros)
    let floating = try TimedCashFlows(times: [0.25], amounts: [100 + 100 * 0.102 / 2])
      .value(continuousZeros: [0.1])
    #expect(abs(fixed - 98.2378959010372) < 1e-9)
    #expect(abs(floating - 102.505071754178) < 1e-9)
    #expect(abs(fixed - floating + 4.26717585314059) < 1e-9)
  }

  @Test("have derivatives that central differences confirm", arguments: [0, 1, 2, 4])
  func differences(frequency: Int) throws {
    let flows = try TimedCashFlows(times: [0.3, 1.3, 2.3, 9.8], amounts: [4, 4, 4, 104])
    let measures = try flows.measures(yield: 0.04, frequency: frequency)
    func price(_ yield: Double) throws -> Double {
      try flows.measures(yield: yield, frequency: frequency).price
    }
    let (up, down) = (try price(0.0401), try price(0.0399))
    #expect(abs((down - up) / 2e-4 / measures.price - measures.modifiedDuration) < 1e-5)
    let second = (up + down - 2 * measures.price) / 1e-8 / measures.price
    #expect(abs(second - measures.convexity) < 1e-4)
    #expect(abs(try flows.yield(price: measures.price, frequency: frequency) - 0.04) < 1e-14)
  }
}
