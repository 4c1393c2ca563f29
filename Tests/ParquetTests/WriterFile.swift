import Columnar
import FileStorage
import Parquet

/// A file that grows in memory, and refuses to past a limit.
final class MemoryFile: WritableFile {
  private(set) var bytes: [UInt8] = []
  private let limit: Int
  var size: Int { bytes.count }

  init(limit: Int = .max) { self.limit = limit }

  func append(_ bytes: [UInt8]) throws(FileError) {
    guard self.bytes.count + bytes.count <= limit else {
      throw FileError(.noSpace, path: "memory", operation: "write")
    }
    self.bytes += bytes
  }

  func sync() throws(FileError) {}
  func close() throws(FileError) {}
}

/// What became of some batches.
struct WrittenBytes {
  var bytes: [UInt8]
  var summary: WrittenFile

  init(
    _ batches: [Batch], schema: Schema, options: WriterOptions = WriterOptions()
  ) throws(ParquetError) {
    let file = MemoryFile()
    let writer = try ParquetWriter(file: file, schema: schema, options: options)
    for batch in batches { try writer.write(batch) }
    summary = try writer.finish()
    bytes = file.bytes
  }

  /// One column in one batch.
  init(
    _ type: DataType, _ values: [Value], isNullable: Bool = true,
    options: WriterOptions = WriterOptions()
  ) throws {
    let schema = Schema([Field("c", type, isNullable: isNullable)])
    guard let column = Column.of(type, values) else {
      throw ParquetError(.invalidInput, "the test's values do not fit \(type.sqlName)")
    }
    try self.init([Batch(schema: schema, columns: [column])], schema: schema, options: options)
  }

  func open() throws(ParquetError) -> ParquetFile { try ParquetFile(file: BytesFile(bytes)) }

  /// All rows of all row groups.
  func rows() throws(ParquetError) -> [[Value]] {
    let file = try open()
    var rows: [[Value]] = []
    for group in 0..<file.rowGroupCount {
      let batch = try RowGroupReader(file, rowGroup: group).rest()
      rows += (0..<batch.rowCount).map(batch.row)
    }
    return rows
  }

  func metadata(_ rowGroup: Int = 0, _ leaf: Int = 0) throws -> ColumnMetaData {
    guard let data = try open().metadata.rowGroups[rowGroup].columns[leaf].metaData else {
      throw ParquetError(.damaged, "no metadata")
    }
    return data
  }

  func columnIndex(_ rowGroup: Int = 0, _ leaf: Int = 0) throws -> ColumnIndex? {
    let chunk = try open().metadata.rowGroups[rowGroup].columns[leaf]
    guard let offset = chunk.columnIndexOffset, let length = chunk.columnIndexLength else {
      return nil
    }
    var reader = CompactReader(Array(bytes[Int(offset)..<Int(offset) + Int(length)]))
    return try ColumnIndex(from: &reader)
  }

  func offsetIndex(_ rowGroup: Int = 0, _ leaf: Int = 0) throws -> OffsetIndex {
    let chunk = try open().metadata.rowGroups[rowGroup].columns[leaf]
    let offset = Int(chunk.offsetIndexOffset ?? 0)
    var reader = CompactReader(Array(bytes[offset..<offset + Int(chunk.offsetIndexLength ?? 0)]))
    return try OffsetIndex(from: &reader)
  }
}

/// Every bit of a value: NaN equals itself, 0.0 and -0.0 differ.
func bits(_ value: Value) -> String {
  switch value {
  case .double(let number): "double \(number.bitPattern)"
  case .float(let number): "float \(number.bitPattern)"
  case .list(let values): "[" + values.map(bits).joined(separator: ", ") + "]"
  case .structure(let values): "{" + values.map(bits).joined(separator: ", ") + "}"
  case .map(let keys, let values):
    "map " + bits(.list(keys)) + " " + bits(.list(values))
  default: "\(value)"
  }
}
