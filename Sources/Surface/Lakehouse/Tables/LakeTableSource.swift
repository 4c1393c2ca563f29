import Columnar
import LakeCatalog
import Parquet
import QueryEngine
import Synchronization

/// A table of the lake at one version, with what an open transaction has changed on top.
final class LakeTableSource: TableSource {
  let lake: Lake
  let state: TableState
  private let knownRows = Mutex<Int64?>(nil)

  init(_ state: TableState, in lake: Lake) {
    self.state = state
    self.lake = lake
  }

  var schema: Schema { state.shape.schema }

  var rowCount: Int? { (try? countedRows()).map { Int($0) } }

  /// Rows by what the catalog and the staged change say; no file is looked at.
  private func countedRows() throws(QueryError) -> Int64 {
    // The plan asks first, then the scan.
    if let known = knownRows.withLock({ $0 }) { return known }
    let rows = try sumOfRows()
    knownRows.withLock { $0 = rows }
    return rows
  }

  private func sumOfRows() throws(QueryError) -> Int64 {
    var rows: Int64 = 0
    if let record = state.record, state.version >= 0 {
      do throws(CatalogError) {
        rows = try lake.catalog.rowCount(of: record, version: state.version)
      } catch {
        throw QueryError(error)
      }
    }
    guard let staged = state.staged else { return rows }
    // Staged removals may name files of other versions, to leave those out.
    if !staged.removed.isEmpty {
      return try dataFiles(dates: nil).reduce(0) { $0 + $1.rows }
    }
    return staged.added.reduce(rows) { $0 + $1.rows }
  }

  /// From the footers' statistics; types whose bounds are exact as written.
  func extremes(of column: Int) -> (minimum: Value, maximum: Value)? {
    let field = schema[column]
    switch field.type {
    case .int32, .int64, .date, .timestamp, .timestampNTZ, .decimal: break
    default: return nil
    }
    guard let files = try? dataFiles(dates: nil) else { return nil }
    var known: (minimum: Value, maximum: Value) = (.null, .null)
    for file in files {
      let path = lake.catalog.layout.table(state.definition.path) + "/" + file.path
      guard let parquet = try? lake.footers.file(path, in: lake.store) else { return nil }
      // A column that was added later is null in the file.
      guard let place = parquet.index(of: field.name) else { continue }
      // Bounds of another type, as open tables have them, say nothing about the table's.
      guard let own = try? parquet.schema(of: [place]), own[0].type == field.type else {
        return nil
      }
      for rowGroup in 0..<parquet.rowGroupCount {
        guard let bounds = parquet.bounds(rowGroup: rowGroup, column: place) else { return nil }
        if bounds.nullCount == parquet.rowCount(ofRowGroup: rowGroup) { continue }
        guard let minimum = bounds.minimum, let maximum = bounds.maximum else { return nil }
        if known.minimum.isNull {
          known = (minimum, maximum)
          continue
        }
        guard let low = ValueOrder.compare(minimum, known.minimum),
          let high = ValueOrder.compare(maximum, known.maximum)
        else { return nil }
        if low < 0 { known.minimum = minimum }
        if high > 0 { known.maximum = maximum }
      }
    }
    return known
  }

  /// The data files, those that surely hold none of the dates left out.
  ///
  /// - Parameter ranges: Files that surely hold no row in all of them are left out as well.
  func dataFiles(
    dates: ClosedRange<CalendarDate>?, ranges: [QueryEngine.ColumnRange] = []
  ) throws(QueryError) -> [FileRow] {
    let bounds = ranges.filter { $0.column != state.businessDateColumn }.map {
      ColumnBound(column: schema[$0.column].name, lower: $0.lower, upper: $0.upper)
    }
    var files: [FileRow] = []
    if let record = state.record, state.version >= 0 {
      do throws(CatalogError) {
        files = try lake.catalog.files(
          of: record, version: state.version, dates: dates, bounds: bounds
        ).map(\.file)
      } catch {
        throw QueryError(error)
      }
    }
    if let staged = state.staged {
      files.removeAll { staged.removed[$0.path] != nil }
      files += staged.added.filter { file in
        guard let dates, let own = file.dates else { return true }
        return own.overlaps(dates)
      }
    }
    return files
  }

  func scan(_ request: ScanRequest) throws(QueryError) -> any TableScan {
    let output = schema.projected(to: request.columns)
    if request.columns.isEmpty, request.ranges.isEmpty {
      return CountScan(schema: output, rows: CountScan.pieces(of: Int(try countedRows())))
    }
    let files = try dataFiles(dates: dates(of: request), ranges: request.ranges)
    var units: [ParquetScan.Unit] = []
    for file in files { units += try self.units(of: file, request, output) }
    return ParquetScan(schema: output, units: units, decompressors: lake.decompressors)
  }

  /// The business dates that the request's ranges allow, when they say so.
  func dates(of request: ScanRequest) -> ClosedRange<CalendarDate>? {
    guard let column = state.businessDateColumn else { return nil }
    var lower = CalendarDate(days: .min)
    var upper = CalendarDate(days: .max)
    for range in request.ranges where range.column == column {
      if case .date(let date)? = range.lower { lower = max(lower, date) }
      if case .date(let date)? = range.upper { upper = min(upper, date) }
    }
    if lower.days == .min, upper.days == .max { return nil }
    // Contradicting conditions match no row; any single date then prunes enough.
    return lower <= upper ? lower...upper : lower...lower
  }

  func units(
    of file: FileRow, _ request: ScanRequest, _ output: Schema
  ) throws(QueryError) -> [ParquetScan.Unit] {
    let path = lake.catalog.layout.table(state.definition.path) + "/" + file.path
    let parquet: ParquetFile
    do throws(ParquetError) {
      parquet = try lake.footers.file(path, in: lake.store)
    } catch {
      throw QueryError(error.at(path: path))
    }
    let positions = request.columns.map { parquet.index(of: schema[$0].name) }
    let isWhole = positions.allSatisfy { $0 != nil }
    let columns = positions.compactMap { $0 }
    var conform: ParquetScan.Conform? = isWhole ? nil : fillIn(positions, output)
    var ranges = request.ranges
    if state.definition.mode == .open,
      let fields = try OpenFileReading.fields(of: file, parquet, request, state)
    {
      conform = OpenFileReading.conform(fields, positions, output, file: file, table: state.name)
      // Bounds of another type say nothing about the table's.
      ranges = []
    }
    let pruner = RowGroupPruner(parquet, ranges, schema: schema)
    var units: [ParquetScan.Unit] = []
    var firstRow = 0
    for rowGroup in 0..<parquet.rowGroupCount {
      for rows in pruner.rows(ofRowGroup: rowGroup) {
        units.append(
          ParquetScan.Unit(
            file: parquet, rowGroup: rowGroup, firstRow: firstRow, columns: columns,
            conform: conform, rows: rows))
      }
      firstRow += parquet.rowCount(ofRowGroup: rowGroup)
    }
    return units
  }

  /// Columns that were added after the file was written are null in it.
  private func fillIn(_ positions: [Int?], _ output: Schema) -> ParquetScan.Conform {
    { physical, _ throws(QueryError) in
      var next = 0
      var columns: [Column] = []
      for (index, position) in positions.enumerated() {
        if position == nil {
          columns.append(.nulls(output[index].type, count: physical.rowCount))
        } else {
          columns.append(physical.columns[next])
          next += 1
        }
      }
      return Batch(schema: output, columns: columns, rowCount: physical.rowCount)
    }
  }
}

/// Row counts of files, from the catalog alone.
private struct CountScan: TableScan {
  let schema: Schema
  let rows: [Int]

  var morselCount: Int { rows.count }
  func rowCount(ofMorsel morsel: Int) -> Int? { rows[morsel] }
  func open(morsel: Int) -> any BatchStream { CountedRows(rows[morsel], schema: schema) }

  /// Morsels of a bounded size, in case somebody puts constants beside each row.
  static func pieces(of rows: Int) -> [Int] {
    let most = 131_072
    return stride(from: 0, to: rows, by: most).map { min(most, rows - $0) }
  }
}

/// What is known of one table before a statement reads or changes it.
struct TableState: Sendable {
  /// Nil for a table that the open transaction creates.
  var record: TableRecord?
  var definition: TableDefinition
  /// The committed version underneath; -1 for a new table.
  var version: Int64
  /// The lake snapshot it was resolved at.
  var snapshot: Int64
  var shape: TableShape
  /// What the open transaction has done to it.
  var staged: StagedChange?
  /// Whether the transaction has changed its declaration or metadata.
  var isRedefined = false

  var name: String { definition.qualifiedName }

  /// With another change on top of what the transaction has done.
  func adding(_ change: StagedChange) -> TableState {
    var next = self
    if var known = staged {
      known.merge(change)
      next.staged = known
    } else {
      next.staged = change
    }
    return next
  }

  var businessDateColumn: Int? {
    definition.businessDate.flatMap { shape.schema.index(of: $0) }
  }
}
