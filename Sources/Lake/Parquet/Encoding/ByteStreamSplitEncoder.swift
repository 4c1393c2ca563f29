/// BYTE_STREAM_SPLIT (Encodings.md): byte *k* of every value, one stream after the other.
///
/// The streams of signs and exponents compress where interleaved values do not.
package enum ByteStreamSplitEncoder {
  package static func encode<Value: BitwiseCopyable>(_ values: Span<Value>, into sink: ByteSink) {
    unsafe values.withUnsafeBufferPointer { buffer in
      unsafe encode(
        UnsafeRawBufferPointer(buffer), width: MemoryLayout<Value>.size, count: buffer.count,
        into: sink)
    }
  }

  // Safe: `bytes` holds `count · width` bytes, and so does the reservation.
  private static func encode(
    _ bytes: UnsafeRawBufferPointer, width: Int, count: Int, into sink: ByteSink
  ) {
    guard let source = bytes.baseAddress, count > 0 else { return }
    let target = unsafe sink.reserve(count * width)
    for stream in 0..<width {
      let output = unsafe target + stream * count
      for index in 0..<count {
        let byte = unsafe source.load(fromByteOffset: index &* width &+ stream, as: UInt8.self)
        unsafe output.storeBytes(of: byte, toByteOffset: index, as: UInt8.self)
      }
    }
    sink.advance(count * width)
  }
}
