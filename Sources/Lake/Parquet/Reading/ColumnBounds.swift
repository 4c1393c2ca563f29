package import Columnar

/// What statistics say about a column in a row group or a page.
package struct ColumnBounds: Sendable, Hashable {
  /// No value is below; nil when nothing reliable is known, or all values are null.
  package var minimum: Value?
  /// No value is above.
  package var maximum: Value?
  /// Whether the bound is one of the values, rather than shortened.
  package var isMinimumExact: Bool
  package var isMaximumExact: Bool
  package var nullCount: Int?

  package init(
    minimum: Value? = nil, maximum: Value? = nil, isMinimumExact: Bool = false,
    isMaximumExact: Bool = false, nullCount: Int? = nil
  ) {
    self.minimum = minimum
    self.maximum = maximum
    self.isMinimumExact = isMinimumExact
    self.isMaximumExact = isMaximumExact
    self.nullCount = nullCount
  }
}

/// Turns the PLAIN bytes of statistics into bounds of one leaf.
struct BoundsDecoder {
  let leaf: LeafType
  let conversion: FixedConversion
  /// How the file says that the newer bounds are ordered; nil when it does not say.
  let order: ColumnOrder?

  init(_ leaf: LeafType, element: SchemaElement, order: ColumnOrder?) {
    self.leaf = leaf
    conversion = FixedConversion(leaf, element: element)
    self.order = order
  }

  func bounds(_ statistics: Statistics) -> ColumnBounds {
    var bounds = self.bounds(
      minimum: isOrdered ? statistics.minValue : nil,
      maximum: isOrdered ? statistics.maxValue : nil)
    bounds.nullCount = statistics.nullCount.flatMap { $0 < 0 ? nil : Int(exactly: $0) }
    if bounds.minimum == nil, bounds.maximum == nil, isOrderedInOldFiles {
      let old = self.bounds(minimum: statistics.deprecatedMin, maximum: statistics.deprecatedMax)
      bounds.minimum = old.minimum
      bounds.maximum = old.maximum
    }
    // Without a flag, fixed-width bounds are whole and strings may have been cut.
    let isWhole = leaf.conversion != .bytes
    bounds.isMinimumExact = bounds.minimum != nil && (statistics.isMinValueExact ?? isWhole)
    bounds.isMaximumExact = bounds.maximum != nil && (statistics.isMaxValueExact ?? isWhole)
    return bounds
  }

  /// Both bounds, as far as they can be relied on.
  func bounds(minimum: [UInt8]?, maximum: [UInt8]?) -> ColumnBounds {
    var low = minimum.flatMap(value)
    var high = maximum.flatMap(value)
    switch (low, high) {
    // NaN has no place in the order, so bounds that involve it say nothing. Writers disagree on the
    // sign of a zero bound: it is widened to hold both.
    case (.double(let number)?, _) where number.isNaN, (_, .double(let number)?) where number.isNaN:
      (low, high) = (nil, nil)
    case (.float(let number)?, _) where number.isNaN, (_, .float(let number)?) where number.isNaN:
      (low, high) = (nil, nil)
    default:
      if case .double(0)? = low { low = .double(-0.0) }
      if case .double(0)? = high { high = .double(0.0) }
      if case .float(0)? = low { low = .float(-0.0) }
      if case .float(0)? = high { high = .float(0.0) }
    }
    return ColumnBounds(minimum: low, maximum: high)
  }

  /// Whether bounds of column and page indexes, and the newer ones of chunks, mean anything.
  var isOrdered: Bool {
    switch order {
    case .typeDefined: leaf.conversion != .int96ToMicros
    case .totalOrder: leaf.type.isFloating
    case .other, nil: false
    }
  }

  /// Old bounds were compared as signed numbers, whatever the type.
  private var isOrderedInOldFiles: Bool {
    switch leaf.conversion {
    case .copy, .boolean, .int32ToInt64, .int32ToInt128, .int64ToInt128, .millisToMicros,
      .nanosToMicros:
      true
    case .bytes, .uint32ToInt64, .uint64ToInt128, .int96ToMicros, .float16ToFloat,
      .bigEndianToInt64, .bigEndianToInt128:
      false
    }
  }

  private func value(_ bytes: [UInt8]) -> Value? {
    switch leaf.conversion {
    case .boolean: return bytes.count == 1 ? .boolean(bytes[0] != 0) : nil
    case .bytes:
      if leaf.type == .binary { return .binary(bytes) }
      // A bound cut within a character must not be repaired: it would move.
      return String(validating: bytes, as: UTF8.self).map(Value.string)
    default: return try? number(bytes)
    }
  }

  private func number(_ bytes: [UInt8]) throws(ParquetError) -> Value? {
    let isDecimal =
      leaf.conversion == .bigEndianToInt64 || leaf.conversion == .bigEndianToInt128
    guard bytes.count == conversion.storedWidth || isDecimal, bytes.count > 0 else { return nil }
    var storage = [UInt128](repeating: 0, count: 1)
    unsafe try storage.withUnsafeMutableBufferPointer { (buffer) throws(ParquetError) in
      unsafe try bytes.withUnsafeBufferPointer { (bytes) throws(ParquetError) in
        guard let output = buffer.baseAddress, let input = bytes.baseAddress else { return }
        if isDecimal {
          unsafe try conversion.bigEndian(
            UnsafeRawBufferPointer(bytes), into: UnsafeMutableRawPointer(output))
        } else {
          unsafe try conversion.run(
            UnsafeRawPointer(input), count: 1, into: UnsafeMutableRawPointer(output))
        }
      }
    }
    let bits = storage[0]
    let narrow = Int32(truncatingIfNeeded: bits)
    let wide = Int64(truncatingIfNeeded: bits)
    switch leaf.type {
    case .int32: return .int32(narrow)
    case .date: return .date(CalendarDate(days: narrow))
    case .int64: return .int64(wide)
    case .timestamp: return .timestamp(Timestamp(microseconds: wide))
    case .timestampNTZ: return .timestampNTZ(Timestamp(microseconds: wide))
    case .float: return .float(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
    case .double: return .double(Double(bitPattern: UInt64(truncatingIfNeeded: bits)))
    case .decimal(_, let scale):
      let mantissa = conversion.width == 16 ? Int128(truncatingIfNeeded: bits) : Int128(wide)
      return .decimal(Decimal128(mantissa: mantissa, scale: scale))
    default: return nil
    }
  }
}
