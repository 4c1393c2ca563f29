/// An integer of any size with a binary exponent: `±magnitude · 2^exponent`. For the last step of
/// exact statistics, once a group.
struct WideInteger {
  /// Little-endian words without leading zeros; empty is 0.
  private(set) var magnitude: [UInt64]
  private(set) var isNegative: Bool
  private(set) var exponent: Int

  init(magnitude: [UInt64], isNegative: Bool, exponent: Int) {
    self.magnitude = magnitude
    self.isNegative = isNegative
    self.exponent = exponent
    normalise()
  }

  /// From two's complement words.
  init(twosComplement words: [UInt64], exponent: Int) {
    let isNegative = (words.last ?? 0) >> 63 != 0
    var magnitude = words
    if isNegative {
      var carry = true
      for index in magnitude.indices {
        let (sum, overflow) = (~magnitude[index]).addingReportingOverflow(carry ? 1 : 0)
        magnitude[index] = sum
        carry = overflow
      }
    }
    self.init(magnitude: magnitude, isNegative: isNegative, exponent: exponent)
  }

  init(_ value: Int) {
    self.init(magnitude: [UInt64(value.magnitude)], isNegative: value < 0, exponent: 0)
  }

  var isZero: Bool { magnitude.isEmpty }

  private mutating func normalise() {
    while magnitude.last == 0 { magnitude.removeLast() }
    var zeros = 0
    while zeros < magnitude.count, magnitude[zeros] == 0 { zeros += 1 }
    if zeros > 0 {
      magnitude.removeFirst(zeros)
      exponent += 64 * zeros
    }
    if magnitude.isEmpty {
      isNegative = false
      exponent = 0
    }
  }

  static func * (left: WideInteger, right: WideInteger) -> WideInteger {
    var words = [UInt64](repeating: 0, count: left.magnitude.count + right.magnitude.count)
    for (i, a) in left.magnitude.enumerated() {
      var carry: UInt64 = 0
      for (j, b) in right.magnitude.enumerated() {
        let (high, low) = a.multipliedFullWidth(by: b)
        let (first, overflowA) = words[i + j].addingReportingOverflow(low)
        let (second, overflowB) = first.addingReportingOverflow(carry)
        words[i + j] = second
        carry = high &+ (overflowA ? 1 : 0) &+ (overflowB ? 1 : 0)
      }
      words[i + right.magnitude.count] = carry
    }
    return WideInteger(
      magnitude: words, isNegative: left.isNegative != right.isNegative,
      exponent: left.exponent + right.exponent)
  }

  static func + (left: WideInteger, right: WideInteger) -> WideInteger {
    left
      - WideInteger(
        magnitude: right.magnitude, isNegative: !right.isNegative, exponent: right.exponent)
  }

  /// Times `2^bits`.
  func shifted(by bits: Int) -> WideInteger {
    WideInteger(
      magnitude: magnitude, isNegative: isNegative, exponent: isZero ? 0 : exponent + bits)
  }

  /// As `significand · 2^exponent` with an even exponent and a significand near 1, correctly
  /// rounded: quotients and roots of numbers that no double holds.
  var scaled: (significand: Double, exponent: Int) {
    guard let top = magnitude.last else { return (0, 0) }
    let bitCount = magnitude.count * 64 - top.leadingZeroBitCount
    var shift = exponent + bitCount
    if shift % 2 != 0 { shift += 1 }
    return (shifted(by: -shift).double, shift)
  }

  static func - (left: WideInteger, right: WideInteger) -> WideInteger {
    if right.isZero { return left }
    if left.isZero {
      return WideInteger(
        magnitude: right.magnitude, isNegative: !right.isNegative, exponent: right.exponent)
    }
    let exponent = min(left.exponent, right.exponent)
    let words =
      max(
        left.magnitude.count + (left.exponent - exponent + 63) / 64,
        right.magnitude.count + (right.exponent - exponent + 63) / 64) + 2
    var result = left.twosComplement(words: words, exponent: exponent)
    let other = right.twosComplement(words: words, exponent: exponent)
    var borrow: UInt64 = 0
    for index in result.indices {
      let (first, overflowA) = result[index].subtractingReportingOverflow(other[index])
      let (second, overflowB) = first.subtractingReportingOverflow(borrow)
      result[index] = second
      borrow = overflowA || overflowB ? 1 : 0
    }
    return WideInteger(twosComplement: result, exponent: exponent)
  }

  /// - Precondition: the exponent is not above the number's own, and the words suffice.
  private func twosComplement(words count: Int, exponent lowest: Int) -> [UInt64] {
    var words = [UInt64](repeating: 0, count: count)
    let shift = exponent - lowest
    let (skip, bits) = (shift / 64, UInt64(shift % 64))
    for (index, word) in magnitude.enumerated() {
      words[index + skip] |= word << bits
      if bits != 0 { words[index + skip + 1] |= word >> (64 - bits) }
    }
    guard isNegative else { return words }
    var carry: UInt64 = 1
    for index in words.indices {
      let (sum, overflow) = (~words[index]).addingReportingOverflow(carry)
      words[index] = sum
      carry = overflow ? 1 : 0
    }
    return words
  }

  /// The nearest double, ties to even; infinite when it is too large.
  var double: Double {
    guard let top = magnitude.last else { return 0 }
    let bitCount = magnitude.count * 64 - top.leadingZeroBitCount
    // The unit of the result: 53 bits below the top, but never below the least subnormal.
    let unit = max(bitCount + exponent - 53, -1074)
    let drop = unit - exponent
    let value: Double
    if drop <= 0 {
      // At most 53 bits: they fit one word.
      value = Double(sign: .plus, exponent: exponent, significand: Double(magnitude[0]))
    } else {
      var kept = bits(from: drop)
      let half = bit(drop - 1)
      let isTie = half && !anyBit(below: drop - 1)
      if half && (!isTie || kept & 1 != 0) { kept += 1 }
      value = Double(sign: .plus, exponent: unit, significand: Double(kept))
    }
    return isNegative ? -value : value
  }

  private func bit(_ position: Int) -> Bool {
    let word = position >> 6
    return word < magnitude.count && magnitude[word] >> UInt64(position & 63) & 1 != 0
  }

  /// The bits from `position` up; at most 53 of them are left.
  private func bits(from position: Int) -> UInt64 {
    let word = position >> 6
    let shift = UInt64(position & 63)
    guard word < magnitude.count else { return 0 }
    let low = magnitude[word] >> shift
    guard shift != 0, word + 1 < magnitude.count else { return low }
    return low | magnitude[word + 1] << (64 - shift)
  }

  private func anyBit(below position: Int) -> Bool {
    let word = position >> 6
    for index in 0..<min(word, magnitude.count) where magnitude[index] != 0 { return true }
    let shift = UInt64(position & 63)
    return word < magnitude.count && shift != 0 && magnitude[word] & ((1 << shift) - 1) != 0
  }
}
