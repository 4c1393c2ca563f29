package import Columnar

/// A table pinned at one state, as the engine sees it: whatever it asks, the answer never changes.
package protocol TableSource: Sendable {
  var schema: Schema { get }

  /// Rows in all, when known without reading.
  var rowCount: Int? { get }

  /// The least and the greatest value of a column, when known without reading rows; exact, of all
  /// rows of the table. Both are null when no row has a value.
  func extremes(of column: Int) -> (minimum: Value, maximum: Value)?

  /// Decides which files and row groups a scan must touch; opens nothing large yet.
  func scan(_ request: ScanRequest) throws(QueryError) -> any TableScan
}

extension TableSource {
  package func extremes(of column: Int) -> (minimum: Value, maximum: Value)? { nil }
}

/// What a scan needs of a table.
package struct ScanRequest: Sendable {
  /// Positions in the table's schema, in the order the batches have them; may be empty when only the
  /// number of rows matters.
  package var columns: [Int]
  /// Conditions that every wanted row fulfils, for pruning only: a scan may return rows outside.
  package var ranges: [ColumnRange]

  package init(columns: [Int], ranges: [ColumnRange] = []) {
    self.columns = columns
    self.ranges = ranges
  }
}

/// `lower ≤ column ≤ upper`, both ends included; rows with a null there are not wanted.
package struct ColumnRange: Sendable, Hashable {
  /// Position in the table's schema.
  package var column: Int
  /// Of the column's type; nil is unbounded.
  package var lower: Value?
  package var upper: Value?

  package init(column: Int, lower: Value?, upper: Value?) {
    self.column = column
    self.lower = lower
    self.upper = upper
  }
}

/// A scan cut into morsels that workers read independently.
///
/// Rows have a fixed order: by morsel, then as the stream gives them. Results never depend on which
/// worker reads what.
package protocol TableScan: Sendable {
  /// Schema of the batches: the requested columns in the requested order.
  var schema: Schema { get }
  var morselCount: Int { get }
  /// Rows of a morsel when known (before filtering).
  func rowCount(ofMorsel morsel: Int) -> Int?
  /// A stream owned by the calling worker.
  func open(morsel: Int) throws(QueryError) -> any BatchStream
}

package protocol BatchStream: AnyObject {
  /// The next rows, at most a few ten thousand; nil at the end. Never an empty batch.
  func next() throws(QueryError) -> Batch?
}

/// A table held in memory: values, system tables, staged results, tests.
package struct MemoryTable: TableSource {
  package let schema: Schema
  package let batches: [Batch]

  package init(schema: Schema, batches: [Batch]) {
    self.schema = schema
    self.batches = batches.filter { $0.rowCount > 0 }
  }

  package var rowCount: Int? { batches.reduce(0) { $0 + $1.rowCount } }

  package func scan(_ request: ScanRequest) -> any TableScan {
    MemoryScan(
      schema: schema.projected(to: request.columns), columns: request.columns, batches: batches)
  }
}

private struct MemoryScan: TableScan {
  let schema: Schema
  let columns: [Int]
  let batches: [Batch]

  var morselCount: Int { batches.count }
  func rowCount(ofMorsel morsel: Int) -> Int? { batches[morsel].rowCount }
  func open(morsel: Int) -> any BatchStream { OneBatch(batches[morsel].projected(to: columns)) }
}

private final class OneBatch: BatchStream {
  private var batch: Batch?
  init(_ batch: Batch) { self.batch = batch }
  func next() -> Batch? {
    defer { batch = nil }
    return batch
  }
}
