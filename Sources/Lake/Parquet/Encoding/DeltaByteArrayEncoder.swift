/// DELTA_LENGTH_BYTE_ARRAY and DELTA_BYTE_ARRAY (Encodings.md): strings behind packed lengths.
///
/// ```
/// delta length := lengths as DELTA_BINARY_PACKED, then all bytes
/// delta        := lengths of the prefixes shared with the value before, as DELTA_BINARY_PACKED,
///                 then the suffixes as delta length
/// ```
package enum DeltaByteArrayEncoder {
  /// Appends values `range` as DELTA_LENGTH_BYTE_ARRAY.
  ///
  /// - Precondition: no value is longer than `Int32.max`.
  package static func encodeLengths(
    _ strings: PackedStrings, _ range: Range<Int>, into sink: ByteSink
  ) {
    let lengths = unsafe [Int32](unsafeUninitializedCapacity: range.count) { output, initialized in
      for (position, index) in range.enumerated() {
        unsafe output[position] = Int32(
          truncatingIfNeeded: strings.offsets[index + 1] - strings.offsets[index])
      }
      initialized = range.count
    }
    DeltaBinaryPackedEncoder.encode(lengths.span, into: sink)
    // Safe: the byte range lies within the packed bytes.
    unsafe strings.withUnsafeBytes { bytes, offsets in
      let start = unsafe offsets[range.lowerBound]
      unsafe sink.append(
        UnsafeRawBufferPointer(start: bytes + start, count: strings.byteCount(range)))
    }
  }

  /// Appends values `range` as DELTA_BYTE_ARRAY; the first of them shares nothing.
  ///
  /// - Parameter shared: What `sharedPrefixes` says of all strings.
  /// - Precondition: no value is longer than `Int32.max`.
  package static func encodePrefixes(
    _ strings: PackedStrings, shared: [Int32], _ range: Range<Int>, into sink: ByteSink
  ) {
    var prefixes = Array(shared[range])
    if !prefixes.isEmpty { prefixes[0] = 0 }
    DeltaBinaryPackedEncoder.encode(prefixes.span, into: sink)
    var total = 0
    let lengths = unsafe [Int32](unsafeUninitializedCapacity: range.count) { output, initialized in
      for (position, index) in range.enumerated() {
        let length = strings.offsets[index + 1] - strings.offsets[index] - Int(prefixes[position])
        unsafe output[position] = Int32(truncatingIfNeeded: length)
        total += length
      }
      initialized = range.count
    }
    DeltaBinaryPackedEncoder.encode(lengths.span, into: sink)
    // Safe: `total` is the sum of the suffixes that the loop copies.
    unsafe strings.withUnsafeBytes { bytes, offsets in
      var target = unsafe sink.reserve(total)
      for (position, index) in range.enumerated() {
        let start = unsafe offsets[index] + Int(prefixes[position])
        let length = Int(lengths[position])
        unsafe target.copyMemory(from: bytes + start, byteCount: length)
        unsafe target += length
      }
    }
    sink.advance(total)
  }

  /// For each string, how many leading bytes it shares with the one before it; 0 for the first.
  package static func sharedPrefixes(_ strings: PackedStrings) -> [Int32] {
    unsafe [Int32](unsafeUninitializedCapacity: strings.count) { output, initialized in
      // Safe: both strings lie within the arena and are compared over the shorter length.
      unsafe strings.withUnsafeBytes { bytes, offsets in
        for index in 0..<strings.count {
          guard index > 0 else {
            unsafe output[index] = 0
            continue
          }
          let start = unsafe offsets[index]
          let before = unsafe offsets[index &- 1]
          let limit = unsafe min(start &- before, offsets[index &+ 1] &- start)
          unsafe output[index] = Int32(
            truncatingIfNeeded: sharedLength(bytes + before, bytes + start, limit: limit))
        }
      }
      initialized = strings.count
    }
  }

  // Safe: both pointers have `limit` readable bytes, and no word is read past them.
  private static func sharedLength(
    _ left: UnsafeRawPointer, _ right: UnsafeRawPointer, limit: Int
  ) -> Int {
    var length = 0
    while length &+ 8 <= limit {
      let first = unsafe left.loadUnaligned(fromByteOffset: length, as: UInt64.self)
      let second = unsafe right.loadUnaligned(fromByteOffset: length, as: UInt64.self)
      let difference = first.littleEndian ^ second.littleEndian
      if difference != 0 { return length &+ difference.trailingZeroBitCount / 8 }
      length &+= 8
    }
    while length < limit,
      unsafe left.load(fromByteOffset: length, as: UInt8.self)
        == right.load(fromByteOffset: length, as: UInt8.self)
    {
      length &+= 1
    }
    return length
  }
}
