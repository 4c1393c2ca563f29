package import Columnar
package import Lakehouse

/// Writes one result as XML 1.0: an element a row, in it an element a column.
///
/// Numbers have all their digits, NULL is `xsi:nil`, dates and times are as XML Schema writes them.
/// Text that XML cannot hold (control characters) is refused: nothing is altered silently.
package final class XMLSink: ResultSink {
  private let output: any ByteOutput
  private let attributes: [(name: String, value: String)]
  private let notes: (String) -> Void
  private var names: [String] = []
  private var elements: [(open: [UInt8], null: [UInt8], close: [UInt8])] = []
  private var encoders: [CellEncoder] = []
  private var rowCount = 0

  package static let namespace = "urn:tarn:extract:1"

  /// - Parameter attributes: Of the outermost element, after its namespaces.
  package init(
    output: any ByteOutput, attributes: [(name: String, value: String)] = [],
    notes: @escaping (String) -> Void = { _ in }
  ) {
    self.output = output
    self.attributes = attributes
    self.notes = notes
  }

  package func begin(_ schema: Schema) throws(LakeError) {
    names = schema.names
    encoders = schema.fields.map { _ in CellEncoder(.xml) }
    rowCount = 0
    elements = names.map { name in
      let element = XMLName.of(name)
      return (
        Array("<\(element)>".utf8), Array("<\(element) xsi:nil=\"true\"/>".utf8),
        Array("</\(element)>".utf8)
      )
    }
    var text =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<extract xmlns=\"\(XMLSink.namespace)\" "
    text += "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\""
    for attribute in attributes {
      text += " \(attribute.name)=\"\(try escaped(attribute.value, "an attribute"))\""
    }
    text += ">\n<columns>\n"
    for field in schema.fields {
      text += "<column name=\"\(try escaped(field.name, "the name of a column"))\" "
      text += "element=\"\(XMLName.of(field.name))\" "
      text += "type=\"\(TextDialect.xml.escaped(field.type.sqlName))\"/>\n"
    }
    try output.write(text + "</columns>\n<rows>\n")
  }

  package func rows(_ batch: Batch) throws(LakeError) {
    let cells = zip(encoders, batch.columns).map { $0.encode($1) }
    var text: [UInt8] = []
    for row in 0..<batch.rowCount {
      text += "<row>".utf8
      for (index, column) in batch.columns.enumerated() {
        if column.isNull(row) {
          text += elements[index].null
          continue
        }
        text += elements[index].open
        let cell = cells[index].slice(row)
        if column.type == .string || column.type.isNested {
          try check(cell, "row \(rowCount + row + 1), column \"\(names[index])\"")
        }
        if column.type.isFloating, let special = XMLSink.special(column.value(row)) {
          text += special.utf8
        } else {
          text += cell
        }
        text += elements[index].close
      }
      text += "</row>\n".utf8
    }
    rowCount += batch.rowCount
    try output.write(text)
  }

  package func end(_ summary: ResultSummary) throws(LakeError) {
    try output.write("</rows>\n</extract>\n")
    for warning in summary.warnings { notes("warning: " + warning) }
  }

  package func done(_ message: String, _ summary: ResultSummary) throws(LakeError) {
    notes(message)
  }

  /// What XML Schema calls numbers that are none (part 2, 3.2.5); nil for all others.
  private static func special(_ value: Value) -> String? {
    guard let number = BarText.number(value), !number.isFinite else { return nil }
    return number.isNaN ? "NaN" : number < 0 ? "-INF" : "INF"
  }

  private func escaped(_ text: String, _ place: String) throws(LakeError) -> String {
    try check(Array(text.utf8)[...], place)
    // A line break in an attribute reads back as a blank unless it is written so.
    return TextDialect.xml.escaped(text).split(separator: "\n", omittingEmptySubsequences: false)
      .joined(separator: "&#10;")
  }

  /// XML 1.0 has no place for most control characters, nor for U+FFFE and U+FFFF, not even escaped.
  private func check(_ text: ArraySlice<UInt8>, _ place: String) throws(LakeError) {
    for (index, byte) in zip(text.indices, text) {
      let isControl = byte < 0x20 && byte != 0x09 && byte != 0x0A && byte != 0x0D
      let isNone =
        byte == 0xEF && index + 2 < text.endIndex && text[index + 1] == 0xBF
        && text[index + 2] >= 0xBE
      guard isControl || isNone else { continue }
      let code = isControl ? UInt32(byte) : text[index + 2] == 0xBE ? 0xFFFE : 0xFFFF
      let digits = String(code, radix: 16, uppercase: true)
      let name = "U+" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
      throw LakeError(
        .data, "XML has no place for the character \(name), found in \(place)",
        help: "take it out in the statement with regexp_replace, or write CSV alone")
    }
  }
}
