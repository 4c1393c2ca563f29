import Columnar
import TestSupport
import Testing

@Suite("Bitmap")
struct BitmapTests {
  /// Bits with runs and gaps, so that word borders are met in every state.
  private func bits(_ count: Int, _ random: inout SeededGenerator) -> [Bool] {
    var bit = false
    return (0..<count).map { _ in
      if random.next() % 5 == 0 { bit.toggle() }
      return bit
    }
  }

  @Test("says the same as an array of booleans", arguments: [0, 1, 63, 64, 65, 127, 128, 200])
  func likeArray(count: Int) {
    var random = SeededGenerator(seed: UInt64(count))
    let left = bits(count, &random)
    let right = bits(count, &random)
    let a = Bitmap(left)
    let b = Bitmap(right)
    #expect(a.count == count)
    #expect(a.setCount == left.count { $0 })
    #expect((0..<count).map { a[$0] } == left)
    #expect(a & b == Bitmap(zip(left, right).map { $0 && $1 }))
    #expect(a | b == Bitmap(zip(left, right).map { $0 || $1 }))
    #expect(a ^ b == Bitmap(zip(left, right).map { $0 != $1 }))
    #expect(~a == Bitmap(left.map { !$0 }))
    #expect(a.setIndices() == left.indices.filter { left[$0] }.map { Int32($0) })
    #expect(a.isAllSet == left.allSatisfy { $0 })
  }

  @Test("cuts and joins at any offset")
  func slices() {
    var random = SeededGenerator(seed: 7)
    let all = bits(300, &random)
    let bitmap = Bitmap(all)
    for start in stride(from: 0, through: 300, by: 13) {
      for end in stride(from: start, through: 300, by: 17) {
        #expect(bitmap.slice(start..<end) == Bitmap(Array(all[start..<end])))
        let joined = Bitmap.concatenate([
          bitmap.slice(0..<start), bitmap.slice(start..<end), bitmap.slice(end..<300),
        ])
        #expect(joined == bitmap)
      }
    }
  }

  @Test("bits past the end are cleared, so equal bitmaps have equal words")
  func tail() {
    #expect(Bitmap(words: [.max], count: 3) == Bitmap([true, true, true]))
    #expect(Bitmap(repeating: true, count: 70).words[1] == 0b11_1111)
  }
}
