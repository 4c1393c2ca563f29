import Columnar

/// Compares two data of one type; null where an operand is null.
func compare(
  _ comparison: ComparisonOperator, _ left: Datum, _ right: Datum, type: DataType, rowCount: Int
) throws(QueryError) -> Datum {
  switch (left, right) {
  case (.constant(.null), _), (_, .constant(.null)): return .constant(.null)
  case (.constant, .constant):
    let a = try left.column(type, rowCount: 1)
    let b = try right.column(type, rowCount: 1)
    return .constant(.boolean(comparison.holds(compareRows(a, 0, b, 0))))
  case (.constant, .column):
    return try compare(comparison.mirrored, right, left, type: type, rowCount: rowCount)
  case (.column(let column), .constant(let value)):
    let one = try Datum.constant(value).column(type, rowCount: 1)
    return .column(
      Column(
        .boolean, .boolean(compareBits(comparison, column, one, isScalar: true)),
        validity: column.validity))
  case (.column(let a), .column(let b)):
    return .column(
      Column(
        .boolean, .boolean(compareBits(comparison, a, b, isScalar: false)),
        validity: bothValid(a.validity, b.validity)))
  }
}

/// `IS [NOT] DISTINCT FROM` as a bitmap: nulls are equal to each other only.
func distinctBits(_ left: Column, _ right: Column) -> Bitmap {
  let differs = compareBits(.notEqual, left, right, isScalar: false)
  guard let both = bothValid(left.validity, right.validity) else { return differs }
  let a = left.validity ?? Bitmap(repeating: true, count: left.count)
  let b = right.validity ?? Bitmap(repeating: true, count: right.count)
  return (differs & both) | (a ^ b)
}

/// The comparison for every row, whatever lies in null rows; a scalar is row 0 of `right`.
func compareBits(
  _ comparison: ComparisonOperator, _ left: Column, _ right: Column, isScalar: Bool
) -> Bitmap {
  switch (left.storage, right.storage) {
  case (.int32(let a), .int32(let b)): return compareArrays(comparison, a, b, isScalar)
  case (.int64(let a), .int64(let b)): return compareArrays(comparison, a, b, isScalar)
  case (.int128(let a), .int128(let b)): return compareArrays(comparison, a, b, isScalar)
  case (.float(let a), .float(let b)): return compareArrays(comparison, a, b, isScalar)
  case (.double(let a), .double(let b)): return compareArrays(comparison, a, b, isScalar)
  case (.boolean(let a), .boolean(let b)):
    let other = isScalar ? Bitmap(repeating: b[0], count: a.count) : b
    return compareBooleans(comparison, a, other)
  case (.string(let a), .string(let b)):
    return compareStringColumns(comparison, a, b, left, right, isScalar)
  default:
    return packBits(left.count) { row in
      let other = isScalar ? 0 : row
      if left.isNull(row) || right.isNull(other) { return false }
      return comparison.holds(compareRows(left, row, right, other))
    }
  }
}

private func compareArrays<V: KernelOrdered>(
  _ comparison: ComparisonOperator, _ left: [V], _ right: [V], _ isScalar: Bool
) -> Bitmap {
  if isScalar {
    let scalar = right[0]
    switch comparison {
    case .equal: return packBits(left) { V.isEqual($0, scalar) }
    case .notEqual: return ~packBits(left) { V.isEqual($0, scalar) }
    case .less: return packBits(left) { V.isLess($0, scalar) }
    case .greaterOrEqual: return ~packBits(left) { V.isLess($0, scalar) }
    case .greater: return packBits(left) { V.isLess(scalar, $0) }
    case .lessOrEqual: return ~packBits(left) { V.isLess(scalar, $0) }
    }
  }
  switch comparison {
  case .equal: return packBits(left, right) { V.isEqual($0, $1) }
  case .notEqual: return ~packBits(left, right) { V.isEqual($0, $1) }
  case .less: return packBits(left, right) { V.isLess($0, $1) }
  case .greaterOrEqual: return ~packBits(left, right) { V.isLess($0, $1) }
  case .greater: return packBits(left, right) { V.isLess($1, $0) }
  case .lessOrEqual: return ~packBits(left, right) { V.isLess($1, $0) }
  }
}

/// False is below true.
private func compareBooleans(
  _ comparison: ComparisonOperator, _ left: Bitmap, _ right: Bitmap
) -> Bitmap {
  switch comparison {
  case .equal: ~(left ^ right)
  case .notEqual: left ^ right
  case .less: ~left & right
  case .lessOrEqual: ~left | right
  case .greater: left & ~right
  case .greaterOrEqual: left | ~right
  }
}

private func compareStringColumns(
  _ comparison: ComparisonOperator, _ a: StringColumn, _ b: StringColumn, _ left: Column,
  _ right: Column, _ isScalar: Bool
) -> Bitmap {
  let scalarCode = isScalar ? b.code(0) : 0
  let lengthOfScalar = isScalar ? b.values.range(scalarCode).count : 0
  return packBits(left.count) { row in
    if left.isNull(row) || (!isScalar && right.isNull(row)) { return false }
    let codeA = a.code(row)
    if isScalar, comparison == .equal, a.values.range(codeA).count != lengthOfScalar {
      return false
    }
    let order = compareStrings(a.values, codeA, b.values, isScalar ? scalarCode : b.code(row))
    return comparison.holds(order)
  }
}
