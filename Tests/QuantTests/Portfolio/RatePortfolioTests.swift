import Quant
import Testing

@Suite("Rate portfolio")
struct RatePortfolioTests {
  private static let keys = [0.25, 0.5, 1, 2, 3, 5, 7, 10, 15, 20, 30]

  /// Payer and receiver swaps, overnight swaps and bonds at random.
  private static func flows(_ count: Int) throws -> [[RateFlow]] {
    var random = SplitMix(state: 7)
    let none = try Fixings([])
    return try (0..<count).map { index in
      let start = DualCurve.reference + Int32.random(in: 2...200, using: &random)
      let months = 12 * Int.random(in: 1...29, using: &random)
      let sign = Bool.random(using: &random) ? 1.0 : -1
      let rate = Double.random(in: 0.01...0.06, using: &random)
      let fixed = try DualCurve.periods(start, months: months, every: 12, .thirty360)
      if index % 3 == 0 {
        return fixed.map { RateFlow(pay: $0.pay, amount: $0.fraction * rate) }
          + [RateFlow(pay: fixed[fixed.count - 1].pay, amount: 1)]
      }
      let isOvernight = index % 3 == 1
      let floating = try DualCurve.periods(
        start, months: months, every: isOvernight ? 12 : 6, .actual360, lag: isOvernight ? 2 : 0)
      let calendar = try BusinessCalendar.weekendsOnly
      let floatingRate: SwapLeg.Rate =
        isOvernight
        ? .overnight(
          curve: 0, spread: 0.0005, compounding: OvernightCompounding(), calendar: calendar)
        : .term(curve: 1, spread: 0, fixingDays: floating.map { $0.start })
      return try SwapLeg(notional: -sign, periods: fixed, rate: .fixed(rate))
        .flows(after: DualCurve.reference, fixings: none)
        + SwapLeg(notional: sign, periods: floating, rate: floatingRate)
        .flows(after: DualCurve.reference, fixings: none)
    }
  }

  private static func setUp(
    _ interpolation: CurveInterpolation, _ trades: [[RateFlow]]
  ) throws -> (set: CurveSet, table: DayTable, portfolio: RatePortfolio) {
    let set = try DualCurve.set(interpolation, lag: 2)
    let layout = try DayLayout(
      reference: DualCurve.reference, lastDay: DualCurve.reference + 12_000, curveCount: 2)
    var portfolio = RatePortfolio(layout: layout)
    for trade in trades { try portfolio.append(trade) }
    let table = try DayTable(set, layout: layout, keys: try KeyRates(years: keys))
    return (set, table, portfolio)
  }

  @Test("values trades as one by one", arguments: CurveInterpolation.allCases)
  func values(interpolation: CurveInterpolation) throws {
    let trades = try Self.flows(30)
    let (set, table, portfolio) = try Self.setUp(interpolation, trades)
    let result = portfolio.valuation(0..<30, on: table)
    let alone = portfolio.values(0..<30, discounts: table.discounts)
    for index in 0..<30 {
      #expect(abs(result.values[index] - set.value(of: trades[index])) < 1e-14)
      #expect(abs(result.values[index] - alone[index]) < 1e-14)
    }
  }

  /// Central differences of 1e-6 around the rebuilt curves.
  @Test("has par sensitivities that rebuilt curves confirm", arguments: CurveInterpolation.allCases)
  func par(interpolation: CurveInterpolation) throws {
    let (set, table, portfolio) = try Self.setUp(interpolation, try Self.flows(12))
    let result = portfolio.valuation(0..<12, on: table)
    // Forwards bend on the scale of their differences, where a larger step leaves its cube.
    let size = interpolation == .monotoneConvex ? 2e-8 : 1e-6
    let limit = interpolation == .monotoneConvex ? 1e-6 : 2e-8
    let up = try portfolio.parBumps(0..<12, on: set, size: size)
    let down = try portfolio.parBumps(0..<12, on: set, size: -size)
    for trade in 0..<12 {
      var total = 0.0
      for quote in 0..<set.quoteCount {
        let place = trade * set.quoteCount + quote
        let difference = (up.byQuote[place] - down.byQuote[place]) / (2 * size)
        #expect(abs(result.byQuote[place] - difference) < limit, "\(set.quoteNames[quote])")
        total += result.byQuote[place]
      }
      let parallel = (up.parallel[trade] - down.parallel[trade]) / (2 * size)
      #expect(abs(total - parallel) < limit)
    }
  }

  @Test("has zero sensitivities that moved curves confirm", arguments: CurveInterpolation.allCases)
  func zero(interpolation: CurveInterpolation) throws {
    let (_, table, portfolio) = try Self.setUp(interpolation, try Self.flows(12))
    let result = portfolio.valuation(0..<12, on: table)
    let up = portfolio.zeroBumps(0..<12, on: table, size: 1e-6)
    let down = portfolio.zeroBumps(0..<12, on: table, size: -1e-6)
    for trade in 0..<12 {
      let range = trade * table.keyCount..<(trade + 1) * table.keyCount
      for place in range {
        let difference = (up.byKey[place] - down.byKey[place]) / 2e-6
        #expect(abs(result.byKey[place] - difference) < 2e-8)
      }
      let parallel = (up.parallel[trade] - down.parallel[trade]) / 2e-6
      #expect(abs(result.byKey[range].reduce(0, +) - parallel) < 2e-8)
    }
  }

  /// METHODS §22: the one-sided bump of a basis point is the derivative plus half the curvature.
  @Test("keeps the bumped value apart from the derivative by the second order only")
  func bumped() throws {
    let (set, table, portfolio) = try Self.setUp(.logLinearDiscount, try Self.flows(12))
    let result = portfolio.valuation(0..<12, on: table)
    let bumps = try portfolio.parBumps(0..<12, on: set)
    for trade in 0..<12 {
      let range = trade * set.quoteCount..<(trade + 1) * set.quoteCount
      let derivative = result.byQuote[range].reduce(0, +) * 1e-4
      #expect(abs(bumps.parallel[trade] - derivative) < 30 * 30 * 1e-8 * 2)
    }
  }

  @Test("gives the same bits however it is split")
  func splits() throws {
    let (_, table, portfolio) = try Self.setUp(.naturalCubicZero, try Self.flows(40))
    let whole = portfolio.valuation(0..<40, on: table)
    let parts = [0..<7, 7..<8, 8..<40].map { portfolio.valuation($0, on: table) }
    #expect(parts.flatMap(\.values).map(\.bitPattern) == whole.values.map(\.bitPattern))
    #expect(parts.flatMap(\.byQuote).map(\.bitPattern) == whole.byQuote.map(\.bitPattern))
    #expect(parts.flatMap(\.byKey).map(\.bitPattern) == whole.byKey.map(\.bitPattern))
  }

  @Test("is worth nothing, and moves only with its own quote, for a swap of the curve")
  func parSwap() throws {
    let set = try DualCurve.set(.linearZero, lag: 2)
    let instrument = try #require(set.definitions[1].instruments.last)
    var flows = instrument.flows
    for flow in instrument.perRate {
      var fixed = flow
      fixed.amount *= instrument.quote.rate
      flows.append(fixed)
    }
    let (_, table, portfolio) = try Self.setUp(.linearZero, [flows])
    let result = portfolio.valuation(0..<1, on: table)
    #expect(abs(result.values[0]) < 1e-12)
    let annuity = -set.value(of: instrument.perRate)
    for (quote, risk) in result.byQuote.enumerated() {
      #expect(abs(risk - (quote == set.quoteCount - 1 ? annuity : 0)) < 1e-10)
    }
  }

  @Test("refuses days and curves outside of its layout, and leaves out the past")
  func refusals() throws {
    let layout = try DayLayout(reference: 100, lastDay: 200, curveCount: 1)
    var portfolio = RatePortfolio(layout: layout)
    #expect(throws: QuantError.self) { try portfolio.append([RateFlow(pay: 201, amount: 1)]) }
    #expect(throws: QuantError.self) {
      try portfolio.append([RateFlow(pay: 150, amount: 1, discountCurve: 1)])
    }
    #expect(throws: QuantError.self) { try portfolio.append([RateFlow(pay: 150, amount: .nan)]) }
    #expect(portfolio.tradeCount == 0)
    try portfolio.append([RateFlow(pay: 100, amount: 1), RateFlow(pay: 101, amount: 1)])
    #expect(portfolio.tradeCount == 1 && portfolio.flowCount == 1)
  }

  @Test("has parallel sensitivities in one pass", arguments: CurveInterpolation.allCases)
  func parallel(interpolation: CurveInterpolation) throws {
    let (set, table, portfolio) = try Self.setUp(interpolation, try Self.flows(20))
    let found = portfolio.parallel(on: try ParallelTable(table, of: set, size: 1e-4))
    let full = portfolio.valuation(0..<20, on: table)
    let par = try portfolio.parBumps(0..<20, on: set).parallel
    let zero = portfolio.zeroBumps(0..<20, on: table).parallel
    for trade in 0..<20 {
      let quotes = full.byQuote[trade * table.quoteCount..<(trade + 1) * table.quoteCount]
      let keys = full.byKey[trade * table.keyCount..<(trade + 1) * table.keyCount]
      #expect(abs(found[trade].value - full.values[trade]) < 1e-14)
      #expect(abs(found[trade].par - quotes.reduce(0, +)) < 1e-11)
      #expect(abs(found[trade].zero - keys.reduce(0, +)) < 1e-11)
      #expect(abs(found[trade].parBumped - par[trade]) < 1e-13)
      #expect(abs(found[trade].zeroBumped - zero[trade]) < 1e-13)
    }
  }
}
