package import Columnar
package import QueryEngine
package import QueryLanguage

/// Five fields that say at which minutes of the wall clock something runs: minute, hour, day of the
/// month, month, day of the week.
///
/// Fields are `*`, numbers, ranges `a-b`, steps `*/n` or `a-b/n`, and lists of these; months and
/// days of the week also by their English names of three letters. Sunday is 0 or 7. `L` among the
/// days of the month is the last one. As in cron(8), when both day fields are restricted a day that
/// fits either of them counts.
package struct CronExpression: Sendable, Hashable {
  /// Bit n: minute n runs.
  let minutes: UInt64
  let hours: UInt64
  let daysOfMonth: UInt64
  let months: UInt64
  /// Bit 0 is Sunday.
  let daysOfWeek: UInt64
  /// The last day of the month runs.
  package let hasLastDay: Bool
  private let isAnyDayOfMonth: Bool
  private let isAnyDayOfWeek: Bool

  /// - Throws: `.syntax`, pointing at the part of the literal that is wrong.
  package init(_ literal: TextLiteral) throws(QueryError) {
    let words = CronExpression.words(of: literal.text)
    guard words.count == 5 else {
      throw QueryError(
        .syntax, "a cron schedule has 5 fields, '\(literal.text)' has \(words.count)",
        help: "minute, hour, day of the month, month, day of the week: '0 7 * * MON-FRI'",
        at: literal.range)
    }
    let fields = CronField.Kind.allCases
    var read: [CronField] = []
    for (kind, word) in zip(fields, words) {
      read.append(try CronField(kind, word.text, at: word.offset, in: literal))
    }
    minutes = read[0].bits
    hours = read[1].bits
    daysOfMonth = read[2].bits
    months = read[3].bits
    daysOfWeek = (read[4].bits | read[4].bits >> 7) & 0x7f
    hasLastDay = read[2].hasLast
    isAnyDayOfMonth = read[2].isAny
    isAnyDayOfWeek = read[4].isAny
    guard everMatches else {
      throw QueryError(
        .time, "the schedule '\(literal.text)' never comes: no such month has such a day",
        help: "for the last day of a month write L", at: literal.range)
    }
  }

  package init(_ text: String) throws(QueryError) { try self.init(TextLiteral(text)) }

  /// Whether it runs on a day, business calendars aside.
  package func matches(_ date: CalendarDate) -> Bool {
    let (year, month, day) = date.components
    guard months & 1 << UInt64(month) != 0 else { return false }
    let isLast = hasLastDay && day == CalendarDate.daysInMonth(year: year, month: month)
    let fitsMonth = daysOfMonth & 1 << UInt64(day) != 0 || isLast
    let fitsWeek = daysOfWeek & 1 << UInt64(date.weekday % 7) != 0
    if isAnyDayOfMonth || isAnyDayOfWeek { return fitsMonth && fitsWeek }
    return fitsMonth || fitsWeek
  }

  /// Seconds after midnight at which it runs, ascending.
  package var secondsOfDay: [Int64] {
    var seconds: [Int64] = []
    for hour in 0..<24 where hours & 1 << UInt64(hour) != 0 {
      for minute in 0..<60 where minutes & 1 << UInt64(minute) != 0 {
        seconds.append(Int64(hour * 3600 + minute * 60))
      }
    }
    return seconds
  }

  /// Whether any month has one of its days.
  private var everMatches: Bool {
    if hasLastDay || isAnyDayOfMonth || !isAnyDayOfWeek { return true }
    return (1...12).contains { month in
      guard months & 1 << UInt64(month) != 0 else { return false }
      let days = CalendarDate.daysInMonth(year: 2000, month: month)
      return (1...days).contains { daysOfMonth & 1 << UInt64($0) != 0 }
    }
  }

  /// The words of a text with their offsets in UTF-8.
  private static func words(of text: String) -> [(text: String, offset: Int)] {
    text.split(whereSeparator: { $0 == " " || $0 == "\t" }).map { word in
      (String(word), text.utf8.distance(from: text.startIndex, to: word.startIndex))
    }
  }
}
