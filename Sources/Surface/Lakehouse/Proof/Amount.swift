import Columnar
import QueryEngine

/// Differences and sums of single numbers, exact where their type is.
enum Amount {
  /// The type that differences of numbers of a type have; nil for what is no number.
  static func type(ofDifferences type: DataType) -> DataType? {
    switch type {
    case .int32, .int64: .int64
    case .float, .double: .double
    case .decimal(_, let scale): .decimal(precision: DataType.maximumPrecision, scale: scale)
    default: nil
    }
  }

  /// The value as one of that type; nil for null and for what is no number.
  static func widened(_ value: Value, to type: DataType) -> Value? {
    if value.isNull { return nil }
    switch (value, type) {
    case (.float(let number), .double): return .double(Double(number))
    case (.double, .double), (.int64, .int64): return value
    case (.int32(let number), .int64): return .int64(Int64(number))
    case (.decimal(let number), .decimal(_, let scale)):
      return number.rescaled(to: scale).map { .decimal($0) }
    default: return Coercion.constant(value, to: type)
    }
  }

  static func zero(_ type: DataType) -> Value {
    switch type {
    case .double: .double(0)
    case .decimal(_, let scale): .decimal(Decimal128(mantissa: 0, scale: scale))
    default: .int64(0)
    }
  }

  /// `later - earlier`, both widened to one type.
  static func difference(_ later: Value, _ earlier: Value) throws(QueryError) -> Value {
    switch (later, earlier) {
    case (.int64(let a), .int64(let b)):
      let (result, overflow) = a.subtractingReportingOverflow(b)
      if !overflow { return .int64(result) }
    case (.double(let a), .double(let b)): return .double(a - b)
    case (.decimal(let a), .decimal(let b)) where a.scale == b.scale:
      let (result, overflow) = a.mantissa.subtractingReportingOverflow(b.mantissa)
      let difference = Decimal128(mantissa: result, scale: a.scale)
      if !overflow, difference.fits(precision: DataType.maximumPrecision) {
        return .decimal(difference)
      }
    default: return .null
    }
    throw QueryError(
      .arithmetic,
      "the difference of \(ValueText.sql(later)) and \(ValueText.sql(earlier)) does not fit")
  }
}
