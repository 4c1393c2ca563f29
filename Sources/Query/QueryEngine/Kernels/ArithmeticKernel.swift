import Columnar
import Glibc

/// `left operation right` per row. Whole columns are computed first and checked by flags; only when
/// a flag is up are rows looked at one by one, to skip null rows and to name the culprit.
func arithmetic(
  _ operation: ArithmeticOperator, _ left: Datum, _ right: Datum, leftType: DataType,
  rightType: DataType, result: DataType, rowCount: Int
) throws(QueryError) -> Datum {
  if left.constant == .null || right.constant == .null { return .constant(.null) }
  if left.constant != nil, right.constant != nil {
    let a = Datum.column(try left.column(leftType, rowCount: 1))
    let b = Datum.column(try right.column(rightType, rowCount: 1))
    let one = try arithmetic(
      operation, a, b, leftType: leftType, rightType: rightType, result: result, rowCount: 1)
    return .constant(try one.column(result, rowCount: 1).value(0))
  }
  let a = ArithmeticSide(left, type: leftType)
  let b = ArithmeticSide(right, type: rightType)
  let validity = bothValid(a.validity, b.validity)
  let kernel = ArithmeticKernel(
    operation: operation, result: result, rowCount: rowCount, validity: validity)
  switch result {
  case .int32:
    if leftType == .date, rightType == .date {
      return try kernel.integers(a.int32, b.int32, of: .date).map { .int32($0) }
    }
    return try kernel.integers(a.int32, b.int32, of: .int32).map { .int32($0) }
  case .date:
    return try kernel.integers(a.days, b.days, of: .date).map { .int32($0) }
  case .int64, .timestamp, .timestampNTZ:
    return try kernel.integers(a.int64, b.int64, of: result).map { .int64($0) }
  case .double: return try kernel.floats(a.double, b.double).map { .double($0) }
  case .float: return try kernel.floats(a.float, b.float).map { .float($0) }
  case .decimal(let precision, let scale):
    return .column(
      try kernel.decimals(a, b, leftType, rightType, precision: precision, scale: scale))
  default:
    throw QueryError(
      .type, "\(leftType.sqlName) \(operation.rawValue) \(rightType.sqlName) is not defined")
  }
}

/// An operand as typed values or one scalar.
struct ArithmeticSide {
  let column: Column
  let isScalar: Bool

  init(_ datum: Datum, type: DataType) {
    switch datum {
    case .column(let column):
      self.column = column
      isScalar = false
    case .constant(let value):
      column = Column.of(type, [value]) ?? .nulls(type, count: 1)
      isScalar = true
    }
  }

  var validity: Bitmap? { isScalar ? nil : column.validity }
  var int32: Operand<Int32> { operand(column.storage.int32 ?? []) }
  var int64: Operand<Int64> {
    operand(column.storage.int64 ?? column.storage.int32.map { mapValues($0) { Int64($0) } } ?? [])
  }
  var double: Operand<Double> { operand(column.storage.double ?? []) }
  var float: Operand<Float> { operand(column.storage.float ?? []) }
  var wide: Operand<Int128> { operand(column.wideValues) }
  /// Days of a date, or a number of days; saturated, so that the sum overflows when it should.
  var days: Operand<Int32> {
    if let values = column.storage.int64 {
      return operand(mapValues(values) { Int32(clamping: $0) })
    }
    return int32
  }

  private func operand<V: BitwiseCopyable>(_ values: [V]) -> Operand<V> {
    isScalar && !values.isEmpty ? .scalar(values[0]) : .values(values)
  }
}

extension Operand {
  subscript(_ row: Int) -> Element {
    switch self {
    case .values(let values): values[row]
    case .scalar(let value): value
    }
  }
}

/// Results of a kernel with the validity they go under.
struct KernelResult<V: BitwiseCopyable> {
  let values: [V]
  let type: DataType
  let validity: Bitmap?

  func map(_ storage: ([V]) -> ColumnStorage) -> Datum {
    .column(Column(type, storage(values), validity: validity))
  }
}

/// `combine` over columns and scalars alike.
@inline(__always)
func combine<V: BitwiseCopyable, R: BitwiseCopyable>(
  _ left: Operand<V>, _ right: Operand<V>, _ combine: (V, V) -> R
) -> [R] {
  switch (left, right) {
  case (.values(let a), .values(let b)): zipValues(a, b, combine)
  case (.values(let a), .scalar(let b)): mapValues(a) { combine($0, b) }
  case (.scalar(let a), .values(let b)): mapValues(b) { combine(a, $0) }
  case (.scalar(let a), .scalar(let b)): [combine(a, b)]
  }
}

struct ArithmeticKernel {
  let operation: ArithmeticOperator
  let result: DataType
  let rowCount: Int
  let validity: Bitmap?

  func isPresent(_ row: Int) -> Bool { validity.map { $0[row] } ?? true }

  func integers<V: FixedWidthInteger & BitwiseCopyable & SignedInteger>(
    _ left: Operand<V>, _ right: Operand<V>, of type: DataType
  ) throws(QueryError) -> KernelResult<V> {
    // The sign bit of `flags` says that some row overflowed.
    var flags: V = 0
    let values: [V]
    switch operation {
    case .add:
      values = combine(left, right) { a, b in
        let sum = a &+ b
        flags |= (a ^ sum) & (b ^ sum)
        return sum
      }
    case .subtract:
      values = combine(left, right) { a, b in
        let difference = a &- b
        flags |= (a ^ b) & (a ^ difference)
        return difference
      }
    case .multiply:
      values = combine(left, right) { a, b in
        let (product, overflow) = a.multipliedReportingOverflow(by: b)
        flags |= V(truncatingIfNeeded: -Int(overflow.bitValue))
        return product
      }
    case .divide, .integerDivide:
      values = combine(left, right) { a, b in
        let (quotient, overflow) = a.dividedReportingOverflow(by: b)
        flags |= V(truncatingIfNeeded: -Int(overflow.bitValue))
        return quotient
      }
    case .modulo:
      values = combine(left, right) { a, b in
        let (remainder, overflow) = a.remainderReportingOverflow(dividingBy: b)
        // The least integer modulo -1 is 0, although the division would overflow.
        flags |= V(truncatingIfNeeded: -Int((overflow && b == 0).bitValue))
        return overflow ? 0 : remainder
      }
    }
    if flags < 0 { try reportIntegers(left, right, type) }
    return KernelResult(values: values, type: result, validity: validity)
  }

  private func reportIntegers<V: FixedWidthInteger & BitwiseCopyable>(
    _ left: Operand<V>, _ right: Operand<V>, _ type: DataType
  ) throws(QueryError) {
    for row in 0..<rowCount where isPresent(row) {
      let (a, b) = (left[row], right[row])
      let overflow: Bool
      switch operation {
      case .add: overflow = a.addingReportingOverflow(b).overflow
      case .subtract: overflow = a.subtractingReportingOverflow(b).overflow
      case .multiply: overflow = a.multipliedReportingOverflow(by: b).overflow
      case .divide, .integerDivide, .modulo:
        if b == 0 { throw divisionByZero(operation, "\(a)") }
        overflow = operation != .modulo && a.dividedReportingOverflow(by: b).overflow
      }
      if overflow { throw overflowError("\(a) \(operation.rawValue) \(b)", result) }
    }
  }

  func floats<V: BinaryFloatingPoint & BitwiseCopyable>(
    _ left: Operand<V>, _ right: Operand<V>
  ) throws(QueryError) -> KernelResult<V> {
    let values: [V]
    switch operation {
    case .add: values = combine(left, right) { $0 + $1 }
    case .subtract: values = combine(left, right) { $0 - $1 }
    case .multiply: values = combine(left, right) { $0 * $1 }
    case .divide, .integerDivide, .modulo:
      var zeros: UInt8 = 0
      switch right {
      case .scalar(let divisor): zeros = (divisor == 0).bitValue
      case .values(let divisors):
        unsafe divisors.withUnsafeBufferPointer { divisors in
          for index in divisors.indices { unsafe zeros |= (divisors[index] == 0).bitValue }
        }
      }
      if zeros != 0 {
        for row in 0..<rowCount where isPresent(row) && right[row] == 0 {
          throw divisionByZero(operation, "\(left[row])")
        }
      }
      switch operation {
      case .divide: values = combine(left, right) { $0 / $1 }
      case .integerDivide: values = combine(left, right) { ($0 / $1).rounded(.towardZero) }
      default: values = combine(left, right) { $0.truncatingRemainder(dividingBy: $1) }
      }
    }
    return KernelResult(values: values, type: result, validity: validity)
  }
}

func divisionByZero(_ operation: ArithmeticOperator, _ dividend: String) -> QueryError {
  QueryError(
    .arithmetic, "division by zero: \(dividend) \(operation.rawValue) 0",
    help: "NULLIF(divisor, 0) makes the result NULL where the divisor is 0")
}

func overflowError(_ expression: String, _ type: DataType) -> QueryError {
  QueryError(
    .arithmetic, "overflow: \(expression) is outside \(type.sqlName)",
    help: "cast an operand to a wider type")
}
