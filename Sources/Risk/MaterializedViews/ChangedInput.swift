package import LakeCatalog
package import QueryEngine

/// The one table that changed since a view's rows were made of it, where they follow from its changes.
package struct ChangedInput: Sendable, Hashable {
  /// `schema.table`.
  package var name: String
  /// What the view's rows were made of.
  package var from: TableVersionReference
  /// Rows of the files that came and went, and rows that a rebuild would read.
  package var movedRows: Int64
  package var wholeRows: Int64
}

/// The rows of the data files that a table lost and gained between two of its versions; a row that
/// only moved from one file to another stands on both sides.
package struct MovedRows: Sendable {
  /// Nil when there are none.
  package var removed: PinnedTable?
  package var added: PinnedTable?
  /// How many rows both sides have.
  package var count: Int64
  /// How many the table has now, of the dates that were asked for.
  package var wholeCount: Int64

  package init(
    removed: PinnedTable?, added: PinnedTable?, count: Int64, wholeCount: Int64
  ) {
    self.removed = removed
    self.added = added
    self.count = count
    self.wholeCount = wholeCount
  }

  /// Both sides are read, and half as many rows as a rebuild reads are worth it.
  var isWorthwhile: Bool { count <= wholeCount / 2 }
}
