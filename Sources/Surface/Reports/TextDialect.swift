package import Lakehouse

/// How one text format writes cells and frames rows.
package enum TextDialect: Sendable {
  case csv, tsv, json, ndjson, markdown, html, xml
  /// CSV for spreadsheets: text that they would take for a formula gets an apostrophe before it.
  case excelCSV
  /// The same without the mark of its encoding, for programs.
  case safeCSV
  /// CSV as COPY's options ask for.
  case delimited(DelimitedText)
  /// Plain text of the cells of a box table; control characters become visible escapes.
  case terminal

  /// Whether values are JSON: text, dates and binaries in quotes.
  var isJSON: Bool {
    switch self {
    case .json, .ndjson: true
    default: false
    }
  }

  /// What a NULL looks like.
  var null: String {
    switch self {
    case .csv, .tsv, .excelCSV, .safeCSV, .xml: ""
    case .json, .ndjson: "null"
    case .markdown, .terminal: "NULL"
    case .html: "<i>NULL</i>"
    case .delimited(let text): String(decoding: text.null, as: UTF8.self)
    }
  }

  /// Appends `text` quoted or escaped as the format asks.
  func append(_ text: borrowing Span<UInt8>, to out: inout [UInt8]) {
    switch self {
    case .csv: appendCSV(text, to: &out)
    case .excelCSV, .safeCSV: appendExcel(text, to: &out)
    case .delimited(let shape):
      appendCSV(text, separator: shape.separator, null: shape.null, to: &out)
    case .tsv: appendTSV(text, to: &out)
    case .json, .ndjson: appendJSON(text, to: &out)
    case .markdown: appendMarkdown(text, to: &out)
    case .html: appendMarkup(text, numbered: UInt8(ascii: "'"), to: &out)
    case .xml:
      // A carriage return would read back as a line feed (XML 1.0, 2.11).
      appendMarkup(text, numbered: 0x0D, to: &out)
    case .terminal: appendVisible(text, to: &out)
    }
  }

  func append(_ text: String, to out: inout [UInt8]) {
    let bytes = Array(text.utf8)
    append(bytes.span, to: &out)
  }

  /// The text quoted or escaped as the format asks.
  package func escaped(_ text: String) -> String {
    var out: [UInt8] = []
    append(text, to: &out)
    return String(decoding: out, as: UTF8.self)
  }
}

private let hexDigits = Array("0123456789abcdef".utf8)

/// `=`, `+`, `-`, `@`, tab and carriage return begin formulas (OWASP "CSV injection").
private func appendExcel(_ text: borrowing Span<UInt8>, to out: inout [UInt8]) {
  guard !text.isEmpty, [0x3D, 0x2B, 0x2D, 0x40, 0x09, 0x0D].contains(text[0]) else {
    return appendCSV(text, to: &out)
  }
  var safe: [UInt8] = [0x27]
  appendAll(text, to: &safe)
  appendCSV(safe.span, to: &out)
}

private func appendAll(_ text: borrowing Span<UInt8>, to out: inout [UInt8]) {
  for index in text.indices { out.append(text[index]) }
}

private func appendQuoted(_ text: borrowing Span<UInt8>, to out: inout [UInt8]) {
  out.append(0x22)
  for index in text.indices {
    if text[index] == 0x22 { out.append(0x22) }
    out.append(text[index])
  }
  out.append(0x22)
}

/// A field that holds the separator, a quote or a line break is quoted, and so is one that reads like
/// the NULL: in plain CSV that is the empty string, because nothing at all stands for NULL.
private func appendCSV(
  _ text: borrowing Span<UInt8>, separator: UInt8 = 0x2C, null: [UInt8] = [],
  to out: inout [UInt8]
) {
  var isNull = text.count == null.count
  var needsQuotes = false
  for index in text.indices {
    let byte = text[index]
    if byte == 0x22 || byte == separator || byte == 0x0A || byte == 0x0D {
      needsQuotes = true
      break
    }
    if isNull, byte != null[index] { isNull = false }
  }
  if needsQuotes || isNull { appendQuoted(text, to: &out) } else { appendAll(text, to: &out) }
}

private func appendTSV(_ text: borrowing Span<UInt8>, to out: inout [UInt8]) {
  for index in text.indices {
    switch text[index] {
    case 0x09: out += [0x5C, UInt8(ascii: "t")]
    case 0x0A: out += [0x5C, UInt8(ascii: "n")]
    case 0x0D: out += [0x5C, UInt8(ascii: "r")]
    case 0x5C: out += [0x5C, 0x5C]
    case let byte: out.append(byte)
    }
  }
}

private func appendJSON(_ text: borrowing Span<UInt8>, to out: inout [UInt8]) {
  out.append(0x22)
  for index in text.indices {
    switch text[index] {
    case 0x22: out += [0x5C, 0x22]
    case 0x5C: out += [0x5C, 0x5C]
    case 0x0A: out += [0x5C, UInt8(ascii: "n")]
    case 0x0D: out += [0x5C, UInt8(ascii: "r")]
    case 0x09: out += [0x5C, UInt8(ascii: "t")]
    case let byte where byte < 0x20 || byte == 0x7F:
      out += "\\u00".utf8
      out.append(hexDigits[Int(byte >> 4)])
      out.append(hexDigits[Int(byte & 15)])
    case let byte: out.append(byte)
    }
  }
  out.append(0x22)
}

private func appendMarkdown(_ text: borrowing Span<UInt8>, to out: inout [UInt8]) {
  for index in text.indices {
    switch text[index] {
    case UInt8(ascii: "|"), UInt8(ascii: "\\"): out += [0x5C, text[index]]
    case UInt8(ascii: "<"): out += "&lt;".utf8
    case UInt8(ascii: "&"): out += "&amp;".utf8
    case 0x0A: out += "<br>".utf8
    case 0x0D: continue
    case let byte: out.append(byte)
    }
  }
}

/// - Parameter numbered: A byte that is written by its number.
private func appendMarkup(
  _ text: borrowing Span<UInt8>, numbered: UInt8, to out: inout [UInt8]
) {
  for index in text.indices {
    switch text[index] {
    case UInt8(ascii: "<"): out += "&lt;".utf8
    case UInt8(ascii: ">"): out += "&gt;".utf8
    case UInt8(ascii: "&"): out += "&amp;".utf8
    case UInt8(ascii: "\""): out += "&quot;".utf8
    case numbered: out += "&#\(numbered);".utf8
    case let byte: out.append(byte)
    }
  }
}

/// Data must not steer the terminal: every control character shows as an escape, the two-byte
/// controls U+0080…U+009F among them.
private func appendVisible(_ text: borrowing Span<UInt8>, to out: inout [UInt8]) {
  var index = 0
  while index < text.count {
    let byte = text[index]
    if byte == 0xC2, index + 1 < text.count, text[index + 1] < 0xA0 {
      out += "\\u00".utf8
      out.append(hexDigits[Int(text[index + 1] >> 4)])
      out.append(hexDigits[Int(text[index + 1] & 15)])
      index += 2
      continue
    }
    switch byte {
    case 0x0A: out += "\\n".utf8
    case 0x0D: out += "\\r".utf8
    case 0x09: out += "\\t".utf8
    case _ where byte < 0x20 || byte == 0x7F:
      out += "\\x".utf8
      out.append(hexDigits[Int(byte >> 4)])
      out.append(hexDigits[Int(byte & 15)])
    default: out.append(byte)
    }
    index += 1
  }
}
