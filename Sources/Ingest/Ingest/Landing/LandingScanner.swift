package import FileStorage

/// Lists what has arrived.
package struct LandingScanner: Sendable {
  /// Deeper directories are not looked into: nothing of ours is that deep, but a loop of links is.
  private static let depthMax = 16

  package let directory: String

  /// - Parameter directory: The landing directory itself.
  package init(_ directory: String) { self.directory = directory }

  package struct Listing: Sendable {
    /// By day of arrival, then by path, ascending by bytes: the order in which they are loaded.
    package var files: [LandingFile]
    /// Paths below the directory that are not laid out as `<feed>/<region>/YYYY/MM/DD/<name>`.
    package var misplaced: [String]
    /// Paths below the directory that are whole, because `<path>.done` lies beside them.
    package var marked: Set<String> = []
  }

  /// What a sender puts beside a file to say that it is whole.
  private static let marker = ".done"

  /// Files whose name starts with a dot or an underscore, or ends in `.tmp` or `.part`, are still
  /// being written or not meant for us, and are passed over. `<name>.done` is a mark of `<name>`.
  package func list(in store: any FileStore) throws(IngestError) -> Listing {
    var listing = Listing(files: [], misplaced: [])
    var pending = [(path: "", depth: 0)]
    while let (path, depth) = pending.popLast() {
      let entries: [DirectoryEntry]
      do throws(FileError) {
        entries = try store.list(path.isEmpty ? directory : joinPath(directory, path))
      } catch { throw IngestError(error) }
      for entry in entries where !LandingScanner.isHidden(entry.name) {
        let below = joinPath(path, entry.name)
        if entry.isDirectory {
          if depth < LandingScanner.depthMax { pending.append((below, depth + 1)) }
        } else if entry.name.hasSuffix(LandingScanner.marker) {
          listing.marked.insert(String(below.dropLast(LandingScanner.marker.count)))
        } else if let file = LandingFile.parse(relative: below, in: directory) {
          listing.files.append(file)
        } else {
          listing.misplaced.append(below)
        }
      }
    }
    listing.files.sort {
      if $0.arrivalDate != $1.arrivalDate { return $0.arrivalDate < $1.arrivalDate }
      return $0.relativePath.utf8.lexicographicallyPrecedes($1.relativePath.utf8)
    }
    listing.misplaced.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    return listing
  }

  private static func isHidden(_ name: String) -> Bool {
    name.hasPrefix(".") || name.hasPrefix("_") || name.hasSuffix(".tmp") || name.hasSuffix(".part")
  }
}
