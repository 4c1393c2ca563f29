import Columnar
import Testing

@Suite("Dates and times")
struct TimeTests {
  @Test("every day of eight centuries goes to its parts and back")
  func days() throws {
    var day = try #require(CalendarDate(year: 1600, month: 1, day: 1))
    let last = try #require(CalendarDate(year: 2400, month: 12, day: 31))
    var weekday = day.weekday
    while day <= last {
      let (year, month, dayOfMonth) = day.components
      #expect(CalendarDate(year: year, month: month, day: dayOfMonth) == day)
      #expect(day.weekday == weekday)
      weekday = weekday % 7 + 1
      day.days += 1
    }
  }

  @Test(
    "known days have their numbers",
    arguments: [
      ("1970-01-01", 0), ("2000-02-29", 11_016), ("0001-01-01", -719_162), ("2025-06-19", 20_258),
    ])
  func numbers(text: String, days: Int32) throws {
    let date = try #require(CalendarDate(text))
    #expect(date.days == days)
    #expect(date.description == text)
  }

  @Test(
    "what is no day is refused",
    arguments: [
      "2025-02-29", "2025-13-01", "2025-00-10", "2025-1-01", "20250101", "2025-01-01 ", "",
    ])
  func noDays(text: String) { #expect(CalendarDate(text) == nil) }

  @Test(
    "timestamps are read to the microsecond, zone or not",
    arguments: [
      ("1970-01-01T00:00:00Z", 0, true), ("1970-01-01 00:00:01.5", 1_500_000, false),
      ("1970-01-01T02:00:00+02:00", 0, true), ("1969-12-31T23:59:59.999999Z", -1, true),
      ("1970-01-02", 86_400_000_000, false), ("1970-01-01T00:00:00.1234560Z", 123_456, true),
      ("1970-01-01T05:30+0530", 0, true),
    ])
  func timestamps(text: String, microseconds: Int64, hasZone: Bool) throws {
    let parsed = try #require(TimestampText(text))
    #expect(parsed.microseconds == microseconds)
    #expect(parsed.hasZone == hasZone)
  }

  @Test(
    "what cannot be kept exactly, or is none, is refused",
    arguments: [
      "1970-01-01T00:00:00.1234567Z", "1970-01-01T24:00:00Z", "1970-01-01T00:60Z",
      "1970-01-01T00:00:00.Z", "1970-01-01X00:00", "1970-01-01T00:00:00+25:99",
    ])
  func noTimestamps(text: String) { #expect(TimestampText(text) == nil) }

  @Test(
    "instants print and parse back",
    arguments: [0, -1, 1_750_000_000_123_456, -62_135_596_800_000_000])
  func roundTrip(microseconds: Int64) throws {
    let text = Timestamp(microseconds: microseconds).description
    #expect(try #require(TimestampText(text)).microseconds == microseconds)
  }
}
