import Columnar

extension ColumnChunkReader {
  /// The next `count` rows of a column without lists or groups above.
  func readBooleans(_ count: Int) throws(ParquetError) -> Column {
    try charge(count)
    let wordCount = Bitmap.wordCount(for: count)
    var words = [UInt64](repeating: 0, count: maximumDefinition > 0 ? wordCount : 0)
    var bits = [UInt64](repeating: 0, count: wordCount)
    try walk(count, &words) { (portion, words) throws(ParquetError) in
      guard portion.present < portion.slots else {
        return try decodeBits(portion.present, into: &bits, at: portion.offset)
      }
      var dense = [UInt64](repeating: 0, count: Bitmap.wordCount(for: portion.present) + 1)
      try decodeBits(portion.present, into: &dense, at: 0)
      // Without a branch on the validity, which would be guessed wrong too often.
      var source = 0
      for bit in portion.offset..<portion.offset + portion.slots {
        let isPresent = words[bit >> 6] >> UInt64(bit & 63) & 1
        let value = dense[source >> 6] >> UInt64(source & 63) & isPresent
        bits[bit >> 6] |= value << UInt64(bit & 63)
        source &+= Int(truncatingIfNeeded: isPresent)
      }
    }
    let validity = maximumDefinition > 0 ? Bitmap(words: words, count: count) : nil
    return Column(leaf.type, .boolean(Bitmap(words: bits, count: count)), validity: validity)
  }

  /// The page's next `count` booleans as a column without nulls.
  func denseBooleans(_ count: Int) throws(ParquetError) -> Column {
    var bits = [UInt64](repeating: 0, count: Bitmap.wordCount(for: count))
    try decodeBits(count, into: &bits, at: 0)
    return Column(leaf.type, .boolean(Bitmap(words: bits, count: count)))
  }

  private func decodeBits(
    _ count: Int, into words: inout [UInt64], at offset: Int
  ) throws(ParquetError) {
    guard count > 0 else { return }
    unsafe try words.withUnsafeMutableBufferPointer { (words) throws(ParquetError) in
      guard let target = words.baseAddress else { return }
      switch values {
      case .bits(let range):
        guard count <= range.count else { throw missing(count - range.count) }
        unsafe try withPage { (page) throws(ParquetError) in
          _ = unsafe BitCopy.copy(
            page, from: range.lowerBound, count: count, into: target, at: offset)
        }
        values = .bits(range.lowerBound + count..<range.upperBound)
      case .runs(var runs):
        _ = unsafe try withPage { (page) throws(ParquetError) in
          unsafe try runs.decodeBits(page, into: target, at: offset, count: count)
        }
        values = .runs(runs)
      default: throw missing(count)
      }
    }
  }
}
