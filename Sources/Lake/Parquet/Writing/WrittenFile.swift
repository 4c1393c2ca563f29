package import Columnar

/// What a finished file holds, so that nobody has to read it again to describe it.
package struct WrittenFile: Sendable {
  package var rowCount: Int
  package var byteCount: Int
  package var rowGroups: [WrittenRowGroup]
  /// One a leaf column of the schema, depth first; over all row groups.
  package var columns: [WrittenColumn]
}

package struct WrittenRowGroup: Sendable {
  package var rowCount: Int
  /// Bytes of its pages.
  package var byteCount: Int
  /// Where its first page starts.
  package var fileOffset: Int
  /// One a leaf column of the schema, depth first.
  package var columns: [WrittenColumn]
}

/// Bounds and counts of a leaf column, in a row group or a file.
package struct WrittenColumn: Sendable, Hashable {
  /// The names from the top-level column down; lists and maps add the levels of the format
  /// (`list.element`, `key_value.key`).
  package var path: [String]
  /// The position of the top-level column.
  package var column: Int
  /// Values and nulls: more than rows within lists, fewer never.
  package var valueCount: Int
  /// Levels that end before a value count too: an absent or empty list is one.
  package var nullCount: Int
  package var nanCount: Int
  /// The smallest value, NaN left out, or a lower bound of it when `isMinimumExact` is false; nil
  /// when there is none. -0.0 when it is a zero.
  package var minimum: Value?
  /// The largest value or an upper bound; 0.0 when it is a zero.
  package var maximum: Value?
  package var isMinimumExact = true
  package var isMaximumExact = true

  package var hasNaN: Bool { nanCount > 0 }
}
