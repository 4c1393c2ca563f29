import CZlib
import Lakehouse

/// Raw DEFLATE of a stream of bytes, and the CRC-32 of what went in.
@safe final class DeflateStream {
  private var stream = unsafe z_stream()
  private(set) var checksum: UInt = 0
  private(set) var inputCount = 0
  private(set) var outputCount = 0
  private var isOpen: Bool

  /// No zlib header: ZIP brings its own.
  private static let rawWindow: Int32 = -15

  init() {
    isOpen =
      unsafe deflateInit2_(
        &stream, 4, Z_DEFLATED, DeflateStream.rawWindow, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
        Int32(MemoryLayout<z_stream>.size)) == Z_OK
  }

  deinit { if isOpen { unsafe deflateEnd(&stream) } }

  /// What is ready of the compressed bytes.
  ///
  /// - Parameter isLast: Whether the stream ends with these bytes.
  func compress(_ bytes: [UInt8], isLast: Bool) throws(LakeError) -> [UInt8] {
    guard isOpen else { throw LakeError(.storage, "could not start zlib: out of memory") }
    var input = bytes
    var output: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    let chunkCount = chunk.count
    // Safe: both arrays are held through the loop, and zlib is told their sizes.
    let status = unsafe input.withUnsafeMutableBufferPointer { source -> Int32 in
      checksum = unsafe crc32(checksum, source.baseAddress, UInt32(source.count))
      unsafe stream.next_in = source.baseAddress
      unsafe stream.avail_in = UInt32(source.count)
      while true {
        var written = 0
        let status = unsafe chunk.withUnsafeMutableBufferPointer { target -> Int32 in
          unsafe stream.next_out = target.baseAddress
          unsafe stream.avail_out = UInt32(chunkCount)
          let status = unsafe deflate(&stream, isLast ? Z_FINISH : Z_NO_FLUSH)
          written = unsafe chunkCount - Int(stream.avail_out)
          return status
        }
        output += chunk[..<written]
        if status == Z_STREAM_END || status == Z_STREAM_ERROR { return status }
        if written < chunkCount, !isLast { return Z_OK }
      }
    }
    guard status != Z_STREAM_ERROR else { throw LakeError(.storage, "zlib could not compress") }
    inputCount += bytes.count
    outputCount += output.count
    return output
  }
}
