package import Columnar
package import Lakehouse

/// Writes one result as an Excel workbook (ECMA-376 "SpreadsheetML"), row by row.
///
/// Text is never a formula. Numbers with more digits than a spreadsheet holds become text rather
/// than being rounded.
package final class WorkbookSink: ResultSink {
  private let output: any ByteOutput
  private let notes: (String) -> Void
  private var zip: ZipWriter?
  private var styles = WorkbookStyles()
  private var sheets: [String] = []
  private var schema = Schema([])
  private var sheetRows = 0
  private var results = 0

  /// Of a sheet, with its header.
  private static let mostRows = 1_048_576
  private static let mostColumns = 16_384
  private static let mostCharacters = 32_767

  package init(output: any ByteOutput, notes: @escaping (String) -> Void = { _ in }) {
    self.output = output
    self.notes = notes
  }

  package func begin(_ schema: Schema) throws(LakeError) {
    guard schema.count <= WorkbookSink.mostColumns else {
      throw LakeError(
        .data, "a sheet holds \(WorkbookSink.mostColumns) columns, found \(schema.count)")
    }
    guard results == 0 else {
      throw LakeError(
        .usage, "a workbook holds one result, found a second one",
        help: "run the statements one at a time")
    }
    results = 1
    zip = ZipWriter(output)
    self.schema = schema
    try beginSheet("Result")
  }

  private func beginSheet(_ name: String) throws(LakeError) {
    sheets.append(name)
    try zip?.begin("xl/worksheets/sheet\(sheets.count).xml")
    var text = WorkbookSink.declaration
    text +=
      "<worksheet xmlns=\"\(WorkbookSink.namespace)\"><sheetViews><sheetView workbookViewId=\"0\">"
    text += "<pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/>"
    text += "</sheetView></sheetViews>"
    if schema.count > 0 { text += "<cols>" }
    for (index, field) in schema.fields.enumerated() {
      let width = max(12, min(40, field.name.count + 3))
      text +=
        "<col min=\"\(index + 1)\" max=\"\(index + 1)\" width=\"\(width)\" customWidth=\"1\"/>"
    }
    text += schema.count > 0 ? "</cols><sheetData>" : "<sheetData>"
    text += "<row r=\"1\">"
    for field in schema.fields {
      text += WorkbookSink.cell(field.name, style: WorkbookStyles.header)
    }
    try zip?.add(text + "</row>")
    sheetRows = 1
  }

  package func rows(_ batch: Batch) throws(LakeError) {
    let encoders = batch.columns.map { _ in CellEncoder(.tsv) }
    let formats = schema.fields.map { styles.style(for: $0.type) }
    var start = 0
    while start < batch.rowCount {
      if sheetRows == WorkbookSink.mostRows {
        try endSheet()
        try beginSheet("Result part \(sheets.count + 1)")
      }
      let end = min(start + 4096, batch.rowCount, start + WorkbookSink.mostRows - sheetRows)
      let part = batch.slice(start..<end)
      let cells = part.columns.indices.map { encoders[$0].encode(part.columns[$0]) }
      var text: [UInt8] = []
      for row in 0..<part.rowCount {
        text += "<row>".utf8
        for (index, column) in part.columns.enumerated() {
          try append(column, row, cells[index], formats[index], to: &text)
        }
        text += "</row>".utf8
      }
      try zip?.add(text)
      sheetRows += part.rowCount
      start = end
    }
  }

  private func append(
    _ column: Column, _ row: Int, _ cells: CellText, _ format: Int, to text: inout [UInt8]
  ) throws(LakeError) {
    if column.isNull(row) {
      text += "<c/>".utf8
      return
    }
    switch column.type {
    case .boolean:
      if case .boolean(let bits) = column.storage {
        text += "<c t=\"b\"><v>\(bits[row] ? 1 : 0)</v></c>".utf8
      }
    case .date:
      // Days since 1899-12-30; Excel has no days before 1900.
      guard case .int32(let days) = column.storage, days[row] > -25_508 else { break }
      text += "<c s=\"\(format)\"><v>\(Int(days[row]) + 25_569)</v></c>".utf8
      return
    case .int32, .int64, .decimal, .float, .double:
      let number = cells.string(row)
      if WorkbookSink.fits(number, column.type) {
        text += "<c s=\"\(format)\"><v>\(number)</v></c>".utf8
        return
      }
    default: break
    }
    if column.type == .boolean { return }
    let value: String
    if case .string(let strings) = column.storage, column.type == .string {
      value = strings.string(row)
    } else {
      value = cells.string(row)
    }
    guard value.utf16.count <= WorkbookSink.mostCharacters else {
      throw LakeError(
        .data,
        "a cell of a workbook holds \(WorkbookSink.mostCharacters) characters, found "
          + "\(value.utf16.count)", help: "write CSV or Parquet instead")
    }
    text += WorkbookSink.cell(value, style: 0).utf8
  }

  /// Whether a spreadsheet's number, a double, gives back the same digits.
  private static func fits(_ text: String, _ type: DataType) -> Bool {
    if type.isFloating { return text.utf8.last.map { (0x30...0x39).contains($0) } ?? false }
    var digits = 0
    var zeros = 0
    for byte in text.utf8 {
      switch byte {
      case 0x30:
        if digits > 0 { zeros += 1 }
      case 0x31...0x39:
        digits += zeros + 1
        zeros = 0
      case UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."): break
      default: return false
      }
    }
    return digits <= 15
  }

  private static func cell(_ text: String, style: Int) -> String {
    let format = style == 0 ? "" : " s=\"\(style)\""
    return "<c\(format) t=\"inlineStr\"><is><t xml:space=\"preserve\">\(escaped(text))</t></is></c>"
  }

  /// XML 1.0 has no control characters: they are written `_xHHHH_`, and so is what looks like that.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "\t", "\n": result.unicodeScalars.append(scalar)
      default:
        if scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF {
          let digits = String(scalar.value, radix: 16, uppercase: true)
          result += "_x" + String(repeating: "0", count: 4 - digits.count) + digits + "_"
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result
  }

  private func endSheet() throws(LakeError) {
    let filter =
      schema.count == 0
      ? "" : "<autoFilter ref=\"A1:\(WorkbookSink.letters(schema.count))\(sheetRows)\"/>"
    try zip?.add("</sheetData>\(filter)</worksheet>")
  }

  /// The letters of a column, counted from 1.
  private static func letters(_ number: Int) -> String {
    var rest = number
    var text = ""
    while rest > 0 {
      text = String(UnicodeScalar(UInt8(65 + (rest - 1) % 26))) + text
      rest = (rest - 1) / 26
    }
    return text
  }

  package func end(_ summary: ResultSummary) throws(LakeError) {
    guard let zip else { return }
    try endSheet()
    for part in WorkbookParts.all(sheets: sheets, styles: styles) {
      try zip.begin(part.name)
      try zip.add(WorkbookSink.declaration + part.text)
    }
    try zip.finish()
    self.zip = nil
  }

  package func done(_ message: String, _ summary: ResultSummary) throws(LakeError) {
    notes(message)
  }

  static let declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
  static let namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
}
