package import Columnar

/// A cron schedule on the clocks of a zone and the days of a calendar.
///
/// A time that daylight saving skips runs at the first moment after the gap, and once however many
/// times fall into it; a time that clocks show twice runs the first time only. With a calendar, a
/// day that is no business day rolls to the next one; the last day of a month (`L`) rolls to the
/// business day before. Days that roll together run once.
package struct CronSchedule: Sendable {
  private let expression: CronExpression
  private let zone: TimeZoneRules
  /// Days off besides weekends; nil: every day is a business day.
  private let holidays: Set<CalendarDate>?
  private let seconds: [Int64]

  /// Days that may be off in a row.
  private static let longestClosure = 30
  /// February 29 skips from 2096 to 2104.
  private static let longestWait = 8 * 366 + longestClosure

  package init(
    _ expression: CronExpression, zone: TimeZoneRules = .utc, holidays: Set<CalendarDate>? = nil
  ) {
    self.expression = expression
    self.zone = zone
    self.holidays = holidays
    seconds = expression.secondsOfDay
  }

  /// The first time after an instant, both in microseconds since the epoch.
  ///
  /// - Returns: Nil when there is none within eight years.
  package func next(after microseconds: Int64) -> Int64? {
    let (whole, rest) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
    // Times are whole seconds: what is after the floor is after the instant.
    let after = rest < 0 ? whole - 1 : whole
    guard abs(after) < 250_000_000_000 else { return nil }
    // A gap at midnight can move a time to the next day.
    let start = zone.date(at: after).days - 1
    for days in start...start + Int32(CronSchedule.longestWait) {
      let date = CalendarDate(days: days)
      guard runs(on: date) else { continue }
      if let instant = first(on: date, after: after) { return instant * 1_000_000 }
    }
    return nil
  }

  /// Instants never go back as clocks on the wall go forward, so the first can be searched for.
  private func first(on date: CalendarDate, after: Int64) -> Int64? {
    var low = 0
    var high = seconds.count
    var found: Int64?
    while low < high {
      let middle = (low + high) / 2
      let instant = zone.instant(of: date, second: seconds[middle])
      if instant > after {
        found = instant
        high = middle
      } else {
        low = middle + 1
      }
    }
    return found
  }

  private func isOff(_ date: CalendarDate) -> Bool {
    guard let holidays else { return false }
    return date.isWeekend || holidays.contains(date)
  }

  /// Whether it runs on a day, itself or because another day rolled there.
  private func runs(on date: CalendarDate) -> Bool {
    guard holidays != nil else { return expression.matches(date) }
    if isOff(date) { return false }
    if expression.matches(date) { return true }
    if expression.hasLastDay {
      var day = date
      for _ in 0..<CronSchedule.longestClosure {
        day.days += 1
        guard isOff(day) else { break }
        if expression.matches(day), isMonthEnd(day) { return true }
      }
    }
    var day = date
    for _ in 0..<CronSchedule.longestClosure {
      day.days -= 1
      guard isOff(day) else { break }
      if expression.matches(day), !(expression.hasLastDay && isMonthEnd(day)) { return true }
    }
    return false
  }

  private func isMonthEnd(_ date: CalendarDate) -> Bool {
    let (year, month, day) = date.components
    return day == CalendarDate.daysInMonth(year: year, month: month)
  }
}
