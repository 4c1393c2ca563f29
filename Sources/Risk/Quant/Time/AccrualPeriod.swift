/// A period of interest and the day on which it is paid.
package struct AccrualPeriod: Sendable, Hashable {
  package var start: Int32
  package var end: Int32
  package var pay: Int32
  /// The part of a year by the leg's day count.
  package var fraction: Double

  package init(start: Int32, end: Int32, pay: Int32, fraction: Double) {
    self.start = start
    self.end = end
    self.pay = pay
    self.fraction = fraction
  }
}

extension Schedule {
  /// The periods of a leg, accruing from one rolled date to the next.
  ///
  /// - Parameters:
  ///   - dayCount: `nil` means ACT/ACT ICMA on unrolled dates.
  ///   - accruesRolled: Whether interest accrues between rolled dates or between unrolled ones.
  ///   - paymentLag: Business days from the rolled end to the payment.
  /// - Throws: `invalidParameter` when a payment day is out of range.
  package func periods(
    _ dayCount: DayCount?, calendar: BusinessCalendar, accruesRolled: Bool = true,
    paymentLag: Int = 0, paymentRoll: RollConvention = .following
  ) throws(QuantError) -> [AccrualPeriod] {
    var periods: [AccrualPeriod] = []
    periods.reserveCapacity(periodCount)
    let dates = accruesRolled ? adjusted : unadjusted
    for index in 0..<periodCount {
      let (start, end) = (dates[index], dates[index + 1])
      let open = calendar.roll(adjusted[index + 1], paymentRoll)
      guard let open, let pay = paymentLag == 0 ? open : calendar.advance(open, by: paymentLag)
      else {
        throw QuantError.invalidParameter(
          name: "payment", found: "day \(end)", expected: "a day within the calendar")
      }
      let fraction: Double
      if let dayCount {
        if dayCount == .thirtyE360ISDA {
          let days = dayCount.days360(
            from: start, to: end, terminates: index == periodCount - 1)
          fraction = Double(days) / 360
        } else {
          fraction = dayCount.yearFraction(from: start, to: end)
        }
      } else if regularPeriods.contains(index) {
        // Days over those days cancel before the one division, so that the bits are the same.
        fraction = Double(rule.months) / 12
      } else {
        fraction = rule.actualActualICMA(from: unadjusted[index], to: unadjusted[index + 1])
      }
      periods.append(AccrualPeriod(start: start, end: end, pay: pay, fraction: fraction))
    }
    return periods
  }
}
