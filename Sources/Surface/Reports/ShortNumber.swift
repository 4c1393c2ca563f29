/// Floating-point numbers for the eye: 15 significant digits, which every double holds, so that
/// 0.1 + 0.2 is not shown as 0.30000000000000004. Data formats keep all 17.
enum ShortNumber {
  private static let digits = 15

  /// Rounded half away from zero in decimal; what is short, or written with an exponent, stays.
  static func text(_ text: String) -> String {
    var bytes = Array(text.utf8)
    guard let point = bytes.firstIndex(of: UInt8(ascii: ".")),
      !bytes.contains(UInt8(ascii: "e"))
    else { return text }
    guard let first = bytes.firstIndex(where: { (0x31...0x39).contains($0) }) else { return text }
    // The first place that is too much; the point itself is no digit.
    var end = first + digits
    if point > first { end += 1 }
    guard end < bytes.count, end > point + 1 else { return text }
    let roundsUp = bytes[end] >= UInt8(ascii: "5")
    bytes.removeSubrange(end...)
    if roundsUp { increment(&bytes) }
    while bytes.last == UInt8(ascii: "0"), bytes[bytes.count - 2] != UInt8(ascii: ".") {
      bytes.removeLast()
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func increment(_ bytes: inout [UInt8]) {
    var index = bytes.count - 1
    while index >= 0 {
      switch bytes[index] {
      case UInt8(ascii: "9"): bytes[index] = UInt8(ascii: "0")
      case 0x30...0x38:
        bytes[index] += 1
        return
      case UInt8(ascii: "."): break
      default:
        bytes.insert(UInt8(ascii: "1"), at: index + 1)
        return
      }
      index -= 1
    }
    bytes.insert(UInt8(ascii: "1"), at: 0)
  }
}
