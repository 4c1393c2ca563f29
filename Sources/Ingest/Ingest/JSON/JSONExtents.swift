/// Finds where the next JSON record begins and ends; whether it is JSON is looked at later.
enum JSONExtents {
  struct Found {
    /// The record; empty when there was only white space, to be passed over.
    var range: Range<Int>
    /// Where the search goes on.
    var next: Int
    /// Line ends before `next`.
    var lines: Int
    /// Line ends before the record.
    var linesBefore = 0
    /// Whether the array ended here.
    var isEnd = false
  }

  static func isBlank(_ byte: UInt8) -> Bool {
    byte == 32 || byte == 10 || byte == 13 || byte == 9
  }

  /// The next line, without white space around it; nil when it is not all there yet.
  static func line(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, isLast: Bool) -> Found? {
    guard start < end else { return nil }
    var stop = start
    while stop < end, bytes[stop] != 10 { stop &+= 1 }
    if stop == end, !isLast { return nil }
    var low = start
    var high = stop
    while low < high, isBlank(bytes[low]) { low &+= 1 }
    while low < high, isBlank(bytes[high &- 1]) { high &-= 1 }
    return Found(
      range: low..<high, next: min(stop + 1, end), lines: stop < end ? 1 : 0)
  }

  /// The next value between white space and commas; nil when it is not all there yet.
  static func value(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, isLast: Bool, isArray: Bool
  ) -> Found? {
    var low = start
    var linesBefore = 0
    while low < end, isBlank(bytes[low]) || (isArray && bytes[low] == UInt8(ascii: ",")) {
      if bytes[low] == 10 { linesBefore += 1 }
      low &+= 1
    }
    if low > start, low == end {
      return Found(range: low..<low, next: low, lines: linesBefore)
    }
    guard low < end else { return nil }
    if isArray, bytes[low] == UInt8(ascii: "]") {
      return Found(range: low..<low, next: end, lines: linesBefore, isEnd: true)
    }
    guard let (stop, lines) = close(bytes, low, end, isLast: isLast, isArray: isArray) else {
      // The white space is done with either way, so that the record starts on its own line.
      return low == start ? nil : Found(range: low..<low, next: low, lines: linesBefore)
    }
    return Found(
      range: low..<stop, next: stop, lines: linesBefore + lines, linesBefore: linesBefore)
  }

  /// Where the value that starts at `low` ends, and the line ends in it.
  private static func close(
    _ bytes: Span<UInt8>, _ low: Int, _ end: Int, isLast: Bool, isArray: Bool
  ) -> (Int, Int)? {
    var depth = 0
    var lines = 0
    var isInString = false
    var index = low
    let isObject = bytes[low] == UInt8(ascii: "{")
    while index < end {
      let byte = bytes[index]
      if byte == 10 {
        lines += 1
        // Something else than an object ends with its line at the latest.
        if !isObject { return (index, lines - 1) }
      }
      if isInString {
        if byte == UInt8(ascii: "\\") { index &+= 1 }
        if byte == UInt8(ascii: "\"") { isInString = false }
      } else if byte == UInt8(ascii: "\"") {
        isInString = true
      } else if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
        depth += 1
      } else if byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") {
        // A bracket that nothing opened is a record of its own, so that the search moves on.
        if depth == 0 { return (max(index, low + 1), lines) }
        depth -= 1
        if depth == 0, isObject { return (index + 1, lines) }
      } else if depth == 0, !isObject, isArray, byte == UInt8(ascii: ",") {
        return (index, lines)
      }
      index &+= 1
    }
    return isLast && !isObject ? (end, lines) : nil
  }
}
