/// An instant in microseconds since 1970-01-01T00:00:00Z.
package struct Timestamp: Sendable, Hashable, Comparable {
  package var microseconds: Int64

  package init(microseconds: Int64) { self.microseconds = microseconds }
  package init(milliseconds: Int64) { microseconds = milliseconds &* 1000 }

  package static let microsecondsPerDay: Int64 = 86_400_000_000

  /// Milliseconds since the epoch, rounded down (Delta's unit).
  package var milliseconds: Int64 {
    let quotient = microseconds / 1000
    return microseconds % 1000 < 0 ? quotient - 1 : quotient
  }

  /// The day in UTC, and the microseconds into it.
  package var split: (date: CalendarDate, microseconds: Int64) {
    var day = microseconds / Timestamp.microsecondsPerDay
    var rest = microseconds % Timestamp.microsecondsPerDay
    if rest < 0 {
      rest += Timestamp.microsecondsPerDay
      day -= 1
    }
    return (CalendarDate(days: Int32(clamping: day)), rest)
  }

  package static func < (left: Timestamp, right: Timestamp) -> Bool {
    left.microseconds < right.microseconds
  }
}

/// A timestamp as text: the instant, and whether the text named a zone.
package struct TimestampText: Sendable {
  /// In UTC when a zone was named, else on the wall clock of the text.
  package var microseconds: Int64
  package var hasZone: Bool

  /// Parses `YYYY-MM-DD`, then optionally `T` or a blank and `hh:mm[:ss[.f…]]`, then optionally `Z`
  /// or `±hh[[:]mm]`.
  ///
  /// Digits past the microsecond must be zeros; otherwise the text is refused rather than rounded.
  package init?(_ text: String) { self.init(text: Array(text.utf8)) }

  package init?(text: [UInt8]) {
    guard text.count >= 10, let date = CalendarDate(text: text[0..<10]) else { return nil }
    var cursor = 10
    var time: Int64 = 0
    hasZone = false
    var offset: Int64 = 0
    if cursor < text.count {
      guard text[cursor] == UInt8(ascii: "T") || text[cursor] == UInt8(ascii: " ") else {
        return nil
      }
      cursor += 1
      guard let parsed = TimestampText.time(text, &cursor) else { return nil }
      time = parsed
      if cursor < text.count {
        if text[cursor] == UInt8(ascii: " ") { cursor += 1 }
        guard let parsed = TimestampText.zone(text, &cursor), cursor == text.count else {
          return nil
        }
        offset = parsed
        hasZone = true
      }
    }
    microseconds = Int64(date.days) * Timestamp.microsecondsPerDay + time - offset
  }

  private static func number(_ text: [UInt8], _ cursor: inout Int, digits: Int) -> Int64? {
    guard cursor + digits <= text.count else { return nil }
    var value: Int64 = 0
    for byte in text[cursor..<cursor + digits] {
      guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
      value = value * 10 + Int64(byte - UInt8(ascii: "0"))
    }
    cursor += digits
    return value
  }

  private static func skip(_ text: [UInt8], _ cursor: inout Int, _ byte: UInt8) -> Bool {
    guard cursor < text.count, text[cursor] == byte else { return false }
    cursor += 1
    return true
  }

  private static func time(_ text: [UInt8], _ cursor: inout Int) -> Int64? {
    guard let hour = number(text, &cursor, digits: 2), hour < 24,
      skip(text, &cursor, UInt8(ascii: ":")),
      let minute = number(text, &cursor, digits: 2), minute < 60
    else { return nil }
    var second: Int64 = 0
    var micros: Int64 = 0
    if skip(text, &cursor, UInt8(ascii: ":")) {
      guard let parsed = number(text, &cursor, digits: 2), parsed < 60 else { return nil }
      second = parsed
      if skip(text, &cursor, UInt8(ascii: ".")) {
        guard let parsed = fraction(text, &cursor) else { return nil }
        micros = parsed
      }
    }
    return ((hour * 60 + minute) * 60 + second) * 1_000_000 + micros
  }

  private static func fraction(_ text: [UInt8], _ cursor: inout Int) -> Int64? {
    var value: Int64 = 0
    var digits = 0
    while cursor < text.count, text[cursor] >= UInt8(ascii: "0"), text[cursor] <= UInt8(ascii: "9")
    {
      let digit = Int64(text[cursor] - UInt8(ascii: "0"))
      if digits < 6 { value = value * 10 + digit } else if digit != 0 { return nil }
      digits += 1
      cursor += 1
    }
    guard digits > 0 else { return nil }
    for _ in digits..<max(digits, 6) { value *= 10 }
    return value
  }

  private static func zone(_ text: [UInt8], _ cursor: inout Int) -> Int64? {
    if skip(text, &cursor, UInt8(ascii: "Z")) || skip(text, &cursor, UInt8(ascii: "z")) { return 0 }
    let isNegative = skip(text, &cursor, UInt8(ascii: "-"))
    guard isNegative || skip(text, &cursor, UInt8(ascii: "+")) else { return nil }
    guard let hours = number(text, &cursor, digits: 2), hours <= 15 else { return nil }
    var minutes: Int64 = 0
    if cursor < text.count {
      _ = skip(text, &cursor, UInt8(ascii: ":"))
      guard let parsed = number(text, &cursor, digits: 2), parsed < 60 else { return nil }
      minutes = parsed
    }
    let offset = (hours * 60 + minutes) * 60_000_000
    return isNegative ? -offset : offset
  }
}

extension Timestamp: CustomStringConvertible {
  /// `YYYY-MM-DDThh:mm:ss[.ffffff]Z`, without trailing zeros in the fraction.
  package var description: String { text(separator: "T") + "Z" }

  /// The wall-clock reading without a zone: date, `separator`, time.
  package func text(separator: String) -> String {
    let (date, micros) = split
    let seconds = Int(micros / 1_000_000)
    let clock =
      padded(seconds / 3600, 2) + ":" + padded(seconds / 60 % 60, 2) + ":" + padded(seconds % 60, 2)
    var fraction = padded(Int(micros % 1_000_000), 6)
    while fraction.hasSuffix("0") { fraction.removeLast() }
    return date.description + separator + clock + (fraction.isEmpty ? "" : "." + fraction)
  }
}
