/// Why a formula gave no number.
package enum QuantError: Error, Equatable, Sendable, CustomStringConvertible {
  /// An exact result needs more than 38 digits. Use a smaller scale or larger units.
  case overflow(in: String)
  /// A parameter is outside the domain of the formula. Correct it and call again.
  case invalidParameter(name: String, found: String, expected: String)
  /// Columns of one batch have different lengths: an error of the caller, not of the data.
  case unevenColumns(name: String, found: Int, expected: Int)

  package var description: String {
    switch self {
    case .overflow(let quantity):
      "\(quantity) does not fit in 38 digits; use a smaller scale or larger units"
    case .invalidParameter(let name, let found, let expected):
      "\(name) is \(found); expected \(expected)"
    case .unevenColumns(let name, let found, let expected):
      "column \(name) has \(found) rows; the batch has \(expected)"
    }
  }
}
