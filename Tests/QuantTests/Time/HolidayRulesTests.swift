import Quant
import Testing

@Suite("Holiday rules")
struct HolidayRulesTests {
  private func weekdays(_ holidays: [Holiday]) -> [Int32] {
    holidays.map(\.day).filter {
      ![Weekday.saturday, .sunday].contains(Weekday(dayNumber: $0))
    }
  }

  /// Case cal-target: ECB rules, as listed by QuantLib 1.44.
  @Test("give TARGET's closing days of 2024 to 2026")
  func target() throws {
    let expected = [
      "2024-01-01", "2024-03-29", "2024-04-01", "2024-05-01", "2024-12-25", "2024-12-26",
      "2025-01-01", "2025-04-18", "2025-04-21", "2025-05-01", "2025-12-25", "2025-12-26",
      "2026-01-01", "2026-04-03", "2026-04-06", "2026-05-01", "2026-12-25",
    ]
    var days: [Int32] = []
    for year in 2024...2026 { days += weekdays(try targetHolidays(year: year)) }
    #expect(days == expected.map(day))
  }

  @Test("close TARGET on the last days of 1999 and 2001 only")
  func targetBeforeTheCalendar() throws {
    #expect(
      weekdays(try targetHolidays(year: 1999)) == [day("1999-01-01"), day("1999-12-31")])
    #expect(try targetHolidays(year: 2001).last?.day == day("2001-12-31"))
    #expect(try targetHolidays(year: 2000).last?.day == day("2000-12-26"))
    #expect(throws: QuantError.self) { try targetHolidays(year: 1998) }
  }

  /// Case cal-sofr: SIFMA recommendations, as listed by QuantLib 1.44 (UnitedStates::SOFR).
  @Test("give the closing days of US government securities of 2024 to 2026")
  func governmentSecurities() throws {
    let expected = [
      "2024-01-01", "2024-01-15", "2024-02-19", "2024-03-29", "2024-05-27", "2024-06-19",
      "2024-07-04", "2024-09-02", "2024-10-14", "2024-11-11", "2024-11-28", "2024-12-25",
      "2025-01-01", "2025-01-20", "2025-02-17", "2025-04-18", "2025-05-26", "2025-06-19",
      "2025-07-04", "2025-09-01", "2025-10-13", "2025-11-11", "2025-11-27", "2025-12-25",
      "2026-01-01", "2026-01-19", "2026-02-16", "2026-04-03", "2026-05-25", "2026-06-19",
      "2026-07-03", "2026-09-07", "2026-10-12", "2026-11-11", "2026-11-26", "2026-12-25",
    ]
    var days: [Int32] = []
    for year in 2024...2026 { days += weekdays(try governmentSecuritiesHolidays(year: year)) }
    #expect(days == expected.map(day))
  }

  /// Published by the Federal Reserve Board (K.8): Saturday holidays stay, Sunday ones move.
  @Test("leave the Reserve Banks' Saturday holidays, and move their Sunday ones to Monday")
  func federalReserve() throws {
    let of2026 = try federalReserveHolidays(year: 2026)
    #expect(of2026.contains { $0.day == day("2026-07-04") && $0.name == "Independence Day" })
    #expect(!of2026.contains { $0.day == day("2026-07-03") })
    #expect(!of2026.contains { $0.day == day("2026-04-03") })
    #expect(of2026.count == 11)
    let of2023 = try federalReserveHolidays(year: 2023)
    #expect(of2023.first?.day == day("2023-01-02"))
    #expect(of2023.contains { $0.day == day("2023-11-11") })
    #expect(try federalReserveHolidays(year: 2021).count == 10)
    let of2022 = try federalReserveHolidays(year: 2022)
    #expect(of2022.contains { $0.day == day("2022-06-20") && $0.name == "Juneteenth" })
    #expect(of2022.contains { $0.day == day("2022-12-26") && $0.name == "Christmas Day" })
  }

  /// Dates of Easter Sunday from the tables of the US Naval Observatory and the Book of Common
  /// Prayer, with the earliest and the latest date there is.
  @Test(
    "know Easter",
    arguments: [
      "1818-03-22", "1943-04-25", "1999-04-04", "2000-04-23", "2008-03-23", "2011-04-24",
      "2024-03-31", "2025-04-20", "2026-04-05", "2038-04-25", "2285-03-22",
    ])
  func easter(text: String) {
    #expect(easterSunday(year: CivilDate(dayNumber: day(text)).year) == day(text))
  }
}
