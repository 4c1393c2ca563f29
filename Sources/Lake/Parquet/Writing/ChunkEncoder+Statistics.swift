extension ChunkEncoder {
  /// Bounds and null counts of the chunk and, as column index, of its pages.
  func addStatistics(to chunk: inout EncodedChunk, _ source: PageSource, _ pages: [PageRange]) {
    var index = ColumnIndex(isNullPage: [], minValues: [], maxValues: [], boundaryOrder: 0)
    var nullCounts: [Int64] = []
    var isComplete = true
    var stored: [StoredBounds] = []
    for page in pages {
      let (bounds, nanCount) = source.bounds(page.values)
      chunk.bounds.merge(bounds)
      chunk.nanCount += nanCount
      nullCounts.append(Int64(page.entries.count - page.values.count))
      index.isNullPage.append(page.values.isEmpty)
      let own = StoredBounds(bounds, leaf, limit: options.boundBytes)
      if own == nil, !page.values.isEmpty { isComplete = false }
      index.minValues.append(own?.minimum ?? [])
      index.maxValues.append(own?.maximum ?? [])
      if let own { stored.append(own) }
    }
    index.nullCounts = nullCounts
    index.boundaryOrder = BoundaryOrder.of(stored, leaf).rawValue
    if isComplete, !pages.isEmpty { chunk.columnIndex = index }
    let nulls = nullCounts.reduce(0, +)
    let whole = StoredBounds(chunk.bounds, leaf, limit: options.boundBytes)
    chunk.metaData.statistics = Statistics(
      nullCount: nulls, maxValue: whole?.maximum, minValue: whole?.minimum,
      isMaxValueExact: whole?.isMaximumExact, isMinValueExact: whole?.isMinimumExact)
  }
}

/// Whether the bounds of the pages rise or fall from one to the next.
enum BoundaryOrder: Int32 {
  case unordered = 0
  case ascending = 1
  case descending = 2

  static func of(_ pages: [StoredBounds], _ leaf: LeafColumn) -> BoundaryOrder {
    var isAscending = true
    var isDescending = true
    for (before, after) in zip(pages, pages.dropFirst()) {
      for (left, right) in [(before.minimum, after.minimum), (before.maximum, after.maximum)] {
        let order = compare(left, right, leaf)
        if order > 0 { isAscending = false }
        if order < 0 { isDescending = false }
      }
    }
    return isAscending ? .ascending : (isDescending ? .descending : .unordered)
  }

  /// -1, 0 or 1, in the order of the leaf's type.
  private static func compare(_ left: [UInt8], _ right: [UInt8], _ leaf: LeafColumn) -> Int {
    switch leaf.physicalType {
    case .byteArray, .boolean:
      return left == right ? 0 : (left.lexicographicallyPrecedes(right) ? -1 : 1)
    case .float:
      let (first, second) = (
        Float(bitPattern: UInt32(truncatingIfNeeded: littleEndian(left))),
        Float(bitPattern: UInt32(truncatingIfNeeded: littleEndian(right)))
      )
      return first == second ? 0 : (first < second ? -1 : 1)
    case .double:
      let (first, second) = (
        Double(bitPattern: UInt64(truncatingIfNeeded: littleEndian(left))),
        Double(bitPattern: UInt64(truncatingIfNeeded: littleEndian(right)))
      )
      return first == second ? 0 : (first < second ? -1 : 1)
    case .fixedLengthByteArray:
      return Int((littleEndian(left.reversed()) - littleEndian(right.reversed())).signum())
    case .int32, .int64, .int96:
      return Int((littleEndian(left) - littleEndian(right)).signum())
    }
  }

  /// A signed number, least significant byte first.
  private static func littleEndian(_ bytes: [UInt8]) -> Int128 {
    var number: Int128 = (bytes.last ?? 0) & 0x80 == 0 ? 0 : -1
    for byte in bytes.reversed() { number = number << 8 | Int128(byte) }
    return number
  }
}
