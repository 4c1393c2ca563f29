/// Definition or repetition levels of one page.
enum LevelDecoder {
  /// The column has no such levels: all are 0.
  case zero
  case hybrid(HybridDecoder)
  case bitPacked(BitPackedLevels)

  static func width(for maximum: Int) -> Int { Int.bitWidth - maximum.leadingZeroBitCount }

  /// The next `count` levels, each checked to be at most `maximum`.
  mutating func decode(
    _ page: UnsafeRawPointer, maximum: Int, into output: UnsafeMutablePointer<Int32>, count: Int
  ) throws(ParquetError) {
    switch self {
    case .zero: unsafe output.update(repeating: 0, count: count)
    case .hybrid(var decoder):
      unsafe try decoder.decode(page, into: output, count: count)
      self = .hybrid(decoder)
    case .bitPacked(var decoder):
      unsafe try decoder.decode(page, into: output, count: count)
      self = .bitPacked(decoder)
    }
    var largest: Int32 = 0
    for index in 0..<count { largest = unsafe max(largest, output[index]) }
    guard largest <= Int32(maximum) else {
      throw .damaged("level \(largest), where the schema allows up to \(maximum)")
    }
  }

  /// The next `count` levels of a column whose largest is 1, as bits; returns how many are 1.
  mutating func decodeBits(
    _ page: UnsafeRawPointer, into words: UnsafeMutablePointer<UInt64>, at offset: Int, count: Int
  ) throws(ParquetError) -> Int {
    switch self {
    case .zero: return 0
    case .hybrid(var decoder):
      let ones = unsafe try decoder.decodeBits(page, into: words, at: offset, count: count)
      self = .hybrid(decoder)
      return ones
    case .bitPacked(var decoder):
      var ones = 0
      for index in 0..<count where unsafe try decoder.next(page) != 0 {
        unsafe words[(offset + index) >> 6] |= 1 << UInt64((offset + index) & 63)
        ones += 1
      }
      self = .bitPacked(decoder)
      return ones
    }
  }
}

/// Levels of old files: packed from the most significant bit on, without runs.
struct BitPackedLevels {
  private var bit: Int
  private let endBit: Int
  private let width: Int

  init(position: Int, end: Int, width: Int) {
    bit = position * 8
    endBit = end * 8
    self.width = width
  }

  mutating func next(_ page: UnsafeRawPointer) throws(ParquetError) -> Int32 {
    guard endBit - bit >= width else {
      throw .damaged("bit-packed levels end before all values of the page were read")
    }
    var value: Int32 = 0
    for _ in 0..<width {
      let byte = unsafe page.load(fromByteOffset: bit >> 3, as: UInt8.self)
      value = value << 1 | Int32(byte >> UInt8(7 - bit & 7) & 1)
      bit += 1
    }
    return value
  }

  mutating func decode(
    _ page: UnsafeRawPointer, into output: UnsafeMutablePointer<Int32>, count: Int
  ) throws(ParquetError) {
    for index in 0..<count { unsafe output[index] = try next(page) }
  }
}
