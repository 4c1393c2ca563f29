import Columnar

/// Distinct texts of a column over all its batches, numbered in the order in which they are met.
///
/// Cost: one lookup for each entry of a dictionary (dictionaries shared between batches are looked
/// up once), one for each row of a column without a dictionary.
struct TextCoder {
  private(set) var texts: [String] = []
  private var hashes: [UInt64] = []
  private var bytes: [UInt8] = []
  private var ends: [Int] = []
  /// Open addressing: a number of `texts`, or −1.
  private var slots = [Int32](repeating: -1, count: 64)
  private var known: [ObjectIdentifier: (values: StringValues, codes: [Int32])] = [:]

  /// The number of each row's text; −1 where the row is null.
  mutating func codes(of column: Column) -> [Int32] {
    guard let strings = column.storage.string else {
      return [Int32](repeating: -1, count: column.count)
    }
    var result: [Int32]
    if let rows = strings.codes {
      // A dictionary may hold entries that no row uses, but never many more than it is worth.
      let entries = self.codes(ofDictionary: strings.values)
      result = rows.map { entries.isEmpty ? -1 : entries[Int($0)] }
    } else {
      result = []
      result.reserveCapacity(column.count)
      for row in 0..<strings.values.count {
        result.append(code(of: strings.values, strings.values.range(row)))
      }
    }
    if let validity = column.validity {
      for row in result.indices where !validity[row] { result[row] = -1 }
    }
    return result
  }

  private mutating func codes(ofDictionary values: StringValues) -> [Int32] {
    if let found = known[ObjectIdentifier(values)] { return found.codes }
    var codes: [Int32] = []
    codes.reserveCapacity(values.count)
    for index in 0..<values.count { codes.append(code(of: values, values.range(index))) }
    // Holding the dictionary keeps its identity from being used again.
    known[ObjectIdentifier(values)] = (values, codes)
    return codes
  }

  private mutating func code(of values: StringValues, _ range: Range<Int>) -> Int32 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for index in range { hash = (hash ^ UInt64(values.bytes[index])) &* 0x100_0000_01b3 }
    var slot = Int(truncatingIfNeeded: hash ^ (hash >> 32)) & (slots.count - 1)
    while slots[slot] >= 0 {
      let candidate = Int(slots[slot])
      if hashes[candidate] == hash, isEqual(candidate, values.bytes, range) {
        return slots[slot]
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    let code = Int32(texts.count)
    texts.append(String(decoding: values.bytes[range], as: UTF8.self))
    hashes.append(hash)
    bytes.append(contentsOf: values.bytes[range])
    ends.append(bytes.count)
    slots[slot] = code
    if texts.count * 2 > slots.count { grow() }
    return code
  }

  private func isEqual(_ candidate: Int, _ other: [UInt8], _ range: Range<Int>) -> Bool {
    let start = candidate == 0 ? 0 : ends[candidate - 1]
    guard ends[candidate] - start == range.count else { return false }
    for offset in 0..<range.count where bytes[start + offset] != other[range.lowerBound + offset] {
      return false
    }
    return true
  }

  private mutating func grow() {
    var wider = [Int32](repeating: -1, count: slots.count * 4)
    for (code, hash) in hashes.enumerated() {
      var slot = Int(truncatingIfNeeded: hash ^ (hash >> 32)) & (wider.count - 1)
      while wider[slot] >= 0 { slot = (slot + 1) & (wider.count - 1) }
      wider[slot] = Int32(code)
    }
    slots = wider
  }
}
