/// Bits moved and set by the word, least significant first.
enum BitCopy {
  /// Copies `count` bits from bit `from` of `source` to bit `at` of `words`; returns how many are 1.
  ///
  /// - Precondition: the target bits are 0, and eight readable bytes follow the source.
  static func copy(
    _ source: UnsafeRawPointer, from: Int, count: Int, into words: UnsafeMutablePointer<UInt64>,
    at offset: Int
  ) -> Int {
    var ones = 0
    var done = 0
    while done < count {
      let bit = from + done
      // 57 bits are what one unaligned load is sure to give.
      let taken = min(count - done, 56)
      let word = unsafe UInt64(
        littleEndian: source.loadUnaligned(fromByteOffset: bit >> 3, as: UInt64.self))
      let bits = word >> UInt64(bit & 7) & ((1 << UInt64(taken)) - 1)
      ones += bits.nonzeroBitCount
      let target = offset + done
      let shift = UInt64(target & 63)
      unsafe words[target >> 6] |= bits << shift
      if Int(shift) + taken > 64 { unsafe words[target >> 6 + 1] |= bits >> (64 - shift) }
      done += taken
    }
    return ones
  }

  static func setOnes(_ words: UnsafeMutablePointer<UInt64>, at offset: Int, count: Int) {
    var position = offset
    let end = offset + count
    while position < end {
      let shift = position & 63
      let taken = min(64 - shift, end - position)
      let ones = taken == 64 ? UInt64.max : ((1 << UInt64(taken)) - 1) << UInt64(shift)
      unsafe words[position >> 6] |= ones
      position += taken
    }
  }
}
