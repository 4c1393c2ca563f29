import Quant
import Testing

@Suite("Bond risk")
struct BondRiskTests {
  private let settlement = day("2025-06-18")

  private func bond(coupon: Double, every months: Int = 6) throws -> CouponBond {
    try CouponBond(
      schedule: Schedule.Rule(start: day("2023-02-14"), end: day("2034-11-14"), months: months),
      coupon: coupon, calendar: try BusinessCalendar.weekendsOnly)
  }

  @Test("agrees with itself: price, yield, spread and bump", arguments: [1, 3, 6, 12])
  func identities(months: Int) throws {
    let curve = try DualCurve.set(.logLinearDiscount).curves[0]
    let bond = try bond(coupon: 0.035, every: months)
    let risk = try bond.risk(clean: 97.25, settlement: settlement, on: curve)
    #expect(risk.dirty == risk.clean + risk.accrued)
    let again = try bond.dirtyPrice(on: curve, settlement: settlement, spread: risk.zSpread)
    #expect(abs(again - risk.dirty) < 1e-11)
    #expect((risk.zSpread > 0) == (risk.curvePrice > risk.dirty))
    // Second order: P'' / 2 times a basis point squared.
    let second = 0.5 * risk.convexity * risk.dirty * 1e-8
    #expect(abs(risk.bumped - risk.basisPointValue - second) < 1e-7)
    let frequency = Double(bond.frequency)
    #expect(
      abs(risk.macaulayDuration / risk.modifiedDuration - 1 - risk.yield / frequency) < 1e-13)
  }

  /// The older, regular-period formula is independent of times in years.
  @Test("agrees with the bond of regular periods")
  func regular() throws {
    let curve = try DualCurve.set(.linearZero).curves[0]
    let other = try FixedRateBond(maturity: day("2034-11-14"), coupon: 0.035)
    let risk = try bond(coupon: 0.035).risk(clean: 97.25, settlement: settlement, on: curve)
    let yield = try other.yield(clean: 97.25, settlement: settlement)
    let sensitivity = try other.sensitivity(yield: yield, settlement: settlement)
    #expect(abs(risk.accrued - (try other.accrued(at: settlement))) < 1e-13)
    #expect(abs(risk.yield - yield) < 1e-13)
    #expect(abs(risk.modifiedDuration - sensitivity.modifiedDuration) < 1e-11)
    #expect(abs(risk.convexity - sensitivity.convexity) < 1e-9)
  }

  @Test("has the duration of its maturity without coupons")
  func zero() throws {
    let curve = try DualCurve.set(.linearZero).curves[0]
    let bond = try bond(coupon: 0)
    let risk = try bond.risk(clean: 70, settlement: settlement, on: curve)
    let years = bond.schedule.rule.actualActualICMA(from: settlement, to: day("2034-11-14"))
    #expect(abs(risk.macaulayDuration - years) < 1e-12)
    #expect(risk.accrued == 0)
  }

  @Test("refuses prices that no yield gives, and settlement at maturity")
  func refusals() throws {
    let curve = try DualCurve.set(.linearZero).curves[0]
    let bond = try bond(coupon: 0.035)
    for clean in [Double.nan, -20, 1e9] {
      #expect(throws: QuantError.self) {
        try bond.risk(clean: clean, settlement: settlement, on: curve)
      }
    }
    #expect(throws: QuantError.self) {
      try bond.risk(clean: 100, settlement: day("2034-11-14"), on: curve)
    }
  }
}
