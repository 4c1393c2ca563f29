/// A date of the Gregorian calendar, extended to all years.
///
/// Arithmetic on days is done with day numbers (days since 1970-01-01); this is for rules that speak
/// of years and months.
package struct CivilDate: Sendable, Hashable, Comparable {
  package let year: Int
  package let month: Int
  package let day: Int

  /// `nil` unless the date exists and the year is within −9999...9999.
  package init?(year: Int, month: Int, day: Int) {
    guard (-9999...9999).contains(year), (1...12).contains(month),
      day >= 1, day <= CivilDate.dayCount(ofMonth: month, year: year)
    else { return nil }
    self.init(unchecked: year, month, day)
  }

  private init(unchecked year: Int, _ month: Int, _ day: Int) {
    self.year = year
    self.month = month
    self.day = day
  }

  /// The date of a day number. Source: H. Hinnant, "chrono-compatible low-level date algorithms".
  package init(dayNumber: Int32) {
    // Years begin in March here, so that the leap day comes last.
    let shifted = Int(dayNumber) + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    self.init(
      unchecked: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month,
      dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
  }

  /// Days since 1970-01-01.
  package var dayNumber: Int32 {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    // Only months added to the first or last day numbers there are can leave the range.
    return Int32(clamping: era * 146_097 + dayOfEra - 719_468)
  }

  package static func isLeap(_ year: Int) -> Bool {
    year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
  }

  /// - Precondition: `month` is within 1...12.
  package static func dayCount(ofMonth month: Int, year: Int) -> Int {
    switch month {
    case 2: isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  package var isLastOfMonth: Bool { day == CivilDate.dayCount(ofMonth: month, year: year) }

  /// The same day `months` later, or the last of that month where it has no such day.
  ///
  /// - Parameter endOfMonth: A date that is the last of its month stays the last.
  package func adding(months: Int, endOfMonth: Bool = false) -> CivilDate {
    let total = year * 12 + (month - 1) + months
    let newYear = total >= 0 ? total / 12 : (total - 11) / 12
    let newMonth = total - newYear * 12 + 1
    let last = CivilDate.dayCount(ofMonth: newMonth, year: newYear)
    let newDay = endOfMonth && isLastOfMonth ? last : min(day, last)
    return CivilDate(unchecked: newYear, newMonth, newDay)
  }

  package static func < (left: CivilDate, right: CivilDate) -> Bool {
    (left.year, left.month, left.day) < (right.year, right.month, right.day)
  }
}

/// Days of the week. The raw value counts from Monday = 0.
package enum Weekday: Int, Sendable, Hashable, CaseIterable {
  case monday, tuesday, wednesday, thursday, friday, saturday, sunday

  package init(dayNumber: Int32) {
    // 1970-01-01 was a Thursday.
    let index = (Int(dayNumber) + 3) % 7
    self = Weekday.allCases[index < 0 ? index + 7 : index]
  }
}
