/// PLAIN (Encodings.md): fixed-width values as they lie in memory on a little-endian machine.
package enum PlainEncoder {
  package static func encode<Value: BitwiseCopyable>(
    _ values: Span<Value>, into sink: ByteSink
  ) {
    unsafe values.withUnsafeBufferPointer {
      unsafe sink.append(UnsafeRawBufferPointer($0))
    }
  }

  /// Booleans, one a byte, as one bit each.
  package static func encode(booleans values: Span<UInt8>, into sink: ByteSink) {
    let size = BitPackingEncoder.byteCount(values.count, width: 1)
    let target = unsafe sink.reserve(size)
    unsafe values.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      unsafe BitPackingEncoder.pack(base, count: buffer.count, width: 1, to: target)
    }
    sink.advance(size)
  }

  /// Strings `range`, each behind its length in four bytes.
  package static func encode(_ strings: PackedStrings, _ range: Range<Int>, into sink: ByteSink) {
    let size = strings.byteCount(range) + 4 * range.count
    // Safe: the reservation is the exact sum of what the loop writes.
    unsafe strings.withUnsafeBytes { bytes, offsets in
      var target = unsafe sink.reserve(size)
      for index in range {
        let start = unsafe Int(offsets[index])
        let length = unsafe Int(offsets[index &+ 1]) &- start
        unsafe target.storeBytes(of: UInt32(truncatingIfNeeded: length), as: UInt32.self)
        unsafe (target + 4).copyMemory(from: bytes + start, byteCount: length)
        unsafe target += length &+ 4
      }
    }
    sink.advance(size)
  }
}

extension PlainEncoder {
  /// Mantissas as big-endian two's complement of `width` bytes.
  package static func encode(_ values: Span<Int128>, width: Int, into sink: ByteSink) {
    let target = unsafe sink.reserve(values.count * width)
    var offset = 0
    for index in values.indices {
      let value = values[index]
      for byte in 0..<width {
        let shifted = UInt8(truncatingIfNeeded: value >> ((width &- 1 &- byte) &* 8))
        unsafe target.storeBytes(of: shifted, toByteOffset: offset, as: UInt8.self)
        offset &+= 1
      }
    }
    sink.advance(offset)
  }
}
