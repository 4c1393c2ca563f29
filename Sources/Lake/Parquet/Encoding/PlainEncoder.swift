/// PLAIN (Encodings.md): fixed-width values as they lie in memory on a little-endian machine.
enum PlainEncoder {
  static func encode(_ values: Span<Int32>, into sink: ByteSink) { encodeBytes(values, sink) }
  static func encode(_ values: Span<Int64>, into sink: ByteSink) { encodeBytes(values, sink) }
  static func encode(_ values: Span<Float>, into sink: ByteSink) { encodeBytes(values, sink) }
  static func encode(_ values: Span<Double>, into sink: ByteSink) { encodeBytes(values, sink) }

  /// Booleans, one a byte, as one bit each.
  static func encode(booleans values: Span<UInt8>, into sink: ByteSink) {
    let size = BitPackingEncoder.byteCount(values.count, width: 1)
    let target = unsafe sink.reserve(size)
    unsafe values.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      unsafe BitPackingEncoder.pack(base, count: buffer.count, width: 1, to: target)
    }
    sink.advance(size)
  }

  /// Strings `range`, each behind its length in four bytes.
  static func encode(_ strings: PackedStrings, _ range: Range<Int>, into sink: ByteSink) {
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

  private static func encodeBytes<Value: BitwiseCopyable>(
    _ values: Span<Value>, _ sink: ByteSink
  ) {
    unsafe values.withUnsafeBufferPointer {
      unsafe sink.append(UnsafeRawBufferPointer($0))
    }
  }
}
