/// A record that was not taken in, and why; the rest of its file was.
package struct RejectedRecord: Sendable, Hashable {
  /// The rules of this layer; every other rule is the name of a check.
  package enum Rule {
    /// A value that is not of its column's type.
    package static let type = "type"
    package static let notNull = "not null"
    /// More or fewer fields than columns.
    package static let fieldCount = "field count"
    /// A quote that is never closed, or text behind a closing quote.
    package static let quote = "quote"
    /// A NUL byte, or bytes that are not UTF-8.
    package static let encoding = "encoding"
    /// No JSON object: malformed or cut off.
    package static let json = "json"
  }

  /// The longest raw text that is kept, in bytes; what is longer is cut and ends in `…`.
  package static let rawTextMax = 64 << 10

  /// As the caller named it.
  package var file: String
  /// The line on which the record starts, 1-based, in the decompressed text; for Parquet the row.
  package var line: Int
  /// The column at fault, when there is one.
  package var column: String?
  package var rule: String
  /// One sentence: what was expected and what was found.
  package var reason: String
  /// The record as received; bytes that are not UTF-8 show as U+FFFD.
  package var rawText: String

  package init(
    file: String, line: Int, column: String?, rule: String, reason: String, rawText: String
  ) {
    self.file = file
    self.line = line
    self.column = column
    self.rule = rule
    self.reason = reason
    self.rawText = rawText
  }
}
