import Columnar

/// The type of a decimal rounded to a constant number of digits.
enum RoundedType {
  private static let names: Set<String> = ["round", "round_even", "trunc"]

  /// Nil when the call rounds no decimal, or to digits that are not known before the rows are.
  ///
  /// As in PostgreSQL `round(1.25, 1)` has one place; a whole digit more than the operand has room
  /// for 9.5 becoming 10.
  static func of(_ name: String, _ arguments: [BoundExpression]) -> DataType? {
    guard names.contains(name), arguments.count == 2,
      case .decimal(let precision, let scale) = arguments[0].type,
      case .int32(let digits)? = arguments[1].constant
    else { return nil }
    let kept = min(max(Int(digits), 0), scale)
    return .decimal(precision: min(38, max(1, precision - scale + 1 + kept)), scale: kept)
  }
}
