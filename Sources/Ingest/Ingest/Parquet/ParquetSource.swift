import Columnar
import Compression
import FileStorage
import Parquet

/// The rows of a Parquet file as typed batches; the line of a row is its number, from 1 on.
final class ParquetSource: RecordSource {
  let schema: Schema
  let warnings: [String]
  var bytesRead: Int { file.file.size }
  private let file: ParquetFile
  private let name: String
  private let contract: Contract
  /// For each column of the table: its position among the columns read.
  private let positions: [Int?]
  private let receivedPositions: [Int?]?
  /// The file's columns that are read.
  private let columns: [Int]
  private let decompressor = Decompressor()
  private var rowGroup = 0
  private var reader: RowGroupReader?
  private var rowsRead = 0

  init(_ source: any ReadableFile, name: String, contract: Contract) throws(IngestError) {
    self.name = name
    self.contract = contract
    let schema = contract.schema
    self.schema = schema
    file = try ParquetSource.reading(name) { () throws(ParquetError) in
      try ParquetFile(file: source)
    }
    let names = file.columnNames
    let match = try ColumnMatch(
      schema, in: names,
      required: contract.columns.map { !$0.field.isNullable && $0.defaultValue == nil },
      file: name)
    warnings = match.warnings
    let received = contract.receivedColumns.map { wanted in
      wanted.map { column in
        names.firstIndex { ColumnMatch.key($0) == ColumnMatch.key(column) }
      }
    }
    let used = Set(match.positions.compactMap { $0 } + (received ?? []).compactMap { $0 }).sorted()
    columns = used
    positions = match.positions.map { $0.flatMap(used.firstIndex) }
    receivedPositions = received?.map { $0.flatMap(used.firstIndex) }
    let found = try ParquetSource.reading(name) { [file] () throws(ParquetError) in
      try file.schema(of: used)
    }
    for (field, position) in zip(schema.fields, positions) {
      guard let position, !ColumnCast.isPossible(found[position].type, field.type) else { continue }
      throw IngestError(
        .columns, file: name, expected: "\(field.name) as \(field.type.sqlName)",
        found: found[position].type.sqlName, help: "convert the column, or change the contract")
    }
  }

  func next() throws(IngestError) -> RecordBatch? {
    while rowGroup < file.rowGroupCount {
      let batch = try ParquetSource.reading(name) { () throws(ParquetError) -> Batch? in
        if let reader { return try reader.next() }
        let opened = try RowGroupReader(
          file, rowGroup: rowGroup, columns: columns, decompressor: decompressor)
        reader = opened
        return try opened.next()
      }
      if let batch { return try records(batch) }
      reader = nil
      rowGroup += 1
    }
    return nil
  }

  private func records(_ batch: Batch) throws(IngestError) -> RecordBatch {
    var faults = RowFaults()
    var values: [Column] = []
    for (number, column) in contract.columns.enumerated() {
      let value = try value(batch, number, column, &faults)
      if !column.field.isNullable, let validity = value.validity {
        for row in (~validity).setIndices() { faults.add(Int(row), number, .missing) }
      }
      values.append(value)
    }
    let first = rowsRead + 1
    rowsRead += batch.rowCount
    let lines = (0..<batch.rowCount).map { Int64(first + $0) }
    let rows = Batch(schema: schema, columns: values, rowCount: batch.rowCount)
    let received = receivedText(batch, lines)
    let raw = RawRecords(rows: batch)
    guard !faults.isEmpty else {
      return RecordBatch(
        rows: rows, lines: lines, raw: raw, rejected: [], recordCount: batch.rowCount,
        received: received)
    }
    let good = (0..<batch.rowCount).filter { faults.entries[$0] == nil }.map(Int32.init)
    let rejected = faults.entries.sorted { $0.key < $1.key }.map { row, entry in
      describe(batch, row, entry, line: first + row)
    }
    return RecordBatch(
      rows: rows.take(good), lines: good.map { lines[Int($0)] },
      raw: RawRecords(rows: batch.take(good)), rejected: rejected,
      recordCount: batch.rowCount, received: received)
  }

  private func value(
    _ batch: Batch, _ number: Int, _ column: Contract.Column, _ faults: inout RowFaults
  ) throws(IngestError) -> Column {
    if let position = positions[number] {
      return ColumnCast.cast(
        batch.columns[position], to: column.field.type, number: number, &faults)
    }
    guard let value = column.defaultValue else {
      return .nulls(column.field.type, count: batch.rowCount)
    }
    do { return try value(batch.rowCount) } catch {
      throw IngestError(
        .columns, file: name, expected: "a default for the column \(column.field.name)",
        found: "\(error)", help: "correct the DEFAULT in the contract")
    }
  }

  private func describe(
    _ batch: Batch, _ row: Int, _ entry: RowFaults.Entry, line: Int
  ) -> RejectedRecord {
    let number = entry.column ?? 0
    let field = contract.columns[number].field
    let text = positions[number].flatMap { batch.columns[$0].value(row).plainText } ?? ""
    let isMissing = entry.fault == .missing
    return RejectedRecord(
      file: name, line: line, column: field.name,
      rule: isMissing ? RejectedRecord.Rule.notNull : RejectedRecord.Rule.type,
      reason: isMissing
        ? "\(field.name) is required, found nothing"
        : "expected \(field.type.sqlName), found '\(text)', which does not fit",
      rawText: RawRecords(rows: batch).text(row))
  }

  private func receivedText(_ batch: Batch, _ lines: [Int64]) -> ReceivedText? {
    guard let names = contract.receivedColumns, let receivedPositions else { return nil }
    var ignored = RowFaults()
    let columns = receivedPositions.map { position in
      position.map { ColumnCast.cast(batch.columns[$0], to: .string, number: 0, &ignored) }
        ?? .nulls(.string, count: batch.rowCount)
    }
    return ReceivedText(
      rows: Batch(
        schema: Schema(names.map { Field($0, .string) }), columns: columns,
        rowCount: batch.rowCount),
      lines: lines)
  }

  private static func reading<Value>(
    _ name: String, _ body: () throws(ParquetError) -> Value
  ) throws(IngestError) -> Value {
    do throws(ParquetError) { return try body() } catch {
      if case .file(let error) = error.reason { throw IngestError(error) }
      throw IngestError(
        .damaged, file: name, expected: "a Parquet file that can be read", found: "\(error)",
        help: "transfer the file again, or write it without the feature that is named")
    }
  }
}
