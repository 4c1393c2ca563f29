import Columnar
import DeltaLake
import FileStorage
import LakeCatalog
import Parquet
import QueryEngine
import Workers

/// Writes rows of a table as data files, durable before they are spoken of.
///
/// A dated table's file never mixes business dates once a date has a row group's worth of rows
/// (131,072, about 8 MB); smaller dates share files, sorted by date. Rows of one date keep their
/// order.
final class DataFileWriter {
  /// Rows after which a file ends and the next begins.
  private static let rowsPerFile = 4 << 20
  private static let rowsToStandAlone = 131_072

  private let store: any FileStore
  private let directory: String
  private let schema: Schema
  private let dateColumn: Int?
  private let pool: WorkerPool?
  private var open: [CalendarDate?: OpenFile] = [:]
  private var waiting: [CalendarDate: [Batch]] = [:]
  private var waitingRows: [CalendarDate: Int] = [:]
  private var written: [FileRow] = []
  private var change = StagedChange()

  init(
    store: any FileStore, directory: String, schema: Schema, dateColumn: Int?, pool: WorkerPool?
  ) {
    self.store = store
    self.directory = directory
    self.schema = schema
    self.dateColumn = dateColumn
    self.pool = pool
  }

  /// Writes into a table's directory.
  convenience init(_ state: TableState, lake: Lake, runner: PlanRunner) {
    self.init(
      store: lake.store, directory: lake.catalog.layout.table(state.definition.path),
      schema: state.shape.schema, dateColumn: state.businessDateColumn, pool: runner.context.pool)
  }

  private struct OpenFile {
    var name: String
    var file: HashingFile
    var writer: ParquetWriter
    var rows = 0
    var dates: ClosedRange<CalendarDate>?
    var holdsUndated = false
  }

  func write(_ batch: Batch) throws(QueryError) {
    guard batch.rowCount > 0 else { return }
    change.rowsAdded += Int64(batch.rowCount)
    guard let dateColumn, let days = batch.columns[dateColumn].storage.int32 else {
      return try append(batch, to: nil, dates: nil)
    }
    var dated = batch
    if let validity = batch.columns[dateColumn].validity, !validity.isAllSet {
      // Rows of no date keep their file out of every search by date.
      try append(batch.filter(~validity), to: nil, dates: nil)
      dated = batch.filter(validity)
      guard dated.rowCount > 0 else { return }
    }
    for (date, part) in DataFileWriter.split(
      dated, by: dated.columns[dateColumn].storage.int32 ?? days)
    {
      change.dates[date, default: .init()].added += Int64(part.rowCount)
      if open[date] != nil {
        try append(part, to: date, dates: date...date)
        continue
      }
      waiting[date, default: []].append(part)
      waitingRows[date, default: 0] += part.rowCount
      guard waitingRows[date, default: 0] >= DataFileWriter.rowsToStandAlone else { continue }
      waitingRows[date] = nil
      for part in waiting.removeValue(forKey: date) ?? [] {
        try append(part, to: date, dates: date...date)
      }
    }
  }

  /// Finishes every file.
  func finish(operation: String, isBlindAppend: Bool) throws(QueryError) -> StagedChange {
    for date in waiting.keys.sorted() {
      for part in waiting[date] ?? [] { try append(part, to: nil, dates: date...date) }
    }
    waiting = [:]
    for key in open.keys.sorted(by: { ($0?.days ?? .min) < ($1?.days ?? .min) }) {
      try close(key)
    }
    if !written.isEmpty {
      do throws(FileError) { try store.syncDirectory(directory) } catch { throw QueryError(error) }
    }
    change.added = written
    change.operation = operation
    change.isBlindAppend = isBlindAppend
    return change
  }

  /// Removes what was written, after a failure; what cannot be removed is an orphan for vacuum.
  func abandon() {
    for file in open.values { try? store.remove(directory + "/" + file.name) }
    for file in written { try? store.remove(directory + "/" + file.path) }
    open = [:]
    written = []
  }

  /// The batch by business date, ascending; row order is kept within a date.
  private static func split(_ batch: Batch, by days: [Int32]) -> [(CalendarDate, Batch)] {
    if days.allSatisfy({ $0 == days[0] }) { return [(CalendarDate(days: days[0]), batch)] }
    var rows: [Int32: [Int32]] = [:]
    for (row, day) in days.enumerated() { rows[day, default: []].append(Int32(row)) }
    return rows.keys.sorted().map { day in
      (CalendarDate(days: day), batch.take(rows[day] ?? []))
    }
  }

  private func append(
    _ batch: Batch, to key: CalendarDate?, dates: ClosedRange<CalendarDate>?
  ) throws(QueryError) {
    if open[key] == nil { open[key] = try create() }
    guard var file = open[key] else { return }
    do throws(ParquetError) {
      try file.writer.write(
        Batch(schema: schema, columns: batch.columns, rowCount: batch.rowCount))
    } catch {
      throw QueryError(error)
    }
    file.rows += batch.rowCount
    if let dates {
      file.dates =
        file.dates.map {
          min($0.lowerBound, dates.lowerBound)...max($0.upperBound, dates.upperBound)
        } ?? dates
    } else {
      file.holdsUndated = true
    }
    open[key] = file
    if file.rows >= DataFileWriter.rowsPerFile { try close(key) }
  }

  private func create() throws(QueryError) -> OpenFile {
    var generator = SystemRandomNumberGenerator()
    let number = [generator.next(), generator.next()].map { hexadecimal($0) }.joined()
    let name = number + ".parquet"
    var options = WriterOptions()
    options.createdBy = EngineVersion.createdBy
    if let pool {
      options.parallelLoop = { count, body in
        withoutActuallyEscaping(body) { body in pool.run(count: count) { _, item in body(item) } }
      }
    }
    let file: HashingFile
    do throws(FileError) {
      file = HashingFile(try store.create(directory + "/" + name))
    } catch {
      throw QueryError(error)
    }
    do throws(ParquetError) {
      return OpenFile(
        name: name, file: file,
        writer: try ParquetWriter(file: file, schema: schema, options: options))
    } catch {
      try? store.remove(directory + "/" + name)
      throw QueryError(error)
    }
  }

  private func close(_ key: CalendarDate?) throws(QueryError) {
    // Until it is whole the file stays among those that `abandon` removes.
    guard let file = open[key] else { return }
    let description: WrittenFile
    do throws(ParquetError) { description = try file.writer.finish() } catch {
      throw QueryError(error)
    }
    do throws(FileError) {
      try file.file.sync()
      try file.file.close()
    } catch {
      throw QueryError(error)
    }
    open[key] = nil
    written.append(row(for: file, description))
  }

  private func row(for file: OpenFile, _ description: WrittenFile) -> FileRow {
    let leaves = description.columns.filter { $0.path.count == 1 }
    let statistics = FileStatistics(
      rowCount: Int64(description.rowCount),
      columns: leaves.map { leaf in
        FileStatistics.ColumnBounds(
          path: leaf.path, nullCount: Int64(leaf.nullCount),
          minimum: leaf.hasNaN ? nil : leaf.minimum, maximum: leaf.hasNaN ? nil : leaf.maximum)
      })
    let ranges = leaves.compactMap { leaf -> LakeCatalog.ColumnRange? in
      guard !leaf.hasNaN, let minimum = leaf.minimum, let maximum = leaf.maximum else { return nil }
      return LakeCatalog.ColumnRange(
        column: leaf.path[0], minimum: minimum, maximum: maximum, nulls: Int64(leaf.nullCount))
    }
    return FileRow(
      path: file.name, rows: Int64(description.rowCount), bytes: Int64(description.byteCount),
      sha256: file.file.digest, dates: file.holdsUndated ? nil : file.dates,
      statistics: statistics.json, ranges: ranges)
  }
}

/// Sixteen hexadecimal digits.
func hexadecimal(_ word: UInt64) -> String {
  let digits = String(word, radix: 16)
  return String(repeating: "0", count: 16 - digits.utf8.count) + digits
}

/// A file whose digest is known when it is written: the bytes are hashed as they pass.
private final class HashingFile: WritableFile {
  private let file: any WritableFile
  private var hash: SHA256? = SHA256()
  private(set) var digest = FileDigest.zero

  init(_ file: any WritableFile) { self.file = file }

  var size: Int { file.size }

  func append(_ bytes: [UInt8]) throws(FileError) {
    hash?.update(bytes)
    try file.append(bytes)
  }

  func sync() throws(FileError) { try file.sync() }

  func close() throws(FileError) {
    try file.close()
    if let hash = hash.take() { digest = hash.finalize() }
  }
}
