package import Columnar

/// Which types go together, and how a value becomes one of another type.
package enum Coercion {
  /// The type in which both can be compared or put in one column; nil when there is none.
  ///
  /// Integers widen; an integer beside a decimal becomes a decimal; a decimal beside a double becomes
  /// a double; a date beside a timestamp becomes its midnight.
  package static func common(_ left: DataType, _ right: DataType) -> DataType? {
    if left == right { return left }
    switch (left, right) {
    case (.double, _) where right.isNumeric, (_, .double) where left.isNumeric: return .double
    case (.float, .float): return .float
    case (.float, _) where right.isNumeric, (_, .float) where left.isNumeric: return .double
    case (.decimal, _) where right.isNumeric, (_, .decimal) where left.isNumeric:
      guard let first = decimal(left), let second = decimal(right) else { return nil }
      let scale = max(first.scale, second.scale)
      let whole = max(first.precision - first.scale, second.precision - second.scale)
      return .decimal(precision: min(whole + scale, DataType.maximumPrecision), scale: scale)
    case (.int32, .int64), (.int64, .int32): return .int64
    case (.date, .timestamp), (.timestamp, .date): return .timestamp
    case (.date, .timestampNTZ), (.timestampNTZ, .date): return .timestampNTZ
    case (.list(let first), .list(let second)):
      return common(first.type, second.type).map { .list(element: Field("element", $0)) }
    case (.vector, .list(let element)) where element.type == .double: return right
    case (.list(let element), .vector) where element.type == .double: return left
    default: return nil
    }
  }

  /// The decimal that holds every value of an integer or decimal type.
  package static func decimal(_ type: DataType) -> (precision: Int, scale: Int)? {
    switch type {
    case .decimal(let precision, let scale): (precision, scale)
    case .int32: (10, 0)
    case .int64: (19, 0)
    default: nil
    }
  }

  /// The result type of decimal arithmetic; see DESIGN "Decimals".
  ///
  /// The scale is never cut below the rule's; a result that needs more than 38 digits is an error
  /// when it happens.
  static func decimalResult(
    _ operation: ArithmeticOperator, _ left: (precision: Int, scale: Int),
    _ right: (precision: Int, scale: Int)
  ) -> DataType {
    let maximum = DataType.maximumPrecision
    switch operation {
    case .add, .subtract:
      let scale = max(left.scale, right.scale)
      let whole = max(left.precision - left.scale, right.precision - right.scale)
      return .decimal(precision: min(whole + scale + 1, maximum), scale: scale)
    case .multiply:
      let scale = min(left.scale + right.scale, maximum)
      return .decimal(
        precision: min(max(left.precision + right.precision, scale), maximum), scale: scale)
    case .divide:
      let whole = left.precision - left.scale + right.scale
      // A quotient of sums, whose types are as wide as can be, keeps 17 digits before the point.
      let room = max(6, maximum - min(whole, 17))
      let scale = min(max(6, left.scale + right.precision + 1), room)
      return .decimal(precision: min(max(whole + scale, scale), maximum), scale: scale)
    case .integerDivide, .modulo:
      let scale = max(left.scale, right.scale)
      let whole = max(left.precision - left.scale, right.precision - right.scale)
      return .decimal(precision: min(whole + scale, maximum), scale: scale)
    }
  }

  /// Whether a value of `source` may become `target` without being asked for (in INSERT, set
  /// operations, function arguments): never loses digits silently.
  package static func isImplicit(_ source: DataType, to target: DataType) -> Bool {
    if source == target { return true }
    switch (source, target) {
    case (.int32, .int64), (.int32, .double), (.int64, .double), (.float, .double),
      (.int32, .float), (.decimal, .double), (.decimal, .float), (.date, .timestamp),
      (.date, .timestampNTZ), (.int32, .decimal), (.int64, .decimal), (.decimal, .decimal),
      (.int64, .int32), (.double, .float), (.list, .vector), (.vector, .list):
      return true
    case (.list(let first), .list(let second)): return isImplicit(first.type, to: second.type)
    default: return false
    }
  }

  /// A constant as a value of another type; nil when it is none (`'abc'` as a date, 3e9 as an int).
  ///
  /// Text is read in the formats that CSV files use; numbers round only where a cast would.
  package static func constant(_ value: Value, to type: DataType) -> Value? {
    switch (value, type) {
    case (.null, _): .null
    case (.boolean, .boolean), (.int32, .int32), (.int64, .int64), (.double, .double),
      (.float, .float), (.string, .string), (.binary, .binary), (.date, .date),
      (.timestamp, .timestamp), (.timestampNTZ, .timestampNTZ):
      value
    case (.string(let text), _): read(text, as: type)
    case (.int32(let number), _): integer(Int64(number), to: type)
    case (.int64(let number), _): integer(number, to: type)
    case (.decimal(let number), _): decimal(number, to: type)
    case (.float(let number), .double): .double(Double(number))
    case (.double(let number), .float): .float(Float(number))
    case (.date(let date), .timestamp):
      .timestamp(Timestamp(microseconds: Int64(date.days) * Timestamp.microsecondsPerDay))
    case (.date(let date), .timestampNTZ):
      .timestampNTZ(Timestamp(microseconds: Int64(date.days) * Timestamp.microsecondsPerDay))
    case (.list(let members), .list(let element)): list(members, of: element.type)
    case (.list(let members), .vector(let length)) where members.count == length:
      list(members, of: .double)
    default: nil
    }
  }

  private static func list(_ members: [Value], of type: DataType) -> Value? {
    var converted: [Value] = []
    for member in members {
      guard let value = constant(member, to: type) else { return nil }
      converted.append(value)
    }
    return .list(converted)
  }

  private static func integer(_ number: Int64, to type: DataType) -> Value? {
    switch type {
    case .int32: Int32(exactly: number).map { .int32($0) }
    case .int64: .int64(number)
    case .double: .double(Double(number))
    case .float: .float(Float(number))
    case .decimal: decimal(Decimal128(mantissa: Int128(number), scale: 0), to: type)
    default: nil
    }
  }

  private static func decimal(_ number: Decimal128, to type: DataType) -> Value? {
    switch type {
    case .double: return .double(number.double)
    case .float: return .float(Float(number.double))
    case .decimal(let precision, let scale):
      guard let rescaled = number.castScale(to: scale), rescaled.fits(precision: precision) else {
        return nil
      }
      return .decimal(rescaled)
    case .int64, .int32:
      guard let whole = number.rescaled(to: 0), Decimal128.compare(whole, number) == 0,
        let integer = Int64(exactly: whole.mantissa)
      else { return nil }
      return self.integer(integer, to: type)
    default: return nil
    }
  }

  private static func read(_ text: String, as type: DataType) -> Value? {
    switch type {
    case .date: return CalendarDate(text).map { .date($0) }
    case .timestamp:
      return TimestampText(text).map { .timestamp(Timestamp(microseconds: $0.microseconds)) }
    case .timestampNTZ:
      guard let parsed = TimestampText(text), !parsed.hasZone else { return nil }
      return .timestampNTZ(Timestamp(microseconds: parsed.microseconds))
    case .boolean:
      switch text.lowercased() {
      case "true", "t", "yes", "1": return .boolean(true)
      case "false", "f", "no", "0": return .boolean(false)
      default: return nil
      }
    case .double: return Double(text).map { .double($0) }
    case .float: return Float(text).map { .float($0) }
    case .int32, .int64, .decimal: return Decimal128(text).flatMap { decimal($0, to: type) }
    case .binary: return .binary(Array(text.utf8))
    default: return nil
    }
  }
}
