import Columnar
package import FileStorage

/// Why a Parquet file could not be read or written.
package struct ParquetError: Error, Sendable {
  package enum Reason: Sendable, Hashable {
    /// The file is no Parquet file at all.
    case notParquet
    /// The bytes contradict the format or themselves.
    case damaged
    /// Correct, perhaps, but not understood here; the message names the feature.
    case unsupported
    /// A value exists that Tarn's type cannot hold exactly.
    case notRepresentable
    /// Reading would exceed the `ReadBudget`.
    case overBudget
    /// The disk failed.
    case file(FileError)
    /// The caller's columns or values do not fit the schema given.
    case invalidInput
  }

  package var reason: Reason
  /// What was expected and what was found.
  package var message: String
  package var path: String?
  package var rowGroup: Int?
  package var column: String?
  /// Byte in the file, or in the page or structure the message names.
  package var offset: Int?

  package init(
    _ reason: Reason, _ message: String, path: String? = nil, rowGroup: Int? = nil,
    column: String? = nil, offset: Int? = nil
  ) {
    self.reason = reason
    self.message = message
    self.path = path
    self.rowGroup = rowGroup
    self.column = column
    self.offset = offset
  }

  package init(_ error: FileError) {
    self.init(
      .file(error), "\(error.operation) failed: \(error.reason)", path: error.path)
  }

  init(_ overflow: ColumnOverflow) {
    self.init(.overBudget, overflow.message + "; smaller row groups or batches may help")
  }

  /// The same error with the places filled in that it does not name yet.
  package func at(
    path: String? = nil, rowGroup: Int? = nil, column: String? = nil, offset: Int? = nil
  ) -> ParquetError {
    var error = self
    error.path = self.path ?? path
    error.rowGroup = self.rowGroup ?? rowGroup
    error.column = self.column ?? column
    error.offset = self.offset ?? offset
    return error
  }

  static func damaged(_ message: String, offset: Int? = nil) -> ParquetError {
    ParquetError(.damaged, message, offset: offset)
  }

  static func unsupported(_ message: String) -> ParquetError { ParquetError(.unsupported, message) }
}

extension ParquetError: CustomStringConvertible {
  package var description: String {
    var place: [String] = []
    if let path { place.append(path) }
    if let rowGroup { place.append("row group \(rowGroup)") }
    if let column { place.append("column '\(column)'") }
    if let offset { place.append("byte \(offset)") }
    return place.isEmpty ? message : place.joined(separator: ", ") + ": " + message
  }
}
