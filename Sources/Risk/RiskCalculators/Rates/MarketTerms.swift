import Quant

/// Readers of the spellings that market tables use, with errors that list what is known.
enum MarketTerms {
  /// - Returns: `nil` for ACT/ACT ICMA, which goes by coupon periods.
  static func dayCount(_ text: String, _ field: String) throws(QuantError) -> DayCount? {
    let upper = text.uppercased()
    if upper == "ACT/ACT ICMA" { return nil }
    // 30/360 US is written with small letters nowhere; compare without case.
    if let known = DayCount.allCases.first(where: { $0.rawValue.uppercased() == upper }) {
      return known
    }
    let names = DayCount.allCases.map(\.rawValue) + ["ACT/ACT ICMA"]
    throw unknown(text, field, names)
  }

  static func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ text: String, _ field: String, as type: Choice.Type = Choice.self
  ) throws(QuantError) -> Choice {
    guard let choice = Choice(rawValue: text.lowercased()) else {
      throw unknown(text, field, Choice.allCases.map(\.rawValue))
    }
    return choice
  }

  static func tenor(_ text: String, _ field: String) throws(QuantError) -> Tenor {
    guard let tenor = Tenor(text) else {
      throw QuantError.invalidParameter(
        name: field, found: "'\(text)'", expected: "a tenor such as ON, 2W, 3M or 10Y")
    }
    return tenor
  }

  static func present<Value>(_ value: Value?, _ field: String) throws(QuantError) -> Value {
    guard let value else {
      throw QuantError.invalidParameter(name: field, found: "NULL", expected: "a value")
    }
    return value
  }

  /// A whole number within a range.
  static func count(
    _ value: Int?, _ field: String, in range: ClosedRange<Int>
  ) throws(QuantError) -> Int {
    let value = try present(value, field)
    guard range.contains(value) else {
      throw QuantError.invalidParameter(
        name: field, found: "\(value)",
        expected: "a number within \(range.lowerBound)...\(range.upperBound)")
    }
    return value
  }

  static func finite(_ value: Double?, _ field: String) throws(QuantError) -> Double {
    let value = try present(value, field)
    guard value.isFinite else {
      throw QuantError.invalidParameter(
        name: field, found: "\(value)", expected: "a finite number")
    }
    return value
  }

  private static func unknown(
    _ text: String, _ field: String, _ names: [String]
  ) -> QuantError {
    .invalidParameter(
      name: field, found: "'\(text)'", expected: "one of \(names.joined(separator: ", "))")
  }
}

extension QuantError {
  /// The column at fault, where the error names one, and the rest of the sentence.
  var cell: (field: String, reason: String) {
    switch self {
    case .invalidParameter(let name, let found, let expected):
      (name, "is \(found), expected \(expected)")
    case .overflow, .unevenColumns: ("", "\(self)")
    }
  }
}
