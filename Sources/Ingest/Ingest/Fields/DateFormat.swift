import Columnar

/// A way of writing dates: `%Y` year, `%y` year of this century, `%m`, `%d`, `%b` English month
/// name of three letters, `%%`; every other character stands for itself.
///
/// Day and month may have one digit.
struct DateFormat: Sendable, Hashable {
  private enum Part: Sendable, Hashable {
    case year
    case shortYear
    case month
    case monthName
    case day
    case literal(UInt8)
  }

  private let parts: [Part]

  /// Nil when a code is unknown, or year, month or day is missing.
  init?(_ text: String) {
    var parts: [Part] = []
    var bytes = Array(text.utf8)[...]
    while let byte = bytes.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        parts.append(.literal(byte))
        continue
      }
      switch bytes.popFirst() {
      case UInt8(ascii: "Y"): parts.append(.year)
      case UInt8(ascii: "y"): parts.append(.shortYear)
      case UInt8(ascii: "m"): parts.append(.month)
      case UInt8(ascii: "b"): parts.append(.monthName)
      case UInt8(ascii: "d"): parts.append(.day)
      case UInt8(ascii: "%"): parts.append(.literal(UInt8(ascii: "%")))
      default: return nil
      }
    }
    guard parts.contains(.year) || parts.contains(.shortYear), parts.contains(.day),
      parts.contains(.month) || parts.contains(.monthName)
    else { return nil }
    self.parts = parts
  }

  private static let months = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
  ]

  func days(
    _ bytes: Span<UInt8>, _ low: Int, _ high: Int, _ fault: inout FieldFault
  ) -> Int32 {
    var index = low
    var (year, month, day) = (0, 0, 0)
    for part in parts {
      switch part {
      case .year: year = DateFormat.number(bytes, &index, high, 4...4)
      case .shortYear: year = 2000 + DateFormat.number(bytes, &index, high, 2...2)
      case .month: month = DateFormat.number(bytes, &index, high, 1...2)
      case .day: day = DateFormat.number(bytes, &index, high, 1...2)
      case .monthName:
        let name = lowered(bytes, index, min(index + 3, high))
        month = (DateFormat.months.firstIndex(of: name) ?? -5000) + 1
        index += 3
      case .literal(let byte):
        if index >= high || bytes[index] != byte { index = high + 1 }
        index += 1
      }
      if index > high || year < 0 || month < 0 || day < 0 {
        fault = .notOfType
        return 0
      }
    }
    if index != high {
      fault = .notOfType
      return 0
    }
    return DateText.days(year, month, day, &fault)
  }

  /// A number of that many digits, or one far below zero.
  private static func number(
    _ bytes: Span<UInt8>, _ index: inout Int, _ high: Int, _ count: ClosedRange<Int>
  ) -> Int {
    var value = 0
    var digits = 0
    while index < high, digits < count.upperBound, bytes[index] &- UInt8(ascii: "0") <= 9 {
      value = value * 10 + Int(bytes[index] - UInt8(ascii: "0"))
      digits += 1
      index += 1
    }
    return digits >= count.lowerBound ? value : -100_000
  }
}
