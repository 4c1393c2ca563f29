import Columnar

/// The rule at the end of a time zone file for all times after its table: `GMT0BST,M3.5.0/1,M10.5.0`
/// (POSIX.1 XBD 8.3 with the hours of RFC 9636 §3.3.1).
struct PosixZoneRule: Sendable, Hashable {
  private enum Day: Sendable, Hashable {
    /// `Jn`: 1…365, no leap day.
    case julian(Int)
    /// `n`: 0…365.
    case ordinal(Int)
    /// `Mm.w.d`: weekday d (0 is Sunday) of week w (5 is the last) of month m.
    case weekday(month: Int, week: Int, day: Int)
  }

  private struct Change: Sendable, Hashable {
    var day: Day
    /// Seconds after local midnight; can be negative or more than a day.
    var time: Int64
  }

  /// Seconds east of Greenwich.
  private var standard: Int64
  private var daylight: Daylight?

  private struct Daylight: Sendable, Hashable {
    var offset: Int64
    var from: Change
    var until: Change
  }

  /// Nil when the text is no such rule.
  init?(_ text: some Collection<UInt8>) {
    var scanner = Scanner(rest: Array(text)[...])
    guard scanner.name(), let west = scanner.time() else { return nil }
    standard = -west
    if scanner.rest.isEmpty { return }
    guard scanner.name() else { return nil }
    var offset = standard + 3600
    if scanner.rest.first != UInt8(ascii: ",") {
      guard let west = scanner.time() else { return nil }
      offset = -west
    }
    guard let from = PosixZoneRule.change(&scanner), let until = PosixZoneRule.change(&scanner),
      scanner.rest.isEmpty
    else { return nil }
    daylight = Daylight(offset: offset, from: from, until: until)
  }

  /// Seconds east of Greenwich at an instant, in seconds since the epoch.
  func offset(at seconds: Int64) -> Int64 {
    guard let daylight else { return standard }
    let year = CalendarDate(epochSeconds: seconds + standard).components.year
    guard let from = PosixZoneRule.seconds(daylight.from, year),
      let until = PosixZoneRule.seconds(daylight.until, year)
    else { return standard }
    let start = from - standard
    let end = until - daylight.offset
    let isDaylight =
      start < end ? seconds >= start && seconds < end : seconds >= start || seconds < end
    return isDaylight ? daylight.offset : standard
  }

  /// Local seconds since the epoch of a change in a year.
  private static func seconds(_ change: Change, _ year: Int) -> Int64? {
    guard let first = CalendarDate(year: year, month: 1, day: 1) else { return nil }
    let day: Int
    switch change.day {
    case .julian(let number):
      day = Int(first.days) + number - 1 + (CalendarDate.isLeap(year) && number >= 60 ? 1 : 0)
    case .ordinal(let number): day = Int(first.days) + number
    case .weekday(let month, let week, let weekday):
      guard let start = CalendarDate(year: year, month: month, day: 1) else { return nil }
      var number = (weekday - start.weekday % 7 + 7) % 7 + (week - 1) * 7
      while number >= CalendarDate.daysInMonth(year: year, month: month) { number -= 7 }
      day = Int(start.days) + number
    }
    return Int64(day) * 86_400 + change.time
  }

  private static func change(_ scanner: inout Scanner) -> Change? {
    guard scanner.take(",") else { return nil }
    let day: Day
    if scanner.take("M") {
      guard let month = scanner.number(1...12), scanner.take("."),
        let week = scanner.number(1...5), scanner.take("."), let weekday = scanner.number(0...6)
      else { return nil }
      day = .weekday(month: month, week: week, day: weekday)
    } else if scanner.take("J") {
      guard let number = scanner.number(1...365) else { return nil }
      day = .julian(number)
    } else {
      guard let number = scanner.number(0...365) else { return nil }
      day = .ordinal(number)
    }
    guard scanner.take("/") else { return Change(day: day, time: 7200) }
    return scanner.time().map { Change(day: day, time: $0) }
  }

  private struct Scanner {
    var rest: ArraySlice<UInt8>

    mutating func take(_ symbol: Character) -> Bool {
      guard rest.first == symbol.asciiValue else { return false }
      rest.removeFirst()
      return true
    }

    /// `GMT` or `<+03>`.
    mutating func name() -> Bool {
      if take("<") {
        guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else { return false }
        rest = rest[(end + 1)...]
        return true
      }
      let letters = rest.prefix { byte in
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
      }
      rest = rest.dropFirst(letters.count)
      return letters.count >= 3
    }

    mutating func number(_ range: ClosedRange<Int>) -> Int? {
      var value = 0
      var digits = 0
      while let byte = rest.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
        value = value * 10 + Int(byte - UInt8(ascii: "0"))
        digits += 1
        rest.removeFirst()
        if digits > 3 { return nil }
      }
      return digits > 0 && range.contains(value) ? value : nil
    }

    /// `[+-]hh[:mm[:ss]]` in seconds.
    mutating func time() -> Int64? {
      let isNegative = take("-")
      if !isNegative { _ = take("+") }
      guard let hours = number(0...167) else { return nil }
      var total = Int64(hours) * 3600
      if take(":") {
        guard let minutes = number(0...59) else { return nil }
        total += Int64(minutes) * 60
        if take(":") {
          guard let seconds = number(0...59) else { return nil }
          total += Int64(seconds)
        }
      }
      return isNegative ? -total : total
    }
  }
}
