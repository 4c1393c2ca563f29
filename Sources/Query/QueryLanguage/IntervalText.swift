/// Reads intervals as people write them: `3 days`, `1 month 2 days`, `-1 week`, `1.5 hours`, `01:30:00`.
package enum IntervalText {
  private enum Unit {
    case months(Int64)
    case days(Int64)
    case microseconds(Int64)
  }

  private static let units: [String: Unit] = {
    let base: [String: Unit] = [
      "CENTURY": .months(1200), "DECADE": .months(120), "YEAR": .months(12), "QUARTER": .months(3),
      "MONTH": .months(1), "WEEK": .days(7), "DAY": .days(1), "HOUR": .microseconds(3_600_000_000),
      "MINUTE": .microseconds(60_000_000), "SECOND": .microseconds(1_000_000),
      "MILLISECOND": .microseconds(1_000), "MICROSECOND": .microseconds(1),
    ]
    var all: [String: Unit] = [:]
    for (name, unit) in base {
      all[name] = unit
      all[name + "S"] = unit
    }
    all["CENTURIES"] = .months(1200)
    return all
  }()

  static func isUnit(_ word: String) -> Bool { units[word] != nil }

  /// Nil when the text is no interval or leaves the range of 64 bits. Parts add up; fractions are
  /// allowed for units of a fixed length (weeks and shorter).
  package static func parse(_ text: String) -> IntervalLiteral? {
    var result = IntervalLiteral()
    var words = text.uppercased().split(whereSeparator: { $0 == " " || $0 == "," })[...]
    if words.isEmpty { return nil }
    while let word = words.popFirst() {
      if let clock = clockTime(word) {
        guard add(clock, to: &result.microseconds) else { return nil }
        continue
      }
      let (count, attached) = splitUnit(word)
      guard !count.isEmpty else { return nil }
      guard let name = attached.isEmpty ? words.popFirst() : attached,
        let unit = units[String(name)], addCount(count, of: unit, to: &result)
      else { return nil }
    }
    return result
  }

  /// `3DAYS` is a count and its unit in one word.
  private static func splitUnit(_ word: Substring) -> (count: Substring, unit: Substring) {
    let count = word.prefix { $0.isNumber || $0 == "." || $0 == "-" || $0 == "+" }
    return (count, word[count.endIndex...])
  }

  private static func addCount(
    _ text: Substring, of unit: Unit, to result: inout IntervalLiteral
  ) -> Bool {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard let whole = Int64(parts[0]), parts.count <= 2 else { return false }
    let fraction = parts.count == 2 ? millionths(parts[1]) : 0
    guard let fraction else { return false }
    let signed = parts[0].hasPrefix("-") ? -fraction : fraction
    switch unit {
    case .months(let months):
      return fraction == 0 && add(whole, times: months, to: &result.months)
    case .days(let days):
      return add(whole, times: days, to: &result.days)
        && add(signed, times: days * 86_400, to: &result.microseconds)
    case .microseconds(let length):
      let (part, overflow) = signed.multipliedReportingOverflow(by: length)
      return !overflow && add(whole, times: length, to: &result.microseconds)
        && add(part / 1_000_000, to: &result.microseconds)
    }
  }

  /// The digits after the point as millionths; more than six are refused.
  private static func millionths(_ digits: Substring) -> Int64? {
    guard digits.count <= 6, digits.allSatisfy(\.isASCII) else { return nil }
    if digits.isEmpty { return 0 }
    guard let value = UInt32(digits) else { return nil }
    var scaled = Int64(value)
    for _ in digits.count..<6 { scaled *= 10 }
    return scaled
  }

  /// `[-]hh:mm[:ss[.ffffff]]` in microseconds.
  private static func clockTime(_ word: Substring) -> Int64? {
    guard word.contains(":") else { return nil }
    let isNegative = word.hasPrefix("-")
    let parts = word.drop(while: { $0 == "-" || $0 == "+" }).split(
      separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2 || parts.count == 3, let hours = UInt16(parts[0]),
      let minutes = UInt8(parts[1]), minutes < 60
    else { return nil }
    var total = (Int64(hours) * 60 + Int64(minutes)) * 60_000_000
    if parts.count == 3 {
      let seconds = parts[2].split(separator: ".", omittingEmptySubsequences: false)
      guard seconds.count <= 2, let whole = UInt8(seconds[0]), whole < 60,
        let fraction = seconds.count == 2 ? millionths(seconds[1]) : 0
      else { return nil }
      total += Int64(whole) * 1_000_000 + fraction
    }
    return isNegative ? -total : total
  }

  private static func add(_ count: Int64, times factor: Int64 = 1, to total: inout Int64) -> Bool {
    let (product, productOverflow) = count.multipliedReportingOverflow(by: factor)
    let (sum, sumOverflow) = total.addingReportingOverflow(product)
    if productOverflow || sumOverflow { return false }
    total = sum
    return true
  }
}
