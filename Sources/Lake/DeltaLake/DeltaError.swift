package import FileStorage

/// Why a Delta table cannot be read, or an action not be written.
package struct DeltaError: Error, Sendable, Hashable {
  package enum Reason: Sendable, Hashable {
    /// There is no Delta log at this place.
    case notATable
    /// The log breaks the protocol. `rule` names the section of PROTOCOL.md.
    case corruptLog(rule: String)
    /// The version asked for cannot be reconstructed; these can.
    case noSuchVersion(requested: Int64, earliest: Int64, latest: Int64)
    /// The table needs a feature this reader or writer lacks. Nothing was read.
    case unsupportedFeature(String)
    /// A data file cannot be read, or is not what the log says.
    case unreadableFile
    /// A value or type that Delta cannot express.
    case notExpressible
    /// The disk failed; the reason is passed on untouched.
    case file(FileError)
  }

  package var reason: Reason
  /// The table's directory.
  package var table: String
  /// The log or data file that is at fault, within the table.
  package var file: String?
  /// What was expected and what was found.
  package var detail: String

  package init(_ reason: Reason, table: String, file: String? = nil, _ detail: String) {
    self.reason = reason
    self.table = table
    self.file = file
    self.detail = detail
  }

  package static func corrupt(
    _ rule: String, table: String, file: String? = nil, _ detail: String
  ) -> DeltaError {
    DeltaError(.corruptLog(rule: rule), table: table, file: file, detail)
  }

  static func disk(_ error: FileError, table: String, file: String? = nil) -> DeltaError {
    DeltaError(
      .file(error), table: table, file: file,
      "the \(error.operation) of \(error.path) failed (\(error.reason))")
  }
}

extension DeltaError: CustomStringConvertible {
  package var description: String {
    let place = file.map { "\(table), \($0)" } ?? table
    switch reason {
    case .notATable: return "\(place) is not a Delta table: \(detail)"
    case .corruptLog(let rule):
      return "the Delta log is damaged (\(place)): \(detail) [Delta protocol, \(rule)]"
    case .noSuchVersion(let requested, let earliest, let latest):
      return "\(place) has no version \(requested): versions \(earliest) to \(latest) can be read"
        + (detail.isEmpty ? "" : "; \(detail)")
    case .unsupportedFeature(let name):
      return "\(place) needs the Delta feature '\(name)', which is not supported"
        + (detail.isEmpty ? "" : ": \(detail)")
    case .unreadableFile: return "\(place): \(detail)"
    case .notExpressible: return "\(place): \(detail)"
    case .file: return "\(place): \(detail)"
    }
  }
}
