import JSONText

extension FieldBlock {
  /// The bytes of a field with its escapes resolved.
  static func unescaped(
    _ bytes: [UInt8], _ range: Range<Int>, _ flags: UInt32, _ syntax: Syntax
  ) -> [UInt8] {
    guard flags & escaped != 0 else { return Array(bytes[range]) }
    switch syntax {
    case .csv(let quote):
      var result: [UInt8] = []
      result.reserveCapacity(range.count)
      var index = range.lowerBound
      while index < range.upperBound {
        let byte = bytes[index]
        result.append(byte)
        // Inside quotes a quote only occurs doubled.
        index += byte == quote ? 2 : 1
      }
      return result
    case .json:
      // The range stands between its quotes, and was checked when it was cut out.
      var cursor = JSONCursor(bytes, range: range.lowerBound - 1..<range.upperBound + 1)
      return (try? cursor.readStringBytes()) ?? Array(bytes[range])
    }
  }
}
