import CZlib

/// One zlib decompression state that reads gzip and zlib headers alike.
@safe final class Inflater {
  // The library keeps a pointer back to the struct, so it needs an address that never changes.
  private let stream: UnsafeMutablePointer<z_stream>

  init() throws(CompressionError) {
    unsafe stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    // 15 bits of window, plus 32: the header says whether it is gzip or zlib.
    let status = unsafe inflateInit2_(
      stream, 47, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else {
      throw CompressionError(.outOfMemory, .gzip)
    }
  }

  deinit {
    unsafe inflateEnd(stream)
    unsafe stream.deinitialize(count: 1)
    unsafe stream.deallocate()
  }

  /// What one step did.
  struct Step {
    var consumed: Int
    var produced: Int
    var isMemberEnd: Bool
  }

  func reset() { _ = unsafe inflateReset(stream) }

  /// Decodes as much as input and room allow, up to the end of a gzip member.
  func step(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws(CompressionError) -> Step {
    let offered = UInt32(clamping: input.count)
    let room = UInt32(clamping: output.count)
    // The library never writes through the input pointer; its C declaration lacks the `const`.
    unsafe stream.pointee.next_in = UnsafeMutablePointer(
      mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
    unsafe stream.pointee.avail_in = offered
    var spare: UInt8 = 0
    let status = unsafe withUnsafeMutablePointer(to: &spare) { spare in
      unsafe stream.pointee.next_out =
        output.baseAddress?.assumingMemoryBound(to: UInt8.self) ?? spare
      unsafe stream.pointee.avail_out = room
      return unsafe inflate(stream, Z_NO_FLUSH)
    }
    let step = unsafe Step(
      consumed: Int(offered - stream.pointee.avail_in),
      produced: Int(room - stream.pointee.avail_out), isMemberEnd: status == Z_STREAM_END)
    switch status {
    case Z_OK, Z_STREAM_END, Z_BUF_ERROR: return step
    case Z_MEM_ERROR: throw CompressionError(.outOfMemory, .gzip)
    default:
      let text = unsafe stream.pointee.msg.map { unsafe String(cString: $0) } ?? "status \(status)"
      throw CompressionError(.damaged, .gzip, text)
    }
  }

  /// All members of `input`, one after the other, to exactly fill `output`.
  func inflateAll(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws(CompressionError) {
    reset()
    var position = 0
    var filled = 0
    var isInsideMember = true
    while isInsideMember || position < input.count {
      if !isInsideMember { reset() }
      let step = unsafe try step(
        UnsafeRawBufferPointer(rebasing: input[position...]),
        into: UnsafeMutableRawBufferPointer(rebasing: output[filled...]))
      position += step.consumed
      filled += step.produced
      isInsideMember = !step.isMemberEnd
      if step.consumed == 0, step.produced == 0, !step.isMemberEnd {
        if position == input.count { throw CompressionError(.truncated, .gzip) }
        throw CompressionError(
          .wrongSize(expected: output.count, found: filled), .gzip, "more data follows")
      }
    }
    guard filled == output.count else {
      throw CompressionError(.wrongSize(expected: output.count, found: filled), .gzip)
    }
  }
}
