/// Base 85 in the alphabet of ZeroMQ's RFC 32: five characters for four bytes.
package enum Z85 {
  private static let alphabet = Array(
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#".utf8)

  private static let digits: [UInt8: UInt64] = Dictionary(
    uniqueKeysWithValues: alphabet.enumerated().map { ($1, UInt64($0)) })

  /// Nil when the length is no multiple of five or a character is foreign.
  package static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
    guard text.count % 5 == 0 else { return nil }
    var result: [UInt8] = []
    result.reserveCapacity(text.count / 5 * 4)
    var value: UInt64 = 0
    for (index, character) in text.enumerated() {
      guard let digit = digits[character] else { return nil }
      value = value * 85 + digit
      guard index % 5 == 4 else { continue }
      guard value <= UInt64(UInt32.max) else { return nil }
      for shift in [24, 16, 8, 0] as [UInt64] {
        result.append(UInt8(truncatingIfNeeded: value >> shift))
      }
      value = 0
    }
    return result
  }
}
