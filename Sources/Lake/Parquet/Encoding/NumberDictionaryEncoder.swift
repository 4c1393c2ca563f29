/// Numbers as a dictionary of distinct bit patterns and one code each (RLE_DICTIONARY).
///
/// By bit pattern, so -0.0 and 0.0 stay apart and every NaN keeps its payload.
struct NumberDictionary<Word: FixedWidthInteger & BitwiseCopyable> {
  /// In order of first appearance.
  var distinct: [Word]
  /// One a value.
  var codes: [UInt32]
}

enum NumberDictionaryEncoder {
  /// The dictionary of `values`, nil when there are more than `limit` distinct ones, or when over
  /// half of the first thousands are.
  ///
  /// - Parameter word: An integer as wide as a value.
  static func encode<Value: BitwiseCopyable, Word: FixedWidthInteger & BitwiseCopyable>(
    _ values: Span<Value>, as word: Word.Type, limit: Int
  ) -> NumberDictionary<Word>? {
    precondition(MemoryLayout<Value>.size == MemoryLayout<Word>.size)
    return unsafe values.withUnsafeBufferPointer { buffer in
      unsafe buffer.withMemoryRebound(to: Word.self) { unsafe encodeBody($0, limit: limit) }
    }
  }

  // Safe: slots are masked to the table's size, codes lie below `distinct.count`.
  private static func encodeBody<Word: FixedWidthInteger & BitwiseCopyable>(
    _ values: UnsafeBufferPointer<Word>, limit: Int
  ) -> NumberDictionary<Word>? {
    var distinct: [Word] = []
    var tableBits = 10
    var table = [Int32](repeating: -1, count: 1 << tableBits)
    var exceeded = false
    let codes = unsafe [UInt32](unsafeUninitializedCapacity: values.count) { output, initialized in
      var position = 0
      while position < values.count {
        let end = min(position + 1024, values.count)
        // Grown between stretches only, so that the inner loop keeps its table.
        if (distinct.count + 1024) * 2 > table.count {
          tableBits += 2
          table = rebuilt(distinct, bits: tableBits)
        }
        unsafe table.withUnsafeMutableBufferPointer { slots in
          for index in position..<end {
            let word = unsafe values[index]
            unsafe output[index] = code(of: word, &distinct, slots, bits: tableBits)
          }
        }
        position = end
        if distinct.count > limit || (position >= 16_384 && distinct.count * 2 > position) {
          exceeded = true
          break
        }
      }
      initialized = position
    }
    return exceeded ? nil : NumberDictionary(distinct: distinct, codes: codes)
  }

  @inline(__always)
  private static func code<Word: FixedWidthInteger & BitwiseCopyable>(
    of word: Word, _ distinct: inout [Word], _ slots: UnsafeMutableBufferPointer<Int32>, bits: Int
  ) -> UInt32 {
    let mask = 1 &<< bits &- 1
    var slot = hash(word, bits: bits)
    while true {
      let known = unsafe slots[slot]
      if known < 0 {
        unsafe slots[slot] = Int32(truncatingIfNeeded: distinct.count)
        distinct.append(word)
        return UInt32(truncatingIfNeeded: distinct.count &- 1)
      }
      if distinct[Int(known)] == word { return UInt32(bitPattern: known) }
      slot = (slot &+ 1) & mask
    }
  }

  @inline(__always)
  private static func hash<Word: FixedWidthInteger>(_ word: Word, bits: Int) -> Int {
    let product = (UInt64(truncatingIfNeeded: word) ^ 0x9e37_79b9_7f4a_7c15)
      .multipliedFullWidth(by: 0xa076_1d64_78bd_642f)
    return Int(truncatingIfNeeded: (product.high ^ product.low) &>> UInt64(64 &- bits))
  }

  private static func rebuilt<Word: FixedWidthInteger & BitwiseCopyable>(
    _ distinct: [Word], bits: Int
  ) -> [Int32] {
    var table = [Int32](repeating: -1, count: 1 << bits)
    let mask = 1 << bits - 1
    for (code, word) in distinct.enumerated() {
      var slot = hash(word, bits: bits)
      while table[slot] >= 0 { slot = (slot + 1) & mask }
      table[slot] = Int32(truncatingIfNeeded: code)
    }
    return table
  }
}
