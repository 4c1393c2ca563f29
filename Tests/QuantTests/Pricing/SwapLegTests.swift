import Quant
import Testing

@Suite("Swap legs")
struct SwapLegTests {
  private static let noFixings = try! Fixings([])

  /// Case swap-ql: QuantLib's swap.cpp, testCachedValue, with projection over accrual dates.
  @Test("reproduce QuantLib's cached swap")
  func quantLib() throws {
    let settle = day("2002-06-19")
    let calendar = try BusinessCalendar(
      holidays: try (2002...2013).flatMap { try targetHolidays(year: $0) }.map(\.day))
    func periods(_ months: Int, _ roll: RollConvention, _ count: DayCount) throws
      -> [AccrualPeriod]
    {
      let rule = Schedule.Rule(
        start: settle, end: day("2012-06-19"), months: months, generation: .forward, roll: roll)
      return try Schedule(rule, calendar: calendar).periods(
        count, calendar: calendar, paymentRoll: .modifiedFollowing)
    }
    let set = try CurveSet(curves: [try DiscountCurve(reference: settle, flatRate: 0.05)])
    let floating = try periods(6, .modifiedFollowing, .actual360)
    let fixed = SwapLeg(
      notional: -100, periods: try periods(12, .unadjusted, .thirty360), rate: .fixed(0.06))
    let term = SwapLeg(
      notional: 100, periods: floating,
      rate: .term(
        curve: 0, spread: 0.001, fixingDays: floating.map { calendar.advance($0.start, by: -2)! }))
    // The first fixing day is before the curve's reference; QuantLib projects it from the curve.
    let first = floating[0]
    let rate = (1 / set.curves[0].discount(first.end) - 1) / first.fraction
    let fixings = try Fixings([(calendar.advance(first.start, by: -2)!, rate)])
    let received = set.value(of: try term.flows(after: settle, fixings: fixings))
    let paid = set.value(of: try fixed.flows(after: settle, fixings: fixings))
    #expect(abs(received + paid - -5.872863313209) < 1e-9)
    let fair = received / -fixed.annuity(after: settle, on: set)
    #expect(abs(fair - 0.0523452590241624) < 1e-11)
    #expect(throws: QuantError.self) { try term.flows(after: settle, fixings: Self.noFixings) }
  }

  @Test("use the running period's fixing, and drop what was paid")
  func running() throws {
    let start = DualCurve.reference - 100
    let periods = try DualCurve.periods(start, months: 12, every: 3, .actual360)
    let leg = SwapLeg(
      notional: 1000, periods: periods,
      rate: .term(curve: 1, spread: 0, fixingDays: periods.map { $0.start - 2 }))
    let fixings = try Fixings([(periods[1].start - 2, 0.05)])
    let flows = try leg.flows(after: DualCurve.reference, fixings: fixings)
    #expect(flows.count == 3)
    #expect(flows[0].floating == 0)
    #expect(abs(flows[0].amount - 1000 * 0.05 * periods[1].fraction) < 1e-12)
    #expect(flows[1].floating == 1000 && flows[1].start == periods[2].start)
    #expect(throws: QuantError.self) {
      try leg.flows(after: DualCurve.reference, fixings: Self.noFixings)
    }
  }

  /// With fixings equal to the curve's own overnight rates, a running period is worth what it would
  /// be on a curve from its start: growth to today, then the rest of the curve.
  @Test("carry known overnight growth into the projected rest")
  func overnight() throws {
    let reference = DualCurve.reference
    let calendar = try BusinessCalendar.weekendsOnly
    let start = reference - 14
    let period = AccrualPeriod(
      start: start, end: reference + 77, pay: reference + 79, fraction: 91.0 / 360)
    let fixings = try Fixings((start..<reference).map { ($0, 0.04) })
    let leg = SwapLeg(
      notional: 1_000_000, periods: [period],
      rate: .overnight(
        curve: 0, spread: 0.001, compounding: OvernightCompounding(), calendar: calendar))
    let set = try DualCurve.set(.logLinearDiscount)
    let curve = set.curves[0]
    // Ten open days, two of them Fridays before a weekend of three calendar days.
    let day1 = 1 + 0.04 / 360
    let day3 = 1 + 0.04 * 3 / 360
    var growth = 1.0
    for offset in 0..<14 {
      switch Weekday(dayNumber: start + Int32(offset)) {
      case .friday: growth *= day3
      case .saturday, .sunday: break
      default: growth *= day1
      }
    }
    let coupon = growth / curve.discount(period.end) - 1 + 0.001 * period.fraction
    let expected = 1_000_000 * coupon * curve.discount(period.pay)
    let flows = try leg.flows(after: reference, fixings: fixings)
    #expect(abs(set.value(of: flows) - expected) < 1e-8)
    // After the end of the period the whole amount is known.
    let later = try leg.flows(
      after: period.end, fixings: try Fixings((start..<period.end).map { ($0, 0.04) }))
    #expect(later[0].floating == 0 && later[0].amount > 0)
    #expect(throws: QuantError.self) { try leg.flows(after: reference, fixings: Self.noFixings) }
  }
}
