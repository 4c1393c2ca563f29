import Compression
import Testing

@Suite struct RoundTripTests {
  static let samples: [[UInt8]] = [
    [], [1], Array("tarn ".utf8), [UInt8](repeating: 7, count: 300_000),
    (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* $0 &* 31) },
  ]

  @Test(arguments: CompressionCodec.allCases.filter(\.isWritable), samples.indices)
  func `what is compressed decompresses to the same`(codec: CompressionCodec, sample: Int) throws {
    let compressor = Compressor()
    let decompressor = Decompressor()
    let bytes = RoundTripTests.samples[sample]
    for level in [-5, 1, 9] {
      let compressed = try compressor.compress(codec, level: level, bytes)
      #expect(try decompressor.decompress(codec, compressed, size: bytes.count) == bytes)
    }
  }

  @Test(arguments: CompressionCodec.allCases.filter(\.isWritable))
  func `another size than promised is refused`(codec: CompressionCodec) throws {
    let compressed = try Compressor().compress(codec, [UInt8](repeating: 3, count: 1000))
    let decompressor = Decompressor()
    for size in [0, 999, 1001] {
      #expect(throws: CompressionError.self) {
        try decompressor.decompress(codec, compressed, size: size)
      }
    }
  }

  @Test(arguments: CompressionCodec.allCases.filter { $0.isWritable && $0 != .none })
  func `input cut short is refused`(codec: CompressionCodec) throws {
    let bytes = (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) }
    let compressed = try Compressor().compress(codec, bytes)
    let decompressor = Decompressor()
    for count in stride(from: 0, to: compressed.count, by: 97) {
      #expect(throws: CompressionError.self) {
        try decompressor.decompress(codec, Array(compressed[..<count]), size: bytes.count)
      }
    }
  }

  @Test(arguments: [CompressionCodec.brotli, .lzo])
  func `codecs known by name only are refused`(codec: CompressionCodec) {
    #expect(throws: CompressionError(.unsupported, codec)) {
      try Decompressor().decompress(codec, [1, 2, 3], size: 3)
    }
  }

  @Test func `legacy lz4 is read in frames and as one block`() throws {
    let first = [UInt8](repeating: 1, count: 500)
    let second = [UInt8](repeating: 2, count: 700)
    let compressor = Compressor()
    func frame(_ bytes: [UInt8]) throws -> [UInt8] {
      let block = try compressor.compress(.lz4Raw, bytes)
      return [0, 0, UInt8(bytes.count >> 8), UInt8(bytes.count & 255)]
        + [0, 0, UInt8(block.count >> 8), UInt8(block.count & 255)] + block
    }
    let decompressor = Decompressor()
    let framed = try frame(first) + frame(second)
    #expect(try decompressor.decompress(.lz4Hadoop, framed, size: 1200) == first + second)
    let bare = try compressor.compress(.lz4Raw, first)
    #expect(try decompressor.decompress(.lz4Hadoop, bare, size: 500) == first)
  }
}
