package import Columnar
package import FileStorage

/// A Delta table in a directory, read from its log.
///
/// Nothing is cached: every call looks at the directory anew.
package struct DeltaTable: Sendable {
  /// The table's directory, without a slash at its end.
  package let root: String
  package let store: any FileStore
  package let checkpoints: any CheckpointStore

  package init(
    at root: String, in store: any FileStore, checkpoints: (any CheckpointStore)? = nil
  ) {
    var root = root
    while root.utf8.count > 1, root.hasSuffix("/") { root.removeLast() }
    self.root = root
    self.store = store
    self.checkpoints = checkpoints ?? ParquetCheckpoints(in: store)
  }

  package var logDirectory: String { root + "/" + LogPath.directory }

  package func listing() throws(DeltaError) -> LogListing {
    try LogListing(of: root, in: store)
  }

  /// The table at a version, the newest when nil.
  ///
  /// Uses the newest complete checkpoint at or before the version, and log compactions that a version
  /// checksum confirms. A checksum beside the commit is compared; a contradiction is an error.
  package func snapshot(version: Int64? = nil) throws(DeltaError) -> DeltaSnapshot {
    let listing = try listing()
    return try snapshot(LogSegment(listing, version: version), listing: listing)
  }

  /// The table at a version, ready to be read.
  package func scan(version: Int64? = nil) throws(DeltaError) -> DeltaScan {
    try DeltaScan(snapshot(version: version), in: store)
  }

  /// The newest version committed at or before an instant.
  ///
  /// - Returns: nil when the first retained commit is later.
  package func version(at instant: Timestamp) throws(DeltaError) -> Int64? {
    try history().last { ($0.timestamp ?? instant) <= instant }?.version
  }

  /// One commit's actions.
  package func commit(_ version: Int64) throws(DeltaError) -> DeltaCommit {
    try DeltaCommit(
      parsing: read(LogPath.commitName(version)), version: version, table: root)
  }

  func snapshot(
    _ segment: LogSegment, listing: LogListing
  ) throws(DeltaError) -> DeltaSnapshot {
    if var snapshot = compactedSnapshot(segment, listing: listing) {
      snapshot.timestamp = try timestamp(
        snapshot.commitInfo, snapshot.metadata, version: segment.version)
      return snapshot
    }
    var replay = try start(segment)
    for version in segment.commits {
      try replay.apply(try commit(version).actions, file: LogPath.commitName(version))
    }
    var snapshot = try replay.snapshot(version: segment.version)
    if segment.commits.isEmpty, listing.commits.contains(segment.version) {
      snapshot.commitInfo = try commit(segment.version).commitInfo
    }
    snapshot.timestamp = try timestamp(
      snapshot.commitInfo, snapshot.metadata, version: segment.version)
    if listing.checksums.contains(segment.version) { try verify(snapshot) }
    return snapshot
  }

  private func verify(_ snapshot: DeltaSnapshot) throws(DeltaError) {
    let name = LogPath.checksumName(snapshot.version)
    guard let checksum = VersionChecksum(parsing: try read(name)),
      let contradiction = checksum.contradiction(of: snapshot)
    else { return }
    throw DeltaError.corrupt("State Validation", table: root, file: name, contradiction)
  }

  func timestamp(
    _ info: CommitInfo?, _ metadata: Metadata?, version: Int64
  ) throws(DeltaError) -> Timestamp? {
    if let metadata, metadata.hasInCommitTimestamps, let time = info?.inCommitTimestamp {
      let since = metadata.configuration["delta.inCommitTimestampEnablementVersion"]
        .flatMap { Int64($0) }
      if version >= since ?? 0 { return Timestamp(milliseconds: time) }
    }
    let path = logDirectory + "/" + LogPath.commitName(version)
    do {
      return try store.status(path).map { Timestamp(microseconds: $0.modifiedMicroseconds) }
    } catch {
      throw .disk(error, table: root, file: LogPath.commitName(version))
    }
  }

  /// A whole file of the log directory.
  func read(_ name: String) throws(DeltaError) -> [UInt8] {
    do {
      return try store.read(logDirectory + "/" + name)
    } catch {
      throw .disk(error, table: root, file: name)
    }
  }
}
