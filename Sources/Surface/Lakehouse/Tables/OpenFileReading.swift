import Columnar
import DeltaLake
import LakeCatalog
import Parquet
import QueryEngine

/// Data files of open tables: other engines may have written them, with types of their own.
enum OpenFileReading {
  /// The table's columns of a request, when the file's differ from them in type; nil when they are
  /// the same, as in all files of ours.
  static func fields(
    of file: FileRow, _ parquet: ParquetFile, _ request: ScanRequest, _ state: TableState
  ) throws(QueryError) -> [DeltaField]? {
    let schema = state.shape.schema
    let asked = Set(request.columns + request.ranges.map(\.column))
    var isSame = true
    do throws(ParquetError) {
      for column in asked {
        guard let position = parquet.index(of: schema[column].name) else { continue }
        if try parquet.schema(of: [position])[0].type != schema[column].type { isSame = false }
      }
    } catch {
      throw QueryError(error.at(path: file.path))
    }
    if isSame { return nil }
    guard let delta = try? DeltaSchema(parsing: state.shape.metadata.schemaString) else {
      throw QueryError(.integrity, "the schema of \(state.name) cannot be read")
    }
    return request.columns.map { delta.fields[$0] }
  }

  /// - Parameter positions: Of each wanted column in the file; nil for one that it does not have.
  static func conform(
    _ fields: [DeltaField], _ positions: [Int?], _ output: Schema, file: FileRow, table: String
  ) -> ParquetScan.Conform {
    { physical, _ throws(QueryError) in
      var next = 0
      var columns: [Column] = []
      for (index, position) in positions.enumerated() {
        if position == nil {
          columns.append(.nulls(output[index].type, count: physical.rowCount))
          continue
        }
        do throws(DeltaError) {
          columns.append(
            try fields[index].conforming(physical.columns[next], table: table, file: file.path))
        } catch {
          throw QueryError(error)
        }
        next += 1
      }
      return Batch(schema: output, columns: columns, rowCount: physical.rowCount)
    }
  }
}
