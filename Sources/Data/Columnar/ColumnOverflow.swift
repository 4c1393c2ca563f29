/// Rows that do not fit one column: positions in its texts and lists are 32 bits wide.
package struct ColumnOverflow: Error, Sendable {
  package enum Content: Sendable {
    /// Bytes of text or binary values.
    case text
    /// Members of lists or vectors.
    case members
  }

  package let content: Content
  /// How many bytes or members there would be.
  package let count: Int
  package let limit: Int

  package init(content: Content, count: Int, limit: Int = ColumnOverflow.largest) {
    (self.content, self.count, self.limit) = (content, count, limit)
  }

  /// One sentence: what was to be put together and how much it is.
  package var message: String {
    switch content {
    case .text:
      "\(ColumnOverflow.size(count)) of text would come together in one column, which holds "
        + ColumnOverflow.size(limit)
    case .members:
      "\(count) members of lists would come together in one column, which holds \(limit)"
    }
  }

  /// What would help.
  package static let help =
    "take fewer rows at a time, or shorter values: filter first, or cut texts with left(text, n)"

  /// The most bytes or members that a column can hold.
  package static let largest = Int(Int32.max)

  /// Bytes in the largest unit that leaves a digit before the point, cut off behind one.
  package static func size(_ bytes: Int) -> String {
    let units = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB"]
    var unit = 0
    while unit + 1 < units.count, bytes >> ((unit + 1) * 10) > 0 { unit += 1 }
    if unit == 0 { return "\(bytes) bytes" }
    let tenths = ((bytes >> ((unit - 1) * 10)) * 10) >> 10
    return "\(tenths / 10).\(tenths % 10) \(units[unit])"
  }
}
