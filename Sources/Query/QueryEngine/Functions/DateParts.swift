import Columnar

/// A number read off a date or timestamp.
enum DatePart: String, CaseIterable, Sendable {
  case year, quarter, month, day, hour, minute, second
  case millisecond, microsecond
  /// 0 = Sunday … 6 = Saturday.
  case dayofweek
  /// 1 = Monday … 7 = Sunday (ISO 8601).
  case isodow
  case dayofyear, dayofmonth
  /// ISO 8601: the week that holds the year's first Thursday is week 1.
  case week
  case isoyear

  static func named(_ name: String) throws(QueryError) -> DatePart {
    let aliases: [String: DatePart] = [
      "dow": .dayofweek, "doy": .dayofyear, "weekday": .dayofweek, "isoweek": .week,
      "years": .year, "months": .month, "days": .day,
    ]
    let lowered = name.lowercased()
    if let part = DatePart(rawValue: lowered) ?? aliases[lowered] { return part }
    throw QueryError(
      .name, "'\(name)' is not a part of a date",
      help: "one of " + allCases.map(\.rawValue).joined(separator: ", "))
  }

  func function(_ name: String, _ usage: String) -> ScalarFunction {
    ScalarFunction(
      name: name, usage: usage,
      resolve: { types in
        guard types.count == 1 else { return nil }
        let type = types[0] ?? .date
        return [.date, .timestamp, .timestampNTZ].contains(type)
          ? Signature(arguments: [type], result: .int64) : nil
      },
      evaluate: { arguments, type, _ throws(QueryError) in self.values(arguments[0], type) })
  }

  func values(_ column: Column, _ type: DataType) -> Column {
    let values = mapValues(moments(column)) { value(microseconds: $0) }
    return Column(type, .int64(values), validity: column.validity)
  }

  private func value(microseconds: Int64) -> Int64 {
    let (date, time) = Timestamp(microseconds: microseconds).split
    let (year, month, day) = date.components
    switch self {
    case .year: return Int64(year)
    case .quarter: return Int64((month + 2) / 3)
    case .month: return Int64(month)
    case .day, .dayofmonth: return Int64(day)
    case .hour: return time / 3_600_000_000
    case .minute: return time / 60_000_000 % 60
    case .second: return time / 1_000_000 % 60
    case .millisecond: return time / 1000 % 60_000
    case .microsecond: return time % 60_000_000
    case .dayofweek: return Int64(date.weekday % 7)
    case .isodow: return Int64(date.weekday)
    case .dayofyear: return Int64(DatePart.ordinal(date, year))
    case .week, .isoyear:
      // The Thursday of the date's week decides its year and number.
      let thursday = CalendarDate(days: date.days &+ Int32(4 - date.weekday))
      let isoYear = thursday.components.year
      return self == .isoyear
        ? Int64(isoYear) : Int64((DatePart.ordinal(thursday, isoYear) - 1) / 7 + 1)
    }
  }

  /// The day of the year, from 1.
  private static func ordinal(_ date: CalendarDate, _ year: Int) -> Int {
    var days = 0
    let (_, month, day) = date.components
    for earlier in 1..<month { days += CalendarDate.daysInMonth(year: year, month: earlier) }
    return days + day
  }
}

/// A span that dates are cut to, counted in and moved by.
enum DateUnit: String, CaseIterable, Sendable {
  case microsecond, millisecond, second, minute, hour, day, week, month, quarter, year, decade
  case century

  static func named(_ name: String) throws(QueryError) -> DateUnit {
    var lowered = name.lowercased()
    if lowered == "centuries" { lowered = "century" }
    if let unit = DateUnit(rawValue: lowered) { return unit }
    if lowered.hasSuffix("s"), let unit = DateUnit(rawValue: String(lowered.dropLast())) {
      return unit
    }
    throw QueryError(
      .name, "'\(name)' is not a unit of time",
      help: "one of " + allCases.map(\.rawValue).joined(separator: ", "))
  }

  /// Months in the unit, nil for units of fixed length.
  private var months: Int64? {
    switch self {
    case .month: 1
    case .quarter: 3
    case .year: 12
    case .decade: 120
    case .century: 1200
    default: nil
    }
  }

  /// Microseconds in the unit, nil for units of months.
  private var length: Int64? {
    switch self {
    case .microsecond: 1
    case .millisecond: 1000
    case .second: 1_000_000
    case .minute: 60_000_000
    case .hour: 3_600_000_000
    case .day: Timestamp.microsecondsPerDay
    case .week: 7 * Timestamp.microsecondsPerDay
    default: nil
    }
  }

  func truncated(_ date: CalendarDate) -> CalendarDate {
    if self == .week { return CalendarDate(days: date.days &- Int32(date.weekday - 1)) }
    guard let months else { return date }
    let (year, month, _) = date.components
    let index = floorDivide(Int64(year) * 12 + Int64(month) - 1, months) * months
    return CalendarDate(
      year: Int(floorDivide(index, 12)), month: Int(index - floorDivide(index, 12) * 12) + 1, day: 1
    )
      ?? date
  }

  func truncated(microseconds: Int64) -> Int64 {
    if months != nil || self == .week {
      let date = Timestamp(microseconds: microseconds).split.date
      return Int64(truncated(date).days) &* Timestamp.microsecondsPerDay
    }
    guard let length else { return microseconds }
    return floorDivide(microseconds, length) * length
  }

  /// The number of the unit's boundaries up to that moment, from a fixed origin.
  func boundaries(before microseconds: Int64) -> Int64 {
    if let months {
      let (year, month, _) = Timestamp(microseconds: microseconds).split.date.components
      return floorDivide(Int64(year) * 12 + Int64(month) - 1, months)
    }
    if self == .week {
      // 1969-12-29 was a Monday.
      return floorDivide(microseconds &+ 3 * Timestamp.microsecondsPerDay, length ?? 1)
    }
    return floorDivide(microseconds, length ?? 1)
  }

  /// The date moved by `count` units; nil when it leaves the calendar or the unit is finer than a day.
  func adding(_ count: Int64, to date: CalendarDate) -> CalendarDate? {
    if let months {
      let (total, overflow) = count.multipliedReportingOverflow(by: months)
      return overflow ? nil : date.adding(months: total)
    }
    guard self == .day || self == .week else { return nil }
    let (days, overflow) = count.multipliedReportingOverflow(by: self == .week ? 7 : 1)
    let (sum, carry) = Int64(date.days).addingReportingOverflow(days)
    guard !overflow, !carry else { return nil }
    return Int32(exactly: sum).map { CalendarDate(days: $0) }
  }

  func adding(_ count: Int64, microseconds: Int64) -> Int64? {
    if months != nil {
      let (date, time) = Timestamp(microseconds: microseconds).split
      return adding(count, to: date).map { Int64($0.days) * Timestamp.microsecondsPerDay + time }
    }
    let (span, overflow) = count.multipliedReportingOverflow(by: length ?? 1)
    let (sum, carry) = microseconds.addingReportingOverflow(span)
    return overflow || carry ? nil : sum
  }
}

extension CalendarDate {
  /// Moved by months, the day clipped to the month's last; nil outside the years 1 to 9999.
  func adding(months: Int64) -> CalendarDate? {
    let (year, month, day) = components
    let (index, overflow) = (Int64(year) * 12 + Int64(month) - 1).addingReportingOverflow(months)
    guard !overflow else { return nil }
    let newYear = floorDivide(index, 12)
    let newMonth = Int(index - newYear * 12) + 1
    guard (1...9999).contains(newYear) else { return nil }
    return CalendarDate(
      year: Int(newYear), month: newMonth,
      day: min(day, CalendarDate.daysInMonth(year: Int(newYear), month: newMonth)))
  }
}

/// Division rounded toward minus infinity.
///
/// - Precondition: `divisor > 0`.
func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
  let quotient = value / divisor
  return value % divisor < 0 ? quotient - 1 : quotient
}
