/// Decodes runs of repeated and of bit-packed numbers: levels, dictionary indices, booleans.
///
/// Holds positions into a page; the page's bytes are handed to each call. A run that claims more than
/// the bytes hold is cut to what is there, and running out is an error.
struct HybridDecoder {
  private var position: Int
  private let end: Int
  private let width: Int
  private var runLeft = 0
  private var isPacked = false
  private var repeated: Int32 = 0
  private var packedStart = 0
  private var packedIndex = 0

  /// - Parameter width: Bits a value, at most 32.
  init(position: Int, end: Int, width: Int) {
    self.position = position
    self.end = end
    self.width = width
  }

  /// The next `count` values.
  ///
  /// - Precondition: `page` is valid up to `end` and for eight bytes behind it.
  mutating func decode(
    _ page: UnsafeRawPointer, into output: UnsafeMutablePointer<Int32>, count: Int
  ) throws(ParquetError) {
    var done = 0
    while done < count {
      if runLeft == 0 { unsafe try nextRun(page) }
      let taken = min(runLeft, count - done)
      if isPacked {
        unsafe BitUnpacking.run(
          page + packedStart, width: width, first: packedIndex, count: taken, into: output + done)
        packedIndex += taken
      } else {
        unsafe (output + done).update(repeating: repeated, count: taken)
      }
      runLeft -= taken
      done += taken
    }
  }

  /// The next `count` values of width 1, as bits `offset…` of `words`; returns how many are 1.
  ///
  /// - Precondition: the bits are 0 before, and the width is 1.
  mutating func decodeBits(
    _ page: UnsafeRawPointer, into words: UnsafeMutablePointer<UInt64>, at offset: Int, count: Int
  ) throws(ParquetError) -> Int {
    var done = 0
    var ones = 0
    while done < count {
      if runLeft == 0 { unsafe try nextRun(page) }
      let taken = min(runLeft, count - done)
      if isPacked {
        unsafe ones += BitCopy.copy(
          page + packedStart, from: packedIndex, count: taken, into: words, at: offset + done)
        packedIndex += taken
      } else if repeated != 0 {
        unsafe BitCopy.setOnes(words, at: offset + done, count: taken)
        ones += taken
      }
      runLeft -= taken
      done += taken
    }
    return ones
  }

  private mutating func nextRun(_ page: UnsafeRawPointer) throws(ParquetError) {
    while runLeft == 0 {
      let header = unsafe try varint(page)
      if header & 1 == 1 {
        let groups = Int(header >> 1)
        let bytesLeft = end - position
        packedStart = position
        packedIndex = 0
        isPacked = true
        // The last run may be cut short by its writer: what is there counts.
        if width == 0 {
          runLeft = groups * 8
        } else {
          let bytes = min(groups * width, bytesLeft)
          runLeft = bytes == groups * width ? groups * 8 : bytes * 8 / width
          position += bytes
        }
      } else {
        isPacked = false
        runLeft = Int(header >> 1)
        let bytes = (width + 7) / 8
        guard end - position >= bytes else { throw exhausted() }
        var value: UInt32 = 0
        for index in 0..<bytes {
          unsafe value |=
            UInt32(page.load(fromByteOffset: position + index, as: UInt8.self))
            << UInt32(8 * index)
        }
        guard width == 32 || value >> UInt32(width) == 0 else {
          throw .damaged("run of the value \(value), which needs more than \(width) bits")
        }
        repeated = Int32(truncatingIfNeeded: value)
        position += bytes
      }
    }
  }

  private mutating func varint(_ page: UnsafeRawPointer) throws(ParquetError) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 35, by: 7) {
      guard position < end else { throw exhausted() }
      let byte = unsafe page.load(fromByteOffset: position, as: UInt8.self)
      position += 1
      value |= UInt64(byte & 127) << shift
      if byte < 128 { return value }
    }
    throw .damaged("run length of more than 35 bits")
  }

  private func exhausted() -> ParquetError {
    .damaged("runs of levels or indices end before all values of the page were read")
  }
}
