import CKernels
import Columnar

/// Distinct byte strings with dense codes in order of first use.
struct StringInterner {
  private(set) var offsets: [Int32] = [0]
  private(set) var bytes: [UInt8] = []
  /// Open addressing by the high half of the hash, which stands above the code + 1; 0 is free.
  private var slots = [UInt64](repeating: 0, count: 64)

  var count: Int { offsets.count - 1 }
  var byteCount: Int { bytes.count + offsets.count * 4 + slots.count * 8 }

  func range(_ code: Int) -> Range<Int> { Int(offsets[code])..<Int(offsets[code + 1]) }

  /// The values as a dictionary.
  func values() -> StringValues { StringValues(offsets: offsets, bytes: bytes) }

  /// The code of a string that is there, else nil.
  func find(_ source: [UInt8], _ range: Range<Int>) -> Int32? {
    let hash = slotHash(source, range)
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash >> 32) & mask
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
    let hash = slotHash(source, range)
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash >> 32) & mask
    while slots[slot] != 0 {
      if slots[slot] >> 32 == hash >> 32 {
        let code = Int(truncatingIfNeeded: slots[slot] & 0xffff_ffff) - 1
        if equalBytes(bytes, self.range(code), source, range) { return Int32(code) }
      }
      slot = (slot + 1) & mask
    }
    try append(source, range)
    slots[slot] = (hash >> 32) << 32 | UInt64(count)
    let code = Int32(count - 1)
    if count * 2 > slots.count { grow(to: slots.count * 4) }
    return code
  }

  private mutating func append(_ source: [UInt8], _ range: Range<Int>) throws(QueryError) {
    guard let end = Int32(exactly: bytes.count + range.count) else {
      throw QueryError(
        .memory, "the distinct texts of a key exceed 2 GiB", help: "filter or group by fewer rows")
    }
    bytes.append(contentsOf: source[range])
    offsets.append(end)
  }

  private mutating func grow(to size: Int) {
    slots = regrown(slots, to: size)
  }
}

// Many strings at once.
extension StringInterner {
  /// Strings between two looks at the table's size.
  private static let stretch = 1024

  /// Code + 1 of every string, 0 where it is null.
  ///
  /// - Throws: `.memory` above 2 GiB of distinct text.
  mutating func intern(
    _ source: StringValues, validity: Bitmap?
  ) throws(QueryError) -> [UInt32] {
    var codes = [UInt32](repeating: 0, count: source.count)
    let text = source.bytes
    for start in stride(from: 0, to: source.count, by: StringInterner.stretch) {
      let rows = start..<min(source.count, start + StringInterner.stretch)
      var size = slots.count
      while (count + rows.count) * 2 > size { size *= 4 }
      if size > slots.count { grow(to: size) }
      let hashes = prepare(source, rows)
      let mask = slots.count - 1
      for row in rows where validity?[row] ?? true {
        let range = source.range(row)
        let hash = hashes[row - start]
        var slot = Int(truncatingIfNeeded: hash >> 32) & mask
        var code = self.code(hash, &slot, text, range, mask)
        if code == 0 {
          try append(text, range)
          code = UInt32(count)
          slots[slot] = (hash >> 32) << 32 | UInt64(code)
        }
        codes[row] = code
      }
    }
    return codes
  }

  /// Code + 1 of every string that is there, the largest number for others.
  func find(_ source: StringValues) -> [UInt32] {
    var codes = [UInt32](repeating: .max, count: source.count)
    let mask = slots.count - 1
    let text = source.bytes
    for start in stride(from: 0, to: source.count, by: StringInterner.stretch) {
      let rows = start..<min(source.count, start + StringInterner.stretch)
      let hashes = prepare(source, rows)
      for row in rows {
        let hash = hashes[row - start]
        var slot = Int(truncatingIfNeeded: hash >> 32) & mask
        let code = self.code(hash, &slot, text, source.range(row), mask)
        if code != 0 { codes[row] = code }
      }
    }
    return codes
  }

  /// Code + 1 of a string, 0 when it is not there; `slot` becomes its place.
  @inline(__always)
  private func code(
    _ hash: UInt64, _ slot: inout Int, _ text: [UInt8], _ range: Range<Int>, _ mask: Int
  ) -> UInt32 {
    while slots[slot] != 0 {
      let entry = slots[slot]
      if entry >> 32 == hash >> 32 {
        let code = Int(truncatingIfNeeded: entry & 0xffff_ffff) - 1
        if equalBytes(bytes, self.range(code), text, range) { return UInt32(code + 1) }
      }
      slot = (slot + 1) & mask
    }
    return 0
  }

  /// Hashes of some strings; of a large table also the memory that looking them up will touch is
  /// asked for: waiting for many places at once costs little more than for one.
  private func prepare(_ source: StringValues, _ rows: Range<Int>) -> [UInt64] {
    let text = source.bytes
    let hashes = makeValues(rows.count) { row in
      slotHash(text, source.range(rows.lowerBound + row))
    }
    guard slots.count > 1 << 13 else { return hashes }
    let mask = slots.count - 1
    unsafe slots.withUnsafeBufferPointer { slots in
      unsafe offsets.withUnsafeBufferPointer { offsets in
        unsafe bytes.withUnsafeBufferPointer { bytes in
          guard let slots = slots.baseAddress, let offsets = offsets.baseAddress,
            let bytes = bytes.baseAddress
          else { return }
          // Safe: slots are masked, and they hold codes of strings that are there.
          for hash in hashes {
            unsafe ck_prefetch(slots + Int(truncatingIfNeeded: hash >> 32) & mask)
          }
          for hash in hashes {
            let entry = unsafe slots[Int(truncatingIfNeeded: hash >> 32) & mask]
            guard entry != 0 else { continue }
            let code = Int(truncatingIfNeeded: entry & 0xffff_ffff) &- 1
            unsafe ck_prefetch(offsets + code)
          }
          for hash in hashes {
            let entry = unsafe slots[Int(truncatingIfNeeded: hash >> 32) & mask]
            guard entry != 0 else { continue }
            let code = Int(truncatingIfNeeded: entry & 0xffff_ffff) &- 1
            unsafe ck_prefetch(bytes + Int(offsets[code]))
          }
        }
      }
    }
    return hashes
  }
}

/// Whether two byte ranges hold the same bytes.
func equalBytes(_ a: [UInt8], _ i: Range<Int>, _ b: [UInt8], _ j: Range<Int>) -> Bool {
  i.count == j.count && compareBytes(a, i, b, j) == 0
}

/// The slots of a hash table in a larger table: an entry's high half alone tells its place.
func regrown(_ slots: [UInt64], to size: Int) -> [UInt64] {
  precondition(size >= slots.count && size & (size - 1) == 0)
  var larger = [UInt64](repeating: 0, count: size)
  let mask = size - 1
  unsafe larger.withUnsafeMutableBufferPointer { larger in
    for entry in slots where entry != 0 {
      // Safe: places are masked, and the larger table has room.
      var slot = Int(truncatingIfNeeded: entry >> 32) & mask
      while unsafe larger[slot] != 0 { slot = (slot &+ 1) & mask }
      unsafe larger[slot] = entry
    }
  }
  return larger
}

@inline(__always)
func mixHash(_ value: UInt64) -> UInt64 {
  let (high, low) = (value ^ 0xa076_1d64_78bd_642f).multipliedFullWidth(by: 0xe703_7ed1_a0b4_28db)
  return high ^ low
}

/// As `hashBytes`, but the last eight bytes go in as one word, which may overlap the one before.
@inline(__always)
private func slotHash(_ bytes: [UInt8], _ range: Range<Int>) -> UInt64 {
  if range.count < 8 { return hashBytes(bytes, range) }
  precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
  return unsafe bytes.withUnsafeBytes { raw in
    // Safe: the range is checked above.
    var hash = mixHash(UInt64(range.count))
    var position = range.lowerBound
    while position + 8 < range.upperBound {
      hash = unsafe mixHash(
        hash ^ raw.loadUnaligned(fromByteOffset: position, as: UInt64.self).littleEndian)
      position += 8
    }
    return unsafe mixHash(
      hash
        ^ raw.loadUnaligned(fromByteOffset: range.upperBound - 8, as: UInt64.self).littleEndian)
  }
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
