package import Columnar
package import QueryEngine

/// What a time zone's clocks show, by the zone's file of the IANA database (TZif, RFC 9636).
package struct TimeZoneRules: Sendable {
  package let name: String
  /// Instants at which the offset changes, in seconds since the epoch, ascending.
  private let changes: [Int64]
  /// From the change of the same index on, in seconds east of Greenwich.
  private let offsets: [Int64]
  /// Before the first change.
  private let first: Int64
  /// After the last change; nil keeps the last offset.
  private let rule: PosixZoneRule?

  package static let utc = TimeZoneRules(
    name: "UTC", changes: [], offsets: [], first: 0, rule: nil)

  private init(
    name: String, changes: [Int64], offsets: [Int64], first: Int64, rule: PosixZoneRule?
  ) {
    self.name = name
    self.changes = changes
    self.offsets = offsets
    self.first = first
    self.rule = rule
  }

  /// - Throws: `.source` when the bytes are no time zone file.
  package init(name: String, file bytes: [UInt8]) throws(QueryError) {
    guard let read = ZoneFile(bytes) else {
      throw QueryError(
        .source, "the file of the time zone \(name) is no TZif file, or is damaged",
        help: "install the system's tzdata anew")
    }
    self.init(
      name: name, changes: read.changes, offsets: read.offsets, first: read.first, rule: read.rule)
  }

  /// Seconds east of Greenwich at an instant in seconds since the epoch.
  package func offset(at seconds: Int64) -> Int64 {
    guard let last = changes.last, let lastOffset = offsets.last else {
      return rule?.offset(at: seconds) ?? first
    }
    if seconds >= last { return rule?.offset(at: seconds) ?? lastOffset }
    var low = 0
    var high = changes.count
    while low < high {
      let middle = (low + high) / 2
      if changes[middle] <= seconds { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? first : offsets[low - 1]
  }

  /// The day that calendars on the wall show at an instant.
  package func date(at seconds: Int64) -> CalendarDate {
    CalendarDate(epochSeconds: seconds + offset(at: seconds))
  }

  /// When clocks show a time of a day: in seconds since the epoch.
  ///
  /// A time that clocks show twice is the first of the two; one that they skip is the first moment
  /// after the gap.
  package func instant(of date: CalendarDate, second: Int64) -> Int64 {
    let local = Int64(date.days) * 86_400 + second
    // No zone changes its clocks twice within two days.
    let before = offset(at: local - 86_400)
    let after = offset(at: local + 86_400)
    let candidates = [local - max(before, after), local - min(before, after)]
    for instant in candidates where instant + offset(at: instant) == local { return instant }
    var low = local - 86_400
    var high = local + 86_400
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if offset(at: middle) == before { low = middle } else { high = middle }
    }
    return high
  }
}

extension CalendarDate {
  /// The day in which a number of seconds after 1970-01-01 lies.
  init(epochSeconds seconds: Int64) {
    let (day, remainder) = seconds.quotientAndRemainder(dividingBy: 86_400)
    self.init(days: Int32(clamping: remainder < 0 ? day - 1 : day))
  }
}
