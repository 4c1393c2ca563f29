/// The unit that amounts are shown in; data formats never use it.
package enum AmountUnit: String, Sendable, CaseIterable {
  case thousands = "k"
  case millions = "m"
  case billions = "bn"

  var power: Int {
    switch self {
    case .thousands: 3
    case .millions: 6
    case .billions: 9
    }
  }

  /// A number's text in this unit with two decimals, rounded half away from zero, exact in decimal
  /// digits; text that is no plain number stays.
  func scaled(_ text: String) -> String {
    let bytes = Array(text.utf8)
    let isNegative = bytes.first == UInt8(ascii: "-")
    let unsigned = isNegative ? bytes.dropFirst() : bytes[...]
    let parts = unsigned.split(
      separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
    guard let whole = parts.first, !whole.isEmpty,
      parts.allSatisfy({ $0.allSatisfy { (0x30...0x39).contains($0) } })
    else { return text }
    var digits = Array(whole)
    while digits.count <= power { digits.insert(0x30, at: 0) }
    let point = digits.count - power
    digits += parts.count > 1 ? Array(parts[1]) : []
    while digits.count < point + 3 { digits.append(0x30) }
    let roundsUp = digits[point + 2] >= UInt8(ascii: "5")
    digits.removeSubrange((point + 2)...)
    if roundsUp { AmountUnit.increment(&digits) }
    // A carry may have made the number longer.
    let fraction = digits.suffix(2)
    let integer = digits.dropLast(2)
    let isZero = digits.allSatisfy { $0 == 0x30 }
    let sign = isNegative && !isZero ? "-" : ""
    return sign + String(decoding: integer, as: UTF8.self) + "."
      + String(decoding: fraction, as: UTF8.self)
  }

  private static func increment(_ digits: inout [UInt8]) {
    var index = digits.count - 1
    while index >= 0 {
      if digits[index] < UInt8(ascii: "9") {
        digits[index] += 1
        return
      }
      digits[index] = 0x30
      index -= 1
    }
    digits.insert(UInt8(ascii: "1"), at: 0)
  }
}
