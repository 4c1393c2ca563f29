import Columnar

/// The smallest and the largest value of a page, chunk or file, as the format orders them.
enum Bounds: Sendable {
  /// There is no value, or only NaN.
  case none
  /// Integers, dates, times, decimals by mantissa; booleans as 0 and 1.
  case integers(Int128, Int128)
  /// Floats too; never NaN.
  case doubles(Double, Double)
  /// Compared byte by byte, unsigned.
  case bytes([UInt8], [UInt8])

  mutating func merge(_ other: Bounds) {
    switch (self, other) {
    case (_, .none): break
    case (.none, _): self = other
    case (.integers(let low, let high), .integers(let otherLow, let otherHigh)):
      self = .integers(min(low, otherLow), max(high, otherHigh))
    case (.doubles(let low, let high), .doubles(let otherLow, let otherHigh)):
      self = .doubles(min(low, otherLow), max(high, otherHigh))
    case (.bytes(let low, let high), .bytes(let otherLow, let otherHigh)):
      self = .bytes(
        otherLow.lexicographicallyPrecedes(low) ? otherLow : low,
        high.lexicographicallyPrecedes(otherHigh) ? otherHigh : high)
    default: preconditionFailure("bounds of one column have one kind")
    }
  }
}

/// Bounds as they are stored: PLAIN bytes, long ones cut.
struct StoredBounds: Sendable {
  var minimum: [UInt8]
  var maximum: [UInt8]
  var isMinimumExact = true
  var isMaximumExact = true

  /// Nil when there are none.
  ///
  /// "If the min is a zero, -0.0 is written, if the max is, +0.0": a reader that compares by bits
  /// must not skip the other zero.
  init?(_ bounds: Bounds, _ leaf: LeafColumn, limit: Int) {
    switch bounds {
    case .none: return nil
    case .integers(let low, let high):
      minimum = StoredBounds.bytes(low, leaf)
      maximum = StoredBounds.bytes(high, leaf)
    case .doubles(let low, let high):
      let (low, high) = Bounds.signedZeros(low, high)
      if leaf.physicalType == .float {
        minimum = littleEndian(Float(low).bitPattern)
        maximum = littleEndian(Float(high).bitPattern)
      } else {
        minimum = littleEndian(low.bitPattern)
        maximum = littleEndian(high.bitPattern)
      }
    case .bytes(let low, let high):
      let isText = leaf.type == .string
      (minimum, isMinimumExact) = TruncatedBound.lower(low, limit: limit, isText: isText)
      (maximum, isMaximumExact) = TruncatedBound.upper(high, limit: limit, isText: isText)
    }
  }

  private static func bytes(_ number: Int128, _ leaf: LeafColumn) -> [UInt8] {
    switch leaf.physicalType {
    case .boolean: [UInt8(truncatingIfNeeded: number)]
    case .int32: littleEndian(Int32(truncatingIfNeeded: number))
    case .fixedLengthByteArray:
      (0..<leaf.byteWidth).reversed().map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
    default: littleEndian(Int64(truncatingIfNeeded: number))
    }
  }
}

extension Bounds {
  static func signedZeros(_ low: Double, _ high: Double) -> (Double, Double) {
    (low == 0 ? -0.0 : low, high == 0 ? 0.0 : high)
  }

  /// The bounds as values of the leaf's type.
  func values(_ leaf: LeafColumn, limit: Int) -> (minimum: Value, maximum: Value)? {
    switch self {
    case .none: return nil
    case .integers(let low, let high):
      return (Bounds.value(low, leaf.type), Bounds.value(high, leaf.type))
    case .doubles(let low, let high):
      let (low, high) = Bounds.signedZeros(low, high)
      return leaf.type == .float
        ? (.float(Float(low)), .float(Float(high))) : (.double(low), .double(high))
    case .bytes(let low, let high):
      let isText = leaf.type == .string
      let lower = TruncatedBound.lower(low, limit: limit, isText: isText).0
      let upper = TruncatedBound.upper(high, limit: limit, isText: isText).0
      return isText
        ? (
          .string(String(decoding: lower, as: UTF8.self)),
          .string(String(decoding: upper, as: UTF8.self))
        )
        : (.binary(lower), .binary(upper))
    }
  }

  private static func value(_ number: Int128, _ type: DataType) -> Value {
    switch type {
    case .boolean: .boolean(number != 0)
    case .int32: .int32(Int32(truncatingIfNeeded: number))
    case .date: .date(CalendarDate(days: Int32(truncatingIfNeeded: number)))
    case .timestamp: .timestamp(Timestamp(microseconds: Int64(truncatingIfNeeded: number)))
    case .timestampNTZ: .timestampNTZ(Timestamp(microseconds: Int64(truncatingIfNeeded: number)))
    case .decimal(_, let scale): .decimal(Decimal128(mantissa: number, scale: scale))
    default: .int64(Int64(truncatingIfNeeded: number))
    }
  }
}

private func littleEndian<Word: FixedWidthInteger>(_ word: Word) -> [UInt8] {
  (0..<Word.bitWidth / 8).map { UInt8(truncatingIfNeeded: word >> Word($0 * 8)) }
}
