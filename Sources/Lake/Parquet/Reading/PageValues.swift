/// Where the values of a page are, and how far they are decoded.
enum PageValues {
  /// The page has none, or is not there.
  case none
  /// Fixed-width values or byte strings, from the lower bound on.
  case plain(Range<Int>)
  /// Booleans: a range of bits.
  case bits(Range<Int>)
  /// Booleans in runs.
  case runs(HybridDecoder)
  case dictionary(HybridDecoder)
  case delta(DeltaDecoder)
  /// Lengths, and the bytes that follow all lengths.
  case lengths(DeltaDecoder, Range<Int>)
  case prefixed(PrefixedStrings)
  /// Byte *b* of value *i* is at `start + b * count + i`.
  case split(start: Int, count: Int, next: Int)
}

/// Strings of which each repeats the beginning of the one before (DELTA_BYTE_ARRAY).
struct PrefixedStrings {
  var prefixes: DeltaDecoder
  var suffixes: DeltaDecoder
  var bytes: Range<Int>
  var previous: [UInt8] = []
}

extension ColumnChunkReader {
  /// The values of a data page, which lie at `range` of it.
  func pageValues(_ encoding: Encoding, _ range: Range<Int>) throws(ParquetError) -> PageValues {
    // A page of nulls may end behind its levels, whatever its encoding.
    if range.isEmpty { return .none }
    let physical = element.type
    switch (encoding, physical) {
    case (.plain, .boolean): return .bits(range.lowerBound * 8..<range.upperBound * 8)
    case (.plain, _): return .plain(range)
    case (.rle, .boolean): return .runs(try booleanRuns(range))
    case (.rleDictionary, _), (.plainDictionary, _):
      if case .none = dictionary {
        throw .damaged("page of dictionary indices without a dictionary before it")
      }
      let width = unsafe try withPage { (page) throws(ParquetError) -> Int in
        unsafe Int(page.load(fromByteOffset: range.lowerBound, as: UInt8.self))
      }
      guard width <= 32 else { throw .damaged("dictionary indices of \(width) bits") }
      return .dictionary(
        HybridDecoder(position: range.lowerBound + 1, end: range.upperBound, width: width))
    case (.deltaBinaryPacked, .int32), (.deltaBinaryPacked, .int64):
      return .delta(try deltas(range))
    case (.deltaLengthByteArray, .byteArray):
      let lengths = try deltas(range)
      return .lengths(lengths, try end(of: lengths)..<range.upperBound)
    case (.deltaByteArray, .byteArray), (.deltaByteArray, .fixedLengthByteArray):
      let prefixes = try deltas(range)
      let suffixes = try deltas(try end(of: prefixes)..<range.upperBound)
      return .prefixed(
        PrefixedStrings(
          prefixes: prefixes, suffixes: suffixes,
          bytes: try end(of: suffixes)..<range.upperBound))
    case (.byteStreamSplit, .int32), (.byteStreamSplit, .int64), (.byteStreamSplit, .float),
      (.byteStreamSplit, .double), (.byteStreamSplit, .fixedLengthByteArray):
      guard range.count % conversion.storedWidth == 0 else {
        throw .damaged(
          "\(range.count) bytes split into \(conversion.storedWidth) streams of equal length")
      }
      return .split(
        start: range.lowerBound, count: range.count / conversion.storedWidth, next: 0)
    default:
      let type = physical.map { "\($0)" } ?? "group"
      throw .unsupported("encoding \(encoding.name) of physical type \(type)")
    }
  }

  private func booleanRuns(_ range: Range<Int>) throws(ParquetError) -> HybridDecoder {
    guard range.count >= 4 else { throw .damaged("page ends before its booleans") }
    let length = unsafe try withPage { (page) throws(ParquetError) -> Int in
      unsafe Int(
        UInt32(littleEndian: page.loadUnaligned(fromByteOffset: range.lowerBound, as: UInt32.self)))
    }
    guard length <= range.count - 4 else {
      throw .damaged("booleans of \(length) bytes where \(range.count - 4) are left in the page")
    }
    let start = range.lowerBound + 4
    return HybridDecoder(position: start, end: start + length, width: 1)
  }

  private func deltas(_ range: Range<Int>) throws(ParquetError) -> DeltaDecoder {
    unsafe try withPage { (page) throws(ParquetError) in
      unsafe try DeltaDecoder(page, position: range.lowerBound, end: range.upperBound)
    }
  }

  private func end(of deltas: DeltaDecoder) throws(ParquetError) -> Int {
    unsafe try withPage { (page) throws(ParquetError) in unsafe try deltas.endPosition(page) }
  }

  func missing(_ count: Int) -> ParquetError {
    .damaged("page ends before its last \(count) values")
  }
}
