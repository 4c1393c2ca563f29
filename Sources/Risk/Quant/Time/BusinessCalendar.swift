/// Weekend days and holidays of one financial centre.
///
/// Days are day numbers: days since 1970-01-01. Nothing outside of the holidays that were given is
/// known: before the first and after the last, only weekends are closed.
package struct BusinessCalendar: Sendable, Hashable {
  /// What all copies of a calendar share: one reference to count for each copy.
  private final class Days: Sendable {
    let holidays: [Int32]
    let weekend: Set<Weekday>
    /// Open days of a week that begins on a Monday, before each day of the week.
    let openBefore: [Int]
    /// Answers for some years without a search; the same answers.
    let table: OpenDayTable?

    init(holidays: [Int32], weekend: Set<Weekday>, openBefore: [Int], table: OpenDayTable?) {
      self.holidays = holidays
      self.weekend = weekend
      self.openBefore = openBefore
      self.table = table
    }
  }

  private let days: Days
  /// Holidays on days of the week that are otherwise open, ascending, without repetition.
  package var holidays: [Int32] { days.holidays }
  package var weekend: Set<Weekday> { days.weekend }

  private init(days: Days) { self.days = days }

  /// - Parameter holidays: In any order; repetitions and holidays on weekends do no harm.
  /// - Throws: `invalidParameter` when the weekend has seven days.
  package init(
    weekend: Set<Weekday> = [.saturday, .sunday], holidays: some Sequence<Int32> = []
  ) throws(QuantError) {
    guard weekend.count < 7 else {
      throw QuantError.invalidParameter(
        name: "weekend", found: "seven days", expected: "at least one open day of the week")
    }
    var openBefore = [0]
    for day in Weekday.allCases {
      openBefore.append(openBefore[day.rawValue] + (weekend.contains(day) ? 0 : 1))
    }
    days = Days(
      holidays: Set(holidays).filter { !weekend.contains(Weekday(dayNumber: $0)) }.sorted(),
      weekend: weekend, openBefore: openBefore, table: nil)
  }

  /// Saturdays and Sundays closed, no holidays: the default where no calendar is named.
  package static var weekendsOnly: BusinessCalendar {
    get throws(QuantError) { try BusinessCalendar() }
  }

  /// The same calendar with a table of the days from `first` to `last`, for schedules of many trades.
  ///
  /// Cost: 20 ns and 8 bytes a day, once; then a few nanoseconds a question instead of two searches.
  package func indexed(from first: Int32, to last: Int32) -> BusinessCalendar {
    // Without the table that it may have: that answers for other days.
    let plain = BusinessCalendar(
      days: Days(
        holidays: days.holidays, weekend: days.weekend, openBefore: days.openBefore, table: nil))
    return BusinessCalendar(
      days: Days(
        holidays: days.holidays, weekend: days.weekend, openBefore: days.openBefore,
        table: OpenDayTable(plain, from: first, to: last)))
  }

  package static func == (left: BusinessCalendar, right: BusinessCalendar) -> Bool {
    left.weekend == right.weekend && left.holidays == right.holidays
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(weekend)
    hasher.combine(holidays)
  }

  package func isBusinessDay(_ day: Int32) -> Bool {
    if let known = days.table?.isOpen(day) { return known }
    if weekend.contains(Weekday(dayNumber: day)) { return false }
    let index = holidayCount(before: Int(day))
    return index == holidays.count || holidays[index] != day
  }

  /// Business days in `start` ..< `end`, negative when `end` is earlier.
  package func businessDays(from start: Int32, to end: Int32) -> Int {
    openDays(before: Int(end)) - openDays(before: Int(start))
  }

  /// `count` business days after `day`, or before it for a negative count.
  ///
  /// A day that is closed itself moves first: +1 of a Saturday is Monday, −1 is Friday, and 0 is the
  /// following business day.
  /// - Returns: `nil` when the result is no day number.
  /// - Complexity: O(log *d* · log *h*) for a move of *d* days over *h* holidays.
  package func advance(_ day: Int32, by count: Int) -> Int32? {
    if let known = days.table?.advance(day, by: count) { return known }
    // The wanted day is the business day with a known number of open days before it.
    let start = openDays(before: Int(day))
    let isOpen = isBusinessDay(day)
    let (sum, overflow) = start.addingReportingOverflow(count)
    if overflow { return nil }
    let target = !isOpen && count > 0 ? sum - 1 : sum
    var low = Int(Int32.min)
    var high = Int(Int32.max)
    // Find the last day with at most `target` open days before it: that one is open.
    guard openDays(before: low) <= target else { return nil }
    while low < high {
      let middle = low + (high - low + 1) / 2
      if openDays(before: middle) <= target { low = middle } else { high = middle - 1 }
    }
    guard openDays(before: low) == target, isBusinessDay(Int32(low)) else { return nil }
    return Int32(low)
  }

  /// The first business day after `day`.
  package func next(after day: Int32) -> Int32? { advance(day, by: 1) }

  /// The last business day before `day`.
  package func previous(before day: Int32) -> Int32? { advance(day, by: -1) }

  /// Open days since a fixed Monday, before `day`.
  private func openDays(before day: Int) -> Int {
    // Day number −3 was a Monday.
    let sinceMonday = day + 3
    let week = sinceMonday >= 0 ? sinceMonday / 7 : (sinceMonday - 6) / 7
    let weekdays = week * days.openBefore[7] + days.openBefore[sinceMonday - week * 7]
    return weekdays - holidayCount(before: day)
  }

  private func holidayCount(before day: Int) -> Int {
    var low = 0
    var high = holidays.count
    while low < high {
      let middle = (low + high) / 2
      if Int(holidays[middle]) < day { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
