import Columnar

/// Dates, timestamps and booleans as text.
enum DateText {
  /// Exactly `YYYY-MM-DD`, as days since 1970-01-01.
  @inline(__always)
  static func isoDays(
    _ bytes: Span<UInt8>, _ low: Int, _ high: Int, _ fault: inout FieldFault
  ) -> Int32 {
    guard high &- low == 10, bytes[low &+ 4] == UInt8(ascii: "-"),
      bytes[low &+ 7] == UInt8(ascii: "-")
    else {
      fault = .notOfType
      return 0
    }
    var isBad = false
    let year = number(bytes, low, 4, &isBad)
    let month = number(bytes, low &+ 5, 2, &isBad)
    let day = number(bytes, low &+ 8, 2, &isBad)
    if isBad {
      fault = .notOfType
      return 0
    }
    return days(year, month, day, &fault)
  }

  @inline(__always)
  private static func number(
    _ bytes: Span<UInt8>, _ first: Int, _ count: Int, _ isBad: inout Bool
  ) -> Int {
    var value = 0
    var index = first
    while index < first &+ count {
      let digit = bytes[index] &- UInt8(ascii: "0")
      if digit > 9 { isBad = true }
      value = value &* 10 &+ Int(digit)
      index &+= 1
    }
    return value
  }

  static func days(_ year: Int, _ month: Int, _ day: Int, _ fault: inout FieldFault) -> Int32 {
    guard let date = CalendarDate(year: year, month: month, day: day) else {
      fault = .noSuchDay
      return 0
    }
    return date.days
  }

  /// What `TimestampText` reads; text without a zone is read as UTC.
  ///
  /// The plain forms `YYYY-MM-DD[T ]hh:mm:ss[.ffffff][Z]` are read here, without an array.
  @inline(__always)
  static func microseconds(
    _ bytes: Span<UInt8>, _ low: Int, _ high: Int, _ fault: inout FieldFault
  ) -> Int64 {
    guard high &- low >= 19, high &- low <= 27 else {
      return generalMicroseconds(bytes, low, high, &fault)
    }
    var dayFault = FieldFault.none
    let days = isoDays(bytes, low, low &+ 10, &dayFault)
    var isBad = false
    let hour = number(bytes, low &+ 11, 2, &isBad)
    let minute = number(bytes, low &+ 14, 2, &isBad)
    let second = number(bytes, low &+ 17, 2, &isBad)
    let last = bytes[high &- 1] == UInt8(ascii: "Z") ? high &- 1 : high
    var fraction = 0
    if last > low &+ 19 {
      let count = last &- low &- 20
      if bytes[low &+ 19] != UInt8(ascii: ".") || count < 1 || count > 6 { isBad = true }
      if !isBad { fraction = number(bytes, low &+ 20, count, &isBad) }
      var place = count
      while place < 6 {
        fraction = fraction &* 10
        place &+= 1
      }
    }
    let separator = bytes[low &+ 10]
    if isBad || dayFault != .none || hour > 23 || minute > 59 || second > 59
      || (separator != UInt8(ascii: "T") && separator != UInt8(ascii: " "))
      || bytes[low &+ 13] != UInt8(ascii: ":") || bytes[low &+ 16] != UInt8(ascii: ":")
    {
      return generalMicroseconds(bytes, low, high, &fault)
    }
    let seconds = (hour &* 60 &+ minute) &* 60 &+ second
    return Int64(days) &* Timestamp.microsecondsPerDay
      &+ Int64(seconds &* 1_000_000 &+ fraction)
  }

  @inline(never)
  private static func generalMicroseconds(
    _ bytes: Span<UInt8>, _ low: Int, _ high: Int, _ fault: inout FieldFault
  ) -> Int64 {
    var text: [UInt8] = []
    for index in low..<min(high, low + 64) { text.append(bytes[index]) }
    guard high - low <= 64, let time = TimestampText(text: text) else {
      fault = .notOfType
      return 0
    }
    return time.microseconds
  }

  /// `true`, `t`, `yes`, `y`, `1` and their opposites, in any case.
  static func boolean(
    _ bytes: Span<UInt8>, _ low: Int, _ high: Int, _ fault: inout FieldFault
  ) -> Bool {
    switch lowered(bytes, low, high) {
    case "true", "t", "yes", "y", "1": return true
    case "false", "f", "no", "n", "0": return false
    default:
      fault = .notOfType
      return false
    }
  }
}
