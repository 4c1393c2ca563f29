package import Columnar
package import Lakehouse

/// Draws a box table of any length while its rows come: the first rows decide the widths.
package final class StreamingTableSink: ResultSink {
  private let output: any ByteOutput
  private let style: TableStyle
  private let notes: (String) -> Void
  private var schema = Schema([])
  private var head: [Batch] = []
  private var headCount = 0
  private var rowCount = 0
  private var model: BoxTable?

  /// Rows that decide the widths.
  private static let measuredRows = 2000

  package init(
    output: any ByteOutput, style: TableStyle, notes: @escaping (String) -> Void = { _ in }
  ) {
    self.output = output
    self.style = style
    self.notes = notes
  }

  package func begin(_ schema: Schema) throws(LakeError) {
    self.schema = schema
    (head, headCount, rowCount, model) = ([], 0, 0, nil)
  }

  package func rows(_ batch: Batch) throws(LakeError) {
    rowCount += batch.rowCount
    if let model {
      var start = 0
      while start < batch.rowCount {
        let end = min(start + StreamingTableSink.measuredRows, batch.rowCount)
        var table = BoxTable(schema, [batch.slice(start..<end)], style)
        table.align(with: model)
        try output.write(table.body(style))
        start = end
      }
      return
    }
    head.append(batch)
    headCount += batch.rowCount
    if headCount >= StreamingTableSink.measuredRows { try drawHead() }
  }

  private func drawHead() throws(LakeError) {
    let all = try Batch.gathered(head, schema: schema)
    let measured = min(all.rowCount, StreamingTableSink.measuredRows)
    let table = BoxTable(schema, [all.slice(0..<measured)], style)
    model = table
    head = []
    try output.write(table.beginning(style))
    if measured < all.rowCount {
      var rest = BoxTable(schema, [all.slice(measured..<all.rowCount)], style)
      rest.align(with: table)
      try output.write(rest.body(style))
    }
  }

  package func end(_ summary: ResultSummary) throws(LakeError) {
    if model == nil { try drawHead() }
    guard let model else { return }
    try output.write(model.end(style))
    if style.showsFooter {
      let rows = Footer.count(rowCount, "row")
      try output.write(Footer.text(summary, rows: rows, showsTime: style.showsTime) + "\n")
    }
    try output.flush()
  }

  package func outline(_ tree: Batch) throws(LakeError) -> Bool {
    try output.write(OutlineText.drawn(tree, style))
    return true
  }

  package func done(_ message: String, _ summary: ResultSummary) throws(LakeError) {
    notes(message)
  }
}
