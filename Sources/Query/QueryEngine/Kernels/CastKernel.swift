import Columnar

/// `CAST(operand AS target)`; with `isTry` a value that does not fit becomes null.
///
/// Decimals and text become decimals and integers rounded half away from zero, doubles become
/// integers rounded half to even; text is parsed whole, blanks around it ignored.
func cast(
  _ operand: Datum, from source: DataType, to target: DataType, isTry: Bool, rowCount: Int
) throws(QueryError) -> Datum {
  if source == target { return operand }
  switch operand {
  case .constant(.null): return .constant(.null)
  case .constant:
    let one = try operand.column(source, rowCount: 1)
    return .constant(try cast(one, to: target, isTry: isTry).value(0))
  case .column(let column): return .column(try cast(column, to: target, isTry: isTry))
  }
}

func cast(_ column: Column, to target: DataType, isTry: Bool) throws(QueryError) -> Column {
  let caster = Caster(column: column, target: target, isTry: isTry)
  if column.type == target { return column }
  if column.validity != nil, column.nullCount == column.count {
    return .nulls(target, count: column.count)
  }
  switch target {
  case .boolean: return try caster.toBoolean()
  case .int32: return try caster.toInteger { .int32($0) }
  case .int64: return try caster.toInteger { .int64($0) }
  case .float: return try caster.toFloat()
  case .double: return try caster.toDouble()
  case .decimal(let precision, let scale):
    return try caster.toDecimal(precision: precision, scale: scale)
  case .string: return try caster.toText()
  case .binary: return try caster.toBinary()
  case .date: return try caster.toDate()
  case .timestamp, .timestampNTZ: return try caster.toTimestamp()
  case .list, .vector: return try caster.toList()
  case .structure, .map: throw caster.undefined
  }
}

/// One cast of one column.
struct Caster {
  let column: Column
  let target: DataType
  let isTry: Bool

  var undefined: QueryError {
    QueryError(
      .type, "a \(column.type.sqlName) cannot be cast to \(target.sqlName)")
  }

  /// Converts every row by `convert`; a nil is an error that names the value, or null when trying.
  @inline(__always)
  func convert<A: BitwiseCopyable, R: BitwiseCopyable>(
    _ values: [A], blank: R, _ convert: (A) -> R?
  ) throws(QueryError) -> (values: [R], validity: Bitmap?) {
    var failures = 0
    let converted: [R] = mapValues(values) { value in
      if let result = convert(value) { return result }
      failures &+= 1
      return blank
    }
    if failures == 0 { return (converted, column.validity) }
    return (converted, try settle { convert(values[$0]) == nil })
  }

  /// The same for columns that are not plain arrays.
  @inline(__always)
  func convertRows<R: BitwiseCopyable>(
    blank: R, _ convert: (Int) -> R?
  ) throws(QueryError) -> (values: [R], validity: Bitmap?) {
    var failed = Bitmap(repeating: false, count: column.count)
    var hasFailed = false
    let converted: [R] = makeValues(column.count) { row in
      if column.isNull(row) { return blank }
      if let result = convert(row) { return result }
      failed[row] = true
      hasFailed = true
      return blank
    }
    if !hasFailed { return (converted, column.validity) }
    return (converted, try settle { failed[$0] })
  }

  /// Decides about rows that did not convert: an error, or a validity without them.
  func settle(_ isFailure: (Int) -> Bool) throws(QueryError) -> Bitmap? {
    var validity = column.validity ?? Bitmap(repeating: true, count: column.count)
    var failures = 0
    var first: Int?
    for row in 0..<column.count where validity[row] && isFailure(row) {
      failures += 1
      if first == nil { first = row }
      if isTry { validity[row] = false }
    }
    guard let first, !isTry else { return validity }
    throw failure(row: first, rows: failures)
  }

  func failure(row: Int, rows: Int) -> QueryError {
    let text =
      column.type == .string
      ? "'\(display(column.value(row)))'" : display(column.value(row))
    let others = rows > 1 ? ", and \(rows - 1) more rows like it" : ""
    return QueryError(
      .arithmetic,
      "\(text) (\(column.type.sqlName)) is not a value of \(target.sqlName)\(others)",
      help: "TRY_CAST gives NULL for values that do not fit")
  }

  // MARK: Targets

  func toBoolean() throws(QueryError) -> Column {
    switch column.storage {
    case .boolean(let bits): return Column(target, .boolean(bits), validity: column.validity)
    case .int32(let values) where column.type == .int32:
      return Column(target, .boolean(packBits(values) { $0 != 0 }), validity: column.validity)
    case .int64(let values) where column.type == .int64:
      return Column(target, .boolean(packBits(values) { $0 != 0 }), validity: column.validity)
    case .string(let strings):
      let (values, validity) = try convertRows(blank: UInt8(0)) { row in
        parseBoolean(strings.bytes(row)).map { $0 ? 1 : 0 }
      }
      return Column(target, .boolean(packBits(values) { $0 != 0 }), validity: validity)
    default: throw undefined
    }
  }

  func toInteger<R: FixedWidthInteger & BitwiseCopyable & SignedInteger>(
    _ storage: ([R]) -> ColumnStorage
  ) throws(QueryError) -> Column {
    let parts: (values: [R], validity: Bitmap?)
    switch (column.type, column.storage) {
    case (.boolean, .boolean(let bits)):
      parts = (makeValues(column.count) { bits[$0] ? 1 : 0 }, column.validity)
    case (.int32, .int32(let values)): parts = try convert(values, blank: 0) { R(exactly: $0) }
    case (.int64, .int64(let values)): parts = try convert(values, blank: 0) { R(exactly: $0) }
    case (.decimal(_, let scale), _):
      let divisor = Decimal128.powersOfTen[scale]
      parts = try convert(column.wideValues, blank: 0) {
        R(exactly: Decimal128.divideHalfAway($0, by: divisor))
      }
    case (.float, .float(let values)):
      parts = try convert(values, blank: 0) { R(exactly: $0.rounded(.toNearestOrEven)) }
    case (.double, .double(let values)):
      parts = try convert(values, blank: 0) { R(exactly: $0.rounded(.toNearestOrEven)) }
    case (.string, .string(let strings)):
      parts = try convertRows(blank: 0) { row in parseInteger(strings.bytes(row)) }
    default: throw undefined
    }
    return Column(target, storage(parts.values), validity: parts.validity)
  }

  func toDouble() throws(QueryError) -> Column {
    let parts: (values: [Double], validity: Bitmap?)
    switch (column.type, column.storage) {
    case (.boolean, .boolean(let bits)):
      parts = (makeValues(column.count) { bits[$0] ? 1 : 0 }, column.validity)
    case (.int32, .int32(let values)): parts = (mapValues(values) { Double($0) }, column.validity)
    case (.int64, .int64(let values)): parts = (mapValues(values) { Double($0) }, column.validity)
    case (.decimal(_, let scale), .int64(let values)) where scale <= 22:
      let divisor = Double(Decimal128.powersOfTen[scale])
      parts = (
        mapValues(values) { value in
          value.magnitude < 1 << 53
            ? Double(value) / divisor : Decimal128(mantissa: Int128(value), scale: scale).double
        }, column.validity
      )
    case (.decimal(_, let scale), _):
      parts = (
        mapValues(column.wideValues) { Decimal128(mantissa: $0, scale: scale).double },
        column.validity
      )
    case (.float, .float(let values)): parts = (mapValues(values) { Double($0) }, column.validity)
    case (.string, .string(let strings)):
      parts = try convertRows(blank: 0) { row in parseDouble(strings.bytes(row)) }
    default: throw undefined
    }
    return Column(target, .double(parts.values), validity: parts.validity)
  }

  func toFloat() throws(QueryError) -> Column {
    if case .double(let values) = column.storage {
      return Column(target, .float(mapValues(values) { Float($0) }), validity: column.validity)
    }
    let wide = try cast(column, to: .double, isTry: isTry)
    return Column(
      target, .float(mapValues(wide.storage.double ?? []) { Float($0) }), validity: wide.validity)
  }

  func toDecimal(precision: Int, scale: Int) throws(QueryError) -> Column {
    let limit = decimalLimit(precision)
    let parts: (values: [Int128], validity: Bitmap?)
    switch (column.type, column.storage) {
    case (.boolean, .boolean(let bits)):
      let one = Decimal128.powersOfTen[scale]
      let values: [Int128] = makeValues(column.count) { bits[$0] ? one : 0 }
      parts = try convert(values, blank: 0) { $0 < limit ? $0 : nil }
    case (.int32, _), (.int64, _), (.decimal, _):
      if let narrow = try narrowDecimal(precision: precision, scale: scale) { return narrow }
      let from = column.type.decimalShape?.scale ?? 0
      parts = try convert(column.wideValues, blank: 0) { value in
        guard let result = Decimal128(mantissa: value, scale: from).castScale(to: scale)?.mantissa,
          result < limit, result > -limit
        else { return nil }
        return result
      }
    case (.float, .float(let values)):
      parts = try convert(values, blank: 0) { decimal(Double($0), scale, limit) }
    case (.double, .double(let values)):
      parts = try convert(values, blank: 0) { decimal($0, scale, limit) }
    case (.string, .string(let strings)):
      parts = try convertRows(blank: 0) { row in
        guard
          let value = Decimal128(text: trimmed(strings.bytes(row)))?.castScale(to: scale)?.mantissa,
          value < limit, value > -limit
        else { return nil }
        return value
      }
    default: throw undefined
    }
    return .decimal(parts.values, type: target, validity: parts.validity)
  }

  /// Int64 mantissas lifted or kept, when nothing can overflow: the usual case.
  private func narrowDecimal(precision: Int, scale: Int) throws(QueryError) -> Column? {
    guard let from = column.type.decimalShape, scale >= from.scale,
      from.precision + scale - from.scale <= precision
    else { return nil }
    let factor = Decimal128.powersOfTen[scale - from.scale]
    if precision <= DataType.maximumPrecisionInInt64 {
      let narrow = Int64(factor)
      switch column.storage {
      case .int32(let values):
        return Column(
          target, .int64(mapValues(values) { Int64($0) &* narrow }), validity: column.validity)
      case .int64(let values):
        return Column(
          target, .int64(mapValues(values) { $0 &* narrow }), validity: column.validity)
      default: return nil
      }
    }
    switch column.storage {
    case .int64(let values):
      return Column(
        target, .int128(mapValues(values) { Int128($0) &* factor }), validity: column.validity)
    default:
      return Column(
        target, .int128(mapValues(column.wideValues) { $0 &* factor }), validity: column.validity)
    }
  }

  /// The shortest decimal text of the double, rounded to the scale: what the user sees is what is
  /// rounded.
  private func decimal(_ value: Double, _ scale: Int, _ limit: Int128) -> Int128? {
    guard value.isFinite else { return nil }
    if value == value.rounded(.towardZero), abs(value) < 1e15 {
      let (product, overflow) = Int128(value).multipliedReportingOverflow(
        by: Decimal128.powersOfTen[scale])
      return overflow || product >= limit || product <= -limit ? nil : product
    }
    guard let exact = shortestDecimal(value, atMost: scale),
      let result = exact.castScale(to: scale)?.mantissa, result < limit, result > -limit
    else { return nil }
    return result
  }
}
