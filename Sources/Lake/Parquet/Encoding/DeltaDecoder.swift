/// Decodes DELTA_BINARY_PACKED: blocks of miniblocks of bit-packed differences.
///
/// Sums wrap around, as the format wants. Holds positions into a page; the page's bytes are handed to
/// each call and must be readable for eight bytes behind `end`.
struct DeltaDecoder {
  private var position: Int
  private let end: Int
  private let miniblockSize: Int
  private let miniblockCount: Int
  /// Values not yet given out.
  private(set) var left: Int
  private var last: UInt64
  private var isFirst = true
  private var step: UInt64 = 0
  private var widthsAt = 0
  private var miniblock: Int
  private var miniblockLeft = 0
  private var miniblockUsed = 0
  private var miniblockStart = 0
  private var width = 0

  init(_ page: UnsafeRawPointer, position: Int, end: Int) throws(ParquetError) {
    var cursor = position
    let blockSize = unsafe try DeltaDecoder.varint(page, &cursor, end)
    let miniblocks = unsafe try DeltaDecoder.varint(page, &cursor, end)
    let count = unsafe try DeltaDecoder.varint(page, &cursor, end)
    let first = unsafe try DeltaDecoder.varint(page, &cursor, end)
    guard blockSize > 0, blockSize <= 1 << 30, miniblocks > 0, blockSize % miniblocks == 0,
      blockSize / miniblocks % 8 == 0
    else {
      throw .damaged(
        "delta blocks of \(blockSize) values in \(miniblocks) miniblocks, expected miniblocks of a"
          + " multiple of 8 values", offset: position)
    }
    guard count <= UInt64(Int32.max) else {
      throw .damaged("delta encoding of \(count) values in one page", offset: position)
    }
    miniblockCount = Int(miniblocks)
    miniblockSize = Int(blockSize / miniblocks)
    left = Int(count)
    last = DeltaDecoder.unzigzag(first)
    miniblock = miniblockCount
    self.position = cursor
    self.end = end
  }

  /// The next `count` values, truncated to the element's width.
  mutating func decode<Element: FixedWidthInteger>(
    _ page: UnsafeRawPointer, into output: UnsafeMutablePointer<Element>, count: Int
  ) throws(ParquetError) {
    guard count <= left else {
      throw .damaged("delta encoding holds \(left) more values, expected \(count)")
    }
    guard count > 0 else { return }
    var done = 0
    if isFirst {
      unsafe output[0] = Element(truncatingIfNeeded: last)
      isFirst = false
      left -= 1
      done = 1
    }
    while done < count {
      if miniblockLeft == 0 { unsafe try nextMiniblock(page) }
      let taken = min(miniblockLeft, count - done)
      unsafe last = BitUnpacking.sum(
        page + miniblockStart, width: width, first: miniblockUsed, count: taken, from: last,
        step: step, into: output + done)
      miniblockUsed += taken
      miniblockLeft -= taken
      left -= taken
      done += taken
    }
  }

  /// The position behind the last block, found without decoding values.
  ///
  /// - Precondition: nothing has been decoded.
  func endPosition(_ page: UnsafeRawPointer) throws(ParquetError) -> Int {
    var copy = self
    if copy.left > 0 { copy.left -= 1 }
    while copy.left > 0 {
      unsafe try copy.nextMiniblock(page)
      copy.left -= copy.miniblockLeft
    }
    // Data behind the lengths starts after whole miniblocks, however few values the last one has.
    return copy.position
  }

  private mutating func nextMiniblock(_ page: UnsafeRawPointer) throws(ParquetError) {
    miniblock += 1
    if miniblock >= miniblockCount {
      step = DeltaDecoder.unzigzag(unsafe try DeltaDecoder.varint(page, &position, end))
      guard end - position >= miniblockCount else { throw DeltaDecoder.exhausted(position) }
      widthsAt = position
      position += miniblockCount
      miniblock = 0
    }
    width = unsafe Int(page.load(fromByteOffset: widthsAt + miniblock, as: UInt8.self))
    guard width <= 64 else {
      throw .damaged("delta miniblock of \(width) bits a value", offset: widthsAt + miniblock)
    }
    miniblockLeft = min(miniblockSize, left)
    miniblockUsed = 0
    miniblockStart = position
    guard (miniblockLeft * width + 7) / 8 <= end - position else {
      throw DeltaDecoder.exhausted(position)
    }
    position += min(miniblockSize * width / 8, end - position)
  }

  private static func exhausted(_ position: Int) -> ParquetError {
    .damaged("delta encoding ends before all values of the page were read", offset: position)
  }

  private static func unzigzag(_ raw: UInt64) -> UInt64 { raw >> 1 ^ (0 &- (raw & 1)) }

  private static func varint(
    _ page: UnsafeRawPointer, _ position: inout Int, _ end: Int
  ) throws(ParquetError) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      guard position < end else { throw exhausted(position) }
      let byte = unsafe page.load(fromByteOffset: position, as: UInt8.self)
      position += 1
      guard shift < 63 || byte <= 1 else {
        throw .damaged("delta encoding: number of more than 64 bits", offset: position)
      }
      value |= UInt64(byte & 127) << shift
      if byte < 128 { return value }
      shift += 7
    }
  }
}
