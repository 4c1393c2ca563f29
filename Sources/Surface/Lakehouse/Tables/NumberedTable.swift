import Columnar
import LakeCatalog
import QueryEngine

/// A table with one more column that says where each row lies: what a change needs to know of the
/// rows that its conditions find.
///
/// The number's upper half is the file's position in `files`, the lower half the row's in the file.
final class NumberedTable: TableSource {
  /// No column of a table is named so: it would need quotes and a reason.
  static let rowColumn = "#row"

  let table: LakeTableSource
  let files: [FileRow]
  let schema: Schema

  init(_ state: TableState, in lake: Lake) throws(QueryError) {
    table = LakeTableSource(state, in: lake)
    files = try table.dataFiles(dates: nil)
    schema = Schema(
      table.schema.fields + [Field(NumberedTable.rowColumn, .int64, isNullable: false)])
  }

  var rowCount: Int? { files.reduce(0) { $0 + Int($1.rows) } }

  static func file(of row: Int64) -> Int { Int(row >> 32) }
  static func position(of row: Int64) -> Int { Int(row & 0xFFFF_FFFF) }

  func scan(_ request: ScanRequest) throws(QueryError) -> any TableScan {
    let width = table.schema.count
    let inner = ScanRequest(
      columns: request.columns.filter { $0 < width },
      ranges: request.ranges.filter { $0.column < width })
    let output = table.schema.projected(to: inner.columns)
    var wanted: Set<String>?
    if let dates = table.dates(of: inner) {
      wanted = Set(try table.dataFiles(dates: dates).map(\.path))
    }
    var units: [ParquetScan.Unit] = []
    for (number, file) in files.enumerated() where wanted?.contains(file.path) ?? true {
      for var unit in try table.units(of: file, inner, output) {
        unit.conform = numbering(
          file: number, request.columns, width, schema.projected(to: request.columns), unit.conform)
        units.append(unit)
      }
    }
    return ParquetScan(
      schema: schema.projected(to: request.columns), units: units,
      decompressors: table.lake.decompressors)
  }

  /// Adds row numbers to what a file gives, in the order of the wanted columns.
  private func numbering(
    file: Int, _ wanted: [Int], _ width: Int, _ output: Schema, _ conform: ParquetScan.Conform?
  ) -> ParquetScan.Conform {
    { physical, firstRow throws(QueryError) in
      let rows = try conform?(physical, firstRow) ?? physical
      let first = Int64(file) << 32 | Int64(firstRow)
      var next = 0
      var columns: [Column] = []
      for column in wanted {
        if column == width {
          columns.append(Column(.int64, .int64(Array(first..<first + Int64(rows.rowCount)))))
        } else {
          columns.append(rows.columns[next])
          next += 1
        }
      }
      return Batch(schema: output, columns: columns, rowCount: rows.rowCount)
    }
  }
}
