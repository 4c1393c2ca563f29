/// Bank holidays of England and Wales: London's closing days, substitutes in place of weekends.
///
/// Source: Banking and Financial Dealings Act 1971, schedule 1, and the royal proclamations that
/// moved or added days.
/// - Throws: `invalidParameter` for years before 1978 or after 9998.
package func unitedKingdomHolidays(year: Int) throws(QuantError) -> [Holiday] {
  try checkYear(year, from: 1978, "United Kingdom")
  let easter = easterSunday(year: year)
  var holidays = [
    Holiday(day: substitute(dayNumber(year, 1, 1)), name: "New Year's Day"),
    Holiday(day: easter - 2, name: "Good Friday"),
    Holiday(day: easter + 1, name: "Easter Monday"),
  ]
  let proclaimed = proclaimedDays(year: year)
  let mayDay = proclaimed.mayDay ?? weekday(.monday, count: 1, month: 5, year: year)
  let spring = proclaimed.spring ?? weekday(.monday, count: 1, month: 6, year: year) - 7
  // The last Monday of May: the week before the first one of June.
  holidays.append(Holiday(day: mayDay, name: "Early May bank holiday"))
  holidays.append(Holiday(day: spring, name: "Spring bank holiday"))
  holidays += proclaimed.added
  holidays.append(
    Holiday(
      day: weekday(.monday, count: 1, month: 9, year: year) - 7, name: "Summer bank holiday"))
  let christmas = dayNumber(year, 12, 25)
  switch Weekday(dayNumber: christmas) {
  case .saturday, .sunday:
    // Boxing Day falls on the Sunday or Monday; the two substitutes end on the Tuesday.
    let tuesday = christmas + (Weekday(dayNumber: christmas) == .saturday ? 3 : 2)
    holidays.append(Holiday(day: tuesday - 1, name: "Christmas or Boxing Day"))
    holidays.append(Holiday(day: tuesday, name: "Christmas or Boxing Day (substitute)"))
  default:
    holidays.append(Holiday(day: christmas, name: "Christmas Day"))
    holidays.append(Holiday(day: substitute(christmas + 1), name: "Boxing Day"))
  }
  return holidays.sorted { $0.day < $1.day }
}

/// The Monday after a Saturday or Sunday, else the day itself.
private func substitute(_ day: Int32) -> Int32 {
  switch Weekday(dayNumber: day) {
  case .saturday: day + 2
  case .sunday: day + 1
  default: day
  }
}

/// Days that were moved, and days that were added once.
private func proclaimedDays(
  year: Int
) -> (mayDay: Int32?, spring: Int32?, added: [Holiday]) {
  func added(_ month: Int, _ day: Int, _ name: String) -> [Holiday] {
    [Holiday(day: dayNumber(year, month, day), name: name)]
  }
  return switch year {
  case 1981: (nil, nil, added(7, 29, "Royal wedding"))
  case 1995: (dayNumber(year, 5, 8), nil, [])
  case 1999: (nil, nil, added(12, 31, "Millennium"))
  case 2002: (nil, dayNumber(year, 6, 4), added(6, 3, "Golden Jubilee"))
  case 2011: (nil, nil, added(4, 29, "Royal wedding"))
  case 2012: (nil, dayNumber(year, 6, 4), added(6, 5, "Diamond Jubilee"))
  case 2020: (dayNumber(year, 5, 8), nil, [])
  case 2022:
    (
      nil, dayNumber(year, 6, 2),
      added(6, 3, "Platinum Jubilee") + added(9, 19, "State funeral of Queen Elizabeth II")
    )
  case 2023: (nil, nil, added(5, 8, "Coronation of King Charles III"))
  default: (nil, nil, [])
  }
}
