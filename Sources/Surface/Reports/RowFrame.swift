import Columnar
import Lakehouse

/// What stands around the cells of a result in one format.
struct RowFrame {
  /// Everything before the first row.
  var header: [UInt8]
  /// What stands before each cell; the first one also begins the row.
  var cellPrefixes: [[UInt8]]
  var rowEnd: [UInt8]
  /// What stands between two rows.
  var rowSeparator: [UInt8] = []
  private var closing = ""
  private var closingWhenEmpty = ""

  init(schema: Schema, dialect: TextDialect) {
    let names = schema.fields.map { field in
      var bytes: [UInt8] = []
      dialect.append(field.name, to: &bytes)
      return bytes
    }
    switch dialect {
    case .csv, .safeCSV, .terminal, .xml: self.init(names, separator: ",")
    case .excelCSV:
      self.init(names, separator: ",")
      // Spreadsheets take a file without this mark for another encoding.
      header = [0xEF, 0xBB, 0xBF] + header
    case .tsv: self.init(names, separator: "\t")
    case .delimited(let text):
      self.init(names, separator: String(decoding: [text.separator], as: UTF8.self))
      if !text.hasHeader { header = [] }
    case .json:
      self.init(objects: names)
      header = Array("[".utf8)
      cellPrefixes[0] = Array("\n  ".utf8) + cellPrefixes[0]
      rowSeparator = [UInt8(ascii: ",")]
      closing = "\n]\n"
      closingWhenEmpty = "]\n"
    case .ndjson:
      self.init(objects: names)
      rowEnd.append(0x0A)
    case .markdown: self.init(markdown: names, schema)
    case .html: self.init(html: names, schema)
    }
    if cellPrefixes.isEmpty { cellPrefixes = [[]] }
  }

  func footer(isEmpty: Bool) -> [UInt8] { Array((isEmpty ? closingWhenEmpty : closing).utf8) }

  private init(_ names: [[UInt8]], separator: String) {
    header = Array(names.joined(separator: Array(separator.utf8))) + [0x0A]
    cellPrefixes = names.indices.map { $0 == 0 ? [] : Array(separator.utf8) }
    rowEnd = [0x0A]
  }

  private init(objects names: [[UInt8]]) {
    header = []
    cellPrefixes = names.enumerated().map { index, name in
      Array((index == 0 ? "{" : ",").utf8) + name + Array(":".utf8)
    }
    if cellPrefixes.isEmpty { cellPrefixes = [Array("{".utf8)] }
    rowEnd = [UInt8(ascii: "}")]
  }

  private init(markdown names: [[UInt8]], _ schema: Schema) {
    header =
      Array("| ".utf8) + names.joined(separator: Array(" | ".utf8)) + Array(" |\n|".utf8)
    for field in schema.fields { header += (field.type.isNumeric ? " ---: |" : " --- |").utf8 }
    header.append(0x0A)
    cellPrefixes = names.indices.map { Array(($0 == 0 ? "| " : " | ").utf8) }
    rowEnd = Array(" |\n".utf8)
  }

  private init(html names: [[UInt8]], _ schema: Schema) {
    header = Array("<table>\n<thead><tr>".utf8)
    for name in names { header += Array("<th>".utf8) + name + Array("</th>".utf8) }
    header += "</tr></thead>\n<tbody>\n".utf8
    cellPrefixes = schema.fields.enumerated().map { index, field in
      let cell = field.type.isNumeric ? "<td align=\"right\">" : "<td>"
      return Array((index == 0 ? "<tr>" + cell : "</td>" + cell).utf8)
    }
    rowEnd = Array("</td></tr>\n".utf8)
    closing = "</tbody>\n</table>\n"
    closingWhenEmpty = closing
  }
}
