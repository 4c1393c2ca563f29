package import FileStorage

/// Why a file, as a whole, cannot be taken in. Single bad records are `RejectedRecord`s instead.
package struct IngestError: Error, Sendable, Hashable {
  /// What the caller can do about it.
  package enum Kind: Sendable, Hashable {
    /// The disk did not give the bytes.
    case unreadable(FileError)
    /// The bytes are not what the format allows: junk, a broken or truncated compression.
    case damaged
    /// The file is readable, but its columns are not those that the contract needs.
    case columns
    /// A check whose violation refuses the whole file.
    case check(String)
    /// The options contradict each other or the file.
    case options
    /// The value of a later record does not fit the type inferred from the first ones.
    case inference
  }

  package var kind: Kind
  package var file: String
  /// 1-based, where the fault has a line.
  package var line: Int?
  package var expected: String
  package var found: String
  package var help: String

  package init(
    _ kind: Kind, file: String, line: Int? = nil, expected: String, found: String,
    help: String = ""
  ) {
    self.kind = kind
    self.file = file
    self.line = line
    self.expected = expected
    self.found = found
    self.help = help
  }

  init(_ error: FileError) {
    self.init(
      .unreadable(error), file: error.path, expected: "a file that can be read",
      found: "\(error.operation) failed: \(error.reason)",
      help: "check the path, its permissions and the disk")
  }
}

extension IngestError: CustomStringConvertible {
  package var description: String {
    let place = line.map { "\(file):\($0)" } ?? file
    let tail = help.isEmpty ? "" : "; \(help)"
    return "\(place): expected \(expected), found \(found)\(tail)"
  }
}
