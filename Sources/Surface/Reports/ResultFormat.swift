package import Lakehouse

/// The formats that results can be written in.
package enum ResultFormat: String, Sendable, CaseIterable {
  case table, csv, tsv, json, ndjson, markdown, html, xml, parquet, arrow, xlsx

  /// What the format is good for, in a few words.
  package var summary: String {
    switch self {
    case .table: "box table with types and a footer, for people"
    case .csv: "comma-separated with header (RFC 4180); NULL is empty, an empty string is \"\""
    case .tsv: "tab-separated with header; tab, newline and backslash as \\t \\n \\\\"
    case .json: "an array of objects; decimals with all digits, NaN as the string \"NaN\""
    case .ndjson: "one JSON object a line"
    case .markdown: "a table for Markdown"
    case .html: "a table for HTML, escaped"
    case .xml: "an element a row; NULL as xsi:nil"
    case .parquet: "a Parquet file (needs -o FILE or a pipe)"
    case .arrow: "an Arrow IPC stream for pandas, Polars, DuckDB"
    case .xlsx: "an Excel workbook; text is never a formula (needs -o FILE or a pipe)"
    }
  }

  /// The format that a file name asks for by its ending.
  package init?(fileName: String) {
    guard let dot = fileName.utf8.lastIndex(of: UInt8(ascii: ".")) else { return nil }
    switch fileName[fileName.index(after: dot)...].lowercased() {
    case "csv": self = .csv
    case "tsv": self = .tsv
    case "json": self = .json
    case "ndjson", "jsonl": self = .ndjson
    case "md": self = .markdown
    case "html", "htm": self = .html
    case "xml": self = .xml
    case "parquet": self = .parquet
    case "arrow", "arrows": self = .arrow
    case "xlsx": self = .xlsx
    default: return nil
    }
  }

  /// Whether the bytes would garble a terminal.
  package var isBinary: Bool { self == .parquet || self == .arrow || self == .xlsx }

  /// A renderer that writes to `output`; it neither finishes nor abandons it.
  ///
  /// - Parameters:
  ///   - style: How tables look; other formats do not depend on it.
  ///   - notes: Gets the sentences of statements without rows.
  package func sink(
    to output: any ByteOutput, style: TableStyle, notes: @escaping (String) -> Void
  ) throws(LakeError) -> any ResultSink {
    switch self {
    case .table: TableSink(output: output, style: style, notes: notes)
    case .csv: RowTextSink(output: output, dialect: .csv, notes: notes)
    case .tsv: RowTextSink(output: output, dialect: .tsv, notes: notes)
    case .json: RowTextSink(output: output, dialect: .json, notes: notes)
    case .ndjson: RowTextSink(output: output, dialect: .ndjson, notes: notes)
    case .markdown: RowTextSink(output: output, dialect: .markdown, notes: notes)
    case .html: RowTextSink(output: output, dialect: .html, notes: notes)
    case .xml: XMLSink(output: output, notes: notes)
    case .parquet: ParquetSink(output: output, notes: notes)
    case .arrow: ArrowSink(output: output, notes: notes)
    case .xlsx: WorkbookSink(output: output, notes: notes)
    }
  }
}
