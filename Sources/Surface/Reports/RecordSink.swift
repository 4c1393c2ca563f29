package import Lakehouse
package import Columnar

/// Writes each row as a list of its columns, for wide results.
package final class RecordSink: ResultSink {
  private let output: any ByteOutput
  private let style: TableStyle
  private let notes: (String) -> Void
  private var schema = Schema([])
  private var names: [String] = []
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
    rowCount = 0
    let titles = schema.names.map { TextDialect.terminal.escaped($0) }
    let width = titles.reduce(0) { max($0, DisplayWidth.of($1)) }
    names = titles.map { $0 + String(repeating: " ", count: width - DisplayWidth.of($0)) }
  }

  package func rows(_ batch: Batch) throws(LakeError) {
    let room = max(0, (style.maximumRows ?? .max) - rowCount)
    let shown = min(room, batch.rowCount)
    let cells = batch.columns.map { CellEncoder(.terminal).encode($0) }
    var text = ""
    for row in 0..<shown {
      let title = "─[ row \(Footer.grouped(String(rowCount + row + 1))) ]"
      text += title + String(repeating: "─", count: max(0, 40 - title.count)) + "\n"
      for (index, column) in batch.columns.enumerated() {
        text += names[index] + " │ " + cell(cells[index].string(row), column, row) + "\n"
      }
    }
    rowCount += batch.rowCount
    if !text.isEmpty { try output.write(text) }
  }

  private func cell(_ text: String, _ column: Column, _ row: Int) -> String {
    if column.isNull(row) { return style.usesColor ? "\u{1b}[2m\(text)\u{1b}[0m" : text }
    guard column.type.isNumeric else { return text }
    let isAmount = column.type.isDecimal || column.type.isFloating
    var value = isAmount ? style.unit?.scaled(text) ?? text : text
    if style.groupsDigits { value = Footer.grouped(value) }
    return style.usesColor && value.first == "-" ? "\u{1b}[31m\(value)\u{1b}[0m" : value
  }

  package func end(_ summary: ResultSummary) throws(LakeError) {
    if style.showsFooter {
      let hidden = style.maximumRows.map { rowCount > $0 ? " (\($0) shown)" : "" } ?? ""
      try output.write(
        Footer.text(
          summary, rows: Footer.count(rowCount, "row") + hidden, showsTime: style.showsTime,
          width: style.width) + "\n")
    }
    try output.flush()
  }

  package func done(_ message: String, _ summary: ResultSummary) throws(LakeError) {
    notes(message)
  }
}
