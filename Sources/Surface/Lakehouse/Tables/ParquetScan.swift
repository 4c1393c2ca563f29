import Columnar
import Compression
import FileStorage
import Parquet
import QueryEngine

/// A scan over row groups of Parquet files: one morsel a row group, several when it is large.
struct ParquetScan: TableScan {
  /// Turns rows of a file into rows of the table.
  typealias Conform =
    @Sendable (_ physical: Batch, _ firstRow: Int) throws(QueryError) -> Batch

  struct Unit: Sendable {
    var file: ParquetFile
    var rowGroup: Int
    /// Position in the file of the row group's first row.
    var firstRow: Int
    /// Positions among the file's columns.
    var columns: [Int]
    /// Nil when the file's columns are the table's as they are.
    var conform: Conform?
    /// Rows of the row group that are read; nil: all.
    var rows: Range<Int>?

    var rowCount: Int { rows?.count ?? file.rowCount(ofRowGroup: rowGroup) }

    /// The unit in pieces, each of which one worker reads. Other writers' row groups have a million
    /// rows and more: too few of them for the threads, and too much to hold of each.
    fileprivate func pieces() -> [Unit] {
      guard rowCount > 2 * Unit.rowsPerPiece else { return [self] }
      let whole = rows ?? 0..<rowCount
      return stride(from: whole.lowerBound, to: whole.upperBound, by: Unit.rowsPerPiece).map {
        var piece = self
        piece.rows = $0..<min(whole.upperBound, $0 + Unit.rowsPerPiece)
        return piece
      }
    }

    /// A row group of our own writer.
    private static let rowsPerPiece = 131_072
  }

  let schema: Schema
  let units: [Unit]
  let decompressors: DecompressorPool

  init(schema: Schema, units: [Unit], decompressors: DecompressorPool) {
    self.schema = schema
    self.units = units.flatMap { $0.pieces() }
    self.decompressors = decompressors
  }

  var morselCount: Int { units.count }

  func rowCount(ofMorsel morsel: Int) -> Int? { units[morsel].rowCount }

  func open(morsel: Int) throws(QueryError) -> any BatchStream {
    let unit = units[morsel]
    if unit.columns.isEmpty, unit.conform == nil {
      return CountedRows(unit.rowCount, schema: schema)
    }
    return try ParquetStream(unit, schema: schema, decompressors: decompressors)
  }
}

/// Rows without columns: all that `COUNT(*)` asks for.
final class CountedRows: BatchStream {
  private var rows: Int
  private let schema: Schema

  init(_ rows: Int, schema: Schema) {
    self.rows = rows
    self.schema = schema
  }

  func next() -> Batch? {
    guard rows > 0 else { return nil }
    defer { rows = 0 }
    return Batch(schema: schema, columns: [], rowCount: rows)
  }
}

private final class ParquetStream: BatchStream {
  private let reader: RowGroupReader
  private let decompressor: Decompressor
  private let decompressors: DecompressorPool
  private let schema: Schema
  private let conform: ParquetScan.Conform?
  private let firstRow: Int
  private let path: String
  /// Where in the row group reading starts and ends.
  private let rows: Range<Int>

  init(
    _ unit: ParquetScan.Unit, schema: Schema, decompressors: DecompressorPool
  ) throws(QueryError) {
    self.schema = schema
    self.decompressors = decompressors
    conform = unit.conform
    firstRow = unit.firstRow
    path = unit.file.file.path
    rows = unit.rows ?? 0..<unit.rowCount
    decompressor = decompressors.take()
    do throws(ParquetError) {
      reader = try RowGroupReader(
        unit.file, rowGroup: unit.rowGroup, columns: unit.columns, decompressor: decompressor)
    } catch {
      decompressors.giveBack(decompressor)
      throw QueryError(error.at(path: path))
    }
  }

  deinit { decompressors.giveBack(decompressor) }

  func next() throws(QueryError) -> Batch? {
    while true {
      var physical: Batch?
      do throws(ParquetError) {
        if reader.position < rows.lowerBound { try reader.skip(rows.lowerBound) }
        if reader.position < rows.upperBound {
          physical = try reader.next(
            maxRows: min(rows.upperBound - reader.position, RowGroupReader.defaultBatchRows))
        }
      } catch {
        throw QueryError(error.at(path: path))
      }
      guard let physical else { return nil }
      let position = firstRow + reader.position - physical.rowCount
      guard let conform else {
        return Batch(schema: schema, columns: physical.columns, rowCount: physical.rowCount)
      }
      let batch = try conform(physical, position)
      if batch.rowCount > 0 { return batch }
    }
  }
}
