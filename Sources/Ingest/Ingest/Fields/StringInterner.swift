import Columnar
import Glibc

/// Gives equal byte strings equal codes while a column is filled, and gives up when most differ.
struct StringInterner {
  /// Rows after which it is decided whether a dictionary pays.
  private static let trialRows = 2048

  private var values: [UInt8] = []
  private var offsets: [Int32] = [0]
  private var codes: [Int32] = []
  /// Of each value: see `key`.
  private var keys: [UInt64] = []
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
    if codes.count == StringInterner.trialRows, keys.count * 2 > codes.count { pack() }
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
    let key = unsafe StringInterner.key(text)
    let mask = slots.count &- 1
    var slot = StringInterner.slot(key) & mask
    while true {
      let entry = slots[slot]
      if entry == 0 { break }
      let known = Int(entry) &- 1
      if keys[known] == key, key < StringInterner.longMark || (unsafe isValue(known, text)) {
        return Int32(truncatingIfNeeded: known)
      }
      slot = (slot &+ 1) & mask
    }
    let code = keys.count
    slots[slot] = UInt32(truncatingIfNeeded: code &+ 1)
    keys.append(key)
    unsafe values.append(contentsOf: text)
    offsets.append(Int32(truncatingIfNeeded: values.count))
    if keys.count &* 2 > slots.count { grow() }
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
    for (code, key) in keys.enumerated() {
      var slot = StringInterner.slot(key) & mask
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
    keys = []
  }

  private static let longMark: UInt64 = 1 << 63

  /// Up to seven bytes: the bytes and their number, so that equal keys are equal texts. Longer
  /// texts: a hash by folded multiplications, marked by the top bit.
  @inline(__always)
  private static func key(_ text: UnsafeRawBufferPointer) -> UInt64 {
    let count = text.count
    if count < 8 {
      var key = UInt64(truncatingIfNeeded: count) << 56
      if count >= 4 {
        // Safe: both loads lie inside the text; they may overlap.
        key |= unsafe UInt64(text.loadUnaligned(as: UInt32.self))
        let last = unsafe text.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self)
        key |= UInt64(last) << UInt64((count &- 4) &* 8)
      } else if count > 0 {
        key |= unsafe UInt64(text[0])
        key |= unsafe UInt64(text[count >> 1]) << UInt64((count >> 1) &* 8)
        key |= unsafe UInt64(text[count &- 1]) << UInt64((count &- 1) &* 8)
      }
      return key
    }
    var state = UInt64(truncatingIfNeeded: count) ^ 0x9E37_79B9_7F4A_7C15
    var index = 0
    while index &+ 8 < count {
      // Safe: eight bytes from `index` lie inside the text.
      let word = unsafe text.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      state = mix(state ^ word)
      index &+= 8
    }
    let last = unsafe text.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
    return mix(state ^ last) | longMark
  }

  @inline(__always)
  private static func slot(_ key: UInt64) -> Int {
    Int(truncatingIfNeeded: mix(key ^ 0x2545_F491_4F6C_DD1D) >> 1)
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
    if keys.isEmpty, !codes.isEmpty { offsets.append(0) }
    return StringColumn(values: StringValues(offsets: offsets, bytes: values), codes: codes)
  }
}
