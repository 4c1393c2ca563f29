/// Fixings of one index by day, ascending.
package struct Fixings: Sendable, Hashable {
  package let days: [Int32]
  /// As fractions.
  package let rates: [Double]

  /// - Throws: `invalidParameter` for a day twice or a rate that is not finite.
  package init(_ points: [(day: Int32, rate: Double)]) throws(QuantError) {
    let sorted = points.sorted { $0.day < $1.day }
    for (index, point) in sorted.enumerated() {
      guard point.rate.isFinite, index == 0 || sorted[index - 1].day < point.day else {
        throw QuantError.invalidParameter(
          name: "fixings", found: "\(point.rate) on day \(point.day)",
          expected: "one finite rate a day")
      }
    }
    days = sorted.map(\.day)
    rates = sorted.map(\.rate)
  }

  package subscript(day: Int32) -> Double? {
    var low = 0
    var high = days.count
    while low < high {
      let middle = (low + high) / 2
      if days[middle] < day { low = middle + 1 } else { high = middle }
    }
    return low < days.count && days[low] == day ? rates[low] : nil
  }
}

/// How an overnight rate compounds in arrears over an accrual period.
///
/// Sources: ARRC, "SOFR in arrears conventions for syndicated business loans"; 2021 ISDA
/// Definitions, section 7; ISDA's names in brackets.
package struct OvernightCompounding: Sendable, Hashable {
  /// Business days by which the rate's day precedes the day it accrues for.
  package var lookback: Int
  /// The weights are those of the observed days too, not of the accrual days (observation period
  /// shift instead of lookback).
  package var shiftsObservation: Bool
  /// Business days before the period's end whose rate is that of the day before them (lockout).
  package var lockout: Int
  /// Business days from the end of the period to the payment.
  package var paymentDelay: Int
  /// Days of the year: 360 for SOFR and €STR, 365 for SONIA.
  package var yearDays: Int

  package init(
    lookback: Int = 0, shiftsObservation: Bool = false, lockout: Int = 0, paymentDelay: Int = 0,
    yearDays: Int = 360
  ) {
    self.lookback = lookback
    self.shiftsObservation = shiftsObservation
    self.lockout = lockout
    self.paymentDelay = paymentDelay
    self.yearDays = yearDays
  }

  /// What a period has earned.
  package struct Result: Sendable, Hashable {
    /// Simple annual rate over `days`.
    package var rate: Double
    /// 1 + rate · days / yearDays.
    package var growth: Double
    /// Calendar days that the weights add up to.
    package var days: Int
    package var paymentDay: Int32
  }

  /// The compounded rate of [start, end), all fixings known.
  ///
  /// A period that begins on a closed day takes the rate of the business day before.
  /// - Throws: `invalidParameter` naming the first missing fixing, or for terms out of range.
  package func compound(
    from start: Int32, to end: Int32, fixings: Fixings, calendar: BusinessCalendar
  ) throws(QuantError) -> Result {
    guard start < end, lookback >= 0, lockout >= 0, paymentDelay >= 0, yearDays > 0 else {
      throw QuantError.invalidParameter(
        name: "overnight period", found: "days \(start) to \(end)",
        expected: "a period that is not empty, lags of 0 or more days")
    }
    func moved(_ day: Int32, _ count: Int) throws(QuantError) -> Int32 {
      let open = calendar.isBusinessDay(day) ? day : calendar.previous(before: day)
      guard let open, let moved = calendar.advance(open, by: count) else {
        throw QuantError.invalidParameter(
          name: "overnight period", found: "day \(day)", expected: "a day within the calendar")
      }
      return moved
    }
    let first = shiftsObservation ? try moved(start, -lookback) : start
    let last = shiftsObservation ? try moved(end, -lookback) : end
    let back = shiftsObservation ? 0 : -lookback
    let frozen = lockout > 0 ? try moved(try moved(last - 1, 0), -lockout) : Int32.max
    var growth = 1.0
    var day = first
    while day < last {
      let next = min(calendar.next(after: day) ?? last, last)
      let source = try moved(min(day, frozen), back)
      guard let rate = fixings[source] else {
        throw QuantError.invalidParameter(
          name: "fixing", found: "none on day \(source)", expected: "a fixing for every open day")
      }
      growth *= 1 + rate * Double(Int(next) - Int(day)) / Double(yearDays)
      day = next
    }
    let days = Int(last) - Int(first)
    let open = calendar.isBusinessDay(end) ? end : calendar.next(after: end)
    guard let open, let payment = calendar.advance(open, by: paymentDelay) else {
      throw QuantError.invalidParameter(
        name: "payment", found: "day \(end)", expected: "a day within the calendar")
    }
    return Result(
      rate: (growth - 1) * Double(yearDays) / Double(days), growth: growth, days: days,
      paymentDay: payment)
  }
}
