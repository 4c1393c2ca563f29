import Quant
import Testing

@Suite("Joint calendars and London")
struct JointCalendarTests {
  /// QuantLib 1.44, UnitedKingdom::Settlement.
  @Test("give the bank holidays of England and Wales, moved and added days included")
  func unitedKingdom() throws {
    let expected = """
      1999-01-01 1999-04-02 1999-04-05 1999-05-03 1999-05-31 1999-08-30 1999-12-27 1999-12-28 1999-12-31 2002-01-01 2002-03-29 2002-04-01 2002-05-06 2002-06-03 2002-06-04 2002-08-26 2002-12-25 2002-12-26 2011-01-03 2011-04-22 2011-04-25 2011-04-29 2011-05-02 2011-05-30 2011-08-29 2011-12-26 2011-12-27 2012-01-02 2012-04-06 2012-04-09 2012-05-07 2012-06-04 2012-06-05 2012-08-27 2012-12-25 2012-12-26 2020-01-01 2020-04-10 2020-04-13 2020-05-08 2020-05-25 2020-08-31 2020-12-25 2020-12-28 2021-01-01 2021-04-02 2021-04-05 2021-05-03 2021-05-31 2021-08-30 2021-12-27 2021-12-28 2022-01-03 2022-04-15 2022-04-18 2022-05-02 2022-06-02 2022-06-03 2022-08-29 2022-09-19 2022-12-26 2022-12-27 2023-01-02 2023-04-07 2023-04-10 2023-05-01 2023-05-08 2023-05-29 2023-08-28 2023-12-25 2023-12-26 2028-01-03 2028-04-14 2028-04-17 2028-05-01 2028-05-29 2028-08-28 2028-12-25 2028-12-26
      """
    var days: [Int32] = []
    for year in [1999, 2002, 2011, 2012, 2020, 2021, 2022, 2023, 2028] {
      days += try unitedKingdomHolidays(year: year).map(\.day)
    }
    #expect(days == expected.split(separator: " ").map { day(String($0)) })
  }

  @Test("close a joint calendar where any centre is closed")
  func joint() throws {
    let target = try BusinessCalendar(holidays: try targetHolidays(year: 2025).map(\.day))
    let london = try BusinessCalendar(holidays: try unitedKingdomHolidays(year: 2025).map(\.day))
    let all = try BusinessCalendar(openInAllOf: [target, london])
    let either = try BusinessCalendar(openInEither: target, london)
    for date in day("2025-01-01")...day("2025-12-31") {
      let (left, right) = (target.isBusinessDay(date), london.isBusinessDay(date))
      #expect(all.isBusinessDay(date) == (left && right))
      #expect(either.isBusinessDay(date) == (left || right))
    }
    #expect(all.businessDays(from: day("2025-05-01"), to: day("2025-05-06")) == 1)
    #expect(all.business252(from: day("2025-05-01"), to: day("2025-05-06")) == 1.0 / 252)
    #expect(throws: QuantError.self) { try BusinessCalendar(openInAllOf: []) }
  }
}
