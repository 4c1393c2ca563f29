package import Columnar

/// What a query wants of one column: values from `lower` to `upper`, both included; no nulls.
package struct ColumnBound: Sendable, Hashable {
  package var column: String
  /// Of the column's type; nil is unbounded.
  package var lower: Value?
  package var upper: Value?

  package init(column: String, lower: Value?, upper: Value?) {
    self.column = column
    self.lower = lower
    self.upper = upper
  }

  /// SQL that leaves out rows of `files` whose recorded range lies wholly outside; adds its values
  /// to the parameters.
  ///
  /// Ranges of another type, those that are not known, and numbers that SQLite does not order as we
  /// do (NaN is bound as null, a wide decimal as bytes) leave out nothing.
  func condition(_ parameters: inout [SQLValue]) -> String {
    guard let known = lower ?? upper, let (kind, scale) = StoredValue.kind(known) else { return "" }
    let first = parameters.count + 1
    parameters += [
      .text(column), .integer(kind), .integer(scale), ColumnBound.stored(lower, kind, scale),
      ColumnBound.stored(upper, kind, scale),
    ]
    let (low, high) = ("?\(first + 3)", "?\(first + 4)")
    return """
       AND NOT EXISTS (
        SELECT 1 FROM file_ranges r WHERE r.file_id = files.id AND r.name = ?\(first)
          AND r.kind = ?\(first + 1) AND r.scale = ?\(first + 2)
          AND ((typeof(r.maximum) = typeof(\(low)) AND r.maximum < \(low))
            OR (typeof(r.minimum) = typeof(\(high)) AND r.minimum > \(high))))
      """
  }

  private static func stored(_ value: Value?, _ kind: Int64, _ scale: Int64) -> SQLValue {
    guard let value, let own = StoredValue.kind(value), own == (kind, scale) else { return .null }
    let stored = StoredValue.sql(value)
    if kind == 6, case .blob = stored { return .null }
    return stored
  }
}
