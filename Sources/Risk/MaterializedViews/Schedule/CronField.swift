import QueryEngine
import QueryLanguage

/// One field of a cron schedule as a set of numbers.
struct CronField {
  enum Kind: CaseIterable {
    case minute, hour, dayOfMonth, month, dayOfWeek

    var name: String {
      switch self {
      case .minute: "minute"
      case .hour: "hour"
      case .dayOfMonth: "day of the month"
      case .month: "month"
      case .dayOfWeek: "day of the week"
      }
    }

    var range: ClosedRange<Int> {
      switch self {
      case .minute: 0...59
      case .hour: 0...23
      case .dayOfMonth: 1...31
      case .month: 1...12
      case .dayOfWeek: 0...7
      }
    }

    /// Names of numbers, the first for the lower end of the range.
    var names: [String] {
      switch self {
      case .month:
        ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
      case .dayOfWeek: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
      case .minute, .hour, .dayOfMonth: []
      }
    }
  }

  private(set) var bits: UInt64 = 0
  private(set) var hasLast = false
  /// It starts with `*`, which is what decides how the two day fields go together.
  let isAny: Bool
  private let kind: Kind
  private let literal: TextLiteral

  /// - Parameter offset: Of the field in the literal's text.
  init(
    _ kind: Kind, _ text: String, at offset: Int, in literal: TextLiteral
  ) throws(QueryError) {
    self.kind = kind
    self.literal = literal
    isAny = text.hasPrefix("*")
    var position = offset
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      try add(String(part), at: position)
      position += part.utf8.count + 1
    }
  }

  private mutating func add(_ part: String, at offset: Int) throws(QueryError) {
    if kind == .dayOfMonth, part.uppercased() == "L" {
      hasLast = true
      return
    }
    let halves = part.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    var step = 1
    if halves.count == 2 {
      let stepOffset = offset + halves[0].utf8.count + 1
      guard let number = CronField.number(halves[1]), number >= 1,
        number <= kind.range.upperBound
      else {
        throw fault(
          "expected a step from 1 to \(kind.range.upperBound), found '\(halves[1])'",
          stepOffset, halves[1].utf8.count)
      }
      step = number
    }
    let base = halves[0]
    var range = kind.range
    if base != "*" {
      let ends = base.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
      let first = try value(ends[0], at: offset)
      var last = first
      if ends.count == 2 {
        last = try value(ends[1], at: offset + ends[0].utf8.count + 1)
        // SAT-SUN: as the end of a range, Sunday comes after Saturday.
        if kind == .dayOfWeek, last == 0, first > 0 { last = 7 }
      } else if halves.count == 2 {
        last = kind.range.upperBound
      }
      guard first <= last else {
        throw fault("the range '\(base)' ends before it starts", offset, base.utf8.count)
      }
      range = first...last
    } else if kind == .dayOfWeek {
      range = 0...6
    }
    for number in stride(from: range.lowerBound, through: range.upperBound, by: step) {
      bits |= 1 << UInt64(number)
    }
  }

  private func value(_ text: Substring, at offset: Int) throws(QueryError) -> Int {
    let named = kind.names.firstIndex(of: text.uppercased()).map { $0 + kind.range.lowerBound }
    if let number = named ?? CronField.number(text), kind.range.contains(number) { return number }
    var expected = "\(kind.range.lowerBound) to \(kind.range.upperBound)"
    if let first = kind.names.first, let last = kind.names.last {
      expected += " or \(first) to \(last)"
    }
    throw fault("expected \(expected), found '\(text)'", offset, text.utf8.count)
  }

  private static func number(_ text: Substring) -> Int? {
    guard !text.isEmpty, text.utf8.count <= 2, text.allSatisfy({ $0.isASCII && $0.isNumber })
    else { return nil }
    return Int(text)
  }

  private func fault(_ what: String, _ offset: Int, _ count: Int) -> QueryError {
    // The literal's text starts after its quote.
    let start = literal.range.start + 1 + offset
    return QueryError(
      .syntax, "in the \(kind.name) of the schedule '\(literal.text)': \(what)",
      help: "fields are *, numbers, ranges a-b, steps */n and lists: '*/15 7-19 * * MON-FRI'",
      at: SourceRange(start, start + max(1, count)))
  }
}
