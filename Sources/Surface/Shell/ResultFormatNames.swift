import Reports

/// The names of the formats as completion lists them.
enum ResultFormatNames {
  static let all = ResultFormat.allCases.map(\.rawValue).joined(separator: " ")
}
