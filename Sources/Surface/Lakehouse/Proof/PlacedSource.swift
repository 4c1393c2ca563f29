import Columnar
import LakeCatalog
import QueryEngine

/// A table of the lake whose rows say where they stand: its columns, then `$file` (the path in the
/// table's directory) and `$row` (the position in the file, from 0).
struct PlacedSource: TableSource {
  let base: LakeTableSource

  static let fileColumn = "$file"
  static let rowColumn = "$row"

  var schema: Schema {
    Schema(
      base.schema.fields
        + [Field(PlacedSource.fileColumn, .string), Field(PlacedSource.rowColumn, .int64)])
  }

  var rowCount: Int? { base.rowCount }

  func scan(_ request: ScanRequest) throws(QueryError) -> any TableScan {
    let width = base.schema.count
    let stored = request.columns.filter { $0 < width }
    // With no column at all there would be no physical rows to place.
    let read = stored.isEmpty && width > 0 ? [0] : stored
    let inner = ScanRequest(columns: read, ranges: request.ranges)
    let innerSchema = base.schema.projected(to: read)
    let output = schema.projected(to: request.columns)
    let files = try base.dataFiles(dates: base.dates(of: request), ranges: request.ranges)
    var units: [ParquetScan.Unit] = []
    for file in files {
      for var unit in try base.units(of: file, inner, innerSchema) {
        unit.conform = place(file.path, request.columns, read, output, after: unit.conform)
        units.append(unit)
      }
    }
    return ParquetScan(schema: output, units: units, decompressors: base.lake.decompressors)
  }

  private func place(
    _ path: String, _ columns: [Int], _ read: [Int], _ output: Schema,
    after conform: ParquetScan.Conform?
  ) -> ParquetScan.Conform {
    let width = base.schema.count
    return { physical, firstRow throws(QueryError) in
      let rows = try conform?(physical, firstRow) ?? physical
      let count = physical.rowCount
      let placed = columns.map { column -> Column in
        if column == width {
          let codes = [Int32](repeating: 0, count: count)
          return Column(.string, .string(StringColumn(values: StringValues([path]), codes: codes)))
        }
        if column == width + 1 {
          return Column(.int64, .int64((0..<count).map { Int64(firstRow + $0) }))
        }
        return rows.columns[read.firstIndex(of: column) ?? 0]
      }
      return Batch(schema: output, columns: placed, rowCount: count)
    }
  }
}
