/// How a file of outside is written.
package enum FileFormat: String, Sendable, Hashable {
  /// Delimited text, RFC 4180.
  case csv
  /// JSON objects: one a line, or the elements of one array.
  case json
  case parquet
}

/// What the reader of a file is told; everything left out is found out from the file's first bytes.
package struct ReadOptions: Sendable, Hashable {
  /// Nil: by content, never by name.
  package var format: FileFormat?
  /// An ASCII character; nil: the one of `,` `;` tab `|` that cuts the first lines most evenly.
  package var delimiter: UInt8?
  /// Nil: text has no quoting.
  package var quote: UInt8? = UInt8(ascii: "\"")
  /// Whether the first record names the columns; nil: found out.
  package var header: Bool?
  /// An unquoted field with this text is NULL, beside the empty one.
  package var nullText = ""
  /// How dates are written, with `%Y`, `%y`, `%m`, `%d`, `%b`; nil: `YYYY-MM-DD`.
  package var dateFormat: String?
  /// Records looked at to infer types; nil: all of them, so that a type never turns out wrong.
  package var sampleRecords: Int?
  /// Bytes read and parsed at a time; bounds memory together with `recordBytesMax`.
  package var pieceBytes = 1 << 20
  /// A longer record is rejected.
  package var recordBytesMax = 16 << 20

  package init() {}

  package init(
    format: FileFormat? = nil, delimiter: Character? = nil, header: Bool? = nil,
    nullText: String = "", dateFormat: String? = nil
  ) {
    self.format = format
    self.delimiter = delimiter?.asciiValue
    self.header = header
    self.nullText = nullText
    self.dateFormat = dateFormat
  }
}
