package import Columnar
import JSONText

/// What is known about a data file's rows without reading it ("Per-file Statistics").
package struct FileStatistics: Sendable, Hashable {
  /// One leaf column's bounds. A missing bound says nothing.
  package struct ColumnBounds: Sendable, Hashable {
    /// Names from the top-level column to the leaf, as the schema shows them.
    package var path: [String]
    package var nullCount: Int64?
    /// At most the smallest value that is not null.
    package var minimum: Value?
    /// At least the largest value that is not null.
    package var maximum: Value?

    package init(
      path: [String], nullCount: Int64? = nil, minimum: Value? = nil, maximum: Value? = nil
    ) {
      self.path = path
      self.nullCount = nullCount
      self.minimum = minimum
      self.maximum = maximum
    }
  }

  /// Rows in the file, those that a deletion vector removes included.
  package var rowCount: Int64?
  package var columns: [ColumnBounds]
  /// Whether the bounds were the values themselves when written; a deletion vector loosens them.
  package var hasTightBounds: Bool

  package init(rowCount: Int64?, columns: [ColumnBounds] = [], hasTightBounds: Bool = true) {
    self.rowCount = rowCount
    self.columns = columns
    self.hasTightBounds = hasTightBounds
  }

  package func bounds(of column: String) -> ColumnBounds? {
    columns.first { $0.path.count == 1 && $0.path[0] == column }
  }

  /// Only `numRecords` of a stats text, without building the rest.
  package static func rowCount(in stats: String?) -> Int64? {
    guard let stats else { return nil }
    var cursor = JSONCursor(Array(stats.utf8))
    do {
      try cursor.beginObject()
      while let key = try cursor.nextKey() {
        if key == "numRecords" { return try cursor.readOptionalInt64() }
        try cursor.skipValue()
      }
    } catch {}
    return nil
  }
}
