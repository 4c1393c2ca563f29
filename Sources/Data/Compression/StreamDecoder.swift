import CZstd

/// Decodes a compressed file piece by piece, in bounded memory: gzip with any number of members, zstd
/// with any number of frames, or uncompressed bytes passed through.
///
/// Loop: `read` until it gives nothing, then `feed` the next piece of the file; after the last piece
/// call `finish`. Belongs to one worker.
@safe package final class StreamDecoder {
  private let codec: CompressionCodec
  private let budget: Int
  private var produced = 0
  private var input: [UInt8] = []
  private var position = 0
  private var inflater: Inflater?
  private let zstdStream: OpaquePointer?
  /// Whether the bytes so far end inside a member or frame.
  private var isInside = false
  private var mayHoldOutput = false

  /// - Parameter outputBudget: More decoded bytes than this in total are refused.
  package init(_ codec: CompressionCodec, outputBudget: Int) throws(CompressionError) {
    self.codec = codec
    budget = outputBudget
    unsafe zstdStream = codec == .zstd ? ZSTD_createDStream() : nil
    switch codec {
    case .none: break
    case .gzip: inflater = try Inflater()
    case .zstd:
      guard unsafe zstdStream != nil else { throw CompressionError(.outOfMemory, codec) }
      // Frames that need a larger window than 128 MiB are refused, as the zstd command does.
      unsafe ZSTD_DCtx_setParameter(zstdStream, ZSTD_d_windowLogMax, 27)
    default: throw CompressionError(.unsupported, codec, "as a file of its own")
    }
  }

  deinit { unsafe ZSTD_freeDStream(zstdStream) }

  /// The next bytes of the file.
  ///
  /// - Precondition: `read` has given nothing since the last piece.
  package func feed(_ bytes: [UInt8]) {
    precondition(position == input.count, "input of a stream decoder fed before it was read")
    input = bytes
    position = 0
  }

  /// Up to `count` decoded bytes; none when the decoder needs more input.
  package func read(upTo count: Int) throws(CompressionError) -> [UInt8] {
    var failure: CompressionError?
    let output = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      do throws(CompressionError) {
        unsafe filled = try fill(UnsafeMutableRawBufferPointer(buffer))
      } catch { failure = error }
    }
    if let failure { throw failure }
    produced += output.count
    guard produced <= budget else { throw CompressionError(.overBudget(limit: budget), codec) }
    return output
  }

  /// To be called after the last piece was read: throws when the file ends too early.
  package func finish() throws(CompressionError) {
    guard position == input.count, !isInside else { throw CompressionError(.truncated, codec) }
  }

  /// The whole of a compressed file.
  package static func decodeAll(
    _ codec: CompressionCodec, _ bytes: [UInt8], outputBudget: Int
  ) throws(CompressionError) -> [UInt8] {
    let decoder = try StreamDecoder(codec, outputBudget: outputBudget)
    decoder.feed(bytes)
    var output: [UInt8] = []
    while true {
      let part = try decoder.read(upTo: 1 << 18)
      if part.isEmpty { break }
      output.append(contentsOf: part)
    }
    try decoder.finish()
    return output
  }

  private func fill(
    _ output: UnsafeMutableRawBufferPointer
  ) throws(CompressionError) -> Int {
    var failure: CompressionError?
    var filled = 0
    let first = position
    unsafe input.withUnsafeBytes { bytes in
      do throws(CompressionError) {
        while filled < output.count, position < bytes.count || mayHoldOutput {
          let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[position...])
          let room = unsafe UnsafeMutableRawBufferPointer(rebasing: output[filled...])
          let (consumed, produced) = unsafe try step(rest, room)
          position += consumed
          filled += produced
          if consumed == 0, produced == 0 { break }
        }
      } catch { failure = error }
    }
    if let failure { throw failure }
    guard filled > 0 || position == input.count else {
      throw CompressionError(.damaged, codec, "no progress at byte \(first) of the piece")
    }
    return filled
  }

  private func step(
    _ rest: UnsafeRawBufferPointer, _ room: UnsafeMutableRawBufferPointer
  ) throws(CompressionError) -> (consumed: Int, produced: Int) {
    if let inflater {
      if !isInside {
        guard unsafe !rest.isEmpty else {
          mayHoldOutput = false
          return (0, 0)
        }
        inflater.reset()
        isInside = true
      }
      let step = unsafe try inflater.step(rest, into: room)
      isInside = !step.isMemberEnd
      mayHoldOutput = isInside && step.produced == room.count
      return (step.consumed, step.produced)
    }
    if let zstdStream = unsafe zstdStream {
      var source = unsafe ZSTD_inBuffer(src: rest.baseAddress, size: rest.count, pos: 0)
      var target = unsafe ZSTD_outBuffer(dst: room.baseAddress, size: room.count, pos: 0)
      let result = unsafe ZSTD_decompressStream(zstdStream, &target, &source)
      guard ZSTD_isError(result) == 0 else {
        throw CompressionError(.damaged, codec, unsafe String(cString: ZSTD_getErrorName(result)))
      }
      unsafe mayHoldOutput = target.pos == target.size
      let progressed = unsafe source.pos > 0 || target.pos > 0
      if progressed { isInside = result != 0 }
      return unsafe (source.pos, target.pos)
    }
    let count = min(rest.count, room.count)
    if count > 0 {
      unsafe room.copyMemory(from: UnsafeRawBufferPointer(rebasing: rest[..<count]))
    }
    return (count, count)
  }
}
