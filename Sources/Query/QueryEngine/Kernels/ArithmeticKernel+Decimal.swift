import Columnar

extension ArithmeticKernel {
  /// Decimals: + and - at one scale, × exact, ÷ rounded half to even at the result's scale.
  func decimals(
    _ left: ArithmeticSide, _ right: ArithmeticSide, _ leftType: DataType, _ rightType: DataType,
    precision: Int, scale: Int
  ) throws(QueryError) -> Column {
    guard let a = leftType.decimalShape, let b = rightType.decimalShape else {
      throw QueryError(
        .type, "\(leftType.sqlName) \(operation.rawValue) \(rightType.sqlName) is not defined")
    }
    if precision <= DataType.maximumPrecisionInInt64, a.scale == b.scale, a.scale == scale,
      a.precision <= DataType.maximumPrecisionInInt64,
      b.precision <= DataType.maximumPrecisionInInt64,
      operation == .add || operation == .subtract
    {
      return try narrowSum(left, right, limit: Int64(decimalLimit(precision)), scale)
    }
    if operation == .multiply, a.precision + b.precision <= precision, a.scale + b.scale == scale {
      return product(left, right)
    }
    return try wide(left, right, a.scale, b.scale, precision: precision, scale: scale)
  }

  /// Both operands have at most 18 digits, so the sum of two fits Int64; only the limit is checked.
  private func narrowSum(
    _ left: ArithmeticSide, _ right: ArithmeticSide, limit: Int64, _ scale: Int
  ) throws(QueryError) -> Column {
    var isOver: UInt8 = 0
    let values: [Int64]
    if operation == .add {
      values = combine(left.int64, right.int64) { a, b in
        let sum = a &+ b
        isOver |= (sum >= limit).bitValue | (sum <= -limit).bitValue
        return sum
      }
    } else {
      values = combine(left.int64, right.int64) { a, b in
        let difference = a &- b
        isOver |= (difference >= limit).bitValue | (difference <= -limit).bitValue
        return difference
      }
    }
    if isOver != 0 {
      for row in 0..<rowCount
      where isPresent(row) && (values[row] >= limit || values[row] <= -limit) {
        throw overflow(
          Int128(left.int64[row]), Int128(right.int64[row]), scale, scale)
      }
    }
    return Column(result, .int64(values), validity: validity)
  }

  /// A product whose digits cannot exceed the result's precision.
  private func product(_ left: ArithmeticSide, _ right: ArithmeticSide) -> Column {
    if left.column.storage.int64 != nil, right.column.storage.int64 != nil {
      if case .decimal(let precision, _) = result,
        precision <= DataType.maximumPrecisionInInt64
      {
        return Column(
          result, .int64(combine(left.int64, right.int64) { $0 &* $1 }), validity: validity)
      }
      let values: [Int128] = combine(left.int64, right.int64) { a, b in
        Int128(a) &* Int128(b)
      }
      return Column(result, .int128(values), validity: validity)
    }
    return Column.decimal(
      combine(left.wide, right.wide) { $0 &* $1 }, type: result, validity: validity)
  }

  private func wide(
    _ left: ArithmeticSide, _ right: ArithmeticSide, _ scaleA: Int, _ scaleB: Int, precision: Int,
    scale: Int
  ) throws(QueryError) -> Column {
    let (a, b) = (left.wide, right.wide)
    let limit = decimalLimit(precision)
    var failed: UInt8 = 0
    let values: [Int128] = combine(a, b) { x, y in
      guard let value = one(x, y, scaleA, scaleB, scale), value < limit, value > -limit else {
        failed = 1
        return 0
      }
      return value
    }
    if failed != 0 {
      for row in 0..<rowCount where isPresent(row) {
        let (x, y) = (a[row], b[row])
        if y == 0, operation != .add, operation != .subtract, operation != .multiply {
          throw divisionByZero(
            operation, Decimal128(mantissa: x, scale: scaleA).description)
        }
        if let value = one(x, y, scaleA, scaleB, scale), value < limit, value > -limit { continue }
        throw overflow(x, y, scaleA, scaleB)
      }
    }
    return Column.decimal(values, type: result, validity: validity)
  }

  /// One result at `scale`; nil on overflow of 128 bits or division by zero.
  private func one(
    _ x: Int128, _ y: Int128, _ scaleA: Int, _ scaleB: Int, _ scale: Int
  ) -> Int128? {
    switch operation {
    case .multiply:
      if scale > scaleA + scaleB {
        return scaledProduct(x, y, drop: 0).flatMap {
          Decimal128(mantissa: $0, scale: scaleA + scaleB).rescaled(to: scale)?.mantissa
        }
      }
      return scaledProduct(x, y, drop: scaleA + scaleB - scale)
    case .divide: return scaledQuotient(x, power: scale - scaleA + scaleB, by: y)
    case .add, .subtract, .modulo, .integerDivide:
      let common = max(scaleA, scaleB)
      guard let a = Decimal128(mantissa: x, scale: scaleA).rescaled(to: common)?.mantissa,
        let b = Decimal128(mantissa: y, scale: scaleB).rescaled(to: common)?.mantissa
      else { return nil }
      let combined: (partialValue: Int128, overflow: Bool)
      switch operation {
      case .add: combined = a.addingReportingOverflow(b)
      case .subtract: combined = a.subtractingReportingOverflow(b)
      case .modulo:
        guard b != 0 else { return nil }
        combined = (b == -1 ? 0 : a % b, false)
      default:
        guard b != 0 else { return nil }
        let (quotient, overflow) = a.dividedReportingOverflow(by: b)
        guard !overflow else { return nil }
        return Decimal128(mantissa: quotient, scale: 0).rescaled(to: scale)?.mantissa
      }
      guard !combined.overflow else { return nil }
      return Decimal128(mantissa: combined.partialValue, scale: common).rescaled(to: scale)?
        .mantissa
    }
  }

  private func overflow(_ x: Int128, _ y: Int128, _ scaleA: Int, _ scaleB: Int) -> QueryError {
    overflowError(
      "\(Decimal128(mantissa: x, scale: scaleA)) \(operation.rawValue) "
        + "\(Decimal128(mantissa: y, scale: scaleB))", result)
  }
}

/// `-x` per row.
func negated(_ operand: Datum, type: DataType, rowCount: Int) throws(QueryError) -> Datum {
  switch operand {
  case .constant(.null): return operand
  case .constant:
    let one = try negated(.column(try operand.column(type, rowCount: 1)), type: type, rowCount: 1)
    return .constant(try one.column(type, rowCount: 1).value(0))
  case .column(let column):
    switch column.storage {
    case .double(let values):
      return .column(Column(type, .double(mapValues(values) { -$0 }), validity: column.validity))
    case .float(let values):
      return .column(Column(type, .float(mapValues(values) { -$0 }), validity: column.validity))
    case .int32(let values):
      return .column(
        Column(type, .int32(try negatedIntegers(values, column)), validity: column.validity))
    case .int64(let values):
      return .column(
        Column(type, .int64(try negatedIntegers(values, column)), validity: column.validity))
    case .int128(let values):
      return .column(
        Column(type, .int128(try negatedIntegers(values, column)), validity: column.validity))
    default: throw QueryError(.type, "a \(type.sqlName) cannot be negated")
    }
  }
}

private func negatedIntegers<V: FixedWidthInteger & BitwiseCopyable & SignedInteger>(
  _ values: [V], _ column: Column
) throws(QueryError) -> [V] {
  if values.contains(.min) {
    for row in values.indices where values[row] == .min && !column.isNull(row) {
      throw overflowError("-(\(V.min))", column.type)
    }
  }
  return mapValues(values) { 0 &- $0 }
}
