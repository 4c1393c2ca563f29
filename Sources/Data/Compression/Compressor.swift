import CLZ4
import CSnappy
import CZlib
import CZstd
import Glibc

/// Compresses blocks; keeps the libraries' contexts between calls.
///
/// Belongs to one worker: not to be used from two threads at once.
@safe package final class Compressor {
  private var zstdContext: OpaquePointer?

  package init() {}

  deinit { unsafe ZSTD_freeCCtx(zstdContext) }

  /// Appends `input`, compressed, to `output`.
  ///
  /// - Parameter level: zstd −131072…22 (negative: faster, larger; 0 stands for 3), gzip 0…9;
  ///   clamped to the codec's range, ignored by the others.
  package func compress(
    _ codec: CompressionCodec, level: Int = 3, _ input: UnsafeRawBufferPointer,
    appendingTo output: inout [UInt8]
  ) throws(CompressionError) {
    switch codec {
    case .none: unsafe output.append(contentsOf: input)
    case .snappy:
      let bound = snappy_max_compressed_length(input.count)
      unsafe try fill(&output, codec, bound: bound) { target in
        var length = target.count
        let status = unsafe snappy_compress(
          input.baseAddress?.assumingMemoryBound(to: CChar.self), input.count,
          target.baseAddress?.assumingMemoryBound(to: CChar.self), &length)
        return status == SNAPPY_OK ? length : nil
      }
    case .gzip: unsafe try compressGzip(level, input, &output)
    case .zstd: unsafe try compressZstd(level, input, &output)
    case .lz4Raw:
      guard let size = Int32(exactly: input.count), size <= LZ4_MAX_INPUT_SIZE else {
        throw CompressionError(.unsupported, codec, "a block is limited to 2 GiB")
      }
      unsafe try fill(&output, codec, bound: Int(LZ4_compressBound(size))) { target in
        let result = unsafe LZ4_compress_default(
          input.baseAddress?.assumingMemoryBound(to: CChar.self),
          target.baseAddress?.assumingMemoryBound(to: CChar.self), size, Int32(target.count))
        return result > 0 ? Int(result) : nil
      }
    case .lz4Hadoop, .brotli, .lzo: throw CompressionError(.unsupported, codec, "for writing")
    }
  }

  package func compress(
    _ codec: CompressionCodec, level: Int = 3, _ input: [UInt8]
  ) throws(CompressionError) -> [UInt8] {
    var output: [UInt8] = []
    var failure: CompressionError?
    unsafe input.withUnsafeBytes { source in
      do throws(CompressionError) {
        unsafe try compress(codec, level: level, source, appendingTo: &output)
      } catch { failure = error }
    }
    if let failure { throw failure }
    return output
  }

  private func compressZstd(
    _ level: Int, _ input: UnsafeRawBufferPointer, _ output: inout [UInt8]
  ) throws(CompressionError) {
    if unsafe zstdContext == nil { unsafe zstdContext = ZSTD_createCCtx() }
    guard let context = unsafe zstdContext else { throw CompressionError(.outOfMemory, .zstd) }
    let level = min(max(level, Int(ZSTD_minCLevel())), Int(ZSTD_maxCLevel()))
    unsafe try fill(&output, .zstd, bound: ZSTD_compressBound(input.count)) { target in
      let result = unsafe ZSTD_compressCCtx(
        context, target.baseAddress, target.count, input.baseAddress, input.count, Int32(level))
      return ZSTD_isError(result) == 0 ? result : nil
    }
  }

  private func compressGzip(
    _ level: Int, _ input: UnsafeRawBufferPointer, _ output: inout [UInt8]
  ) throws(CompressionError) {
    guard let size = UInt32(exactly: input.count) else {
      throw CompressionError(.unsupported, .gzip, "a block is limited to 4 GiB")
    }
    var stream = unsafe z_stream()
    // 15 bits of window, plus 16: with a gzip header and trailer.
    let status = unsafe deflateInit2_(
      &stream, Int32(min(max(level, 0), 9)), Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else { throw CompressionError(.outOfMemory, .gzip) }
    defer { unsafe deflateEnd(&stream) }
    let bound = unsafe Int(deflateBound(&stream, UInt(size)))
    unsafe try fill(&output, .gzip, bound: bound) { target in
      // The library never writes through the input pointer; its C declaration lacks the `const`.
      unsafe stream.next_in = UnsafeMutablePointer(
        mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
      unsafe stream.avail_in = size
      unsafe stream.next_out = target.baseAddress?.assumingMemoryBound(to: UInt8.self)
      unsafe stream.avail_out = UInt32(clamping: target.count)
      guard unsafe deflate(&stream, Z_FINISH) == Z_STREAM_END else { return nil }
      return unsafe Int(UInt32(clamping: target.count) - stream.avail_out)
    }
  }

  /// Grows `output` by what `write` puts into up to `bound` bytes behind its end.
  private func fill(
    _ output: inout [UInt8], _ codec: CompressionCodec, bound: Int,
    _ write: (UnsafeMutableRawBufferPointer) -> Int?
  ) throws(CompressionError) {
    let start = output.count
    output.append(contentsOf: repeatElement(0, count: bound))
    let written = unsafe output.withUnsafeMutableBytes { whole in
      unsafe write(UnsafeMutableRawBufferPointer(rebasing: whole[start...]))
    }
    output.removeLast(bound - (written ?? 0))
    if written == nil { throw CompressionError(.damaged, codec, "the compressor failed") }
  }
}
