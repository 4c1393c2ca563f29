package import FileStorage

/// Opens files as record sources.
package enum RecordReader {
  /// Opens a file under a contract; its format and compression are told by its first bytes.
  ///
  /// - Parameters:
  ///   - name: As errors and rejected records are to name the file; the path when nil.
  /// - Throws: when the file cannot be read, is no text, or lacks a required column.
  package static func open(
    _ path: String, in store: any FileStore, as name: String? = nil, contract: Contract,
    options: ReadOptions = ReadOptions()
  ) throws(IngestError) -> any RecordSource {
    let file = try openFile(path, store)
    return try open(file, as: name ?? path, contract: contract, options: options)
  }

  package static func open(
    _ file: any ReadableFile, as name: String, contract: Contract,
    options: ReadOptions = ReadOptions()
  ) throws(IngestError) -> any RecordSource {
    let start = try FileStart(file, name: name, options: options)
    switch start.format {
    case .csv:
      let layout = try CSVLayout(
        start.input, window: start.window, options: options, schema: contract.schema)
      return try CSVSource(layout, input: start.input, contract: contract, options: options)
    case .json:
      return try JSONSource(
        start.input, window: start.window, contract: contract, options: options)
    case .parquet:
      return try ParquetSource(file, name: name, contract: contract)
    }
  }

  static func openFile(_ path: String, _ store: any FileStore) throws(IngestError)
    -> any ReadableFile
  {
    do throws(FileError) { return try store.open(path) } catch { throw IngestError(error) }
  }
}

/// A file's first bytes, and the format that they are of.
struct FileStart {
  let input: ByteInput
  let window: TextWindow
  let format: FileFormat

  init(_ file: any ReadableFile, name: String, options: ReadOptions) throws(IngestError) {
    input = try ByteInput(file, name: name, pieceBytes: options.pieceBytes)
    var window = TextWindow()
    try window.fill(4, from: input)
    // White space alone says nothing yet.
    while !window.isLast, FileStart.firstByte(window) == nil { try window.refill(from: input) }
    self.window = window
    if let told = options.format {
      format = told
    } else if window.bytes[window.start..<window.end].starts(with: Array("PAR1".utf8)) {
      format = .parquet
    } else {
      switch FileStart.firstByte(window) {
      case UInt8(ascii: "{"), UInt8(ascii: "["): format = .json
      default: format = .csv
      }
    }
  }

  private static func firstByte(_ window: TextWindow) -> UInt8? {
    window.bytes[window.start..<window.end].first { !JSONExtents.isBlank($0) }
  }
}
