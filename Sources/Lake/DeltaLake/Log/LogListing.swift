package import FileStorage

/// What `_delta_log` holds, sorted into kinds; foreign files beside the log are passed over.
package struct LogListing: Sendable {
  /// A complete checkpoint: every file that belongs to it, parts in order.
  package struct Checkpoint: Sendable, Hashable {
    package var version: Int64
    package var files: [LogPath]
  }

  package let table: String
  /// Ascending.
  package let commits: [Int64]
  /// Ascending by version; of several for one version the preferred one comes last.
  package let checkpoints: [Checkpoint]
  package let checksums: Set<Int64>
  /// By name.
  package let compactions: [LogPath]

  package init(of table: String, in store: some FileStore) throws(DeltaError) {
    let entries: [DirectoryEntry]
    do {
      entries = try store.list(table + "/" + LogPath.directory)
    } catch {
      if error.reason == .notFound || error.reason == .notADirectory {
        throw DeltaError(
          .notATable, table: table, "there is no directory \(LogPath.directory) in it")
      }
      throw .disk(error, table: table)
    }
    self.init(table: table, names: entries.filter { !$0.isDirectory }.map(\.name))
  }

  package init(table: String, names: [String]) {
    self.table = table
    var commits: [Int64] = []
    var whole: [Checkpoint] = []
    var parts: [PartKey: [LogPath]] = [:]
    var checksums: Set<Int64> = []
    var compactions: [LogPath] = []
    for name in names {
      guard let path = LogPath(name: name) else { continue }
      switch path.kind {
      case .commit: commits.append(path.version)
      case .checkpoint, .checkpointV2:
        whole.append(Checkpoint(version: path.version, files: [path]))
      case .checkpointPart(_, of: let count):
        parts[PartKey(version: path.version, count: count), default: []].append(path)
      case .checksum: checksums.insert(path.version)
      case .compacted: compactions.append(path)
      }
    }
    // "Readers must ignore multi-part checkpoints with missing parts."
    for (key, files) in parts where Int64(files.count) == key.count {
      whole.append(
        Checkpoint(version: key.version, files: files.sorted { $0.name < $1.name }))
    }
    self.commits = commits.sorted()
    self.checksums = checksums
    self.compactions = compactions.sorted { $0.name < $1.name }
    checkpoints = whole.sorted {
      ($0.version, -$0.rank, $0.files[0].name) < ($1.version, -$1.rank, $1.files[0].name)
    }
  }

  private struct PartKey: Hashable {
    var version: Int64
    var count: Int64
  }
}

extension LogListing.Checkpoint {
  /// Lower is preferred where one version has several checkpoints: one file before many.
  fileprivate var rank: Int {
    switch files[0].kind {
    case .checkpoint: 0
    case .checkpointV2: 1
    default: 2
    }
  }
}
