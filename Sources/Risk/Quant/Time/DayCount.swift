/// The part of a year between two days, by market convention. The raw value is the usual spelling.
///
/// Sources: 2006 ISDA Definitions, section 4.16; ISDA memorandum "EMU and market conventions" (1998)
/// for the three kinds of ACT/ACT. ACT/ACT ICMA needs the coupon period: see `actualActualICMA`.
package enum DayCount: String, Sendable, Hashable, CaseIterable {
  case actual360 = "ACT/360"
  case actual365Fixed = "ACT/365F"
  /// Days in leap years over 366, the others over 365; the first day counts, the last does not.
  case actualActualISDA = "ACT/ACT ISDA"
  /// Whole years back from the end; the rest over 366 when it has a 29 February, else 365.
  case actualActualAFB = "ACT/ACT AFB"
  /// The bond basis of ISDA: day 31 becomes 30, at the end only if the start is then the 30th.
  case thirty360 = "30/360"
  /// Eurobond basis: day 31 becomes 30 at both ends.
  case thirtyE360 = "30E/360"
  /// US basis: as the bond basis, and the last of February counts as the 30th.
  case thirty360US = "30/360 US"
  /// The last of any month counts as the 30th; at maturity in February see `days360`.
  case thirtyE360ISDA = "30E/360 ISDA"

  /// The fraction from `start` to `end`, day numbers; negative when `end` is earlier.
  package func yearFraction(from start: Int32, to end: Int32) -> Double {
    if end < start { return -yearFraction(from: end, to: start) }
    let days = Double(Int(end) - Int(start))
    switch self {
    case .actual360: return days / 360
    case .actual365Fixed: return days / 365
    case .actualActualISDA: return isdaFraction(start, end)
    case .actualActualAFB: return afbFraction(start, end)
    case .thirty360, .thirtyE360, .thirty360US, .thirtyE360ISDA:
      return Double(days360(from: start, to: end)) / 360
    }
  }

  /// Days of the 30/360 conventions; actual days for the others.
  ///
  /// - Parameter terminates: `end` is the termination date, which 30E/360 ISDA leaves as it is when
  ///   it is the last of February.
  package func days360(from start: Int32, to end: Int32, terminates: Bool = false) -> Int {
    let first = CivilDate(dayNumber: start)
    let last = CivilDate(dayNumber: end)
    var (firstDay, lastDay) = (first.day, last.day)
    switch self {
    case .actual360, .actual365Fixed, .actualActualISDA, .actualActualAFB:
      return Int(end) - Int(start)
    case .thirty360:
      firstDay = min(firstDay, 30)
      if lastDay == 31, firstDay == 30 { lastDay = 30 }
    case .thirtyE360:
      firstDay = min(firstDay, 30)
      lastDay = min(lastDay, 30)
    case .thirty360US:
      if first.month == 2, first.isLastOfMonth {
        if last.month == 2, last.isLastOfMonth { lastDay = 30 }
        firstDay = 30
      }
      if lastDay == 31, firstDay >= 30 { lastDay = 30 }
      if firstDay == 31 { firstDay = 30 }
    case .thirtyE360ISDA:
      if first.isLastOfMonth { firstDay = 30 }
      if last.isLastOfMonth, !(terminates && last.month == 2) { lastDay = 30 }
    }
    return 360 * (last.year - first.year) + 30 * (last.month - first.month) + lastDay - firstDay
  }
}

/// ACT/ACT ICMA: days over the days of the regular coupon period around them.
///
/// - Parameters:
///   - reference: The coupon period as first and last day; longer or shorter first and last periods
///     are to be split at the dates of regular ones, and the parts added.
///   - frequency: Coupons per year.
/// - Precondition: the reference period is not empty, `frequency` is positive.
package func actualActualICMA(
  from start: Int32, to end: Int32, reference: (start: Int32, end: Int32), frequency: Int
) -> Double {
  precondition(reference.end > reference.start && frequency > 0)
  let period = Int(reference.end) - Int(reference.start)
  return Double(Int(end) - Int(start)) / Double(period * frequency)
}

private func isdaFraction(_ start: Int32, _ end: Int32) -> Double {
  let firstYear = CivilDate(dayNumber: start).year
  let lastYear = CivilDate(dayNumber: end).year
  if firstYear == lastYear {
    return Double(Int(end) - Int(start)) / Double(daysInYear(firstYear))
  }
  let toNewYear = firstOfJanuary(firstYear + 1) - Int(start)
  let sinceNewYear = Int(end) - firstOfJanuary(lastYear)
  return Double(toNewYear) / Double(daysInYear(firstYear))
    + Double(lastYear - firstYear - 1) + Double(sinceNewYear) / Double(daysInYear(lastYear))
}

private func afbFraction(_ start: Int32, _ end: Int32) -> Double {
  let last = CivilDate(dayNumber: end)
  // The end one year back, 29 February kept where it exists.
  func back(_ years: Int) -> Int32 {
    last.adding(months: -12 * years, endOfMonth: last.month == 2 && last.isLastOfMonth).dayNumber
  }
  var years = last.year - CivilDate(dayNumber: start).year
  while years > 0, back(years) < start { years -= 1 }
  let stubEnd = back(years)
  let hasLeapDay = (CivilDate(dayNumber: start).year...CivilDate(dayNumber: stubEnd).year)
    .contains { year in
      guard let leapDay = CivilDate(year: year, month: 2, day: 29)?.dayNumber else { return false }
      return leapDay >= start && leapDay < stubEnd
    }
  return Double(years) + Double(Int(stubEnd) - Int(start)) / (hasLeapDay ? 366 : 365)
}

private func daysInYear(_ year: Int) -> Int { CivilDate.isLeap(year) ? 366 : 365 }

/// As a day number; the year of any day number, and the one after, is fine.
private func firstOfJanuary(_ year: Int) -> Int {
  // 719,528 days from 0000-01-01 to 1970-01-01; floor division keeps years below 0 right.
  let before = year - 1
  func floorDivide(_ divisor: Int) -> Int {
    before >= 0 ? before / divisor : (before - divisor + 1) / divisor
  }
  return year * 365 + floorDivide(4) - floorDivide(100) + floorDivide(400) + 1 - 719_528
}
