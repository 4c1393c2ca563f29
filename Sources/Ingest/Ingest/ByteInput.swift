import Compression
import FileStorage

/// The bytes of one file, decompressed when its first bytes say so, piece by piece.
final class ByteInput {
  /// As errors and rejected records name the file.
  let name: String
  /// Bytes taken from the disk so far.
  private(set) var bytesRead = 0
  private let file: any ReadableFile
  private let pieceBytes: Int
  /// Nil when the file is not compressed.
  private let decoder: StreamDecoder?

  init(_ file: any ReadableFile, name: String, pieceBytes: Int) throws(IngestError) {
    self.name = name
    self.file = file
    self.pieceBytes = min(max(pieceBytes, 1), TextWindow.pieceBytesMax)
    let magic: [UInt8]
    do throws(FileError) {
      magic = try file.read(at: 0, count: min(6, file.size))
    } catch { throw IngestError(error) }
    decoder = try ByteInput.decoder(magic, name)
  }

  /// The next bytes; none at the end of the file.
  func next() throws(IngestError) -> [UInt8] {
    guard let decoder else { return try piece() }
    while true {
      let bytes = try decoding { () throws(CompressionError) in
        try decoder.read(upTo: pieceBytes)
      }
      if !bytes.isEmpty { return bytes }
      let more = try piece()
      if more.isEmpty {
        try decoding { () throws(CompressionError) in try decoder.finish() }
        return []
      }
      decoder.feed(more)
    }
  }

  private func piece() throws(IngestError) -> [UInt8] {
    do throws(FileError) {
      let bytes = try file.read(at: bytesRead, count: min(pieceBytes, file.size - bytesRead))
      bytesRead += bytes.count
      return bytes
    } catch { throw IngestError(error) }
  }

  private func decoding<Value>(
    _ body: () throws(CompressionError) -> Value
  ) throws(IngestError) -> Value {
    do throws(CompressionError) { return try body() } catch {
      throw IngestError(
        .damaged, file: name, expected: "a whole \(error.codec.name) file", found: "\(error)",
        help: "transfer the file again, or test it with the program that compressed it")
    }
  }

  /// By magic number: RFC 1952 §2.3.1 (gzip), RFC 8878 §3.1 (zstd; skippable frames, too).
  private static func decoder(
    _ magic: [UInt8], _ name: String
  ) throws(IngestError) -> StreamDecoder? {
    let codec: CompressionCodec
    if magic.starts(with: [0x1F, 0x8B]) {
      codec = .gzip
    } else if magic.starts(with: [0x28, 0xB5, 0x2F, 0xFD])
      || (magic.count >= 4 && magic[0] & 0xF0 == 0x50 && magic[1..<4] == [0x2A, 0x4D, 0x18])
    {
      codec = .zstd
    } else {
      for (prefix, format) in foreign where magic.starts(with: prefix) {
        throw IngestError(
          .damaged, file: name, expected: "CSV, JSON or Parquet, plain or in gzip or zstd",
          found: format, help: "unpack it, or convert it to UTF-8 text")
      }
      return nil
    }
    do throws(CompressionError) {
      return try StreamDecoder(codec, outputBudget: outputBudget)
    } catch {
      throw IngestError(
        .damaged, file: name, expected: "a \(codec.name) file", found: "\(error)")
    }
  }

  /// Decoded bytes go through in pieces, so this bounds time, not memory.
  private static let outputBudget = 1 << 42

  /// What people send by mistake, by its first bytes.
  private static let foreign: [([UInt8], String)] = [
    ([0x50, 0x4B, 0x03, 0x04], "a zip archive or spreadsheet (xlsx)"),
    ([0xD0, 0xCF, 0x11, 0xE0], "an old spreadsheet (xls)"),
    ([0x42, 0x5A, 0x68], "a bzip2 file"),
    ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], "an xz file"),
    ([0xFF, 0xFE], "UTF-16 text"),
    ([0xFE, 0xFF], "UTF-16 text"),
    ([0x25, 0x50, 0x44, 0x46], "a PDF file"),
  ]
}
