/// Measures and payments of many bonds, one after the other, without memory of its own for each.
///
/// For bonds whose regular periods count back from maturity, with at most a short first period; the
/// numbers are those of `CouponBond`, up to rounding. Only payments still to come are looked at.
package struct BondValuer: Sendable {
  package struct Terms: Sendable {
    package var start: Int32
    package var end: Int32
    package var months: Int
    package var endOfMonth: Bool
    /// Per year, as a fraction of face value.
    package var coupon: Double
    /// `nil` means ACT/ACT ICMA.
    package var dayCount: DayCount?
    package var paymentRoll: RollConvention
    package var exCouponDays: Int

    package init(
      start: Int32, end: Int32, months: Int, endOfMonth: Bool, coupon: Double,
      dayCount: DayCount?, paymentRoll: RollConvention, exCouponDays: Int
    ) {
      self.start = start
      self.end = end
      self.months = months
      self.endOfMonth = endOfMonth
      self.coupon = coupon
      self.dayCount = dayCount
      self.paymentRoll = paymentRoll
      self.exCouponDays = exCouponDays
    }
  }

  /// Descending: maturity first. One more date than payments.
  private(set) var dates: [Int32] = []
  private(set) var fractions: [Double] = []
  private(set) var pays: [Int32] = []
  private(set) var exDays: [Int32] = []
  private(set) var amounts: [Double] = []
  private(set) var isIrregular = false
  private(set) var terms = Terms(
    start: 0, end: 1, months: 12, endOfMonth: false, coupon: 0, dayCount: nil,
    paymentRoll: .following, exCouponDays: 0)
  /// Of the payments from settlement on, ascending.
  var times: [Double] = []
  var values: [Double] = []
  var weights: [Double] = []

  package init() {}

  /// Takes a bond's payments after `from`, or from its start on.
  ///
  /// - Throws: `invalidParameter` for terms that make no bond, or a payment outside of the calendar.
  package mutating func load(
    _ terms: Terms, from: Int32, calendar: BusinessCalendar
  ) throws(QuantError) {
    guard terms.coupon.isFinite, terms.months > 0, 12 % terms.months == 0, terms.exCouponDays >= 0,
      terms.start < terms.end, Int(terms.end) - Int(terms.start) < 400_000
    else {
      throw QuantError.invalidParameter(
        name: "bond", found: "a coupon of \(terms.coupon) every \(terms.months) months",
        expected: "a finite coupon, 1, 2, 3, 4, 6 or 12 months and a maturity after the start")
    }
    self.terms = terms
    dates.removeAll(keepingCapacity: true)
    fractions.removeAll(keepingCapacity: true)
    pays.removeAll(keepingCapacity: true)
    exDays.removeAll(keepingCapacity: true)
    amounts.removeAll(keepingCapacity: true)
    isIrregular = false
    let anchor = CivilDate(dayNumber: terms.end)
    dates.append(terms.end)
    var end = terms.end
    var count = 0
    let stop = max(from, terms.start)
    while end > stop {
      count += 1
      let grid = anchor.adding(months: -terms.months * count, endOfMonth: terms.endOfMonth)
        .dayNumber
      let start = max(grid, terms.start)
      guard let pay = calendar.roll(end, terms.paymentRoll) else {
        throw QuantError.invalidParameter(
          name: "payment", found: "day \(end)", expected: "a day within the calendar")
      }
      let fraction = fraction(of: start, end, isRegular: start == grid, isLast: count == 1)
      isIrregular = isIrregular || start != grid
      let ex =
        terms.exCouponDays == 0
        ? end : calendar.advance(end, by: -terms.exCouponDays) ?? end
      dates.append(start)
      fractions.append(fraction)
      pays.append(pay)
      exDays.append(ex)
      amounts.append(100 * terms.coupon * fraction + (count == 1 ? 100 : 0))
      end = start
    }
  }

  private func fraction(
    of start: Int32, _ end: Int32, isRegular: Bool, isLast: Bool
  ) -> Double {
    guard let count = terms.dayCount else {
      return isRegular
        ? Double(terms.months) / 12 : rule.actualActualICMA(from: start, to: end)
    }
    if count == .thirtyE360ISDA {
      return Double(count.days360(from: start, to: end, terminates: isLast)) / 360
    }
    return count.yearFraction(from: start, to: end)
  }

  private var rule: Schedule.Rule {
    Schedule.Rule(
      start: terms.start, end: terms.end, months: terms.months, endOfMonth: terms.endOfMonth)
  }

  /// How many payments a buyer with a settlement day gets: the first ones of the arrays; 0 for none.
  ///
  /// The period of the settlement day is number `period`, counted from maturity.
  func bought(at settlement: Int32) -> (count: Int, period: Int, losesCoupon: Bool)? {
    // Periods are few and the one wanted is the last or close to it.
    var period = fractions.count - 1
    while period >= 0, dates[period] <= settlement { period -= 1 }
    guard period >= 0, dates[period + 1] <= settlement else { return nil }
    guard settlement >= exDays[period] else { return (period + 1, period, false) }
    return period == 0 ? (1, 0, true) : (period, period, false)
  }

  /// Interest since the last coupon date; negative from the ex-coupon day on.
  func accrued(at settlement: Int32, in period: Int) -> Double {
    let (start, end) = (dates[period + 1], dates[period])
    if settlement >= exDays[period], settlement < end {
      return -100 * terms.coupon * span(settlement, end, in: period)
    }
    return 100 * terms.coupon * span(start, settlement, in: period)
  }

  /// Years between two days within one period.
  func span(_ from: Int32, _ to: Int32, in period: Int) -> Double {
    if let count = terms.dayCount { return count.yearFraction(from: from, to: to) }
    let (low, high) = (dates[period + 1], dates[period])
    if period == fractions.count - 1, isIrregular {
      return rule.actualActualICMA(from: from, to: to)
    }
    return Double(Int(to) - Int(from)) * Double(terms.months) / Double((Int(high) - Int(low)) * 12)
  }

  /// Years from settlement to each payment, for yields: the first `count` of `times`, maturity first.
  mutating func countTimes(from settlement: Int32, count: Int, period: Int) {
    times.removeAll(keepingCapacity: true)
    if let dayCount = terms.dayCount {
      for index in 0..<count {
        times.append(dayCount.yearFraction(from: settlement, to: dates[index]))
      }
      return
    }
    var time = span(settlement, dates[period], in: period)
    if count == period { time += fractions[period - 1] }
    for index in stride(from: count - 1, through: 0, by: -1) {
      times.append(time)
      if index > 0 { time += fractions[index - 1] }
    }
    times.reverse()
  }
}
