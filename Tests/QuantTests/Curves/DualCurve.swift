import Quant

/// Quotes of an overnight curve and a six-month curve for tests, day numbers without holidays.
struct DualCurve {
  static let reference = day("2025-06-16")

  static func calendar() throws -> BusinessCalendar { try BusinessCalendar.weekendsOnly }

  static func periods(
    _ start: Int32, months total: Int, every months: Int, _ dayCount: DayCount, lag: Int = 0
  ) throws -> [AccrualPeriod] {
    let calendar = try calendar()
    let end = CivilDate(dayNumber: start).adding(months: total).dayNumber
    let schedule = try Schedule(
      Schedule.Rule(start: start, end: end, months: months, roll: .modifiedFollowing),
      calendar: calendar)
    return try schedule.periods(dayCount, calendar: calendar, paymentLag: lag)
  }

  /// Curve 0: a deposit and overnight index swaps; their payments come `lag` business days late.
  static func overnight(
    _ interpolation: CurveInterpolation, lag: Int = 0
  ) throws -> CurveSet.Definition {
    let start = reference + 2
    let one = try periods(start, months: 1, every: 1, .actual360)[0]
    var instruments = [
      QuotedInstrument.forward("dep1M", .rate(0.0432), period: one, curve: 0, reference: reference)
    ]
    let rates: [(Int, Double)] = [
      (3, 0.0429), (6, 0.0421), (12, 0.0402), (24, 0.0375), (36, 0.0366), (60, 0.0368),
      (84, 0.0375), (120, 0.0386), (180, 0.0401), (240, 0.0404), (360, 0.0397),
    ]
    for (months, rate) in rates {
      let legs = try periods(start, months: months, every: min(months, 12), .actual360, lag: lag)
      instruments.append(
        .swap(
          "ois\(months)M", .rate(rate), fixed: legs, floating: legs, discountCurve: 0,
          projectionCurve: 0))
    }
    return CurveSet.Definition(
      name: "OIS", interpolation: interpolation, instruments: instruments)
  }

  /// Curve 1: deposit, forward rate agreements, a future and swaps, discounted on curve 0.
  static func term(_ interpolation: CurveInterpolation) throws -> CurveSet.Definition {
    let start = reference + 2
    func period(_ from: Int, _ to: Int) throws -> AccrualPeriod {
      let all = try periods(start, months: to, every: to - from, .actual360)
      return all[all.count - 1]
    }
    var instruments = [
      QuotedInstrument.forward(
        "dep6M", .rate(0.0445), period: try period(0, 6), curve: 1, reference: reference),
      .forward("fra6x12", .rate(0.0411), period: try period(6, 12), curve: 1, reference: reference),
      .forward(
        "future12x18", .futurePrice(96.12, convexity: 0.0001), period: try period(12, 18), curve: 1,
        reference: reference),
    ]
    for (months, rate) in [
      (24, 0.0396), (36, 0.0388), (60, 0.0389), (84, 0.0396), (120, 0.0407), (240, 0.0424),
      (360, 0.0417),
    ] {
      instruments.append(
        .swap(
          "irs\(months)M", .rate(rate),
          fixed: try periods(start, months: months, every: 12, .thirty360),
          floating: try periods(start, months: months, every: 6, .actual360), discountCurve: 0,
          projectionCurve: 1))
    }
    return CurveSet.Definition(name: "6M", interpolation: interpolation, instruments: instruments)
  }

  static func set(_ interpolation: CurveInterpolation, lag: Int = 0) throws -> CurveSet {
    try CurveSet(
      reference: reference,
      definitions: [try overnight(interpolation, lag: lag), try term(interpolation)])
  }
}
