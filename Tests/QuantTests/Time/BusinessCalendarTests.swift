import Quant
import Testing

/// The day number of an ISO date that a test wrote.
func day(_ text: String) -> Int32 {
  let parts = text.split(separator: "-").compactMap { Int($0) }
  guard parts.count == 3,
    let date = CivilDate(year: parts[0], month: parts[1], day: parts[2])
  else { preconditionFailure("\(text) is no date") }
  return date.dayNumber
}

@Suite("Civil dates")
struct CivilDateTests {
  @Test(
    "have known day numbers",
    arguments: [
      ("1970-01-01", 0), ("1969-12-31", -1), ("2000-02-29", 11_016), ("2025-09-30", 20_361),
      ("1600-01-01", -135_140),
    ])
  func knownDays(text: String, number: Int) {
    #expect(day(text) == Int32(number))
  }

  @Test("come back from their day number")
  func roundTrip() {
    var expected = day("1599-12-31")
    for number in stride(from: expected, through: day("2401-01-01"), by: 1) {
      let date = CivilDate(dayNumber: number)
      #expect(date.dayNumber == expected)
      #expect(CivilDate(year: date.year, month: date.month, day: date.day) == date)
      expected += 1
    }
  }

  @Test("do not exist on 29 February 1900 or 31 April")
  func missingDates() {
    #expect(CivilDate(year: 1900, month: 2, day: 29) == nil)
    #expect(CivilDate(year: 2024, month: 4, day: 31) == nil)
    #expect(CivilDate(year: 2024, month: 13, day: 1) == nil)
    #expect(CivilDate(year: 10_000, month: 1, day: 1) == nil)
  }

  @Test(
    "move by months to a day that exists",
    arguments: [
      ("2025-01-31", 1, false, "2025-02-28"), ("2024-01-31", 1, false, "2024-02-29"),
      ("2025-04-30", 6, false, "2025-10-30"), ("2025-04-30", 6, true, "2025-10-31"),
      ("2025-01-15", -1, true, "2024-12-15"), ("2025-01-31", -14, true, "2023-11-30"),
    ])
  func months(from: String, months: Int, endOfMonth: Bool, to: String) {
    let moved = CivilDate(dayNumber: day(from)).adding(months: months, endOfMonth: endOfMonth)
    #expect(moved.dayNumber == day(to))
  }

  @Test("know their day of the week")
  func weekdays() {
    #expect(Weekday(dayNumber: 0) == .thursday)
    #expect(Weekday(dayNumber: -1) == .wednesday)
    #expect(Weekday(dayNumber: day("2025-09-30")) == .tuesday)
  }

  @Test("hold at the ends of day numbers")
  func extremes() {
    #expect(CivilDate(dayNumber: .max).dayNumber == .max)
    #expect(CivilDate(dayNumber: .min).dayNumber == .min)
  }
}

@Suite("Business calendar")
struct BusinessCalendarTests {
  private let target: BusinessCalendar

  init() throws {
    target = try BusinessCalendar(
      holidays: try (2024...2026).flatMap { year throws(QuantError) in
        try targetHolidays(year: year)
      }.map(\.day))
  }

  @Test(
    "advances over weekends and holidays",
    arguments: [
      ("2025-09-30", -3, "2025-09-25"), ("2025-04-17", 1, "2025-04-22"),
      ("2025-04-22", -1, "2025-04-17"), ("2025-12-24", 1, "2025-12-29"),
      ("2025-04-19", 1, "2025-04-22"), ("2025-04-19", -1, "2025-04-17"),
      ("2025-04-19", 0, "2025-04-22"), ("2025-04-22", 0, "2025-04-22"),
      ("2025-09-30", 2, "2025-10-02"),
    ])
  func advance(from: String, count: Int, to: String) {
    #expect(target.advance(day(from), by: count) == day(to))
  }

  @Test("advances like a walk day by day, and counts what it walked")
  func walk() throws {
    let calendars = [
      target, try BusinessCalendar(weekend: [.friday, .saturday], holidays: target.holidays),
      try BusinessCalendar(weekend: []),
    ]
    for calendar in calendars {
      var current = day("2024-03-05")
      for steps in 1...400 {
        current += 1
        while !calendar.isBusinessDay(current) { current += 1 }
        #expect(calendar.advance(day("2024-03-05"), by: steps) == current)
        #expect(calendar.advance(current, by: -steps) == day("2024-03-05"))
        #expect(calendar.businessDays(from: day("2024-03-05"), to: current) == steps)
        #expect(calendar.businessDays(from: current, to: day("2024-03-05")) == -steps)
      }
    }
  }

  @Test("returns nil past the last day number")
  func outOfRange() {
    #expect(target.advance(.max, by: 1) == nil)
    #expect(target.advance(.min, by: -1) == nil)
    #expect(target.advance(0, by: .max) == nil)
    #expect(target.advance(0, by: .min) == nil)
  }

  @Test("refuses a weekend of seven days")
  func noOpenDay() {
    #expect(throws: QuantError.self) { try BusinessCalendar(weekend: Set(Weekday.allCases)) }
  }

  @Test(
    "rolls by convention",
    arguments: [
      // A Saturday at the end of May, a Sunday at the beginning of June.
      ("2025-05-31", RollConvention.following, "2025-06-02"),
      ("2025-05-31", .modifiedFollowing, "2025-05-30"), ("2025-05-31", .preceding, "2025-05-30"),
      ("2025-06-01", .preceding, "2025-05-30"), ("2025-06-01", .modifiedPreceding, "2025-06-02"),
      ("2025-06-01", .modifiedFollowing, "2025-06-02"), ("2025-06-01", .unadjusted, "2025-06-01"),
      ("2025-06-02", .following, "2025-06-02"), ("2025-04-18", .following, "2025-04-22"),
    ])
  func roll(from: String, convention: RollConvention, to: String) {
    #expect(target.roll(day(from), convention) == day(to))
  }
}
