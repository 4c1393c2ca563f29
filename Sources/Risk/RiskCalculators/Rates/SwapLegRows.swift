import Columnar
import Quant
import QueryEngine

/// The legs of swaps as a table gives them: one row a leg.
struct SwapLegRows: Sendable {
  static let columns = [
    ColumnRequirement("as_of_date", .date, "the business date on which the trade is valued"),
    ColumnRequirement("trade_id", .text, "legs of one trade and date are one swap"),
    ColumnRequirement("direction", .text, "receive or pay"),
    ColumnRequirement("kind", .text, "fixed, term or overnight (compounded in arrears)"),
    ColumnRequirement("notional", .number, "positive, in the currency of the curves"),
    ColumnRequirement(
      "rate", .number, "fixed: the rate; else the spread; a fraction; NULL: no spread"),
    ColumnRequirement("discount_curve", .text, "discounts the leg's payments"),
    ColumnRequirement("index_curve", .text, "projects a floating leg's rates; fixed: NULL"),
    ColumnRequirement(
      "index", .text, "name in fixings; NULL: that of index_curve", isOptional: true),
    ColumnRequirement("start_date", .date, "first day of the first period, not rolled"),
    ColumnRequirement("end_date", .date, "last day of the last period, not rolled"),
    ColumnRequirement("months", .integer, "of a regular period"),
    ColumnRequirement(
      "day_count", .text,
      (DayCount.allCases.map(\.rawValue) + ["ACT/ACT ICMA"]).joined(separator: ", ")),
    ColumnRequirement("calendar", .text, "of rolls, lags and fixings; joint: A+B"),
    ColumnRequirement(
      "roll", .text, RollConvention.allCases.map(\.rawValue).joined(separator: ", ")),
    ColumnRequirement(
      "generation", .text, "backward (NULL: stub in front) or forward", isOptional: true),
    ColumnRequirement("stub", .text, "short (NULL) or long", isOptional: true),
    ColumnRequirement(
      "first_regular_date", .date, "end of an explicit first stub", isOptional: true),
    ColumnRequirement(
      "last_regular_date", .date, "start of an explicit last stub", isOptional: true),
    ColumnRequirement(
      "end_of_month", .boolean, "an anchor at a month's end keeps all dates there; NULL: no",
      isOptional: true),
    ColumnRequirement(
      "payment_lag", .integer, "business days from a period's end; NULL: 0", isOptional: true),
    ColumnRequirement(
      "fixing_days", .integer, "term legs: business days before a period's start; NULL: 2",
      isOptional: true),
  ]

  enum Direction: String, CaseIterable {
    case receive
    case pay
  }

  enum Kind: String, CaseIterable {
    case fixed
    case term
    case overnight
  }

  /// A leg whose curves are not looked up yet.
  struct Leg {
    var kind: Kind
    var swapLeg: SwapLeg
    /// For a fixed leg its rate.
    var rate: Double
  }

  let rows: InputRows
  let days: InputRows.Values<Int32>
  let trades: InputRows.Texts
  private let directions: ReadTexts<Direction>
  private let kinds: ReadTexts<Kind>
  private let notionals: InputRows.Values<Double>
  private let rates: InputRows.Values<Double>
  let discountCurves: InputRows.Texts
  let indexCurves: InputRows.Texts
  let indices: InputRows.Texts
  private let starts: InputRows.Values<Int32>
  let ends: InputRows.Values<Int32>
  private let months: InputRows.Values<Int>
  /// The inner nil is ACT/ACT ICMA.
  private let dayCounts: ReadTexts<DayCount?>
  private let calendars: ReadTexts<BusinessCalendar>
  let calendarCodes: [Int32]
  private let rolls: ReadTexts<RollConvention>
  private let generations: ReadTexts<Schedule.Generation>
  private let stubs: ReadTexts<Schedule.Stub>
  private let firstRegulars: InputRows.Values<Int32>
  private let lastRegulars: InputRows.Values<Int32>
  private let endOfMonths: InputRows.Values<Bool>
  private let paymentLags: InputRows.Values<Int>
  private let fixingDays: InputRows.Values<Int>

  init(_ rows: InputRows, calendars known: inout MarketCalendars) {
    self.rows = rows
    days = rows.days("as_of_date")
    trades = rows.texts("trade_id")
    directions = ReadTexts(rows.texts("direction")) { text throws(QuantError) in
      try MarketTerms.choice(text, "direction")
    }
    kinds = ReadTexts(rows.texts("kind")) { text throws(QuantError) in
      try MarketTerms.choice(text, "kind")
    }
    notionals = rows.numbers("notional")
    rates = rows.numbers("rate")
    discountCurves = rows.texts("discount_curve")
    indexCurves = rows.texts("index_curve")
    indices = rows.texts("index")
    starts = rows.days("start_date")
    ends = rows.days("end_date")
    months = rows.integers("months")
    dayCounts = ReadTexts(rows.texts("day_count")) { text throws(QuantError) in
      try MarketTerms.dayCount(text, "day_count")
    }
    let centres = rows.texts("calendar")
    calendarCodes = centres.codes
    calendars = ReadTexts(centres) { text throws(QuantError) in
      try known.calendar(text)
    }
    rolls = ReadTexts(rows.texts("roll")) { text throws(QuantError) in
      try MarketTerms.choice(text, "roll")
    }
    generations = ReadTexts(rows.texts("generation")) { text throws(QuantError) in
      try MarketTerms.choice(text, "generation")
    }
    stubs = ReadTexts(rows.texts("stub")) { text throws(QuantError) in
      try MarketTerms.choice(text, "stub")
    }
    firstRegulars = rows.days("first_regular_date")
    lastRegulars = rows.days("last_regular_date")
    endOfMonths = rows.flags("end_of_month")
    paymentLags = rows.integers("payment_lag")
    fixingDays = rows.integers("fixing_days")
  }

  /// One row's leg on curves whose numbers the caller knows; fixing days that are far off are those
  /// of the periods.
  ///
  /// - Throws: `invalidParameter` naming the column.
  func leg(
    _ row: Int, discountCurve: Int, projectionCurve: Int?, on date: Int32
  ) throws(QuantError) -> Leg {
    let kind = try kinds.value(row, "kind")
    let size = try MarketTerms.finite(notionals[row], "notional")
    guard size >= 0 else {
      throw QuantError.invalidParameter(
        name: "notional", found: "\(size)", expected: "0 or more; direction gives the sign")
    }
    let direction = try directions.value(row, "direction")
    let periods = try periods(row)
    let calendar = try calendars.value(row, "calendar")
    let rate: SwapLeg.Rate
    switch kind {
    case .fixed: rate = .fixed(try MarketTerms.finite(rates[row], "rate"))
    case .term:
      let curve = try MarketTerms.present(projectionCurve, "index_curve")
      let lag = try MarketTerms.count(fixingDays[row] ?? 2, "fixing_days", in: 0...30)
      var days: [Int32] = []
      days.reserveCapacity(periods.count)
      for period in periods {
        // Whether it is past is all that counts, and a lag of 30 business days is not half a year.
        if Int(period.start) - Int(date) > 180 {
          days.append(period.start)
          continue
        }
        guard let day = calendar.advance(period.start, by: -lag) else {
          throw QuantError.invalidParameter(
            name: "start_date", found: "day \(period.start)", expected: "a day in range")
        }
        days.append(day)
      }
      rate = .term(curve: curve, spread: try spread(row), fixingDays: days)
    case .overnight:
      let curve = try MarketTerms.present(projectionCurve, "index_curve")
      rate = .overnight(
        curve: curve, spread: try spread(row), compounding: try compounding(row),
        calendar: calendar)
    }
    let leg = SwapLeg(
      notional: direction == .receive ? size : -size, periods: periods, rate: rate,
      discountCurve: discountCurve)
    return Leg(kind: kind, swapLeg: leg, rate: rates[row] ?? 0)
  }

  private func spread(_ row: Int) throws(QuantError) -> Double {
    guard let spread = rates[row] else { return 0 }
    return try MarketTerms.finite(spread, "rate")
  }

  private func compounding(_ row: Int) throws(QuantError) -> OvernightCompounding {
    switch try dayCounts.value(row, "day_count") {
    case .actual360: return OvernightCompounding(yearDays: 360)
    case .actual365Fixed: return OvernightCompounding(yearDays: 365)
    default:
      throw QuantError.invalidParameter(
        name: "day_count", found: "a day count without a fixed year",
        expected: "ACT/360 or ACT/365F on an overnight leg")
    }
  }

  private func periods(_ row: Int) throws(QuantError) -> [AccrualPeriod] {
    let calendar = try calendars.value(row, "calendar")
    let rule = Schedule.Rule(
      start: try MarketTerms.present(starts[row], "start_date"),
      end: try MarketTerms.present(ends[row], "end_date"),
      months: try MarketTerms.count(months[row], "months", in: 1...1200),
      generation: try generations.optional(row) ?? .backward,
      stub: try stubs.optional(row) ?? .short,
      firstRegular: firstRegulars[row], lastRegular: lastRegulars[row],
      endOfMonth: endOfMonths[row] ?? false, roll: try rolls.value(row, "roll"))
    let lag = try MarketTerms.count(paymentLags[row] ?? 0, "payment_lag", in: 0...30)
    return try Schedule(rule, calendar: calendar).periods(
      try dayCounts.value(row, "day_count"), calendar: calendar, paymentLag: lag)
  }
}
