/// DELTA_BINARY_PACKED (Encodings.md, "Delta Encoding"): integers as bit-packed differences.
///
/// ```
/// header := block size, miniblocks a block, count as ULEB128; first value as zigzag ULEB128
/// block  := smallest delta as zigzag ULEB128; one width byte a miniblock; packed miniblocks
/// ```
/// Blocks of 128 values in 4 miniblocks of 32. Differences wrap in the width of the type, so a
/// 32-bit column never needs more than 32 bits a value.
package enum DeltaBinaryPackedEncoder {
  private static let blockSize = 128
  private static let miniblocks = 4
  private static let miniblockSize = 32

  package static func encode<Value: FixedWidthInteger & SignedInteger & BitwiseCopyable>(
    _ values: Span<Value>, into sink: ByteSink
  ) where Value.Magnitude: BitwiseCopyable {
    unsafe values.withUnsafeBufferPointer { unsafe encodeBody($0, into: sink) }
  }

  // Safe: the two scratch arrays hold one block, and a block reserves its largest size.
  private static func encodeBody<Value: FixedWidthInteger & SignedInteger & BitwiseCopyable>(
    _ values: UnsafeBufferPointer<Value>, into sink: ByteSink
  ) where Value.Magnitude: BitwiseCopyable {
    let count = values.count
    sink.append(varint: UInt64(blockSize))
    sink.append(varint: UInt64(miniblocks))
    sink.append(varint: UInt64(count))
    sink.append(zigzag: count > 0 ? unsafe Int64(values[0]) : 0)
    guard count > 1, let base = values.baseAddress else { return }
    unsafe withUnsafeTemporaryAllocation(of: Value.self, capacity: blockSize) { deltas in
      guard let scratch = deltas.baseAddress else { return }
      var position = 1
      while position < count {
        let length = min(blockSize, count &- position)
        unsafe encodeBlock(base + position, count: length, deltas: scratch, into: sink)
        position &+= length
      }
    }
  }

  /// One block of `count` values; `values[-1]` is the value before it.
  @inline(__always)
  private static func encodeBlock<Value: FixedWidthInteger & SignedInteger & BitwiseCopyable>(
    _ values: UnsafePointer<Value>, count: Int, deltas: UnsafeMutablePointer<Value>,
    into sink: ByteSink
  ) {
    var smallest = Value.max
    for index in 0..<count {
      let delta = unsafe values[index] &- values[index &- 1]
      unsafe deltas[index] = delta
      smallest = min(smallest, delta)
    }
    // Padding counts as the smallest delta and packs to zero bits.
    for index in count..<max(count, blockSize) { unsafe deltas[index] = smallest }
    sink.append(zigzag: Int64(smallest))

    let target = unsafe sink.reserve(miniblocks + blockSize * MemoryLayout<Value>.size)
    var offset = miniblocks
    for miniblock in 0..<miniblocks {
      let part = unsafe deltas + miniblock &* miniblockSize
      var union: Value.Magnitude = 0
      unsafe part.withMemoryRebound(to: Value.Magnitude.self, capacity: miniblockSize) { packed in
        for index in 0..<miniblockSize {
          let value = unsafe packed[index] &- Value.Magnitude(truncatingIfNeeded: smallest)
          unsafe packed[index] = value
          union |= value
        }
        let width =
          miniblock &* miniblockSize < count
          ? Value.Magnitude.bitWidth &- union.leadingZeroBitCount : 0
        unsafe target.storeBytes(
          of: UInt8(truncatingIfNeeded: width), toByteOffset: miniblock, as: UInt8.self)
        unsafe BitPackingEncoder.pack(
          packed, count: miniblockSize, width: width, to: target + offset)
        offset &+= width &* (miniblockSize / 8)
      }
    }
    sink.advance(offset)
  }
}
