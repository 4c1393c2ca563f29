import TestSupport

/// Changes of bytes that parsers trip over.
enum Bending {
  /// Numbers at the edges of what lengths, counts and offsets can be.
  static let edges: [UInt64] = [
    0, 1, 2, 7, 8, 15, 16, 31, 32, 33, 63, 64, 65, 127, 128, 255, 256, 1023, 4096, 32767, 32768,
    65535, 65536, 1 << 20, 1 << 24, UInt64(Int32.max), 1 << 31, UInt64(UInt32.max), 1 << 32,
    1 << 40, UInt64(Int64.max), 1 << 63, UInt64.max, UInt64.max - 1,
  ]

  static func edge(_ random: inout SeededGenerator) -> UInt64 {
    let value = edges[Int(random.next() % UInt64(edges.count))]
    switch random.next() % 4 {
    case 0: return value &+ 1
    case 1: return 0 &- value
    default: return value
    }
  }

  static func below(_ count: Int, _ random: inout SeededGenerator) -> Int {
    count <= 0 ? 0 : Int(random.next() % UInt64(count))
  }

  /// One to four small changes within a range of the bytes; the range may grow or shrink.
  static func bytes(
    _ bytes: inout [UInt8], in range: Range<Int>, other: [UInt8], _ random: inout SeededGenerator
  ) {
    var end = range.upperBound
    for _ in 0...below(4, &random) {
      let length = end - range.lowerBound
      guard length > 0 else { return }
      let position = range.lowerBound + below(length, &random)
      let before = bytes.count
      change(&bytes, at: position, end: end, other: other, &random)
      end += bytes.count - before
    }
  }

  private static func change(
    _ bytes: inout [UInt8], at position: Int, end: Int, other: [UInt8],
    _ random: inout SeededGenerator
  ) {
    let room = end - position
    switch random.next() % 10 {
    case 0: bytes[position] = UInt8(truncatingIfNeeded: random.next())
    case 1: bytes[position] ^= 1 << UInt8(random.next() & 7)
    case 2: bytes[position] = random.next() & 1 == 0 ? 0xFF : 0
    case 3: bytes[position] = random.next() & 1 == 0 ? bytes[position] &+ 1 : bytes[position] &- 1
    case 4:
      bytes.removeSubrange(position..<position + min(room, 1 + below(8, &random)))
    case 5:
      bytes.insert(
        contentsOf: (0...below(8, &random)).map { _ in UInt8(truncatingIfNeeded: random.next()) },
        at: position)
    case 6:
      let number = edge(&random)
      let width = min(room, [1, 2, 4, 8][below(4, &random)])
      for index in 0..<width {
        bytes[position + index] = UInt8(truncatingIfNeeded: number >> UInt64(8 * index))
      }
    case 7:
      // A variable-length number in place of the one that is there.
      var stop = position
      while stop < end - 1, bytes[stop] & 0x80 != 0 { stop += 1 }
      bytes.replaceSubrange(position...stop, with: varint(edge(&random)))
    case 8 where !other.isEmpty:
      let start = below(other.count, &random)
      let count = min(other.count - start, room, 1 + below(32, &random))
      bytes.replaceSubrange(position..<position + count, with: other[start..<start + count])
    default:
      let count = min(room, 1 + below(16, &random))
      bytes.insert(contentsOf: bytes[position..<position + count], at: position)
    }
  }

  static func varint(_ value: UInt64) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = value
    while rest >= 128 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 128)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }
}
