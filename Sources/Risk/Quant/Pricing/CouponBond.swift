/// A bullet bond with a fixed coupon on a schedule with stubs, ex-coupon days and rolled payments.
///
/// Amounts are per 100 of face value. Accrual and yields go by unrolled dates (street convention),
/// values on curves by payment days.
package struct CouponBond: Sendable {
  package struct Payment: Sendable, Hashable {
    /// As the schedule counts it.
    package var day: Int32
    /// As it rolls.
    package var pay: Int32
    package var amount: Double
  }

  package let schedule: Schedule
  /// Per year, as a fraction of face value; 0 for a zero bond.
  package let coupon: Double
  /// `nil` means ACT/ACT ICMA.
  package let dayCount: DayCount?
  /// Business days before a coupon date from which on a buyer does not get the coupon; 0: none.
  package let exCouponDays: Int
  /// Coupons per year, which yields compound with.
  package let frequency: Int
  private let payments: [Payment]
  /// Years from each unrolled date to the next.
  private let fractions: [Double]
  /// The first settlement day without each period's coupon.
  private let exDays: [Int32]

  /// - Throws: `invalidParameter` for a period that is no part of a year or a coupon that is not
  ///   finite.
  package init(
    schedule rule: Schedule.Rule, coupon: Double, dayCount: DayCount? = nil,
    calendar: BusinessCalendar, paymentRoll: RollConvention = .following, exCouponDays: Int = 0
  ) throws(QuantError) {
    guard coupon.isFinite, rule.months > 0, 12 % rule.months == 0, exCouponDays >= 0 else {
      throw QuantError.invalidParameter(
        name: "bond", found: "a coupon of \(coupon) every \(rule.months) months",
        expected: "a finite coupon and 1, 2, 3, 4, 6 or 12 months")
    }
    var rule = rule
    rule.roll = .unadjusted
    let schedule = try Schedule(rule, calendar: calendar)
    var payments: [Payment] = []
    var exDays: [Int32] = []
    let periods = try schedule.periods(
      dayCount, calendar: calendar, accruesRolled: false, paymentRoll: paymentRoll)
    let frequency = 12 / rule.months
    for (index, period) in periods.enumerated() {
      let last = index == periods.count - 1
      payments.append(
        Payment(
          day: period.end, pay: period.pay,
          amount: 100 * coupon * period.fraction + (last ? 100 : 0)))
      let before = exCouponDays == 0 ? period.end : calendar.advance(period.end, by: -exCouponDays)
      exDays.append(before ?? period.end)
    }
    self.schedule = schedule
    self.coupon = coupon
    self.dayCount = dayCount
    self.exCouponDays = exCouponDays
    self.frequency = frequency
    self.payments = payments
    fractions = periods.map(\.fraction)
    self.exDays = exDays
  }

  /// What a buyer with a settlement day gets.
  ///
  /// - Throws: `invalidParameter` for a settlement before the start or on or after maturity.
  package func payments(from settlement: Int32) throws(QuantError) -> [Payment] {
    let index = try period(at: settlement)
    var left = Array(payments[index...])
    if settlement >= exDays[index], index < payments.count - 1 {
      left.removeFirst()
    } else if settlement >= exDays[index] {
      left[0].amount = 100
    }
    return left
  }

  /// Interest since the last coupon date; negative between the ex-coupon day and the coupon.
  package func accrued(at settlement: Int32) throws(QuantError) -> Double {
    let index = try period(at: settlement)
    let (start, end) = (schedule.unadjusted[index], schedule.unadjusted[index + 1])
    if settlement >= exDays[index], settlement < end {
      return -100 * coupon * fraction(from: settlement, to: end, in: index)
    }
    return 100 * coupon * fraction(from: start, to: settlement, in: index)
  }

  /// Payments in years from settlement, for yields.
  package func streetFlows(from settlement: Int32) throws(QuantError) -> TimedCashFlows {
    let left = try payments(from: settlement)
    guard dayCount == nil else {
      return try TimedCashFlows(
        times: left.map { fraction(from: settlement, to: $0.day) }, amounts: left.map(\.amount))
    }
    // ACT/ACT ICMA adds up over periods.
    let first = payments.count - left.count
    var times: [Double] = []
    times.reserveCapacity(left.count)
    times.append(fraction(from: settlement, to: left[0].day, in: first))
    for index in first + 1..<payments.count {
      times.append(times[index - first - 1] + fractions[index])
    }
    return try TimedCashFlows(times: times, amounts: left.map(\.amount))
  }

  /// The value at settlement on a curve, accrued interest included.
  ///
  /// - Parameter spread: Continuous, over the curve's zero rates from settlement on.
  package func dirtyPrice(
    on curve: DiscountCurve, settlement: Int32, spread: Double = 0
  ) throws(QuantError) -> Double {
    let (flows, rates) = try curveFlows(on: curve, settlement: settlement)
    return flows.value(continuousZeros: rates, spread: spread)
  }

  /// The spread over the curve at which the bond has a dirty price.
  package func zSpread(
    dirty: Double, on curve: DiscountCurve, settlement: Int32
  ) throws(QuantError) -> Double {
    let (flows, rates) = try curveFlows(on: curve, settlement: settlement)
    return try flows.spread(price: dirty, continuousZeros: rates)
  }

  /// Payments for a portfolio, of a face value.
  package func flows(
    from settlement: Int32, face: Double, discountCurve: Int = 0
  ) throws(QuantError) -> [RateFlow] {
    try payments(from: settlement).map {
      RateFlow(pay: $0.pay, amount: $0.amount / 100 * face, discountCurve: discountCurve)
    }
  }

  func curveFlows(
    on curve: DiscountCurve, settlement: Int32
  ) throws(QuantError) -> (TimedCashFlows, [Double]) {
    let left = try payments(from: settlement)
    let times = left.map { (Double($0.pay) - Double(settlement)) / 365 }
    let base = curve.logDiscount(settlement)
    let rates = zip(left, times).map { (curve.logDiscount($0.pay) - base) / $1 }
    return (try TimedCashFlows(times: times, amounts: left.map(\.amount)), rates)
  }

  private func fraction(from start: Int32, to end: Int32) -> Double {
    dayCount?.yearFraction(from: start, to: end)
      ?? schedule.rule.actualActualICMA(from: start, to: end)
  }

  /// The same; a span within the regular period of that number needs no calendar.
  private func fraction(from start: Int32, to end: Int32, in period: Int) -> Double {
    if dayCount == nil, schedule.regularPeriods.contains(period) {
      let (low, high) = (schedule.unadjusted[period], schedule.unadjusted[period + 1])
      if low <= start, start <= end, end <= high {
        return Double(Int(end) - Int(start)) * Double(schedule.rule.months)
          / Double((Int(high) - Int(low)) * 12)
      }
    }
    return fraction(from: start, to: end)
  }

  /// The period that a settlement day is in; a coupon date belongs to the next one.
  private func period(at settlement: Int32) throws(QuantError) -> Int {
    let dates = schedule.unadjusted
    guard settlement >= dates[0], settlement < dates[dates.count - 1],
      let after = dates.firstIndex(where: { $0 > settlement })
    else {
      throw QuantError.invalidParameter(
        name: "settlement", found: "day \(settlement)",
        expected: "days \(dates[0]) to \(dates[dates.count - 1] - 1)")
    }
    return after - 1
  }
}
