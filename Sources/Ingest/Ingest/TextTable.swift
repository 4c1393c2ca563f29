package import Columnar
package import FileStorage

/// CSV or JSON files as one table, as `read_csv`, `read_json` and file names in FROM read them.
///
/// Nothing is rejected here: a record that does not fit is an error of the query.
package struct TextTable: Sendable {
  package let schema: Schema
  /// In the order in which they are read.
  package let files: [String]
  private let store: any FileStore
  private let options: ReadOptions
  private let isInferred: Bool

  /// Finds out the columns and their types.
  ///
  /// Types are those of `TypeInference`, over all files. Columns of several files are matched by
  /// name; the first file gives the order, and later files add what they have besides. Unless
  /// `ReadOptions.sampleRecords` bounds it, every record is looked at, which costs about as much as
  /// reading once: then a type never turns out wrong later.
  ///
  /// - Parameters:
  ///   - pattern: A path, perhaps with `*`, `?` or `[…]` in any part of it.
  ///   - columns: The columns, when they are known; then nothing is inferred.
  package static func open(
    _ pattern: String, in store: any FileStore, options: ReadOptions = ReadOptions(),
    columns: Schema? = nil
  ) throws(IngestError) -> TextTable {
    let files = try FilePattern.files(pattern, in: store)
    if let columns {
      return TextTable(
        schema: columns, files: files, store: store, options: options, isInferred: false)
    }
    var names: [String] = []
    var known: Set<String> = []
    var types: [String: DataType] = [:]
    for file in files {
      for (name, type) in try InferredColumns(file, in: store, options: options).columns {
        let key = ColumnMatch.key(name)
        if known.insert(key).inserted { names.append(name) }
        guard let type else { continue }
        types[key] = types[key].map { TypeInference.common($0, type) } ?? type
      }
    }
    let fields = names.map { Field($0, types[ColumnMatch.key($0)] ?? .string) }
    guard !fields.isEmpty else {
      throw IngestError(
        .columns, file: pattern, expected: "a header or records", found: "nothing",
        help: "an empty file has no columns; name them to read it all the same")
    }
    return TextTable(
      schema: Schema(fields), files: files, store: store, options: options,
      isInferred: true)
  }

  private init(
    schema: Schema, files: [String], store: any FileStore, options: ReadOptions,
    isInferred: Bool
  ) {
    self.schema = schema
    self.files = files
    self.store = store
    self.options = options
    self.isInferred = isInferred
  }

  /// A reader of one of the files, owned by the caller.
  package func reader(ofFile index: Int) throws(IngestError) -> TextTableReader {
    let path = files[index]
    let contract = Contract(schema)
    let file = try RecordReader.openFile(path, store)
    let start = try FileStart(file, name: path, options: options)
    switch start.format {
    case .csv:
      // Where types were inferred, the header was told from data without the names of the table.
      let layout = try CSVLayout(
        start.input, window: start.window, options: options, schema: isInferred ? nil : schema)
      return TextTableReader(
        try CSVSource(
          layout, input: start.input, contract: contract, options: options, isInferred: isInferred))
    case .json:
      return TextTableReader(
        try JSONSource(
          start.input, window: start.window, contract: contract, options: options,
          isInferred: isInferred))
    case .parquet: throw InferredColumns.parquet(path)
    }
  }
}

/// One file of a `TextTable`, batch by batch.
package final class TextTableReader {
  private let source: any RecordSource

  init(_ source: any RecordSource) { self.source = source }

  /// The next rows with the lines on which they start; nil at the end.
  ///
  /// - Throws: for the first record that does not fit, with its line.
  package func next() throws(IngestError) -> (rows: Batch, lines: [Int64])? {
    while let batch = try source.next() {
      if let rejected = batch.rejected.first {
        throw IngestError(
          rejected.rule == RejectedRecord.Rule.type ? .inference : .damaged,
          file: rejected.file, line: rejected.line,
          expected: rejected.column.map { "a value of column \($0)" } ?? "a whole record",
          found: rejected.reason,
          help: "name the column types, or ingest the file: there bad records are set aside")
      }
      if batch.rows.rowCount > 0 { return (batch.rows, batch.lines) }
    }
    return nil
  }
}

/// The columns that a file turns out to have.
struct InferredColumns {
  /// In the order of the file; a column without values has no type.
  var columns: [(name: String, type: DataType?)]

  init(_ path: String, in store: any FileStore, options: ReadOptions) throws(IngestError) {
    let file = try RecordReader.openFile(path, store)
    let start = try FileStart(file, name: path, options: options)
    let limit = options.sampleRecords ?? .max
    let nullText = Array(options.nullText.utf8)
    var seen = 0
    switch start.format {
    case .csv:
      let layout = try CSVLayout(
        start.input, window: start.window, options: options, schema: nil)
      var cutter = layout.cutter
      var inference = TypeInference(
        columns: layout.names.count, isJSON: false, nullText: nullText)
      while seen < limit, !layout.names.isEmpty,
        let (block, _) = try cutter.nextChecked(columns: layout.names.count)
      {
        inference.add(block)
        seen += block.recordCount
      }
      columns = zip(layout.names, inference.found).map { ($0, $1) }
    case .json:
      var cutter = try JSONCutter(
        start.input, window: start.window, keys: JSONKeys([]), collectsKeys: true,
        recordBytesMax: options.recordBytesMax)
      var inference = TypeInference(columns: 0, isJSON: true)
      while seen < limit, let (block, _) = try cutter.next() {
        inference.add(block)
        seen += block.recordCount
      }
      columns = cutter.keys.names.enumerated().map { index, name in
        (name, index < inference.found.count ? inference.found[index] : nil)
      }
    case .parquet: throw InferredColumns.parquet(path)
    }
  }

  static func parquet(_ path: String) -> IngestError {
    IngestError(
      .options, file: path, expected: "CSV or JSON", found: "a Parquet file",
      help: "read it with read_parquet")
  }

}
