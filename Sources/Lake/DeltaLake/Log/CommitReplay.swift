/// A table's states by its commits alone, one after the other: what checkpoints and checksums beside
/// the log must agree with.
package struct CommitReplay: Sendable {
  /// Of the newest commit applied; -1 before the first.
  package private(set) var version: Int64
  private var replay: LogReplay

  /// - Parameter table: The table's directory.
  package init(table: String) {
    version = -1
    replay = LogReplay(table: table)
  }

  /// Goes on from a state that is known to be right.
  package init(after snapshot: DeltaSnapshot) throws(DeltaError) {
    version = snapshot.version
    replay = try LogReplay(snapshot)
  }

  package mutating func apply(_ commit: DeltaCommit) throws(DeltaError) {
    try replay.apply(commit.actions, file: LogPath.commitName(commit.version))
    version = commit.version
  }

  /// - Complexity: O(files).
  package func snapshot() throws(DeltaError) -> DeltaSnapshot {
    try replay.snapshot(version: version)
  }
}

extension DeltaTable {
  /// The table as a checkpoint says it was.
  package func snapshot(
    of checkpoint: LogListing.Checkpoint
  ) throws(DeltaError) -> DeltaSnapshot {
    var replay = LogReplay(table: root)
    for (file, actions) in try CheckpointReader(table: self).read(checkpoint) {
      try replay.apply(actions, file: file)
    }
    return try replay.snapshot(version: checkpoint.version)
  }
}

extension DeltaSnapshot {
  /// What this state, of a checkpoint, says otherwise than the state that the commits make; nil when
  /// nothing.
  package func contradiction(of commits: DeltaSnapshot) -> String? {
    if `protocol` != commits.protocol { return "another protocol" }
    if metadata.schemaString != commits.metadata.schemaString || metadata.id != commits.metadata.id
    {
      return "another schema or table id"
    }
    if transactions.map(\.appId) != commits.transactions.map(\.appId)
      || transactions.map(\.version) != commits.transactions.map(\.version)
    {
      return "other txn actions"
    }
    func keys(_ snapshot: DeltaSnapshot) -> Set<[String]> {
      Set(snapshot.files.map { [$0.path, $0.deletionVector?.uniqueId ?? "", String($0.size)] })
    }
    let (expected, found) = (keys(commits), keys(self))
    if let missing = expected.subtracting(found).map({ $0[0] }).min() {
      return "the file '\(missing)' is missing"
    }
    if let extra = found.subtracting(expected).map({ $0[0] }).min() {
      return "the file '\(extra)' is not live"
    }
    return nil
  }
}
