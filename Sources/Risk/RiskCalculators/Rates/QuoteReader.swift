import Quant

/// One quote of a curve as an instrument: its dates by the curve's conventions.
///
/// Sources: METHODS §21; QuantLib's rate helpers agree on the dates.
struct QuoteReader {
  enum Kind: String, CaseIterable {
    /// A loan from spot (or ON, TN) over the tenor.
    case deposit
    /// A forward rate from `start` after spot over the tenor.
    case fra
    /// A price of 100 less the forward rate; `start` is a date, or a code such as H26.
    case future
    /// A par rate against the compounded overnight rate, or a term rate.
    case swap
    /// A spread on the curve's floating leg against the one of `against_curve`.
    case basis
  }

  let terms: CurveConventions.Terms
  let reference: Int32
  /// Numbers of the curves that are built together.
  let numbers: [String: Int]
  /// Conventions of `against_curve`.
  let against: CurveConventions.Terms?

  struct Quote {
    var name: String
    var kind: String?
    var start: String?
    var tenor: String?
    var value: Double?
    var convexity: Double?
  }

  func instrument(_ quote: Quote) throws(QuantError) -> QuotedInstrument {
    let kind: Kind = try MarketTerms.choice(try MarketTerms.present(quote.kind, "kind"), "kind")
    let value = try MarketTerms.finite(quote.value, "quote")
    let tenor = try MarketTerms.tenor(try MarketTerms.present(quote.tenor, "tenor"), "tenor")
    let curve = try number(terms.curve)
    switch kind {
    case .deposit:
      let start = try spot(tenor.startDays ?? terms.spotDays)
      return try forward(quote.name, .rate(value), start, tenor, curve)
    case .fra:
      let after = try MarketTerms.tenor(try MarketTerms.present(quote.start, "start"), "start")
      let start = try end(of: after, from: try spot(terms.spotDays))
      return try forward(quote.name, .rate(value), start, tenor, curve)
    case .future:
      let start = try futureStart(try MarketTerms.present(quote.start, "start"))
      let price = QuotedInstrument.Quote.futurePrice(value, convexity: quote.convexity ?? 0)
      return try forward(quote.name, price, start, tenor, curve)
    case .swap:
      let start = try spot(terms.spotDays)
      return .swap(
        quote.name, .rate(value),
        fixed: try periods(start, tenor, terms.fixedMonths, terms.fixedDayCount),
        floating: try periods(start, tenor, terms.floatingMonths, terms.floatingDayCount),
        discountCurve: try number(terms.discountCurve), projectionCurve: curve)
    case .basis:
      guard let against else {
        throw QuantError.invalidParameter(
          name: "against_curve", found: "NULL", expected: "a curve, because it has a basis quote")
      }
      let start = try spot(terms.spotDays)
      return .basis(
        quote.name, .rate(value),
        leg: try periods(start, tenor, terms.floatingMonths, terms.floatingDayCount),
        curve: curve,
        against: try periods(start, tenor, against.floatingMonths, against.floatingDayCount),
        otherCurve: try number(against.curve), discountCurve: try number(terms.discountCurve))
    }
  }

  /// The par rate of a swap from spot over a tenor on curves that are built.
  func parRate(_ tenor: Tenor, on set: CurveSet) throws(QuantError) -> Double {
    let start = try spot(terms.spotDays)
    let swap = QuotedInstrument.swap(
      "par", .rate(0),
      fixed: try periods(start, tenor, terms.fixedMonths, terms.fixedDayCount),
      floating: try periods(start, tenor, terms.floatingMonths, terms.floatingDayCount),
      discountCurve: try number(terms.discountCurve), projectionCurve: try number(terms.curve))
    return -set.value(of: swap.flows) / set.value(of: swap.perRate)
  }

  /// The last day of a tenor from spot.
  func day(of tenor: Tenor) throws(QuantError) -> Int32 {
    try end(of: tenor, from: try spot(tenor.startDays ?? terms.spotDays))
  }

  private func forward(
    _ name: String, _ quote: QuotedInstrument.Quote, _ start: Int32, _ tenor: Tenor, _ curve: Int
  ) throws(QuantError) -> QuotedInstrument {
    let end = try end(of: tenor, from: start)
    guard let count = terms.moneyDayCount else {
      throw QuantError.invalidParameter(
        name: "money_day_count", found: "ACT/ACT ICMA",
        expected: "a day count that needs no coupon period")
    }
    let period = AccrualPeriod(
      start: start, end: end, pay: end, fraction: count.yearFraction(from: start, to: end))
    return .forward(name, quote, period: period, curve: curve, reference: reference)
  }

  private func periods(
    _ start: Int32, _ tenor: Tenor, _ months: Int, _ dayCount: DayCount?
  ) throws(QuantError) -> [AccrualPeriod] {
    let last: Int32
    switch tenor.unit {
    case .months:
      last = CivilDate(dayNumber: start).adding(months: tenor.count).dayNumber
    case .days, .weeks: last = try end(of: tenor, from: start)
    }
    let schedule = try Schedule(
      Schedule.Rule(
        start: start, end: last, months: months, endOfMonth: terms.endOfMonth, roll: terms.roll),
      calendar: terms.calendar)
    return try schedule.periods(
      dayCount, calendar: terms.calendar, paymentLag: terms.paymentLag)
  }

  private func spot(_ days: Int) throws(QuantError) -> Int32 {
    guard let day = terms.calendar.advance(reference, by: days) else { throw outOfRange }
    return day
  }

  private func end(of tenor: Tenor, from start: Int32) throws(QuantError) -> Int32 {
    let day = tenor.end(
      from: start, calendar: terms.calendar, roll: terms.roll, endOfMonth: terms.endOfMonth)
    guard let day else { throw outOfRange }
    return day
  }

  private var outOfRange: QuantError {
    .invalidParameter(
      name: "tenor", found: "a day beyond the calendar", expected: "a shorter tenor")
  }

  private func futureStart(_ text: String) throws(QuantError) -> Int32 {
    if let day = Quant.futureStart(code: text, reference: reference) { return day }
    let parts = text.split(separator: "-").map { Int($0) }
    if parts.count == 3, let year = parts[0], let month = parts[1], let day = parts[2],
      let date = CivilDate(year: year, month: month, day: day)
    {
      return date.dayNumber
    }
    throw QuantError.invalidParameter(
      name: "start", found: "'\(text)'", expected: "a date, or a month's code such as H26")
  }

  private func number(_ curve: String) throws(QuantError) -> Int {
    guard let number = numbers[curve] else {
      throw QuantError.invalidParameter(
        name: "curve", found: "'\(curve)'",
        expected: "one of the currency's curves: "
          + numbers.keys.sorted().joined(separator: ", "))
    }
    return number
  }
}
