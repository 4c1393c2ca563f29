package import Columnar

/// The order of values of one type, as comparisons and statistics have it.
package enum ValueOrder {
  /// -1, 0 or 1; nil when the two cannot be ordered (nulls, nested values, different types).
  ///
  /// NaN is above every number and equals itself; -0 equals 0; text and binaries go by bytes.
  package static func compare(_ left: Value, _ right: Value) -> Int? {
    switch (left, right) {
    case (.boolean(let a), .boolean(let b)): order(a ? 1 : 0, b ? 1 : 0)
    case (.int32(let a), .int32(let b)): order(a, b)
    case (.int64(let a), .int64(let b)): order(a, b)
    case (.int32(let a), .int64(let b)): order(Int64(a), b)
    case (.int64(let a), .int32(let b)): order(a, Int64(b))
    case (.float(let a), .float(let b)): floating(Double(a), Double(b))
    case (.double(let a), .double(let b)): floating(a, b)
    case (.decimal(let a), .decimal(let b)): Decimal128.compare(a, b)
    case (.date(let a), .date(let b)): order(a, b)
    case (.timestamp(let a), .timestamp(let b)): order(a, b)
    case (.timestampNTZ(let a), .timestampNTZ(let b)): order(a, b)
    case (.string(let a), .string(let b)): bytes(Array(a.utf8), Array(b.utf8))
    case (.binary(let a), .binary(let b)): bytes(a, b)
    default: nil
    }
  }

  /// The least and greatest of some values; nil when they cannot be ordered.
  static func bounds(_ values: [Value], type: DataType) -> (lower: Value, upper: Value)? {
    guard var lower = values.first, var upper = values.first else { return nil }
    for value in values.dropFirst() {
      guard let low = compare(value, lower), let high = compare(value, upper) else { return nil }
      if low < 0 { lower = value }
      if high > 0 { upper = value }
    }
    return (lower, upper)
  }

  private static func order<Element: Comparable>(_ left: Element, _ right: Element) -> Int {
    left < right ? -1 : (left == right ? 0 : 1)
  }

  private static func floating(_ left: Double, _ right: Double) -> Int {
    switch (left.isNaN, right.isNaN) {
    case (true, true): 0
    case (true, false): 1
    case (false, true): -1
    case (false, false): order(left, right)
    }
  }

  private static func bytes(_ left: [UInt8], _ right: [UInt8]) -> Int {
    left == right ? 0 : (left.lexicographicallyPrecedes(right) ? -1 : 1)
  }
}
