/// Bounds of long strings, cut so that they stay bounds.
package enum TruncatedBound {
  /// A value not above `value`, of at most `limit` bytes, and whether it is `value` itself.
  ///
  /// Text is cut between characters.
  package static func lower(
    _ value: [UInt8], limit: Int, isText: Bool
  ) -> ([UInt8], isExact: Bool) {
    guard value.count > limit else { return (value, true) }
    return (prefix(value, limit: limit, isText: isText), false)
  }

  /// A value not below `value`: cut, and its last character raised; `value` itself where that is
  /// impossible. Text stays valid UTF-8, so it may exceed the limit by a few bytes.
  package static func upper(
    _ value: [UInt8], limit: Int, isText: Bool
  ) -> ([UInt8], isExact: Bool) {
    guard value.count > limit else { return (value, true) }
    let start = prefix(value, limit: limit, isText: isText)
    guard let raised = isText ? raisedText(start) : raisedBytes(start) else { return (value, true) }
    return (raised, false)
  }

  private static func prefix(_ value: [UInt8], limit: Int, isText: Bool) -> [UInt8] {
    var end = max(limit, 0)
    // A continuation byte (10xxxxxx) at the cut means that a character straddles it.
    if isText { while end > 0, value[end] & 0xC0 == 0x80 { end -= 1 } }
    return Array(value[..<end])
  }

  private static func raisedBytes(_ value: [UInt8]) -> [UInt8]? {
    var result = value
    while let last = result.popLast() {
      if last < 0xFF { return result + [last + 1] }
    }
    return nil
  }

  private static func raisedText(_ value: [UInt8]) -> [UInt8]? {
    guard let text = String(validating: value, as: UTF8.self) else { return nil }
    var scalars = Array(text.unicodeScalars)
    while let last = scalars.popLast() {
      // The surrogates between D7FF and E000 are no characters.
      let next = last.value == 0xD7FF ? 0xE000 : last.value + 1
      guard let raised = Unicode.Scalar(next) else { continue }
      var view = String.UnicodeScalarView(scalars)
      view.append(raised)
      return Array(String(view).utf8)
    }
    return nil
  }
}
