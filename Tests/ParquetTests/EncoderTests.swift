import Parquet
import Testing

/// What an encoder appends.
private func bytes(_ encode: (ByteSink) -> Void) -> [UInt8] {
  let sink = ByteSink(capacity: 16)
  encode(sink)
  return sink.bytes
}

private func packed(_ strings: [String]) -> PackedStrings {
  var result = PackedStrings()
  for string in strings { result.append(Array(string.utf8)) }
  return result
}

@Suite("RLE hybrid encoder")
struct RLEHybridEncoderTests {
  @Test("packs 0…7 at three bits as Encodings.md shows")
  func specificationExample() {
    let values: [UInt32] = [0, 1, 2, 3, 4, 5, 6, 7]
    #expect(
      bytes { RLEHybridEncoder.encode(values.span, width: 3, into: $0) }
        == [0b11, 0b1000_1000, 0b1100_0110, 0b1111_1010])
  }

  @Test("writes a long run as count and value")
  func run() {
    let values = [UInt32](repeating: 300, count: 100)
    #expect(
      bytes { RLEHybridEncoder.encode(values.span, width: 9, into: $0) }
        == [0xC8, 0x01, 0x2C, 0x01])
  }

  @Test("fills the last group with zeros")
  func partialGroup() {
    let values: [UInt8] = [1, 0, 1]
    #expect(
      bytes { RLEHybridEncoder.encode(values.span, width: 1, into: $0) } == [0b11, 0b0000_0101])
  }

  @Test("writes nothing for no values")
  func empty() {
    let none: [UInt32] = []
    #expect(bytes { RLEHybridEncoder.encode(none.span, width: 4, into: $0) }.isEmpty)
  }

  @Test("keeps every value, whatever the width and the runs", arguments: 1...32)
  func roundTrip(width: Int) {
    for seed in 0..<6 {
      var random = SplitMix(state: UInt64(width * 100 + seed))
      var values: [UInt32] = []
      while values.count < 1500 {
        let value = UInt32(truncatingIfNeeded: random.next() >> UInt64(64 - width))
        let length = random.next() % 3 == 0 ? Int(random.next() % 90) : 1
        values += [UInt32](repeating: value, count: length)
      }
      values.removeLast(seed)
      let encoded = bytes { RLEHybridEncoder.encode(values.span, width: width, into: $0) }
      #expect(
        SlowDecoder.hybrid(encoded, width: width, count: values.count) == values,
        "width \(width), seed \(seed)")
    }
  }
}

@Suite("DELTA_BINARY_PACKED encoder")
struct DeltaBinaryPackedEncoderTests {
  @Test("needs no bits for 1, 2, 3, 4, 5")
  func constantDelta() {
    let values: [Int64] = [1, 2, 3, 4, 5]
    #expect(
      bytes { DeltaBinaryPackedEncoder.encode(values.span, into: $0) }
        == [0x80, 0x01, 4, 5, 2, 2, 0, 0, 0, 0])
  }

  @Test("packs the second example of Encodings.md at two bits")
  func specificationExample() {
    // First 7 (zigzag 14), smallest delta -2 (zigzag 3), rest 0 0 0 3 3 3 3 and padding.
    let values: [Int32] = [7, 5, 3, 1, 2, 3, 4, 5]
    #expect(
      bytes { DeltaBinaryPackedEncoder.encode(values.span, into: $0) }
        == [0x80, 0x01, 4, 8, 14, 3, 2, 0, 0, 0, 0b1100_0000, 0b0011_1111, 0, 0, 0, 0, 0, 0])
  }

  @Test("writes only a header for no value and for one")
  func short() {
    let none: [Int64] = []
    let one: [Int64] = [-3]
    #expect(
      bytes { DeltaBinaryPackedEncoder.encode(none.span, into: $0) } == [0x80, 0x01, 4, 0, 0])
    #expect(bytes { DeltaBinaryPackedEncoder.encode(one.span, into: $0) } == [0x80, 0x01, 4, 1, 5])
  }

  @Test("keeps 64-bit values over the whole range", arguments: [2, 31, 128, 129, 130, 161, 1000])
  func roundTrip64(count: Int) {
    for bits in stride(from: 0, through: 64, by: 4) {
      var random = SplitMix(state: UInt64(count * 100 + bits))
      let values = (0..<count).map { _ in
        bits == 0 ? Int64(7) : Int64(bitPattern: random.next()) >> Int64(64 - bits)
      }
      let encoded = bytes { DeltaBinaryPackedEncoder.encode(values.span, into: $0) }
      #expect(SlowDecoder.delta(encoded) == values, "\(bits) bits")
    }
    let extremes = (0..<count).map { $0 % 2 == 0 ? Int64.min : Int64.max }
    #expect(
      SlowDecoder.delta(bytes { DeltaBinaryPackedEncoder.encode(extremes.span, into: $0) })
        == extremes)
  }

  @Test("never needs more than 32 bits for a 32-bit value")
  func roundTrip32() {
    let values = (0..<200).map { index in index % 3 == 0 ? Int32.min : Int32.max - Int32(index) }
    let encoded = bytes { DeltaBinaryPackedEncoder.encode(values.span, into: $0) }
    #expect(SlowDecoder.delta(encoded).map { Int32(truncatingIfNeeded: $0) } == values)
    #expect(encoded.count <= 8 + 2 * (10 + 4 + 128 * 4))
  }
}

@Suite("Delta byte array encoders")
struct DeltaByteArrayEncoderTests {
  @Test("put the lengths before the bytes")
  func lengths() {
    let strings = packed(["Hello", "World", "Foobar", "ABCDEF"])
    let lengths: [Int32] = [5, 5, 6, 6]
    #expect(
      bytes { DeltaByteArrayEncoder.encodeLengths(strings, 0..<4, into: $0) }
        == bytes { DeltaBinaryPackedEncoder.encode(lengths.span, into: $0) }
        + Array("HelloWorldFoobarABCDEF".utf8))
  }

  @Test("leave out what a string shares with the one before it")
  func prefixes() {
    let strings = packed(["axis", "axle", "babble", "babyhood"])
    let shared = DeltaByteArrayEncoder.sharedPrefixes(strings)
    #expect(shared == [0, 2, 0, 3])
    let suffixes: [Int32] = [4, 2, 6, 5]
    #expect(
      bytes { DeltaByteArrayEncoder.encodePrefixes(strings, shared: shared, 0..<4, into: $0) }
        == bytes { DeltaBinaryPackedEncoder.encode(shared.span, into: $0) }
        + bytes { DeltaBinaryPackedEncoder.encode(suffixes.span, into: $0) }
        + Array("axislebabbleyhood".utf8))
  }

  @Test("start every page whole")
  func pageStart() {
    let strings = packed(["axis", "axle"])
    let zero: [Int32] = [0]
    let length: [Int32] = [4]
    #expect(
      bytes {
        DeltaByteArrayEncoder.encodePrefixes(strings, shared: [0, 2], 1..<2, into: $0)
      }
        == bytes { DeltaBinaryPackedEncoder.encode(zero.span, into: $0) }
        + bytes { DeltaBinaryPackedEncoder.encode(length.span, into: $0) } + Array("axle".utf8))
  }

  @Test("see prefixes longer than a word", arguments: [0, 1, 7, 8, 9, 15, 16, 40])
  func longPrefixes(length: Int) {
    let start = String(repeating: "p", count: length)
    #expect(
      DeltaByteArrayEncoder.sharedPrefixes(packed([start + "x", start + "y" + start, start]))
        == [0, Int32(length), Int32(length)])
  }
}

@Suite("Other encoders")
struct OtherEncoderTests {
  @Test("BYTE_STREAM_SPLIT gathers byte k of every value, as Encodings.md shows")
  func byteStreamSplit() {
    let values = [0xDDCC_BBAA, 0x3322_1100, 0xD6C5_B4A3].map { Float(bitPattern: $0) }
    #expect(
      bytes { ByteStreamSplitEncoder.encode(values.span, into: $0) }
        == [0xAA, 0x00, 0xA3, 0xBB, 0x11, 0xB4, 0xCC, 0x22, 0xC5, 0xDD, 0x33, 0xD6])
  }

  @Test("PLAIN writes little-endian numbers, bits and strings behind their lengths")
  func plain() {
    let numbers: [Int32] = [1, -2]
    let flags: [UInt8] = [1, 0, 1, 1, 0, 0, 0, 0, 1]
    #expect(
      bytes { PlainEncoder.encode(numbers.span, into: $0) } == [1, 0, 0, 0, 0xFE, 0xFF, 0xFF, 0xFF])
    #expect(bytes { PlainEncoder.encode(booleans: flags.span, into: $0) } == [0b0000_1101, 1])
    #expect(
      bytes { PlainEncoder.encode(packed(["a", "", "bc"]), 0..<3, into: $0) }
        == [1, 0, 0, 0, 97, 0, 0, 0, 0, 2, 0, 0, 0, 98, 99])
  }

  @Test("wide decimals are big-endian two's complement")
  func wideDecimals() {
    let values: [Int128] = [1, -2, 0x0102_0304]
    #expect(
      bytes { PlainEncoder.encode(values.span, width: 9, into: $0) }
        == [0, 0, 0, 0, 0, 0, 0, 0, 1] + [UInt8](repeating: 0xFF, count: 8) + [0xFE]
        + [0, 0, 0, 0, 0, 1, 2, 3, 4])
  }

  @Test("the checksum of 123456789 is the published one")
  func checksum() {
    let digits = Array("123456789".utf8)
    let found = unsafe digits.withUnsafeBytes { unsafe PageChecksum.crc32($0) }
    #expect(found == 0xCBF4_3926)
  }

  @Test("folding and tables agree at every length")
  func checksumLengths() {
    var random = SplitMix(state: 9)
    let data = (0..<400).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    for length in 0..<400 {
      let (folded, tables) = unsafe data[..<length].withUnsafeBytes { part in
        unsafe (PageChecksum.crc32(part), ~PageChecksum.update(.max, part))
      }
      #expect(folded == tables, "\(length) bytes")
    }
  }
}

@Suite("Truncated bounds")
struct TruncatedBoundTests {
  @Test("leave short values alone")
  func short() {
    let value = Array("abc".utf8)
    #expect(TruncatedBound.lower(value, limit: 3, isText: true) == (value, true))
    #expect(TruncatedBound.upper(value, limit: 3, isText: true) == (value, true))
  }

  @Test(
    "enclose a long text and stay text",
    arguments: [
      ("abcd", "abc", "abd"),
      // A character of two bytes is not cut in half.
      ("abéd", "ab", "ac"),
      // The last character cannot be raised: the one before it is.
      ("ab\u{10FFFF}", "ab", "ac"), ("a\u{D7FF}d", "a", "b"), ("\u{D7FF}d", "\u{D7FF}", "\u{E000}"),
      ("ab\u{7F}d", "ab\u{7F}", "ab\u{80}"),
    ])
  func text(value: String, lower: String, upper: String) {
    let bytes = Array(value.utf8)
    #expect(
      TruncatedBound.lower(bytes, limit: 3, isText: true) == (Array(lower.utf8), false))
    #expect(
      TruncatedBound.upper(bytes, limit: 3, isText: true) == (Array(upper.utf8), false))
  }

  @Test("raise binaries byte by byte, or keep them whole when all bytes are full")
  func binary() {
    #expect(TruncatedBound.upper([1, 2, 255, 7], limit: 3, isText: false) == ([1, 3], false))
    #expect(
      TruncatedBound.upper([255, 255, 255, 7], limit: 3, isText: false)
        == ([255, 255, 255, 7], true))
  }
}

/// Decoders as plain as the specification, to judge the encoders by.
private enum SlowDecoder {
  static func hybrid(_ bytes: [UInt8], width: Int, count: Int) -> [UInt32] {
    var values: [UInt32] = []
    var at = 0
    while values.count < count {
      let header = varint(bytes, &at)
      if header & 1 == 0 {
        var value: UInt32 = 0
        for byte in 0..<(width + 7) / 8 { value |= UInt32(bytes[at + byte]) << UInt32(byte * 8) }
        at += (width + 7) / 8
        values += [UInt32](repeating: value, count: Int(header >> 1))
      } else {
        let size = Int(header >> 1) * 8
        for index in 0..<size {
          values.append(UInt32(truncatingIfNeeded: bits(bytes, at * 8 + index * width, width)))
        }
        at += size * width / 8
      }
    }
    #expect(at == bytes.count)
    return Array(values[..<count])
  }

  static func delta(_ bytes: [UInt8]) -> [Int64] {
    var at = 0
    let block = Int(varint(bytes, &at))
    let miniblocks = Int(varint(bytes, &at))
    let count = Int(varint(bytes, &at))
    var values = [zigzag(varint(bytes, &at))]
    while values.count < count {
      let smallest = zigzag(varint(bytes, &at))
      let widths = bytes[at..<at + miniblocks].map(Int.init)
      at += miniblocks
      for width in widths {
        if values.count >= count { break }
        for index in 0..<block / miniblocks where values.count < count {
          let packed = bits(bytes, at * 8 + index * width, width)
          values.append(values[values.count - 1] &+ smallest &+ Int64(bitPattern: packed))
        }
        at += block / miniblocks * width / 8
      }
    }
    #expect(at == bytes.count)
    return Array(values[..<count])
  }

  private static func bits(_ bytes: [UInt8], _ start: Int, _ width: Int) -> UInt64 {
    var value: UInt64 = 0
    for bit in 0..<width where bytes[(start + bit) / 8] >> UInt8((start + bit) % 8) & 1 == 1 {
      value |= 1 << UInt64(bit)
    }
    return value
  }

  private static func varint(_ bytes: [UInt8], _ at: inout Int) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let byte = bytes[at]
      at += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
  }

  private static func zigzag(_ value: UInt64) -> Int64 {
    Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }
}
