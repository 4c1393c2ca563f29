/// A row of bits, least significant first in 64-bit words; bits past `count` in the last word are 0.
///
/// Used for validity (1 = value present) and for booleans and filter results.
package struct Bitmap: Sendable, Hashable {
  package private(set) var words: [UInt64]
  package private(set) var count: Int

  package init(repeating bit: Bool, count: Int) {
    self.count = count
    words = [UInt64](repeating: bit ? .max : 0, count: Bitmap.wordCount(for: count))
    clearTail()
  }

  /// Takes over whole words; bits past `count` are cleared.
  ///
  /// - Precondition: there are exactly enough words for `count` bits.
  package init(words: [UInt64], count: Int) {
    precondition(words.count == Bitmap.wordCount(for: count))
    self.words = words
    self.count = count
    clearTail()
  }

  package init(_ bits: [Bool]) {
    count = bits.count
    words = [UInt64](repeating: 0, count: Bitmap.wordCount(for: bits.count))
    for index in bits.indices where bits[index] { words[index >> 6] |= 1 << UInt64(index & 63) }
  }

  @inlinable package static func wordCount(for count: Int) -> Int { (count &+ 63) >> 6 }

  package subscript(_ index: Int) -> Bool {
    get {
      precondition(index >= 0 && index < count)
      return words[index >> 6] >> UInt64(index & 63) & 1 != 0
    }
    set {
      precondition(index >= 0 && index < count)
      let bit = UInt64(1) << UInt64(index & 63)
      if newValue { words[index >> 6] |= bit } else { words[index >> 6] &= ~bit }
    }
  }

  /// The number of 1 bits.
  package var setCount: Int { words.reduce(0) { $0 &+ $1.nonzeroBitCount } }

  package var isAllSet: Bool { setCount == count }

  package static func & (left: Bitmap, right: Bitmap) -> Bitmap { combine(left, right, &) }
  package static func | (left: Bitmap, right: Bitmap) -> Bitmap { combine(left, right, |) }
  package static func ^ (left: Bitmap, right: Bitmap) -> Bitmap { combine(left, right, ^) }

  package static prefix func ~ (bitmap: Bitmap) -> Bitmap {
    Bitmap(words: bitmap.words.map { ~$0 }, count: bitmap.count)
  }

  /// The positions of the 1 bits, ascending.
  package func setIndices() -> [Int32] {
    unsafe [Int32](unsafeUninitializedCapacity: setCount) { buffer, initialized in
      var next = 0
      for (position, word) in words.enumerated() {
        var rest = word
        while rest != 0 {
          unsafe buffer[next] = Int32(
            truncatingIfNeeded: position &* 64 &+ rest.trailingZeroBitCount)
          next &+= 1
          rest &= rest &- 1
        }
      }
      initialized = next
    }
  }

  /// Bits `range` as a bitmap of their own.
  package func slice(_ range: Range<Int>) -> Bitmap {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    let shift = UInt64(range.lowerBound & 63)
    let first = range.lowerBound >> 6
    let needed = Bitmap.wordCount(for: range.count)
    let sliced = (0..<needed).map { index -> UInt64 in
      let low = words[first + index] >> shift
      guard shift != 0, first + index + 1 < words.count else { return low }
      return low | words[first + index + 1] << (64 - shift)
    }
    return Bitmap(words: sliced, count: range.count)
  }

  /// The bits at `indices`, in that order.
  package func take(_ indices: [Int32]) -> Bitmap {
    var result = [UInt64](repeating: 0, count: Bitmap.wordCount(for: indices.count))
    for (position, index) in indices.enumerated() {
      let source = Int(index)
      let bit = words[source >> 6] >> UInt64(source & 63) & 1
      result[position >> 6] |= bit << UInt64(position & 63)
    }
    return Bitmap(words: result, count: indices.count)
  }

  package static func concatenate(_ parts: [Bitmap]) -> Bitmap {
    var result = Bitmap(repeating: false, count: parts.reduce(0) { $0 + $1.count })
    var offset = 0
    for part in parts {
      result.copy(part, at: offset)
      offset += part.count
    }
    return result
  }

  private mutating func copy(_ part: Bitmap, at offset: Int) {
    let shift = UInt64(offset & 63)
    let first = offset >> 6
    for (index, word) in part.words.enumerated() {
      words[first + index] |= word << shift
      if shift != 0, first + index + 1 < words.count {
        words[first + index + 1] |= word >> (64 - shift)
      }
    }
  }

  private mutating func clearTail() {
    let used = UInt64(count & 63)
    if used != 0 { words[words.count - 1] &= (1 << used) - 1 }
  }

  private static func combine(
    _ left: Bitmap, _ right: Bitmap, _ operation: (UInt64, UInt64) -> UInt64
  ) -> Bitmap {
    precondition(left.count == right.count)
    return Bitmap(words: zip(left.words, right.words).map(operation), count: left.count)
  }
}
