/// A span of time as markets write it: `3M`, `5Y`, `1W`, `10D`, or `ON`, `TN`, `SN`.
package struct Tenor: Sendable, Hashable {
  package enum Unit: Sendable, Hashable {
    case days
    case weeks
    case months
  }

  package var count: Int
  package var unit: Unit
  /// Business days after the trade date on which it begins, when that is not the market's spot.
  package var startDays: Int?

  package init(count: Int, unit: Unit, startDays: Int? = nil) {
    self.count = count
    self.unit = unit
    self.startDays = startDays
  }

  /// - Returns: `nil` unless the text is a positive number and D, W, M or Y, or ON, TN or SN; case
  ///   does not matter.
  package init?(_ text: String) {
    let upper = text.uppercased()
    switch upper {
    case "ON", "O/N": self.init(count: 1, unit: .days, startDays: 0)
    case "TN", "T/N": self.init(count: 1, unit: .days, startDays: 1)
    case "SN", "S/N": self.init(count: 1, unit: .days)
    default:
      guard let letter = upper.last, let count = Int(upper.dropLast()), count > 0, count <= 1200
      else { return nil }
      switch letter {
      case "D": self.init(count: count, unit: .days)
      case "W": self.init(count: count, unit: .weeks)
      case "M": self.init(count: count, unit: .months)
      case "Y": self.init(count: count * 12, unit: .months)
      default: return nil
      }
    }
  }

  /// The last day of a span that begins on a day: business days for `D`, else calendar time, rolled.
  ///
  /// - Parameter endOfMonth: A start on the last open day of its month ends on one.
  /// - Returns: `nil` when the result is no day number.
  package func end(
    from start: Int32, calendar: BusinessCalendar, roll: RollConvention, endOfMonth: Bool = false
  ) -> Int32? {
    switch unit {
    case .days: return calendar.advance(start, by: count)
    case .weeks:
      let (day, overflow) = start.addingReportingOverflow(Int32(clamping: count * 7))
      return overflow ? nil : calendar.roll(day, roll)
    case .months:
      let day = CivilDate(dayNumber: start).adding(months: count).dayNumber
      guard endOfMonth, calendar.isLastOpenDayOfMonth(start) else {
        return calendar.roll(day, roll)
      }
      let civil = CivilDate(dayNumber: day)
      let last = CivilDate.dayCount(ofMonth: civil.month, year: civil.year) - civil.day
      return calendar.roll(day + Int32(last), .preceding)
    }
  }
}

extension BusinessCalendar {
  func isLastOpenDayOfMonth(_ day: Int32) -> Bool {
    guard let next = next(after: day) else { return false }
    return CivilDate(dayNumber: next).month != CivilDate(dayNumber: day).month
  }
}

/// The third Wednesday of a delivery month, on which interest rate futures begin, from the month's
/// code: `H26` or `MAR26` style letters are not mixed, only `F`…`Z` and one or two digits of the year.
///
/// Source: International Monetary Market month codes (CME): F, G, H, J, K, M, N, Q, U, V, X, Z.
/// - Parameter reference: One digit means the first such year that is not before this day.
/// - Returns: `nil` when the text is no code.
package func futureStart(code: String, reference: Int32) -> Int32? {
  let letters = Array("FGHJKMNQUVXZ")
  guard let letter = code.uppercased().first, let month = letters.firstIndex(of: letter),
    code.count == 2 || code.count == 3, let digits = Int(code.dropFirst()), digits >= 0
  else { return nil }
  let today = CivilDate(dayNumber: reference).year
  func start(_ year: Int) -> Int32 { weekday(.wednesday, count: 3, month: month + 1, year: year) }
  if code.count == 3 { return start(today / 100 * 100 + digits) }
  let year = today / 10 * 10 + digits
  return start(year) >= reference ? start(year) : start(year + 10)
}
