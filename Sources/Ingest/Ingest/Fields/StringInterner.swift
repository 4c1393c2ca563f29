import Columnar
import Glibc

/// Gives equal byte strings equal codes while a column is filled, and gives up when most differ.
struct StringInterner {
  /// Rows after which it is decided whether a dictionary pays.
  private static let trialRows = 2048

  private var values: [UInt8] = []
  private var offsets: [Int32] = [0]
  private var codes: [Int32] = []
  private var hashes: [UInt32] = []
  /// Code + 1 by hash, open addressing; 0 is free.
  private var slots = [UInt32](repeating: 0, count: 1024)
  private var isPacked = false
  private let rows: Int

  init(rows: Int) {
    self.rows = rows
    codes.reserveCapacity(rows)
  }

  mutating func append(_ text: UnsafeRawBufferPointer) {
    if isPacked {
      unsafe values.append(contentsOf: text)
      offsets.append(Int32(truncatingIfNeeded: values.count))
      return
    }
    codes.append(unsafe code(text))
    if codes.count == StringInterner.trialRows, hashes.count * 2 > codes.count { pack() }
  }

  /// A row whose value is not read.
  mutating func appendNull() {
    if isPacked {
      offsets.append(Int32(truncatingIfNeeded: values.count))
    } else {
      codes.append(0)
    }
  }

  private mutating func code(_ text: UnsafeRawBufferPointer) -> Int32 {
    let hash = unsafe StringInterner.hash(text)
    let mask = slots.count &- 1
    var slot = Int(hash) & mask
    while true {
      let entry = slots[slot]
      if entry == 0 { break }
      let known = Int(entry) &- 1
      if hashes[known] == hash, unsafe isValue(known, text) {
        return Int32(truncatingIfNeeded: known)
      }
      slot = (slot &+ 1) & mask
    }
    let code = hashes.count
    slots[slot] = UInt32(truncatingIfNeeded: code &+ 1)
    hashes.append(hash)
    unsafe values.append(contentsOf: text)
    offsets.append(Int32(truncatingIfNeeded: values.count))
    if hashes.count &* 2 > slots.count { grow() }
    return Int32(truncatingIfNeeded: code)
  }

  @inline(__always)
  private func isValue(_ code: Int, _ text: UnsafeRawBufferPointer) -> Bool {
    let low = Int(offsets[code])
    let count = Int(offsets[code &+ 1]) &- low
    guard count == text.count else { return false }
    guard count > 0, let base = text.baseAddress else { return true }
    return unsafe values.withUnsafeBytes { known in
      // Safe: offsets lie inside the values.
      unsafe memcmp(known.baseAddress.unsafelyUnwrapped + low, base, count) == 0
    }
  }

  private mutating func grow() {
    slots = [UInt32](repeating: 0, count: slots.count * 4)
    let mask = slots.count - 1
    for (code, hash) in hashes.enumerated() {
      var slot = Int(hash) & mask
      while slots[slot] != 0 { slot = (slot + 1) & mask }
      slots[slot] = UInt32(code + 1)
    }
  }

  /// Lays out the rows so far one after the other; from here on nothing is looked up.
  private mutating func pack() {
    isPacked = true
    let dictionary = StringValues(offsets: offsets, bytes: values)
    let packed = dictionary.take(codes)
    offsets = packed.offsets
    values = packed.bytes
    offsets.reserveCapacity(rows + 1)
    values.reserveCapacity(values.count / max(codes.count, 1) * rows)
    codes = []
    slots = []
    hashes = []
  }

  /// Folded multiplications of eight bytes at a time.
  @inline(__always)
  private static func hash(_ text: UnsafeRawBufferPointer) -> UInt32 {
    var state = UInt64(truncatingIfNeeded: text.count) ^ 0x9E37_79B9_7F4A_7C15
    var index = 0
    while index &+ 8 <= text.count {
      // Safe: eight bytes from `index` lie inside the text.
      let word = unsafe text.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      state = mix(state ^ word)
      index &+= 8
    }
    var rest: UInt64 = 0
    while index < text.count {
      rest = rest &<< 8 | UInt64(unsafe text[index])
      index &+= 1
    }
    state = mix(state ^ rest)
    return UInt32(truncatingIfNeeded: state)
  }

  @inline(__always)
  private static func mix(_ value: UInt64) -> UInt64 {
    let (high, low) = value.multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
    return high ^ low
  }

  /// The rows appended so far.
  consuming func finish() -> StringColumn {
    if isPacked {
      return StringColumn(values: StringValues(offsets: offsets, bytes: values), codes: nil)
    }
    // Null rows carry code 0, which has to exist.
    if hashes.isEmpty, !codes.isEmpty { offsets.append(0) }
    return StringColumn(values: StringValues(offsets: offsets, bytes: values), codes: codes)
  }
}
