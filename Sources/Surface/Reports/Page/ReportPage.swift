import Columnar
import FileStorage
import Lakehouse

/// A report as one page of HTML that needs no network: style, script and data are in it, and its
/// security policy allows nothing else.
package struct ReportPage {
  private let title: String
  private let sections: [ReportSection]
  /// The facts of the footer: lake, version, moment.
  private let facts: [String]

  package init(title: String, sections: [ReportSection], facts: [String]) {
    self.title = title
    self.sections = sections
    self.facts = facts
  }

  package var html: String {
    let policy =
      "default-src 'none'; style-src 'sha256-\(ReportPage.digest(ReportAssets.style))'; "
      + "script-src 'sha256-\(ReportPage.digest(ReportAssets.script))'; base-uri 'none'; form-action 'none'"
    var text = "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
    text += "<meta http-equiv=\"Content-Security-Policy\" content=\"\(policy)\">\n"
    text += "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
    text += "<title>\(escaped(title))</title>\n<style>\(ReportAssets.style)</style></head><body>\n"
    text +=
      "<header><h1>\(escaped(title))</h1><p class=\"soft\">\(escaped(facts.joined(separator: " · ")))</p></header>\n"
    for section in sections { text += html(of: section) }
    text += "<footer><h2>Where the numbers come from</h2>"
    for section in sections { text += source(of: section) }
    text += "<p>\(escaped(facts.joined(separator: " · ")))</p></footer>\n"
    return text + "<script>\(ReportAssets.script)</script>\n</body></html>\n"
  }

  private func html(of section: ReportSection) -> String {
    var text = "<section><h2>\(escaped(section.title))</h2>\n"
    switch section.chart {
    case .tiles: text += tiles(section)
    case .pivot: text += pivot(section)
    case .table: text += table(section)
    case .bars, .lines, .curve, .heat, .waterfall:
      let chart = ReportChart(section)
      text += chart.svg
      if let note = chart.note { text += "<p class=\"soft\">\(escaped(note))</p>" }
      text += "<details><summary>Numbers</summary>"
      text += table(section) + "</details>"
    }
    return text + "</section>\n"
  }

  private func tiles(_ section: ReportSection) -> String {
    guard section.rows.rowCount > 0 else { return "<p class=\"soft\">no rows</p>" }
    var text = "<div class=\"tiles\">"
    for column in section.schema.fields.indices {
      let value = section.texts(column)[0]
      let isNegative = (section.number(column, 0) ?? 0) < 0
      text +=
        "<div class=\"tile\"><span class=\"soft\">\(escaped(section.schema[column].name))</span>"
      text += "<b\(isNegative ? " class=\"neg\"" : "")>\(escaped(value))</b></div>"
    }
    return text + "</div>\n"
  }

  private func table(_ section: ReportSection) -> String {
    let shown = min(section.rows.rowCount, ReportSection.mostRows)
    var text =
      "<div data-table><input type=\"search\" placeholder=\"filter\" aria-label=\"filter\">"
    text += "<span class=\"told soft\">\(Footer.count(shown, "row"))"
    if shown < section.rows.rowCount { text += " of \(Footer.count(section.rows.rowCount, "row"))" }
    text += "</span><div class=\"scroll\"><table><thead><tr>"
    for field in section.schema.fields {
      text +=
        "<th\(field.type.isNumeric ? " class=\"n\"" : "")><button>\(escaped(field.name))</button></th>"
    }
    text += "</tr></thead><tbody>\n"
    let cells = section.schema.fields.indices.map { section.texts($0) }
    for row in 0..<shown {
      text += "<tr>"
      for (index, field) in section.schema.fields.enumerated() {
        let isNull = section.rows.columns[index].isNull(row)
        let value = isNull ? "<i>NULL</i>" : escaped(cells[index][row])
        guard field.type.isNumeric else {
          text += "<td>\(value)</td>"
          continue
        }
        let number = section.number(index, row)
        text +=
          "<td class=\"n\((number ?? 0) < 0 ? " neg" : "")\" data-v=\"\(number.map { "\($0)" } ?? "")\">\(value)</td>"
      }
      text += "</tr>\n"
    }
    return text + "</tbody></table></div></div>\n"
  }

  private func pivot(_ section: ReportSection) -> String {
    let (names, numbers) = (section.textColumns, section.numberColumns)
    // Sums of a part of the rows would be wrong.
    if names.isEmpty || numbers.isEmpty || section.rows.rowCount > ReportSection.mostRows {
      return table(section)
    }
    var text = "<div data-pivot><div class=\"scroll\"><table><thead><tr><th>"
    text += escaped(names.map { section.schema[$0].name }.joined(separator: " › ")) + "</th>"
    for column in numbers { text += "<th class=\"n\">\(escaped(section.schema[column].name))</th>" }
    text += "</tr></thead><tbody></tbody></table></div><script type=\"application/json\">"
    let scales = numbers.map { column in
      exactScale(section.schema[column].type).map(String.init) ?? "null"
    }
    text += "{\"texts\":\(names),\"numbers\":\(numbers),"
    text += "\"scales\":[\(scales.joined(separator: ","))],\"rows\":["
    let cells = names.map { section.texts($0) }
    for row in 0..<section.rows.rowCount {
      let values = section.schema.fields.indices.map { column -> String in
        if section.rows.columns[column].isNull(row) { return "null" }
        if let place = names.firstIndex(of: column) {
          // Markup inside must not end the script.
          return TextDialect.json.escaped(cells[place][row]).split(
            separator: "<", omittingEmptySubsequences: false
          ).joined(separator: "\\u003c")
        }
        // Money is summed by the page as whole numbers of its last place: no digit is lost.
        switch section.rows.columns[column].value(row) {
        case .decimal(let number): return "\"\(number.mantissa)\""
        case .int32(let number): return "\"\(number)\""
        case .int64(let number): return "\"\(number)\""
        default: return section.number(column, row).map { "\($0)" } ?? "null"
        }
      }
      text += (row > 0 ? "," : "") + "[\(values.joined(separator: ","))]"
    }
    return text + "]}</script></div>\n"
  }

  /// Places after the point of a type whose sums are exact; nil for doubles and others.
  private func exactScale(_ type: DataType) -> Int? {
    switch type {
    case .decimal(_, let scale): scale
    case .int32, .int64: 0
    default: nil
    }
  }

  private func source(of section: ReportSection) -> String {
    var parts = [Footer.count(section.rows.rowCount, "row")]
    if let snapshot = section.summary.snapshot { parts.append("snapshot \(snapshot)") }
    if let date = section.summary.businessDate { parts.append("T \(date)") }
    parts += section.summary.reads
    parts.append("SHA-256 \(ReportPage.hexDigest(of: section))")
    return
      "<details open><summary>\(escaped(section.title)): \(escaped(parts.joined(separator: " · ")))</summary>"
      + "<pre>\(escaped(section.statement))</pre></details>\n"
  }

  private func escaped(_ text: String) -> String { TextDialect.html.escaped(text) }

  /// Of the result as CSV, as `tarn … --format csv | sha256sum` gives it.
  package static func hexDigest(of section: ReportSection) -> String {
    let output = MemoryOutput()
    let sink = RowTextSink(output: output, dialect: .csv)
    // Memory takes everything.
    try? sink.begin(section.schema)
    try? sink.rows(section.rows)
    try? sink.end(section.summary)
    return SHA256.digest(output.bytes).hex
  }

  private static func digest(_ text: String) -> String {
    Base64.text(SHA256.digest(text).bytes)
  }
}

/// RFC 4648, section 4.
enum Base64 {
  private static let letters = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  static func text(_ bytes: [UInt8]) -> String {
    var out: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let part = Array(bytes[start..<min(start + 3, bytes.count)])
      var bits = 0
      for index in 0..<3 { bits = bits << 8 | (index < part.count ? Int(part[index]) : 0) }
      for index in 0..<4 {
        out.append(index <= part.count ? letters[bits >> (18 - 6 * index) & 63] : UInt8(ascii: "="))
      }
    }
    return String(decoding: out, as: UTF8.self)
  }
}
