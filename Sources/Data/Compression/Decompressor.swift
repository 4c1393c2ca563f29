import CLZ4
import CSnappy
import CZlib
import CZstd
import Glibc

/// Decompresses blocks whose decompressed size is known, as pages of Parquet files are.
///
/// Keeps the libraries' contexts between calls, which halves the time of small zstd blocks. Belongs to
/// one worker: not to be used from two threads at once.
@safe package final class Decompressor {
  private var zstdContext: OpaquePointer?
  private var inflater: Inflater?

  package init() {}

  deinit { unsafe ZSTD_freeDCtx(zstdContext) }

  /// Decompresses all of `input` to exactly fill `output`; otherwise throws, with `output` in any
  /// state.
  ///
  /// `input` and `output` must not overlap.
  package func decompress(
    _ codec: CompressionCodec, _ input: UnsafeRawBufferPointer,
    into output: UnsafeMutableRawBufferPointer
  ) throws(CompressionError) {
    switch codec {
    case .none:
      guard input.count == output.count else {
        throw CompressionError(.wrongSize(expected: output.count, found: input.count), codec)
      }
      if unsafe !input.isEmpty { unsafe output.copyMemory(from: input) }
    case .snappy: unsafe try decompressSnappy(input, into: output)
    case .gzip: unsafe try decompressGzip(input, into: output)
    case .zstd: unsafe try decompressZstd(input, into: output)
    case .lz4Raw: unsafe try decompressLZ4(input, into: output)
    case .lz4Hadoop: unsafe try decompressHadoop(input, into: output)
    case .brotli, .lzo: throw CompressionError(.unsupported, codec)
    }
  }

  /// All of `input` decompressed to `size` bytes.
  package func decompress(
    _ codec: CompressionCodec, _ input: [UInt8], size: Int
  ) throws(CompressionError) -> [UInt8] {
    var output = [UInt8](repeating: 0, count: size)
    var failure: CompressionError?
    unsafe input.withUnsafeBytes { source in
      unsafe output.withUnsafeMutableBytes { target in
        do throws(CompressionError) {
          unsafe try decompress(codec, source, into: target)
        } catch { failure = error }
      }
    }
    if let failure { throw failure }
    return output
  }

  private func decompressSnappy(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws(CompressionError) {
    var length = 0
    let source = unsafe input.baseAddress?.assumingMemoryBound(to: CChar.self)
    guard unsafe snappy_uncompressed_length(source, input.count, &length) == SNAPPY_OK else {
      throw CompressionError(.damaged, .snappy, "no length")
    }
    // The library writes what the header says, so the header has to agree first.
    guard length == output.count else {
      throw CompressionError(.wrongSize(expected: output.count, found: length), .snappy)
    }
    if length == 0 { return }
    let target = unsafe output.baseAddress?.assumingMemoryBound(to: CChar.self)
    guard unsafe snappy_uncompress(source, input.count, target, &length) == SNAPPY_OK else {
      throw CompressionError(.damaged, .snappy)
    }
  }

  private func decompressGzip(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws(CompressionError) {
    if inflater == nil { inflater = try Inflater() }
    guard let inflater else { throw CompressionError(.outOfMemory, .gzip) }
    unsafe try inflater.inflateAll(input, into: output)
  }

  private func decompressZstd(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws(CompressionError) {
    if unsafe zstdContext == nil { unsafe zstdContext = ZSTD_createDCtx() }
    guard let context = unsafe zstdContext else { throw CompressionError(.outOfMemory, .zstd) }
    let result = unsafe ZSTD_decompressDCtx(
      context, output.baseAddress, output.count, input.baseAddress, input.count)
    guard ZSTD_isError(result) == 0 else {
      throw CompressionError(.damaged, .zstd, unsafe String(cString: ZSTD_getErrorName(result)))
    }
    guard result == output.count else {
      throw CompressionError(.wrongSize(expected: output.count, found: result), .zstd)
    }
  }

  private func decompressLZ4(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws(CompressionError) {
    guard let inputSize = Int32(exactly: input.count), let size = Int32(exactly: output.count)
    else { throw CompressionError(.damaged, .lz4Raw, "a block is limited to 2 GiB") }
    if inputSize == 0, size == 0 { return }
    // The library wants a place to write even when nothing is expected.
    var nothing: CChar = 0
    let result = unsafe withUnsafeMutablePointer(to: &nothing) { spare in
      unsafe LZ4_decompress_safe(
        input.baseAddress?.assumingMemoryBound(to: CChar.self),
        output.baseAddress?.assumingMemoryBound(to: CChar.self) ?? spare, inputSize, size)
    }
    guard result >= 0 else { throw CompressionError(.damaged, .lz4Raw) }
    guard result == size else {
      throw CompressionError(.wrongSize(expected: output.count, found: Int(result)), .lz4Raw)
    }
  }

  /// Hadoop's frames: big-endian decompressed and compressed size, then the block; else one block.
  private func decompressHadoop(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws(CompressionError) {
    if unsafe try decompressFrames(input, into: output) { return }
    unsafe try decompressLZ4(input, into: output)
  }

  private func decompressFrames(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws(CompressionError) -> Bool {
    var position = 0
    var filled = 0
    while position < input.count {
      guard input.count - position >= 8 else { return false }
      let size = unsafe Int(
        UInt32(bigEndian: input.loadUnaligned(fromByteOffset: position, as: UInt32.self)))
      let compressed = unsafe Int(
        UInt32(bigEndian: input.loadUnaligned(fromByteOffset: position + 4, as: UInt32.self)))
      position += 8
      guard compressed <= input.count - position, size <= output.count - filled else {
        return false
      }
      do throws(CompressionError) {
        unsafe try decompressLZ4(
          UnsafeRawBufferPointer(rebasing: input[position..<position + compressed]),
          into: UnsafeMutableRawBufferPointer(rebasing: output[filled..<filled + size]))
      } catch { return false }
      position += compressed
      filled += size
    }
    return filled == output.count
  }
}
