import Glibc

/// MD5 (RFC 1321): a fingerprint that other systems know, no protection against forgery.
package enum MD5 {
  private static let shifts: [UInt32] = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21]
  private static let table: [UInt32] = (0..<64).map { UInt32(abs(sin(Double($0 + 1))) * 0x1p32) }

  /// Lower-case hexadecimal digits.
  package static func hex(_ message: [UInt8]) -> [UInt8] {
    var state: [UInt32] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476]
    var padded = message + [0x80]
    while padded.count % 64 != 56 { padded.append(0) }
    let bits = UInt64(message.count) * 8
    for place in 0..<8 { padded.append(UInt8(truncatingIfNeeded: bits >> (8 * place))) }
    for start in stride(from: 0, to: padded.count, by: 64) {
      mix(&state, padded[start..<start + 64])
    }
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for word in state {
      for place in 0..<4 {
        let byte = Int(word >> (8 * UInt32(place)) & 255)
        text.append(digits[byte >> 4])
        text.append(digits[byte & 15])
      }
    }
    return text
  }

  private static func mix(_ state: inout [UInt32], _ block: ArraySlice<UInt8>) {
    let words: [UInt32] = (0..<16).map { place in
      let at = block.startIndex + 4 * place
      return UInt32(block[at]) | UInt32(block[at + 1]) << 8 | UInt32(block[at + 2]) << 16
        | UInt32(block[at + 3]) << 24
    }
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    for step in 0..<64 {
      let function: UInt32
      let place: Int
      switch step / 16 {
      case 0: (function, place) = (b & c | ~b & d, step)
      case 1: (function, place) = (d & b | ~d & c, (5 * step + 1) % 16)
      case 2: (function, place) = (b ^ c ^ d, (3 * step + 5) % 16)
      default: (function, place) = (c ^ (b | ~d), 7 * step % 16)
      }
      let sum = a &+ function &+ table[step] &+ words[place]
      let shift = shifts[step / 16 * 4 + step % 4]
      (a, d, c, b) = (d, c, b, b &+ (sum << shift | sum >> (32 - shift)))
    }
    state = [state[0] &+ a, state[1] &+ b, state[2] &+ c, state[3] &+ d]
  }
}
