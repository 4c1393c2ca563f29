/// Why the disk did not do what was asked.
package struct FileError: Error, Sendable, Hashable {
  package enum Reason: Sendable, Hashable {
    case notFound
    case alreadyExists
    case permissionDenied
    case noSpace
    case readOnly
    case notADirectory
    case isADirectory
    /// Fewer bytes than asked for: the file ends at `size`.
    case endOfFile(size: Int)
    /// Another process holds the lock.
    case locked
    /// Any other failure, as `errno`.
    case system(code: Int32)
  }

  package var reason: Reason
  package var path: String
  /// What was tried: `open`, `read`, `write`, `sync`, `link` …
  package var operation: String

  package init(_ reason: Reason, path: String, operation: String) {
    self.reason = reason
    self.path = path
    self.operation = operation
  }
}
