import Quant
import Testing

@Suite("Bonds in a row")
struct BondValuerTests {
  private static let reference = day("2025-06-13")

  private static func table(_ days: Int32 = 15_000) throws -> (CurveSet, DayTable) {
    let curve = try DiscountCurve(
      reference: reference, nodeDays: [reference + 400, reference + 4000, reference + 12_000],
      logDiscounts: [0.02, 0.31, 0.9], interpolation: .logLinearDiscount)
    let set = try CurveSet(curves: [curve])
    let layout = try DayLayout(
      reference: reference, lastDay: reference + days, curveCount: 1)
    return (set, try DayTable(set, layout: layout, keys: try KeyRates(years: [1, 10])))
  }

  private static func terms(_ random: inout SplitMix) -> BondValuer.Terms {
    let start = reference - Int32.random(in: -20...3000, using: &random)
    let counts: [DayCount?] = [nil, nil, nil, .thirty360, .thirtyE360ISDA, .actual365Fixed]
    return BondValuer.Terms(
      start: start, end: max(start, reference) + Int32.random(in: 20...11_000, using: &random),
      months: [1, 3, 6, 12].randomElement(using: &random) ?? 6,
      endOfMonth: Bool.random(using: &random),
      coupon: Double.random(in: 0...0.08, using: &random),
      dayCount: counts.randomElement(using: &random) ?? nil,
      paymentRoll: [.following, .modifiedFollowing, .unadjusted].randomElement(using: &random)
        ?? .following,
      exCouponDays: [0, 0, 7].randomElement(using: &random) ?? 0)
  }

  @Test("have the measures and the value of bonds one by one")
  func oneByOne() throws {
    var random = SplitMix(state: 3)
    let (set, table) = try Self.table()
    let calendar = try BusinessCalendar(
      holidays: (2015...2060).flatMap { try targetHolidays(year: $0).map(\.day) })
    var valuer = BondValuer()
    var compared = 0
    for number in 0..<400 {
      let terms = Self.terms(&random)
      let bond = try CouponBond(
        schedule: Schedule.Rule(
          start: terms.start, end: terms.end, months: terms.months, endOfMonth: terms.endOfMonth),
        coupon: terms.coupon, dayCount: terms.dayCount, calendar: calendar,
        paymentRoll: terms.paymentRoll, exCouponDays: terms.exCouponDays)
      let today = max(Self.reference, terms.start)
      let settlement = max(try #require(calendar.advance(Self.reference, by: 2)), terms.start)
      guard settlement < terms.end else { continue }
      let clean = Double.random(in: 85...115, using: &random)
      var portfolio = RatePortfolio(layout: table.layout)
      try valuer.load(terms, from: today, calendar: calendar)
      let found = try valuer.value(
        clean: clean, settlement: settlement, after: today, face: 1e6, on: table, curve: 0,
        into: &portfolio)
      portfolio.endTrade()
      guard let risk = found?.market else {
        // Only where the slow way finds nothing either.
        #expect(throws: QuantError.self, "bond \(number)") {
          try bond.risk(clean: clean, settlement: settlement, on: set.curves[0])
        }
        continue
      }
      let expected = try bond.risk(clean: clean, settlement: settlement, on: set.curves[0])
      compared += 1
      #expect(abs(risk.accrued - expected.accrued) < 1e-12, "bond \(number)")
      #expect(abs(risk.yield - expected.yield) < 1e-11, "bond \(number)")
      #expect(abs(risk.zSpread - expected.zSpread) < 1e-11, "bond \(number)")
      #expect(abs(risk.curvePrice - expected.curvePrice) < 1e-10, "bond \(number)")
      #expect(abs(risk.macaulayDuration - expected.macaulayDuration) < 1e-9, "bond \(number)")
      #expect(abs(risk.modifiedDuration - expected.modifiedDuration) < 1e-9, "bond \(number)")
      #expect(abs(risk.convexity / expected.convexity - 1) < 1e-9, "bond \(number)")
      #expect(abs(risk.basisPointValue - expected.basisPointValue) < 1e-11, "bond \(number)")
      #expect(abs(risk.bumped - expected.bumped) < 1e-11, "bond \(number)")
      var value = 0.0
      for flow in try bond.flows(from: today, face: 1e6) where flow.pay > Self.reference {
        let years = max(0, Double(flow.pay) - Double(settlement)) / 365
        value +=
          flow.amount * set.curves[0].discount(flow.pay)
          * PortableMath.exp(-expected.zSpread * years)
      }
      let priced = portfolio.values(0..<1, discounts: table.discounts)[0]
      #expect(abs(priced - value) < 1e-5, "bond \(number)")
    }
    #expect(compared > 300)
  }

  @Test("say which payment the table does not reach, and leave the portfolio to be mended")
  func beyond() throws {
    let (_, table) = try Self.table(400)
    var portfolio = RatePortfolio(layout: table.layout)
    var valuer = BondValuer()
    let terms = BondValuer.Terms(
      start: Self.reference - 10, end: Self.reference + 3650, months: 12, endOfMonth: false,
      coupon: 0.03, dayCount: nil, paymentRoll: .following, exCouponDays: 0)
    let calendar = try BusinessCalendar.weekendsOnly
    try valuer.load(terms, from: Self.reference, calendar: calendar)
    #expect(throws: QuantError.self) {
      try valuer.value(
        clean: 100, settlement: Self.reference + 3, after: Self.reference, face: 1, on: table,
        curve: 0, into: &portfolio)
    }
    portfolio.dropTrade()
    #expect(portfolio.flowCount == 0 && portfolio.tradeCount == 0)
  }
}
