import Columnar
import LakeCatalog
import Parquet
import QueryEngine

/// Compares what the catalog says of a data file's rows with what the file says.
enum FileContents {
  /// What is wrong: the number of rows, or a column's bounds or nulls; nil when they agree.
  static func fault(_ path: String, _ file: FileRow, in lake: Lake) -> String? {
    do throws(ParquetError) {
      let parquet = try lake.footers.file(path, in: lake.store)
      var rows: Int64 = 0
      for rowGroup in 0..<parquet.rowGroupCount {
        rows += Int64(parquet.rowCount(ofRowGroup: rowGroup))
      }
      if rows != file.rows { return "has \(rows) rows instead of \(file.rows)" }
      for range in file.ranges {
        guard let column = parquet.index(of: range.column) else { continue }
        if let fault = fault(range, column, parquet) { return fault }
      }
      return nil
    } catch {
      return error.description
    }
  }

  private static func fault(
    _ range: LakeCatalog.ColumnRange, _ column: Int, _ parquet: ParquetFile
  ) -> String? {
    var nulls: Int64? = 0
    for rowGroup in 0..<parquet.rowGroupCount {
      guard let bounds = parquet.bounds(rowGroup: rowGroup, column: column) else { return nil }
      nulls = nulls.flatMap { sum in bounds.nullCount.map { sum + Int64($0) } }
      // A bound of the footer that was shortened lies outside of the values, never inside.
      if let low = bounds.minimum, bounds.isMinimumExact,
        let order = ValueOrder.compare(low, range.minimum), order < 0
      {
        return "holds values of \(range.column) below what the catalog says"
      }
      if let high = bounds.maximum, bounds.isMaximumExact,
        let order = ValueOrder.compare(high, range.maximum), order > 0
      {
        return "holds values of \(range.column) above what the catalog says"
      }
    }
    if let nulls, let stated = range.nulls, nulls != stated {
      return "has \(nulls) nulls of \(range.column) instead of \(stated)"
    }
    return nil
  }
}
