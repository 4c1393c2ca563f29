import Compression
import Testing

@Suite struct StreamDecoderTests {
  static let parts: [[UInt8]] = [
    (0..<70_000).map { UInt8(truncatingIfNeeded: $0 / 3) }, [],
    [UInt8](repeating: 9, count: 400_000),
  ]

  private func file(_ codec: CompressionCodec) throws -> [UInt8] {
    let compressor = Compressor()
    var bytes: [UInt8] = []
    for part in StreamDecoderTests.parts { bytes += try compressor.compress(codec, part) }
    return bytes
  }

  @Test(arguments: [CompressionCodec.gzip, .zstd, .none], [1, 13, 1000, 1 << 20])
  func `members and frames one after the other decode as one`(
    codec: CompressionCodec, piece: Int
  ) throws {
    let bytes = try file(codec)
    guard piece > 1 || bytes.count < 20_000 else { return }
    let decoder = try StreamDecoder(codec, outputBudget: 1 << 20)
    var output: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: piece) {
      decoder.feed(Array(bytes[start..<min(start + piece, bytes.count)]))
      while true {
        let part = try decoder.read(upTo: 8192)
        if part.isEmpty { break }
        output += part
      }
    }
    try decoder.finish()
    #expect(output == Array(StreamDecoderTests.parts.joined()))
  }

  @Test(arguments: [CompressionCodec.gzip, .zstd])
  func `a file cut short is refused`(codec: CompressionCodec) throws {
    let bytes = try file(codec)
    #expect(throws: CompressionError.self) {
      try StreamDecoder.decodeAll(
        codec, Array(bytes.dropLast(3)), outputBudget: 1 << 20)
    }
  }

  @Test(arguments: [CompressionCodec.gzip, .zstd])
  func `more output than the budget is refused`(codec: CompressionCodec) throws {
    let bytes = try Compressor().compress(codec, [UInt8](repeating: 0, count: 10_000_000))
    #expect(throws: CompressionError(.overBudget(limit: 1 << 20), codec)) {
      try StreamDecoder.decodeAll(codec, bytes, outputBudget: 1 << 20)
    }
  }

  @Test(arguments: [CompressionCodec.gzip, .zstd])
  func `bytes that are not compressed are refused`(codec: CompressionCodec) {
    #expect(throws: CompressionError.self) {
      try StreamDecoder.decodeAll(codec, Array("id,desk\n1,FX\n".utf8), outputBudget: 1000)
    }
  }
}
