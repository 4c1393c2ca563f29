package import FileStorage
package import Lakehouse

/// A statement in a file whose comments say what it shows.
package struct SavedQuery: Sendable {
  package var title: String
  package var statement: String

  /// Reads `directory/name.sql`.
  package static func read(
    _ name: String, in directory: String, files: any SteppedFileStore
  ) throws(LakeError) -> SavedQuery {
    let text = try StatementFile.read(joinPath(directory, name + ".sql"), files: files)
    return SavedQuery(text, name: name)
  }

  /// Comments at the beginning are the header; the rest is the statement.
  package init(_ text: String, name: String) {
    var title = name
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    while let line = lines.first, line.hasPrefix("--") || line.isEmpty {
      let prefix = "-- title: "
      if line.hasPrefix(prefix) { title = String(line.dropFirst(prefix.count)) }
      lines.removeFirst()
    }
    while lines.last?.isEmpty == true { lines.removeLast() }
    self.title = title
    statement = lines.joined(separator: "\n")
  }
}
