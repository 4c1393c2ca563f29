import Columnar
import Parquet
import QueryEngine

/// Decides from a footer's statistics which row groups can hold rows of the wanted ranges.
struct RowGroupPruner {
  private let file: ParquetFile
  private let ranges: [(column: Int, range: ColumnRange)]

  init(_ file: ParquetFile, _ ranges: [ColumnRange], schema: Schema) {
    self.file = file
    self.ranges = ranges.compactMap { range in
      file.index(of: schema[range.column].name).map { ($0, range) }
    }
  }

  /// False only when surely no row of the row group is in all ranges.
  func mayMatch(_ rowGroup: Int) -> Bool {
    ranges.allSatisfy { column, range in
      guard let bounds = file.bounds(rowGroup: rowGroup, column: column) else { return true }
      if let nulls = bounds.nullCount, nulls == file.rowCount(ofRowGroup: rowGroup) { return false }
      if let lower = range.lower, let maximum = bounds.maximum,
        let order = ValueOrder.compare(maximum, lower), order < 0
      {
        return false
      }
      if let upper = range.upper, let minimum = bounds.minimum,
        let order = ValueOrder.compare(minimum, upper), order > 0
      {
        return false
      }
      return true
    }
  }
}
