import Glibc

/// Smallest and largest of byte strings, compared by their first eight bytes before anything else.
struct StringBounds {
  private let strings: PackedStrings
  /// The first eight bytes of each string, most significant first, filled up with zeros.
  private let keys: [UInt64]
  /// For each string the last page that it was seen in.
  private var lastPage: [Int32]
  private var page: Int32 = 0

  init(_ strings: PackedStrings) {
    self.strings = strings
    keys = StringBounds.keys(of: strings)
    lastPage = [Int32](repeating: 0, count: strings.count)
  }

  /// The bounds of strings `range`.
  func bounds(_ range: Range<Int>) -> Bounds {
    guard var low = range.first else { return .none }
    var high = low
    for index in range.dropFirst() {
      if precedes(index, low) { low = index }
      if precedes(high, index) { high = index }
    }
    return .bytes(Array(strings[low]), Array(strings[high]))
  }

  /// The bounds of the strings with the given codes; each distinct one is compared once.
  mutating func bounds(codes: ArraySlice<UInt32>) -> Bounds {
    guard let first = codes.first else { return .none }
    var low = Int(first)
    var high = low
    page += 1
    for code in codes {
      let index = Int(code)
      if lastPage[index] == page { continue }
      lastPage[index] = page
      if precedes(index, low) { low = index }
      if precedes(high, index) { high = index }
    }
    return .bytes(Array(strings[low]), Array(strings[high]))
  }

  @inline(__always)
  private func precedes(_ left: Int, _ right: Int) -> Bool {
    if keys[left] != keys[right] { return keys[left] < keys[right] }
    return left != right && follows(right, left)
  }

  /// Whether `left` comes after `right`, whose first eight bytes look the same.
  private func follows(_ left: Int, _ right: Int) -> Bool {
    // Safe: both start within the arena and are compared over the shorter of their lengths.
    unsafe strings.withUnsafeBytes { bytes, offsets in
      let leftLength = unsafe offsets[left + 1] - offsets[left]
      let rightLength = unsafe offsets[right + 1] - offsets[right]
      let order = unsafe memcmp(
        bytes + offsets[left], bytes + offsets[right], min(leftLength, rightLength))
      return order == 0 ? leftLength > rightLength : order > 0
    }
  }

  private static func keys(of strings: PackedStrings) -> [UInt64] {
    unsafe [UInt64](unsafeUninitializedCapacity: strings.count) { output, initialized in
      // Safe: a whole word is read only where eight bytes of the arena remain.
      unsafe strings.withUnsafeBytes { bytes, offsets in
        let total = strings.bytes.count
        for index in 0..<strings.count {
          let start = unsafe offsets[index]
          let length = unsafe offsets[index + 1] - start
          var key: UInt64 = 0
          if start + 8 <= total {
            key = unsafe UInt64(
              bigEndian: (bytes + start).loadUnaligned(as: UInt64.self))
            if length < 8 { key &= length == 0 ? 0 : ~(UInt64.max >> UInt64(length * 8)) }
          } else {
            for position in 0..<min(length, 8) {
              let byte = unsafe bytes.load(fromByteOffset: start + position, as: UInt8.self)
              key |= UInt64(byte) << UInt64(56 - position * 8)
            }
          }
          unsafe output[index] = key
        }
      }
      initialized = strings.count
    }
  }
}
