import Columnar
import FileStorage
import MaterializedViews
import QueryEngine
import QueryLanguage
import Testing

/// The golden table of schedules: what runs when, on nights when clocks change and on days off.
@Suite("Schedules")
struct ScheduleTableTests {
  struct Row: Sendable, CustomTestStringConvertible {
    var cron: String
    var zone: String
    var after: String
    /// The next times in a row, in UTC.
    var times: [String]
    var holidays: [String]?
    var why: String

    var testDescription: String { "\(cron) \(zone): \(why)" }

    init(
      _ cron: String, _ zone: String, after: String, _ times: [String],
      holidays: [String]? = nil, _ why: String
    ) {
      (self.cron, self.zone, self.after) = (cron, zone, after)
      (self.times, self.holidays, self.why) = (times, holidays, why)
    }
  }

  static let clockChanges: [Row] = [
    Row(
      "0 7 * * *", "Europe/London", after: "2026-03-28T06:00:00Z",
      ["2026-03-28T07:00:00Z", "2026-03-29T06:00:00Z", "2026-03-30T06:00:00Z"],
      "seven on the wall is six in UTC from summer time on"),
    Row(
      "30 1 * * *", "Europe/London", after: "2026-03-28T12:00:00Z",
      ["2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"],
      "01:30 is skipped: it runs at the first moment after"),
    Row(
      "0,15,30,45 1 * * *", "Europe/London", after: "2026-03-28T12:00:00Z",
      ["2026-03-29T01:00:00Z", "2026-03-30T00:00:00Z", "2026-03-30T00:15:00Z"],
      "four skipped times run once"),
    Row(
      "30 1,2 * * *", "Europe/London", after: "2026-03-28T12:00:00Z",
      ["2026-03-29T01:00:00Z", "2026-03-29T01:30:00Z"], "a skipped time beside one that is not"),
    Row(
      "30 1 * * *", "Europe/London", after: "2026-10-24T12:00:00Z",
      ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"], "01:30 comes twice: it runs the first time"
    ),
    Row(
      "30 1 * * *", "Europe/London", after: "2026-10-25T00:30:00Z", ["2026-10-26T01:30:00Z"],
      "and not again an hour later"),
    Row(
      "30 2 * * *", "Europe/Berlin", after: "2026-03-28T12:00:00Z",
      ["2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"], "02:30 is skipped"),
    Row(
      "30 2 * * *", "Europe/Berlin", after: "2026-10-24T12:00:00Z",
      ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"], "02:30 comes twice"),
    Row(
      "30 2 * * *", "America/New_York", after: "2026-03-07T12:00:00Z",
      ["2026-03-08T07:00:00Z", "2026-03-09T06:30:00Z"], "02:30 is skipped"),
    Row(
      "30 1 * * *", "America/New_York", after: "2026-10-31T12:00:00Z",
      ["2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z"], "01:30 comes twice"),
    Row(
      "0 0 * * *", "America/Sao_Paulo", after: "2018-11-03T12:00:00Z",
      ["2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z"], "midnight itself is skipped"),
    Row(
      "15 2 * * *", "Australia/Lord_Howe", after: "2026-10-03T12:00:00Z",
      ["2026-10-03T15:30:00Z", "2026-10-04T15:15:00Z"], "half an hour is skipped"),
    Row(
      "0 7 1 7 *", "Europe/London", after: "2060-01-01T00:00:00Z", ["2060-07-01T06:00:00Z"],
      "after the table of the zone's file, by its rule"),
    Row(
      "30 1 28 3 *", "Europe/London", after: "2060-01-01T00:00:00Z", ["2060-03-28T01:00:00Z"],
      "a skipped time by the rule"),
    Row(
      "0 7 1 7 *", "Europe/Dublin", after: "2060-01-01T00:00:00Z", ["2060-07-01T06:00:00Z"],
      "a rule whose winter is the exception"),
    Row(
      "0 7 1 12 *", "America/New_York", after: "2099-06-01T00:00:00Z", ["2099-12-01T12:00:00Z"],
      "the end of the century"),
    Row(
      "0 7 * * *", "Asia/Tokyo", after: "2025-12-31T12:00:00Z", ["2025-12-31T22:00:00Z"],
      "the day on the wall is not the day in UTC"),
  ]

  static let days: [Row] = [
    Row(
      "0 7 * * MON-FRI", "UTC", after: "2026-04-02T08:00:00Z",
      ["2026-04-07T07:00:00Z", "2026-04-08T07:00:00Z"],
      holidays: ["2026-04-03", "2026-04-06"], "Good Friday and Easter Monday: once, on Tuesday"),
    Row(
      "0 7 * * MON", "UTC", after: "2026-04-01T00:00:00Z",
      ["2026-04-07T07:00:00Z", "2026-04-13T07:00:00Z"],
      holidays: ["2026-04-03", "2026-04-06"], "a Monday off rolls to Tuesday"),
    Row(
      "0 7 1 * *", "UTC", after: "2026-07-31T08:00:00Z",
      ["2026-08-03T07:00:00Z", "2026-09-01T07:00:00Z"], holidays: [],
      "the first on a Saturday rolls to Monday"),
    Row(
      "0 18 L * *", "UTC", after: "2026-05-01T00:00:00Z",
      ["2026-05-29T18:00:00Z", "2026-06-30T18:00:00Z"], holidays: [],
      "a month that ends on Sunday ends on Friday"),
    Row(
      "0 18 L * *", "UTC", after: "2026-12-01T00:00:00Z", ["2026-12-30T18:00:00Z"],
      holidays: ["2026-12-31"], "the last day is a holiday"),
    Row(
      "0 18 L * *", "UTC", after: "2024-02-01T00:00:00Z",
      ["2024-02-29T18:00:00Z", "2024-03-31T18:00:00Z"], "month ends without a calendar"),
    Row(
      "0 0 29 2 *", "UTC", after: "2096-03-01T00:00:00Z", ["2104-02-29T00:00:00Z"],
      "leap days eight years apart"),
    Row(
      "0 0 13 * FRI", "UTC", after: "2026-02-01T00:00:00Z",
      ["2026-02-06T00:00:00Z", "2026-02-13T00:00:00Z", "2026-02-20T00:00:00Z"],
      "two day fields: either"),
    Row(
      "0 0 */2 * MON", "UTC", after: "2026-06-01T00:00:00Z", ["2026-06-15T00:00:00Z"],
      "a day field that starts with a star: both"),
    Row(
      "*/20 8-9 * JAN,dec sat-sun", "UTC", after: "2026-01-03T09:20:00Z",
      ["2026-01-03T09:40:00Z", "2026-01-04T08:00:00Z"], "names, steps, ranges and lists"),
    Row(
      "5/25 0 * * 7", "UTC", after: "2026-01-01T00:00:00Z",
      ["2026-01-04T00:05:00Z", "2026-01-04T00:30:00Z", "2026-01-04T00:55:00Z"],
      "a step from a start; Sunday as 7"),
  ]

  static func zone(_ name: String) throws -> TimeZoneRules {
    if name == "UTC" { return .utc }
    return try ZoneFiles.rules(TextLiteral(name), in: LocalFileStore())
  }

  static func time(_ text: String) -> Int64 { TimestampText(text)?.microseconds ?? 0 }

  @Test("run when the table says", arguments: clockChanges + days)
  func golden(_ row: Row) throws {
    let schedule = CronSchedule(
      try CronExpression(row.cron), zone: try Self.zone(row.zone),
      holidays: row.holidays.map { Set($0.map(day)) })
    var times: [String] = []
    var last = Self.time(row.after)
    for _ in row.times {
      last = try #require(schedule.next(after: last))
      times.append(Timestamp(microseconds: last).description)
    }
    #expect(times == row.times)
  }

  @Test("of every minute of a year are found in order, and agree with the day and hour on the wall")
  func everyQuarter() throws {
    let zone = try Self.zone("Europe/London")
    let schedule = CronSchedule(try CronExpression("*/15 * * * *"), zone: zone)
    var last = Self.time("2026-01-01T00:00:00Z")
    let end = Self.time("2027-01-01T00:00:00Z")
    var count = 0
    while last < end {
      let next = try #require(schedule.next(after: last))
      #expect(next > last)
      let seconds = next / 1_000_000
      #expect((seconds + zone.offset(at: seconds)) % 900 == 0)
      last = next
      count += 1
    }
    // One hour that comes twice runs once.
    #expect(count == 365 * 96 - 4)
  }

  @Test(
    "that are wrong are pointed at",
    arguments: [
      ("60 7 * * *", 1, 3, "minute"), ("0 7 * * MON-FRY", 13, 16, "FRY"),
      ("0 7 32 * *", 5, 7, "day of the month"), ("0 7 * 13 *", 7, 9, "month"),
      ("0 19-7 * * *", 3, 7, "ends before"), ("*/0 * * * *", 3, 4, "step"),
      ("0,,5 * * * *", 3, 4, "minute"), ("0 7 * * MON#2", 9, 14, "MON#2"),
      ("-5 * * * *", 1, 2, "minute"),
    ])
  func faults(_ text: String, _ start: Int, _ end: Int, _ word: String) {
    let error = #expect(throws: QueryError.self) { try CronExpression(text) }
    #expect(error?.reason == .syntax)
    #expect(error?.message.contains(word) == true, "\(error?.message ?? "")")
    #expect(
      error?.range?.start == start && error?.range?.end == end,
      "\(String(describing: error?.range))")
  }

  @Test("that never come are refused")
  func never() {
    #expect(throws: QueryError.self) { try CronExpression("0 0 30 2 *") }
    #expect(throws: QueryError.self) { try CronExpression("0 0 31 4,6 *") }
    #expect(throws: QueryError.self) { try CronExpression("0 0 * *") }
    #expect(throws: Never.self) { try CronExpression("0 0 30 2 MON") }
  }

  @Test("zones that are not there are named, with the nearest")
  func unknownZone() {
    let error = #expect(throws: QueryError.self) {
      try ZoneFiles.rules(TextLiteral("Europe/Londn"), in: LocalFileStore())
    }
    #expect(error?.help?.contains("Europe/London") == true)
    for name in ["../../etc/passwd", "/etc/passwd", "", "Europe", "tzdata.zi", "Europe/London "] {
      #expect(throws: QueryError.self, "\(name)") {
        try ZoneFiles.rules(TextLiteral(name), in: LocalFileStore())
      }
    }
  }

  @Test("damaged zone files are errors, wherever they are cut or changed")
  func damagedZone() throws {
    let bytes = try LocalFileStore().read("/usr/share/zoneinfo/Europe/London")
    for count in stride(from: 0, to: bytes.count, by: 7) {
      _ = try? TimeZoneRules(name: "cut", file: Array(bytes.prefix(count))).offset(at: 0)
    }
    for position in stride(from: 0, to: bytes.count, by: 3) {
      var changed = bytes
      changed[position] ^= 0x81
      _ = try? TimeZoneRules(name: "changed", file: changed).offset(at: 4_000_000_000)
    }
    #expect(throws: QueryError.self) {
      try TimeZoneRules(name: "half", file: Array(bytes.prefix(bytes.count / 2)))
    }
  }

  @Test("wait after failures within the backoff, longer each time, and not all views alike")
  func backoff() {
    let policy = RetryPolicy(
      count: 3, shortest: TextLiteral("1 minute"), longest: TextLiteral("10 minutes"))
    let backoff = Backoff(policy)
    let minute: Int64 = 60_000_000
    var first: Set<Int64> = []
    for view in 0..<20 {
      let seed = SHA256.digest("view \(view)")
      let delays = (1...6).map { backoff.delay(afterFailure: $0, seed: seed) }
      #expect(delays == (1...6).map { backoff.delay(afterFailure: $0, seed: seed) })
      #expect(delays.allSatisfy { (minute...10 * minute).contains($0) })
      #expect(delays[0] <= 2 * minute && delays[1] >= 2 * minute && delays[2] >= 4 * minute)
      first.insert(delays[0])
    }
    #expect(first.count == 20)
    let plain = Backoff(RetryPolicy(count: 1))
    #expect(plain.delay(afterFailure: 99, seed: .zero) <= 16 * minute)
  }
}
