import Columnar
import Glibc

/// Gives equal byte strings the same code, in order of first appearance.
///
/// Open addressing over an arena.
struct StringInterner {
  private(set) var strings = PackedStrings()
  private var hashes: [UInt64] = []
  private var table = [Int32](repeating: -1, count: 1024)

  var count: Int { hashes.count }

  /// The code of `bytes`, a new one when they were not seen before.
  // Safe: slots are masked to the table's size, codes lie below `count`.
  mutating func intern(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    let hash = unsafe StringInterner.hash(bytes)
    let mask = table.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while table[slot] >= 0 {
      let known = Int(table[slot])
      if hashes[known] == hash, unsafe matches(known, bytes) {
        return UInt32(truncatingIfNeeded: known)
      }
      slot = (slot &+ 1) & mask
    }
    table[slot] = Int32(truncatingIfNeeded: count)
    hashes.append(hash)
    unsafe strings.append(bytes)
    if count * 2 > table.count { grow() }
    return UInt32(truncatingIfNeeded: count - 1)
  }

  private func matches(_ index: Int, _ bytes: UnsafeRawBufferPointer) -> Bool {
    let start = strings.offsets[index]
    let length = strings.offsets[index + 1] - start
    guard length == bytes.count else { return false }
    guard length > 0, let base = bytes.baseAddress else { return true }
    return unsafe strings.withUnsafeBytes { arena, _ in
      unsafe memcmp(arena + start, base, length) == 0
    }
  }

  private mutating func grow() {
    let size = table.count * 4
    table = [Int32](repeating: -1, count: size)
    for (code, hash) in hashes.enumerated() {
      var slot = Int(truncatingIfNeeded: hash) & (size - 1)
      while table[slot] >= 0 { slot = (slot + 1) & (size - 1) }
      table[slot] = Int32(truncatingIfNeeded: code)
    }
  }

  /// A multiplicative hash over words; not for use against hostile keys beyond one row group.
  private static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var state = UInt64(truncatingIfNeeded: bytes.count) ^ 0x9e37_79b9_7f4a_7c15
    var offset = 0
    while offset &+ 8 <= bytes.count {
      state = unsafe mix(state ^ bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      offset &+= 8
    }
    var tail: UInt64 = 0
    while offset < bytes.count {
      tail = unsafe tail &<< 8 | UInt64(bytes[offset])
      offset &+= 1
    }
    return mix(state ^ tail)
  }

  @inline(__always)
  private static func mix(_ word: UInt64) -> UInt64 {
    let product = word.multipliedFullWidth(by: 0xa076_1d64_78bd_642f)
    return product.high ^ product.low
  }
}

/// The strings of a row group as a dictionary and one code a value.
struct StringDictionary {
  var strings: PackedStrings
  var codes: [UInt32]
}

enum StringDictionaryEncoder {
  /// Dictionaries past this size are given up: they no longer fit the caches of a reader.
  private static let byteLimit = 8 << 20

  /// The dictionary of all segments, nil when the values hardly repeat.
  ///
  /// A segment that comes with a dictionary looks each of its used entries up once, not each row.
  static func encode(_ segments: [StringSegment]) -> StringDictionary? {
    let total = segments.reduce(0) { $0 + $1.count }
    var interner = StringInterner()
    var gaveUp = false
    let codes = unsafe [UInt32](unsafeUninitializedCapacity: total) { output, initialized in
      var next = 0
      for segment in segments {
        let part = unsafe UnsafeMutableBufferPointer(rebasing: output[next..<next + segment.count])
        guard unsafe encode(segment, &interner, done: next, into: part) else {
          gaveUp = true
          break
        }
        next += segment.count
      }
      initialized = gaveUp ? 0 : next
    }
    return gaveUp ? nil : StringDictionary(strings: interner.strings, codes: codes)
  }

  /// Whether going on makes sense after `seen` values.
  private static func pays(_ interner: StringInterner, seen: Int) -> Bool {
    (seen < 16_384 || interner.count * 2 <= seen) && interner.strings.bytes.count <= byteLimit
  }

  // Safe: codes of present rows lie in the dictionary (a guarantee of `StringColumn`), and are
  // checked by the array subscripts of its offsets.
  private static func encode(
    _ segment: StringSegment, _ interner: inout StringInterner, done: Int,
    into output: UnsafeMutableBufferPointer<UInt32>
  ) -> Bool {
    let values = segment.values
    return unsafe values.bytes.withUnsafeBytes { bytes in
      // A dictionary with more entries than rows, as a slice of a large column has, saves nothing.
      guard let codes = segment.codes, values.count <= segment.count * 2 else {
        for row in 0..<segment.count {
          let range = values.range(segment.codes.map { Int($0[row]) } ?? row)
          unsafe output[row] = interner.intern(UnsafeRawBufferPointer(rebasing: bytes[range]))
          if row & 1023 == 1023, !pays(interner, seen: done + row) { return false }
        }
        return pays(interner, seen: done + segment.count)
      }
      var known = [Int32](repeating: -1, count: values.count)
      // A small dictionary must repeat in the end, whatever its first rows look like.
      let mustRepeat = values.count * 2 <= segment.count
      for row in 0..<segment.count {
        let local = Int(codes[row])
        var code = known[local]
        if code < 0 {
          let range = values.range(local)
          code = unsafe Int32(
            bitPattern: interner.intern(UnsafeRawBufferPointer(rebasing: bytes[range])))
          known[local] = code
        }
        unsafe output[row] = UInt32(bitPattern: code)
        if !mustRepeat, row & 1023 == 1023, !pays(interner, seen: done + row) { return false }
      }
      return pays(interner, seen: done + segment.count)
    }
  }
}

/// Present strings of one batch, nulls left out.
struct StringSegment {
  var values: StringValues
  /// Nil when value *i* of the segment is value *i* of `values`.
  var codes: [Int32]?

  var count: Int { codes?.count ?? values.count }
}
