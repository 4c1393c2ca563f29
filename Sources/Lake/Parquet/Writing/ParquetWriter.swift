package import Columnar
package import FileStorage
import Synchronization

/// Writes batches as one Parquet file.
///
/// ```
/// PAR1 | row group: chunk of column 0, chunk of column 1, … | … | column indexes | offset indexes
///      | footer | length of the footer, 4 bytes | PAR1
/// chunk := [dictionary page] data page …          (version 1 pages, each with a CRC-32)
/// ```
/// A row group is encoded when its rows are complete; its batches are held until then. The writer
/// appends only; syncing, closing and publishing the file are its caller's.
///
/// Belongs to one thread at a time. After an error the file is unusable, and so is the writer.
package final class ParquetWriter {
  private let file: any WritableFile
  private let schema: Schema
  private let options: WriterOptions
  private let fileSchema: FileSchema
  private let workers: WorkerPool
  private var pending: [Batch] = []
  private var pendingRows = 0
  private var pendingBytes = 0
  private var rowGroups: [RowGroup] = []
  private var indexes: [[(column: ColumnIndex?, offset: OffsetIndex)]] = []
  private var written: [WrittenRowGroup] = []
  private var totals: [ColumnTotal]
  private var isUsable = true

  /// Starts the file.
  ///
  /// - Throws: `.invalidInput` when the options do not fit or a name occurs twice, `.unsupported` for a schema without
  ///   columns or with an empty structure.
  package init(
    file: any WritableFile, schema: Schema, options: WriterOptions = WriterOptions()
  ) throws(ParquetError) {
    guard schema.count > 0 else {
      throw ParquetError(.unsupported, "a file needs at least one column, found none")
    }
    guard options.rowGroupRows > 0, options.pageRows > 0 else {
      throw ParquetError(.invalidInput, "row groups and pages need at least one row")
    }
    guard options.fieldIDs.map({ $0.count == schema.count }) ?? true else {
      throw ParquetError(
        .invalidInput,
        "expected \(schema.count) field ids, one a column, found \(options.fieldIDs?.count ?? 0)")
    }
    if let name = ParquetWriter.repeatedName(schema) {
      throw ParquetError(
        .invalidInput, "two columns have the name '\(name)'; readers find columns by name",
        column: name)
    }
    self.file = file
    self.schema = schema
    self.options = options
    workers = WorkerPool(level: options.zstdLevel)
    fileSchema = try FileSchema(schema, fieldIDs: options.fieldIDs)
    totals = fileSchema.leaves.map { _ in ColumnTotal() }
    try append(FileMetaData.magic)
  }

  /// Takes the rows of a batch; encodes the row groups that become complete.
  ///
  /// - Throws: `.invalidInput` when the batch does not have the schema's types, or a null where the
  ///   schema allows none; `.file` when the disk refuses.
  package func write(_ batch: Batch) throws(ParquetError) {
    try checkUsable()
    for (expected, found) in zip(schema.fields, batch.columns)
    where !expected.type.holdsSame(as: found.type) {
      throw ParquetError(
        .invalidInput,
        "expected \(expected.type.sqlName), found \(found.type.sqlName)", column: expected.name)
    }
    guard batch.columns.count == schema.count else {
      throw ParquetError(
        .invalidInput, "expected \(schema.count) columns, found \(batch.columns.count)")
    }
    var start = 0
    while start < batch.rowCount {
      let count = min(batch.rowCount - start, options.rowGroupRows - pendingRows)
      let part = batch.slice(start..<start + count)
      pending.append(part)
      pendingRows += count
      pendingBytes += part.columns.reduce(0) { $0 + $1.approximateBytes }
      start += count
      if pendingRows == options.rowGroupRows || pendingBytes >= options.rowGroupBytes {
        try flush()
      }
    }
  }

  /// Writes the last row group, the indexes and the footer.
  ///
  /// - Returns: What the file holds. The content is not synced yet.
  package func finish() throws(ParquetError) -> WrittenFile {
    try checkUsable()
    if pendingRows > 0 { try flush() }
    try appendIndexes()
    let rowCount = written.reduce(0) { $0 + $1.rowCount }
    let footer = FileMetaData(
      version: 2, schema: fileSchema.elements, rowCount: Int64(rowCount), rowGroups: rowGroups,
      keyValueMetadata: options.keyValueMetadata.isEmpty
        ? nil : options.keyValueMetadata.map { KeyValue(key: $0.key, value: $0.value) },
      createdBy: options.createdBy,
      columnOrders: fileSchema.leaves.map { _ in .typeDefined })
    try append(footer.encodedFooter())
    isUsable = false
    return WrittenFile(
      rowCount: rowCount, byteCount: file.size, rowGroups: written,
      columns: zip(totals, fileSchema.leaves).map { $0.described($1, options) })
  }

  private static func repeatedName(_ schema: Schema) -> String? {
    var seen: Set<String> = []
    return schema.names.first { !seen.insert($0).inserted }
  }

  private func checkUsable() throws(ParquetError) {
    guard isUsable else {
      throw ParquetError(.invalidInput, "the writer is finished or has failed; start a new file")
    }
  }

  private func append(_ bytes: [UInt8]) throws(ParquetError) {
    do {
      try file.append(bytes)
    } catch {
      isUsable = false
      throw ParquetError(error)
    }
  }

  /// Encodes the pending rows as a row group and appends it.
  private func flush() throws(ParquetError) {
    isUsable = false
    let chunks = try encodePending()
    isUsable = true
    let start = file.size
    var columns: [ColumnChunk] = []
    var described: [WrittenColumn] = []
    var ownIndexes: [(ColumnIndex?, OffsetIndex)] = []
    for (position, (chunk, leaf)) in zip(chunks, fileSchema.leaves).enumerated() {
      let base = Int64(file.size)
      var metaData = chunk.metaData
      metaData.dataPageOffset += base
      if let offset = metaData.dictionaryPageOffset {
        metaData.dictionaryPageOffset = base + offset
      }
      columns.append(ColumnChunk(fileOffset: 0, metaData: metaData))
      let pages = chunk.pages.map { page in
        PageLocation(
          offset: page.offset + base, compressedSize: page.compressedSize, firstRow: page.firstRow)
      }
      ownIndexes.append((chunk.columnIndex, OffsetIndex(pageLocations: pages)))
      let total = ColumnTotal(chunk)
      totals[position].add(total)
      described.append(total.described(leaf, options))
      try append(chunk.bytes)
    }
    rowGroups.append(
      RowGroup(
        columns: columns,
        totalByteSize: chunks.reduce(0) { $0 + $1.metaData.totalUncompressedSize },
        rowCount: Int64(pendingRows), fileOffset: Int64(start),
        totalCompressedSize: Int64(file.size - start), ordinal: Int16(exactly: rowGroups.count)))
    written.append(
      WrittenRowGroup(
        rowCount: pendingRows, byteCount: file.size - start, fileOffset: start,
        columns: described))
    indexes.append(ownIndexes)
    pending = []
    pendingRows = 0
    pendingBytes = 0
  }

  /// The chunks of all leaves in the order of the schema; top-level columns in parallel if wished.
  private func encodePending() throws(ParquetError) -> [EncodedChunk] {
    let results = Mutex<[Result<[EncodedChunk], ParquetError>?]>(
      Array(repeating: nil, count: schema.count))
    let leaves = Array(fileSchema.leaves.enumerated())
    let job = RowGroupJob(
      leaves: (0..<schema.count).map { column in
        leaves.filter { $0.element.topLevel == column }.map { ($0.offset, $0.element) }
      },
      batches: pending, rowCount: pendingRows, rowGroup: rowGroups.count, options: options)
    let body: @Sendable (Int) -> Void = { [workers] column in
      let worker = workers.take()
      let result = job.encode(column, worker)
      workers.giveBack(worker)
      results.withLock { $0[column] = result }
    }
    if let loop = options.parallelLoop {
      loop(schema.count, body)
    } else {
      for column in 0..<schema.count { body(column) }
    }
    var chunks: [EncodedChunk] = []
    for result in results.withLock({ $0 }) {
      guard let result else {
        throw ParquetError(.invalidInput, "the parallel loop did not visit every column")
      }
      chunks += try result.get()
    }
    return chunks
  }

  /// All column indexes, then all offset indexes, and their places in the footer.
  private func appendIndexes() throws(ParquetError) {
    for group in rowGroups.indices {
      for column in rowGroups[group].columns.indices {
        guard let bytes = indexes[group][column].column?.encoded() else { continue }
        rowGroups[group].columns[column].columnIndexOffset = Int64(file.size)
        rowGroups[group].columns[column].columnIndexLength = Int32(bytes.count)
        try append(bytes)
      }
    }
    for group in rowGroups.indices {
      for column in rowGroups[group].columns.indices {
        let bytes = indexes[group][column].offset.encoded()
        rowGroups[group].columns[column].offsetIndexOffset = Int64(file.size)
        rowGroups[group].columns[column].offsetIndexLength = Int32(bytes.count)
        try append(bytes)
      }
    }
  }
}
