import Columnar
import Quant
import QueryEngine

/// Bond positions as a table gives them: one row a position and business date.
struct BondRows: Sendable {
  static let columns = [
    ColumnRequirement("as_of_date", .date, "the business date on which the position is valued"),
    ColumnRequirement("position_id", .text, "names the row"),
    ColumnRequirement("face", .number, "held, negative when short; in the curve's currency"),
    ColumnRequirement("coupon", .number, "a year, as a fraction of face; 0 for a zero bond"),
    ColumnRequirement("frequency", .integer, "coupons a year: 1, 2, 3, 4, 6 or 12"),
    ColumnRequirement(
      "day_count", .text,
      (["ACT/ACT ICMA"] + DayCount.allCases.map(\.rawValue)).joined(separator: ", ")),
    ColumnRequirement("issue_date", .date, "from which interest accrues"),
    ColumnRequirement("maturity_date", .date, "of the face value"),
    ColumnRequirement(
      "first_coupon_date", .date, "end of an explicit first period", isOptional: true),
    ColumnRequirement(
      "last_coupon_date", .date, "start of an explicit last period", isOptional: true),
    ColumnRequirement("calendar", .text, "of payments and settlement; joint: A+B"),
    ColumnRequirement(
      "roll", .text,
      "of payments: "
        + RollConvention.allCases.map(\.rawValue).joined(separator: ", ") + "; NULL: following",
      isOptional: true),
    ColumnRequirement(
      "end_of_month", .boolean,
      "coupons of a maturity at a month's end are at month ends; NULL: no",
      isOptional: true),
    ColumnRequirement(
      "ex_coupon_days", .integer, "business days before a coupon without which it trades; NULL: 0",
      isOptional: true),
    ColumnRequirement("settlement_days", .integer, "business days from the business date"),
    ColumnRequirement(
      "clean_price", .number, "for 100 of face; NULL: valued on the curve alone"),
    ColumnRequirement("discount_curve", .text, "discounts the payments"),
  ]

  /// A position whose terms are read.
  struct Position: Sendable {
    var terms: BondValuer.Terms
    var firstCoupon: Int32?
    var lastCoupon: Int32?
    var calendar: BusinessCalendar
    var face: Double
    var settlement: Int32
    var cleanPrice: Double?

    var hasStubs: Bool { firstCoupon != nil || lastCoupon != nil }

    /// - Throws: `invalidParameter` naming what makes no bond.
    func bond() throws(QuantError) -> CouponBond {
      try CouponBond(
        schedule: Schedule.Rule(
          start: terms.start, end: terms.end, months: terms.months, firstRegular: firstCoupon,
          lastRegular: lastCoupon, endOfMonth: terms.endOfMonth),
        coupon: terms.coupon, dayCount: terms.dayCount, calendar: calendar,
        paymentRoll: terms.paymentRoll, exCouponDays: terms.exCouponDays)
    }
  }

  let rows: InputRows
  let days: InputRows.Values<Int32>
  let names: InputRows.Texts
  let curves: InputRows.Texts
  private let faces: InputRows.Values<Double>
  private let coupons: InputRows.Values<Double>
  private let frequencies: InputRows.Values<Int>
  /// The inner nil is ACT/ACT ICMA.
  private let dayCounts: ReadTexts<DayCount?>
  private let issues: InputRows.Values<Int32>
  let maturities: InputRows.Values<Int32>
  private let firstCoupons: InputRows.Values<Int32>
  private let lastCoupons: InputRows.Values<Int32>
  private let calendars: ReadTexts<BusinessCalendar>
  private let rolls: ReadTexts<RollConvention>
  private let endOfMonths: InputRows.Values<Bool>
  private let exDays: InputRows.Values<Int>
  private let settlementDays: InputRows.Values<Int>
  private let prices: InputRows.Values<Double>

  init(_ rows: InputRows, calendars known: inout MarketCalendars) {
    self.rows = rows
    days = rows.days("as_of_date")
    names = rows.texts("position_id")
    curves = rows.texts("discount_curve")
    faces = rows.numbers("face")
    coupons = rows.numbers("coupon")
    frequencies = rows.integers("frequency")
    dayCounts = ReadTexts(rows.texts("day_count")) { text throws(QuantError) in
      try MarketTerms.dayCount(text, "day_count")
    }
    issues = rows.days("issue_date")
    maturities = rows.days("maturity_date")
    firstCoupons = rows.days("first_coupon_date")
    lastCoupons = rows.days("last_coupon_date")
    calendars = ReadTexts(rows.texts("calendar")) { text throws(QuantError) in
      try known.calendar(text)
    }
    rolls = ReadTexts(rows.texts("roll")) { text throws(QuantError) in
      try MarketTerms.choice(text, "roll")
    }
    endOfMonths = rows.flags("end_of_month")
    exDays = rows.integers("ex_coupon_days")
    settlementDays = rows.integers("settlement_days")
    prices = rows.numbers("clean_price")
  }

  /// - Throws: `invalidParameter` naming the column.
  func position(_ row: Int, on date: Int32) throws(QuantError) -> Position {
    let calendar = try calendars.value(row, "calendar")
    let frequency = try MarketTerms.count(frequencies[row], "frequency", in: 1...12)
    guard 12 % frequency == 0 else {
      throw QuantError.invalidParameter(
        name: "frequency", found: "\(frequency)", expected: "1, 2, 3, 4, 6 or 12")
    }
    let start = try MarketTerms.present(issues[row], "issue_date")
    let end = try MarketTerms.present(maturities[row], "maturity_date")
    guard start < end else {
      throw QuantError.invalidParameter(
        name: "maturity_date", found: "\(CalendarDate(days: end))",
        expected: "a day after issue_date, \(CalendarDate(days: start))")
    }
    let lag = try MarketTerms.count(settlementDays[row], "settlement_days", in: 0...30)
    guard let settlement = calendar.advance(date, by: lag) else {
      throw QuantError.invalidParameter(
        name: "settlement_days", found: "\(lag)", expected: "a day within the calendar")
    }
    guard settlement < end else {
      throw QuantError.invalidParameter(
        name: "maturity_date", found: "\(CalendarDate(days: end))",
        expected: "a day after settlement, \(CalendarDate(days: settlement))")
    }
    var price: Double?
    if let given = prices[row] { price = try MarketTerms.finite(given, "clean_price") }
    return Position(
      terms: BondValuer.Terms(
        start: start, end: end, months: 12 / frequency, endOfMonth: endOfMonths[row] ?? false,
        coupon: try MarketTerms.finite(coupons[row], "coupon"),
        dayCount: try dayCounts.value(row, "day_count"),
        paymentRoll: try rolls.optional(row) ?? .following,
        exCouponDays: try MarketTerms.count(exDays[row] ?? 0, "ex_coupon_days", in: 0...60)),
      firstCoupon: firstCoupons[row], lastCoupon: lastCoupons[row], calendar: calendar,
      face: try MarketTerms.finite(faces[row], "face"),
      // A bond that is not issued yet settles on its first day.
      settlement: max(settlement, start), cleanPrice: price)
  }
}
