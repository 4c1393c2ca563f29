import Columnar

/// Brings a column of a Parquet file to the type of the table, where that loses nothing.
enum ColumnCast {
  /// Whether values of one type can be held by another, all or at least some of them.
  static func isPossible(_ source: DataType, _ target: DataType) -> Bool {
    if source == target { return true }
    switch (source, target) {
    case (_, .string): return !source.isNested && source != .binary
    case (.int32, .int64), (.int64, .int32), (.int32, .double), (.float, .double),
      (.timestampNTZ, .timestamp), (.date, .timestamp):
      return true
    case (.int32, .decimal), (.int64, .decimal), (.decimal, .decimal): return true
    case (.list(let inner), .vector): return inner.type == .double
    case (.list(let left), .list(let right)): return left.type == right.type
    default: return false
    }
  }

  /// The column in the target type; a value that does not fit is null and a fault.
  static func cast(
    _ column: Column, to target: DataType, number: Int, _ faults: inout RowFaults
  ) -> Column {
    if column.type == target { return column }
    var builder = ColumnBuilder(target)
    for row in 0..<column.count {
      let value = cast(column.value(row), target)
      if builder.append(value) { continue }
      builder.append(.null)
      faults.add(row, number, .outOfRange)
    }
    return builder.finish()
  }

  private static func cast(_ value: Value, _ target: DataType) -> Value {
    switch (value, target) {
    case (.int64(let number), .int32): Int32(exactly: number).map { .int32($0) } ?? value
    case (.int32(let number), .double): .double(Double(number))
    case (.float(let number), .double): .double(Double(number))
    case (.int32(let number), .decimal): .decimal(Decimal128(mantissa: Int128(number), scale: 0))
    case (.int64(let number), .decimal): .decimal(Decimal128(mantissa: Int128(number), scale: 0))
    case (.timestampNTZ(let time), .timestamp): .timestamp(time)
    case (.date(let date), .timestamp):
      .timestamp(
        Timestamp(microseconds: Int64(date.days) * Timestamp.microsecondsPerDay))
    case (.list(let values), .vector(let length)):
      // A vector has no nulls and one length; anything else is not appended.
      values.count == length && !values.contains(.null) ? value : .boolean(false)
    case (_, .string): value.plainText.map { .string($0) } ?? .null
    default: value
    }
  }
}
