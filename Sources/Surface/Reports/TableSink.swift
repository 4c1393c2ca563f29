package import Columnar
package import Lakehouse

/// Draws a box table when the result is whole; keeps only the rows that will be shown.
package final class TableSink: ResultSink {
  private let output: any ByteOutput
  private let style: TableStyle
  private let notes: (String) -> Void
  private var schema = Schema([])
  private var head: [Batch] = []
  private var headCount = 0
  private var tail: [Batch] = []
  private var tailCount = 0
  private var rowCount = 0

  package init(
    output: any ByteOutput, style: TableStyle, notes: @escaping (String) -> Void = { _ in }
  ) {
    self.output = output
    self.style = style
    self.notes = notes
  }

  package func begin(_ schema: Schema) throws(LakeError) {
    self.schema = schema
    (head, headCount) = ([], 0)
    (tail, tailCount) = ([], 0)
    rowCount = 0
  }

  package func rows(_ batch: Batch) throws(LakeError) {
    guard batch.rowCount > 0 else { return }
    rowCount += batch.rowCount
    let room = min(batch.rowCount, (style.maximumRows ?? .max) - headCount)
    if room > 0 {
      head.append(batch.slice(0..<room))
      headCount += room
    }
    guard let maximum = style.maximumRows, room < batch.rowCount else { return }
    let kept = max(maximum / 2, 1)
    let start = max(room, batch.rowCount - kept)
    tail.append(batch.slice(start..<batch.rowCount))
    tailCount += batch.rowCount - start
    while let first = tail.first, tailCount - first.rowCount >= kept {
      tail.removeFirst()
      tailCount -= first.rowCount
    }
  }

  package func end(_ summary: ResultSummary) throws(LakeError) {
    let layout = try shownRows()
    var text = layout.table.drawn(style)
    if style.showsFooter {
      let rows = Footer.count(rowCount, "row")
      let shown = layout.shown < rowCount ? " (\(layout.shown) shown)" : ""
      let columns = layout.table.hiddenColumns(style)
      let columnText =
        columns > 0
        ? "\(Footer.count(schema.count, "column")) (\(schema.count - columns) shown)" : nil
      text += Footer.text(
        summary, rows: rows + shown, columns: columnText, showsTime: style.showsTime,
        width: style.width)
      text += "\n"
    }
    try output.write(text)
    try output.flush()
    (head, tail) = ([], [])
    for warning in summary.warnings { notes("warning: " + warning) }
  }

  package func outline(_ tree: Batch) throws(LakeError) -> Bool {
    var text = OutlineText.drawn(tree, style)
    if style.showsFooter { text += Footer.count(tree.rowCount, "line") + "\n" }
    try output.write(text)
    try output.flush()
    return true
  }

  package func done(_ message: String, _ summary: ResultSummary) throws(LakeError) {
    notes(message)
  }

  /// The rows to draw; of a result that is too long, its beginning and its end.
  private func shownRows() throws(LakeError) -> (table: BoxTable, shown: Int) {
    let first = try Batch.gathered(head, schema: schema)
    guard let maximum = style.maximumRows, rowCount > maximum else {
      return (BoxTable(schema, [first], style), first.rowCount)
    }
    let count = max(maximum / 2, 1)
    // The end of the result may lie partly in what was kept as its beginning.
    let last = try Batch.gathered([first] + tail, schema: schema)
    let parts = [
      first.slice(0..<min(count, first.rowCount)),
      last.slice(max(0, last.rowCount - count)..<last.rowCount),
    ]
    return (BoxTable(schema, parts, style), parts[0].rowCount + parts[1].rowCount)
  }
}
