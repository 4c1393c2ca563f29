import Columnar

/// The number formats of a workbook.
struct WorkbookStyles {
  /// Bold, for names of columns.
  static let header = 1
  private var codes: [String] = []

  /// The style's number; 0 is the general one.
  mutating func style(for type: DataType) -> Int {
    let code: String
    switch type {
    case .date: code = "yyyy-mm-dd"
    case .decimal(_, let scale) where scale > 0:
      code = "#,##0." + String(repeating: "0", count: min(scale, 12))
    case .decimal, .int64, .int32: code = "#,##0"
    case .float, .double: code = "#,##0.00####"
    default: return 0
    }
    if let index = codes.firstIndex(of: code) { return index + 2 }
    codes.append(code)
    return codes.count + 1
  }

  var text: String {
    var text = "<styleSheet xmlns=\"\(WorkbookSink.namespace)\">"
    if !codes.isEmpty {
      text += "<numFmts count=\"\(codes.count)\">"
      for (index, code) in codes.enumerated() {
        text += "<numFmt numFmtId=\"\(164 + index)\" formatCode=\"\(code)\"/>"
      }
      text += "</numFmts>"
    }
    text += "<fonts count=\"2\"><font><sz val=\"11\"/><name val=\"Calibri\"/></font>"
    text += "<font><b/><sz val=\"11\"/><name val=\"Calibri\"/></font></fonts>"
    text += "<fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill>"
    text += "<fill><patternFill patternType=\"gray125\"/></fill></fills>"
    text +=
      "<borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>"
    text += "<cellStyleXfs count=\"1\"><xf/></cellStyleXfs><cellXfs count=\"\(codes.count + 2)\">"
    text += "<xf/><xf fontId=\"1\" applyFont=\"1\"/>"
    for index in codes.indices {
      text += "<xf numFmtId=\"\(164 + index)\" applyNumberFormat=\"1\"/>"
    }
    text +=
      "</cellXfs><cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" builtinId=\"0\"/>"
    return text + "</cellStyles></styleSheet>"
  }
}

/// The parts of a workbook beside its sheets.
enum WorkbookParts {
  private static let package = "http://schemas.openxmlformats.org/package/2006"
  private static let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
  private static let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"

  static func all(sheets: [String], styles: WorkbookStyles) -> [(name: String, text: String)] {
    var types = "<Types xmlns=\"\(package)/content-types\">"
    types +=
      "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
    types += "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
    types += "<Override PartName=\"/xl/workbook.xml\" ContentType=\"\(kind).sheet.main+xml\"/>"
    types += "<Override PartName=\"/xl/styles.xml\" ContentType=\"\(kind).styles+xml\"/>"
    var list = ""
    var relations = ""
    for (index, sheet) in sheets.enumerated() {
      let number = index + 1
      types +=
        "<Override PartName=\"/xl/worksheets/sheet\(number).xml\" ContentType=\"\(kind).worksheet+xml\"/>"
      list +=
        "<sheet name=\"\(WorkbookSink.escaped(sheet))\" sheetId=\"\(number)\" r:id=\"rId\(number)\"/>"
      relations += relation(number, "worksheet", "worksheets/sheet\(number).xml")
    }
    relations += relation(sheets.count + 1, "styles", "styles.xml")
    let workbook =
      "<workbook xmlns=\"\(WorkbookSink.namespace)\" xmlns:r=\"\(office)\"><sheets>\(list)</sheets></workbook>"
    return [
      ("[Content_Types].xml", types + "</Types>"),
      ("_rels/.rels", wrapped(relation(1, "officeDocument", "xl/workbook.xml"))),
      ("xl/workbook.xml", workbook),
      ("xl/_rels/workbook.xml.rels", wrapped(relations)),
      ("xl/styles.xml", styles.text),
    ]
  }

  private static func relation(_ number: Int, _ type: String, _ target: String) -> String {
    "<Relationship Id=\"rId\(number)\" Type=\"\(office)/\(type)\" Target=\"\(target)\"/>"
  }

  private static func wrapped(_ relations: String) -> String {
    "<Relationships xmlns=\"\(package)/relationships\">\(relations)</Relationships>"
  }
}
