import Columnar

/// Distinct byte strings with dense codes in order of first use.
struct StringInterner {
  private(set) var offsets: [Int32] = [0]
  private(set) var bytes: [UInt8] = []
  /// Open addressing: the hash's high half and the code + 1; 0 is free.
  private var slots = [UInt64](repeating: 0, count: 64)

  var count: Int { offsets.count - 1 }
  var byteCount: Int { bytes.count + offsets.count * 4 + slots.count * 8 }

  func range(_ code: Int) -> Range<Int> { Int(offsets[code])..<Int(offsets[code + 1]) }

  /// The values as a dictionary.
  func values() -> StringValues { StringValues(offsets: offsets, bytes: bytes) }

  /// The code of a string that is there, else nil.
  func find(_ source: [UInt8], _ range: Range<Int>) -> Int32? {
    let hash = hashBytes(source, range)
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != 0 {
      if slots[slot] >> 32 == hash >> 32 {
        let code = Int(truncatingIfNeeded: slots[slot] & 0xffff_ffff) - 1
        if equalBytes(bytes, self.range(code), source, range) { return Int32(code) }
      }
      slot = (slot + 1) & mask
    }
    return nil
  }

  /// The code of the string, a new one if it is new.
  ///
  /// - Throws: `.memory` above 2 GiB of distinct text.
  mutating func intern(_ source: [UInt8], _ range: Range<Int>) throws(QueryError) -> Int32 {
    let hash = hashBytes(source, range)
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != 0 {
      if slots[slot] >> 32 == hash >> 32 {
        let code = Int(truncatingIfNeeded: slots[slot] & 0xffff_ffff) - 1
        if equalBytes(bytes, self.range(code), source, range) { return Int32(code) }
      }
      slot = (slot + 1) & mask
    }
    guard let end = Int32(exactly: bytes.count + range.count) else {
      throw QueryError(
        .memory, "the distinct texts of a key exceed 2 GiB", help: "filter or group by fewer rows")
    }
    bytes.append(contentsOf: source[range])
    offsets.append(end)
    slots[slot] = (hash >> 32) << 32 | UInt64(count)
    let code = Int32(count - 1)
    if count * 2 > slots.count { grow() }
    return code
  }

  private mutating func grow() {
    slots = [UInt64](repeating: 0, count: slots.count * 4)
    let mask = slots.count - 1
    for code in 0..<count {
      let hash = hashBytes(bytes, range(code))
      var slot = Int(truncatingIfNeeded: hash) & mask
      while slots[slot] != 0 { slot = (slot + 1) & mask }
      slots[slot] = (hash >> 32) << 32 | UInt64(code + 1)
    }
  }
}

/// Whether two byte ranges hold the same bytes.
func equalBytes(_ a: [UInt8], _ i: Range<Int>, _ b: [UInt8], _ j: Range<Int>) -> Bool {
  i.count == j.count && compareBytes(a, i, b, j) == 0
}

@inline(__always)
func mixHash(_ value: UInt64) -> UInt64 {
  let (high, low) = (value ^ 0xa076_1d64_78bd_642f).multipliedFullWidth(by: 0xe703_7ed1_a0b4_28db)
  return high ^ low
}

/// A hash of bytes that is the same in every run and on every machine.
func hashBytes(_ bytes: [UInt8], _ range: Range<Int>) -> UInt64 {
  precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
  return unsafe bytes.withUnsafeBytes { raw in
    // Safe: the range is checked above.
    var hash = mixHash(UInt64(range.count))
    var position = range.lowerBound
    while position + 8 <= range.upperBound {
      let word = unsafe raw.loadUnaligned(fromByteOffset: position, as: UInt64.self)
      hash = mixHash(hash ^ UInt64(littleEndian: word))
      position += 8
    }
    if position < range.upperBound {
      var word: UInt64 = 0
      while position < range.upperBound {
        word = unsafe word << 8 | UInt64(raw[position])
        position += 1
      }
      hash = mixHash(hash ^ word)
    }
    return hash
  }
}
