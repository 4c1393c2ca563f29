import TestSupport

/// Bends JSON text: numbers, names, brackets, strings and lines as well as single bytes.
enum JSONMutation {
  private static let tokens: [[UInt8]] = [
    "null", "true", "false", "{}", "[]", "0", "-1", "1e999", "-0", "1.5", "1E-400",
    "9223372036854775808", "-9223372036854775809", "123456789012345678901234567890", "\"\"",
    "\"\\u0000\"", "\"\\ud800\"", "\"\\ud83d\\ude00\"", "\"\\x\"", "[[[[[[[[", "{\"a\":{\"a\":",
    "\"struct\"", "\"decimal(38,38)\"", "\"decimal(99,-1)\"", "\"void\"",
    "{\"type\":\"array\",\"elementType\":\"long\",\"containsNull\":true}",
    "{\"deletionVector\":{\"storageType\":\"i\",\"pathOrInlineDv\":\"0rr91\",\"sizeInBytes\":4,"
      + "\"cardinality\":1}}", "2024-02-30", "9999999-12-31", ",", ":", "\n",
  ].map { Array($0.utf8) }

  static func mutated(
    _ input: [UInt8], _ other: [UInt8], _ random: inout SeededGenerator
  ) -> [UInt8] {
    var bytes = input
    for _ in 0...Bending.below(3, &random) where !bytes.isEmpty {
      switch random.next() % 8 {
      case 0, 1: Bending.bytes(&bytes, in: 0..<bytes.count, other: other, &random)
      case 2: replaceToken(&bytes, with: tokens[Bending.below(tokens.count, &random)], &random)
      case 3:
        let number = Bending.edge(&random)
        let text =
          random.next() & 1 == 0 ? String(number) : String(Int64(bitPattern: number))
        replaceToken(&bytes, with: Array(text.utf8), &random)
      case 4:
        // A token of the other input.
        let from = token(other, at: Bending.below(other.count, &random))
        replaceToken(&bytes, with: Array(other[from]), &random)
      case 5:
        // One line twice, or gone.
        let line = line(bytes, at: Bending.below(bytes.count, &random))
        if random.next() & 1 == 0 {
          bytes.insert(contentsOf: bytes[line] + [0x0A], at: line.lowerBound)
        } else {
          bytes.removeSubrange(line)
        }
      case 6:
        let line = line(other, at: Bending.below(other.count, &random))
        let place = self.line(bytes, at: Bending.below(bytes.count, &random)).lowerBound
        bytes.insert(contentsOf: other[line] + [0x0A], at: place)
      default:
        if random.next() % 8 == 0 {
          bytes.removeLast(Bending.below(bytes.count, &random))
        } else {
          removeMember(&bytes, &random)
        }
      }
    }
    return bytes
  }

  private static func replaceToken(
    _ bytes: inout [UInt8], with new: [UInt8], _ random: inout SeededGenerator
  ) {
    guard !bytes.isEmpty else { return }
    bytes.replaceSubrange(token(bytes, at: Bending.below(bytes.count, &random)), with: new)
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x2B, 0x5F: true
    default: false
    }
  }

  /// The word or number around a position, else the one byte there.
  private static func token(_ bytes: [UInt8], at position: Int) -> Range<Int> {
    guard position < bytes.count else { return 0..<0 }
    guard isWord(bytes[position]) else { return position..<position + 1 }
    var start = position
    var end = position
    while start > 0, isWord(bytes[start - 1]) { start -= 1 }
    while end < bytes.count, isWord(bytes[end]) { end += 1 }
    return start..<end
  }

  private static func line(_ bytes: [UInt8], at position: Int) -> Range<Int> {
    guard position < bytes.count else { return 0..<0 }
    var start = position
    var end = position
    while start > 0, bytes[start - 1] != 0x0A { start -= 1 }
    while end < bytes.count, bytes[end] != 0x0A { end += 1 }
    return start..<end
  }

  /// From one comma up to the next.
  private static func removeMember(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
    let from = Bending.below(bytes.count, &random)
    guard let comma = bytes[from...].firstIndex(of: 0x2C),
      let next = bytes[(comma + 1)...].firstIndex(of: 0x2C)
    else { return }
    bytes.removeSubrange(comma..<next)
  }
}
