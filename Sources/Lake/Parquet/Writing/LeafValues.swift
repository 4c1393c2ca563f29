import Columnar

/// The present values of a leaf column in one row group, nulls left out.
enum LeafValues {
  /// One byte a value, 0 or 1.
  case boolean([UInt8])
  case int32([Int32])
  case int64([Int64])
  case int128([Int128])
  case float([Float])
  case double([Double])
  case string([StringSegment])

  var count: Int {
    switch self {
    case .boolean(let values): values.count
    case .int32(let values): values.count
    case .int64(let values): values.count
    case .int128(let values): values.count
    case .float(let values): values.count
    case .double(let values): values.count
    case .string(let segments): segments.reduce(0) { $0 + $1.count }
    }
  }

  /// The values of all parts, of which none has a null, stored as `physicalType`.
  ///
  /// - Throws: `.invalidInput` when a decimal of at most 9 digits does not fit 32 bits.
  init(_ parts: [Column], as physicalType: PhysicalType) throws(ParquetError) {
    switch parts.first?.storage ?? .int32([]) {
    case .boolean: self = .boolean(joined(parts.compactMap { $0.storage.boolean?.bytes }))
    case .int32: self = .int32(joined(parts.compactMap(\.storage.int32)))
    case .int64:
      let values = joined(parts.compactMap(\.storage.int64))
      self = physicalType == .int32 ? .int32(try narrowed(values)) : .int64(values)
    case .int128: self = .int128(joined(parts.compactMap(\.storage.int128)))
    case .float: self = .float(joined(parts.compactMap(\.storage.float)))
    case .double: self = .double(joined(parts.compactMap(\.storage.double)))
    case .string:
      self = .string(
        parts.compactMap(\.storage.string).map { StringSegment(values: $0.values, codes: $0.codes) }
      )
    case .list, .structure:
      throw ParquetError(.invalidInput, "expected a column that is not nested")
    }
  }

  /// For the observer of the writer; nil when the values are no numbers.
  var numbers: ColumnStorage? {
    switch self {
    case .int32(let values): .int32(values)
    case .int64(let values): .int64(values)
    case .int128(let values): .int128(values)
    case .float(let values): .float(values)
    case .double(let values): .double(values)
    case .boolean, .string: nil
    }
  }
}

/// All parts one after the other; a single one is not copied.
private func joined<Element: BitwiseCopyable>(_ parts: [[Element]]) -> [Element] {
  if parts.count == 1 { return parts[0] }
  var result: [Element] = []
  result.reserveCapacity(parts.reduce(0) { $0 + $1.count })
  for part in parts { result.append(contentsOf: part) }
  return result
}

private func narrowed(_ values: [Int64]) throws(ParquetError) -> [Int32] {
  var outside: Int64 = 0
  let result = unsafe [Int32](unsafeUninitializedCapacity: values.count) { output, initialized in
    for (index, value) in values.enumerated() {
      let narrow = Int32(truncatingIfNeeded: value)
      outside |= Int64(narrow) ^ value
      unsafe output[index] = narrow
    }
    initialized = values.count
  }
  guard outside == 0 else {
    throw ParquetError(
      .invalidInput, "a decimal of at most 9 digits must fit 32 bits, found a larger mantissa")
  }
  return result
}

extension Bitmap {
  /// One byte a bit.
  var bytes: [UInt8] {
    unsafe [UInt8](unsafeUninitializedCapacity: count) { output, initialized in
      var index = 0
      for word in words {
        let end = min(index + 64, count)
        var rest = word
        while index < end {
          unsafe output[index] = UInt8(truncatingIfNeeded: rest & 1)
          rest &>>= 1
          index &+= 1
        }
      }
      initialized = count
    }
  }
}
