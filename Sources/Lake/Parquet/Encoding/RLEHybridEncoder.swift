/// The RLE / bit-packing hybrid (Encodings.md, "RLE"): levels, dictionary codes, booleans.
///
/// ```
/// run        := (count << 1) as ULEB128, value in ⌈width/8⌉ bytes
/// bit-packed := (groups << 1 | 1) as ULEB128, groups · width bytes (8 values a group)
/// ```
package enum RLEHybridEncoder {
  /// The bits that codes `0...maximum` need.
  static func width(forMaximum maximum: Int) -> Int {
    Int.bitWidth - max(maximum, 0).leadingZeroBitCount
  }

  package static func encode(_ values: Span<UInt8>, width: Int, into sink: ByteSink) {
    unsafe values.withUnsafeBufferPointer { unsafe encodeBody($0, width: width, into: sink) }
  }

  package static func encode(_ values: Span<UInt32>, width: Int, into sink: ByteSink) {
    unsafe values.withUnsafeBufferPointer { unsafe encodeBody($0, width: width, into: sink) }
  }

  /// One run of a single value.
  static func encodeRun(of value: UInt32, count: Int, width: Int, into sink: ByteSink) {
    guard count > 0 else { return }
    sink.append(varint: UInt64(count) << 1)
    var rest = value
    for _ in 0..<((width + 7) / 8) {
      sink.append(UInt8(truncatingIfNeeded: rest))
      rest &>>= 8
    }
  }

  /// The shortest run worth leaving a bit-packed stretch for: a run costs about four bytes, and
  /// every switch costs the reader a branch.
  private static func shortestRun(width: Int) -> Int {
    width <= 1 ? 64 : (width <= 4 ? 32 : 16)
  }

  // Safe: every index stays below `values.count`, and each bit-packed stretch reserves its bytes.
  private static func encodeBody<Value: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _ values: UnsafeBufferPointer<Value>, width: Int, into sink: ByteSink
  ) {
    let count = values.count
    guard count > 0, let base = values.baseAddress else { return }
    let shortest = shortestRun(width: width)
    // Literals start at `start`, always a multiple of eight values before `position`.
    var start = 0
    var position = 0
    while position < count {
      guard position &+ 8 <= count else {
        position = count
        break
      }
      if unsafe !isUniform(base + position) {
        position &+= 8
        continue
      }
      let value = unsafe base[position]
      var end = position &+ 8
      while end &+ 8 <= count, unsafe base[end] == value, unsafe isUniform(base + end) { end &+= 8 }
      while end < count, unsafe base[end] == value { end &+= 1 }
      if end &- position < shortest, !(start == position && end == count) {
        // Too short: whole groups of it stay literal, the rest is looked at again.
        position &+= (end &- position) & ~7
        continue
      }
      unsafe encodeLiterals(base + start, count: position &- start, width: width, into: sink)
      encodeRun(
        of: UInt32(truncatingIfNeeded: value), count: end &- position, width: width, into: sink)
      position = end
      start = end
    }
    unsafe encodeLiterals(base + start, count: count &- start, width: width, into: sink)
  }

  /// Whether eight values are the same.
  @inline(__always)
  private static func isUniform<Value: FixedWidthInteger & BitwiseCopyable>(
    _ group: UnsafePointer<Value>
  ) -> Bool {
    let raw = unsafe UnsafeRawPointer(group)
    let first = unsafe raw.loadUnaligned(as: UInt64.self)
    if MemoryLayout<Value>.size == 1 { return first == (first &<< 8 | first &>> 56) }
    var difference = first ^ (first &<< 32 | first &>> 32)
    for word in 1..<MemoryLayout<Value>.size {
      difference |= unsafe first ^ raw.loadUnaligned(fromByteOffset: word &* 8, as: UInt64.self)
    }
    return difference == 0
  }

  /// One bit-packed stretch; the last group is filled up with zeros.
  @inline(__always)
  private static func encodeLiterals<Value: FixedWidthInteger & UnsignedInteger>(
    _ values: UnsafePointer<Value>, count: Int, width: Int, into sink: ByteSink
  ) {
    guard count > 0 else { return }
    let groups = (count + 7) / 8
    sink.append(varint: UInt64(groups) << 1 | 1)
    let size = groups * width
    let target = unsafe sink.reserve(size)
    // The padding of the last group must be zero, and packing may leave its bytes untouched.
    if size > 0 {
      let tail = max(0, size - width - 8)
      unsafe (target + tail).initializeMemory(as: UInt8.self, repeating: 0, count: size - tail)
    }
    unsafe BitPackingEncoder.pack(values, count: count, width: width, to: target)
    sink.advance(size)
  }
}
