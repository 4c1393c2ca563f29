/// A closed day and what it is called.
package struct Holiday: Sendable, Hashable {
  /// Days since 1970-01-01.
  package let day: Int32
  package let name: String

  package init(day: Int32, name: String) {
    self.day = day
    self.name = name
  }
}

/// Closing days of TARGET, the euro's settlement system, weekends included where they fall so.
///
/// Source: ECB, long-term calendar decided in December 2000, in force since 2002; the years before
/// by the yearly announcements (1999: New Year's Day, Christmas and the change of the year 2000).
/// - Throws: `invalidParameter` for years before 1999 or after 9998.
package func targetHolidays(year: Int) throws(QuantError) -> [Holiday] {
  try checkYear(year, from: 1999, "TARGET")
  let easter = easterSunday(year: year)
  var holidays = [Holiday(day: dayNumber(year, 1, 1), name: "New Year's Day")]
  if year >= 2000 {
    holidays += [
      Holiday(day: easter - 2, name: "Good Friday"),
      Holiday(day: easter + 1, name: "Easter Monday"),
      Holiday(day: dayNumber(year, 5, 1), name: "Labour Day"),
    ]
  }
  holidays.append(Holiday(day: dayNumber(year, 12, 25), name: "Christmas Day"))
  if year >= 2000 {
    holidays.append(Holiday(day: dayNumber(year, 12, 26), name: "Christmas Holiday"))
  }
  if year == 1999 || year == 2001 {
    holidays.append(Holiday(day: dayNumber(year, 12, 31), name: "New Year's Eve"))
  }
  return holidays.sorted { $0.day < $1.day }
}

/// Holidays of the Federal Reserve Banks and the Fedwire services, as observed.
///
/// A holiday on a Sunday is observed on the Monday; one on a Saturday is not moved and is listed on
/// the Saturday. Source: Federal Reserve Board, K.8; 5 U.S.C. 6103.
/// - Throws: `invalidParameter` for years before 1986 or after 9998.
package func federalReserveHolidays(year: Int) throws(QuantError) -> [Holiday] {
  try checkYear(year, from: 1986, "Federal Reserve")
  func observed(_ month: Int, _ day: Int, _ name: String) -> Holiday {
    let number = dayNumber(year, month, day)
    return Holiday(day: Weekday(dayNumber: number) == .sunday ? number + 1 : number, name: name)
  }
  return unitedStatesHolidays(year: year, observed: observed).sorted { $0.day < $1.day }
}

/// Full closing days that SIFMA recommends for US government securities; no SOFR is published.
///
/// A Sunday holiday moves to Monday; a Saturday one to Friday, except New Year's Day and Veterans
/// Day, which are not observed then. One-off closings (days of mourning, storms) are not rules and
/// not in the list. Source: SIFMA, holiday schedules.
/// - Throws: `invalidParameter` for years before 1986 or after 9998.
package func governmentSecuritiesHolidays(year: Int) throws(QuantError) -> [Holiday] {
  try checkYear(year, from: 1986, "US government securities")
  func observed(_ month: Int, _ day: Int, _ name: String) -> Holiday {
    let number = dayNumber(year, month, day)
    switch Weekday(dayNumber: number) {
    case .sunday: return Holiday(day: number + 1, name: name)
    case .saturday where month != 1 && month != 11: return Holiday(day: number - 1, name: name)
    default: return Holiday(day: number, name: name)
    }
  }
  let goodFriday = Holiday(day: easterSunday(year: year) - 2, name: "Good Friday")
  let holidays = unitedStatesHolidays(year: year, observed: observed) + [goodFriday]
  return holidays.filter { Weekday(dayNumber: $0.day) != .saturday }.sorted { $0.day < $1.day }
}

/// Easter Sunday of the Gregorian calendar, as a day number.
///
/// Source: the anonymous algorithm (Nature, 20 April 1876), in the form of Meeus, Jones and Butcher.
package func easterSunday(year: Int) -> Int32 {
  let golden = year % 19
  let century = year / 100
  let yearOfCentury = year % 100
  let correction = (century + 8) / 25
  let moon =
    (19 * golden + century - century / 4 - (century - correction + 1) / 3 + 15) % 30
  let weekday = (32 + 2 * (century % 4) + 2 * (yearOfCentury / 4) - moon - yearOfCentury % 4) % 7
  let late = (golden + 11 * moon + 22 * weekday) / 451
  let sum = moon + weekday - 7 * late + 114
  return dayNumber(year, sum / 31, sum % 31 + 1)
}

/// The holidays by federal law; `observed` places those with a fixed date.
private func unitedStatesHolidays(
  year: Int, observed: (_ month: Int, _ day: Int, _ name: String) -> Holiday
) -> [Holiday] {
  func monday(_ month: Int, _ count: Int, _ name: String) -> Holiday {
    Holiday(day: weekday(.monday, count: count, month: month, year: year), name: name)
  }
  let lastOfMay = weekday(.monday, count: 1, month: 6, year: year) - 7
  let thanksgiving = weekday(.thursday, count: 4, month: 11, year: year)
  var holidays = [
    observed(1, 1, "New Year's Day"),
    monday(1, 3, "Martin Luther King Jr. Day"),
    monday(2, 3, "Presidents' Day"),
    Holiday(day: lastOfMay, name: "Memorial Day"),
    observed(7, 4, "Independence Day"),
    monday(9, 1, "Labor Day"),
    monday(10, 2, "Columbus Day"),
    observed(11, 11, "Veterans Day"),
    Holiday(day: thanksgiving, name: "Thanksgiving Day"),
    observed(12, 25, "Christmas Day"),
  ]
  // A federal holiday since June 2021; the first one that markets and Reserve Banks kept was 2022.
  if year >= 2022 { holidays.append(observed(6, 19, "Juneteenth")) }
  return holidays
}

/// The `count`-th of a day of the week in a month.
func weekday(_ weekday: Weekday, count: Int, month: Int, year: Int) -> Int32 {
  let first = dayNumber(year, month, 1)
  let offset = (weekday.rawValue - Weekday(dayNumber: first).rawValue + 7) % 7
  return first + Int32(offset + 7 * (count - 1))
}

/// - Precondition: the date exists; callers pass constants, and years that were checked.
func dayNumber(_ year: Int, _ month: Int, _ day: Int) -> Int32 {
  guard let date = CivilDate(year: year, month: month, day: day) else {
    preconditionFailure("\(year)-\(month)-\(day) is no date")
  }
  return date.dayNumber
}

func checkYear(_ year: Int, from first: Int, _ calendar: String) throws(QuantError) {
  guard (first...9998).contains(year) else {
    throw QuantError.invalidParameter(
      name: "year", found: "\(year)", expected: "\(first)...9998 for the \(calendar) rules")
  }
}
