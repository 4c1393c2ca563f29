package import Columnar
package import Lakehouse

/// Writes every row as it comes, in a format made of rows of cells: CSV, TSV, JSON, NDJSON,
/// Markdown, HTML.
package final class RowTextSink: ResultSink {
  private let output: any ByteOutput
  private let dialect: TextDialect
  private let notes: (String) -> Void
  private var encoders: [CellEncoder] = []
  private var frame = RowFrame(schema: Schema([]), dialect: .csv)
  private var rowCount = 0

  /// Rows rendered at once: cells and row text of a chunk stay in the second cache.
  private static let chunkRows = 4096

  package init(
    output: any ByteOutput, dialect: TextDialect, notes: @escaping (String) -> Void = { _ in }
  ) {
    self.output = output
    self.dialect = dialect
    self.notes = notes
  }

  package func begin(_ schema: Schema) throws(LakeError) {
    encoders = schema.fields.map { _ in CellEncoder(dialect) }
    frame = RowFrame(schema: schema, dialect: dialect)
    rowCount = 0
    try output.write(frame.header)
  }

  package func rows(_ batch: Batch) throws(LakeError) {
    var start = 0
    while start < batch.rowCount {
      let end = min(start + RowTextSink.chunkRows, batch.rowCount)
      let part = start == 0 && end == batch.rowCount ? batch : batch.slice(start..<end)
      try output.write(render(part))
      rowCount += part.rowCount
      start = end
    }
  }

  package func end(_ summary: ResultSummary) throws(LakeError) {
    try output.write(frame.footer(isEmpty: rowCount == 0))
    for warning in summary.warnings { notes("warning: " + warning) }
  }

  package func done(_ message: String, _ summary: ResultSummary) throws(LakeError) {
    notes(message)
  }

  /// All rows of the chunk: sizes first, then column after column into its place in each row.
  private func render(_ part: Batch) -> [UInt8] {
    let cells = zip(encoders, part.columns).map { $0.encode($1) }
    let between = frame.rowEnd + frame.rowSeparator
    var cursors = [Int](repeating: between.count, count: part.rowCount)
    for (text, prefix) in zip(cells, frame.cellPrefixes) {
      text.addLengths(to: &cursors, extra: prefix.count)
    }
    var total = 0
    for row in cursors.indices { (cursors[row], total) = (total, total &+ cursors[row]) }
    var rendered = unsafe [UInt8](unsafeUninitializedCapacity: total) { buffer, used in
      for (text, prefix) in zip(cells, frame.cellPrefixes) {
        unsafe text.scatter(prefix: prefix, at: &cursors, into: buffer)
      }
      for cursor in cursors {
        for index in between.indices { unsafe buffer[cursor &+ index] = between[index] }
      }
      used = total
    }
    // Separators stand between rows: the last row of all has none, so each chunk brings its own.
    rendered.removeLast(frame.rowSeparator.count)
    return rowCount > 0 ? frame.rowSeparator + rendered : rendered
  }
}
