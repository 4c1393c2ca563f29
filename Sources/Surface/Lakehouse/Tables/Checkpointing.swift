import Columnar
import DeltaLake
import FileStorage
import LakeCatalog

/// Classic checkpoints and version checksums beside a table's log.
///
/// What they say comes from the commits in the catalog, never from a checkpoint that somebody else
/// may have written.
struct Checkpointing {
  let record: TableRecord
  let lake: Lake
  let checkpoints: ParquetCheckpoints
  let table: DeltaTable

  /// Commits that are read from the catalog at once.
  private static let commitsAtOnce = 256

  init(_ record: TableRecord, in lake: Lake) {
    self.record = record
    self.lake = lake
    checkpoints = ParquetCheckpoints(in: lake.store)
    table = DeltaTable(
      at: lake.directory(of: record), in: lake.store, checkpoints: checkpoints)
  }

  /// Writes the checkpoint of a version. One of somebody else's that is there already stays when it
  /// says the same.
  func write(version: Int64) throws(DeltaError) {
    let snapshot = try snapshot(at: version)
    let path = table.logDirectory + "/" + LogPath.checkpointName(version)
    if (try? lake.store.status(path)) != .some(nil), let own = classic(version),
      fault(of: own, against: snapshot) != nil
    {
      try setAside(own.files)
    }
    try write(snapshot)
  }

  /// The classic checkpoint of a version, whether it is there or not.
  private func classic(_ version: Int64) -> LogListing.Checkpoint? {
    LogListing(table: table.root, names: [LogPath.checkpointName(version)]).checkpoints.first
  }

  /// The table at a version, by its commits; goes on from the newest checkpoint of ours that is
  /// unharmed.
  func snapshot(at version: Int64) throws(DeltaError) -> DeltaSnapshot {
    var replay = try start(before: version)
    try advance(&replay, to: version) { _ throws(DeltaError) in }
    return try replay.snapshot()
  }

  private func start(before version: Int64) throws(DeltaError) -> CommitReplay {
    guard let own = try? lake.catalog.ownCheckpoint(of: record.id), own.version <= version else {
      return try startWithoutOwn(before: version)
    }
    let path = table.logDirectory + "/" + LogPath.checkpointName(own.version)
    guard let bytes = try? lake.store.read(path), SHA256.digest(bytes) == own.sha256,
      let listed = classic(own.version), let snapshot = try? table.snapshot(of: listed)
    else { return try startWithoutOwn(before: version) }
    return try CommitReplay(after: snapshot)
  }

  /// The first commit, unless another engine cleaned up the log of an open table and a rebuild found
  /// it gone: then the newest checkpoint, without which nobody could read the table.
  private func startWithoutOwn(before version: Int64) throws(DeltaError) -> CommitReplay {
    guard isCleanedUp else { return CommitReplay(table: table.root) }
    let checkpoint = try table.listing().checkpoints.last { $0.version <= version }
    guard let checkpoint else { return CommitReplay(table: table.root) }
    return try CommitReplay(after: try table.snapshot(of: checkpoint))
  }

  /// Whether the catalog does not have the text of the table's first commits.
  var isCleanedUp: Bool {
    record.definition.mode == .open
      && (try? lake.catalog.commits(of: record.id, after: -1, limit: 1))?.first?.bytes.isEmpty
        == true
  }

  /// Applies the catalog's commits up to a version; `each` sees the state after each of them.
  func advance(
    _ replay: inout CommitReplay, to version: Int64,
    each: (CommitReplay) throws(DeltaError) -> Void
  ) throws(DeltaError) {
    while replay.version < version {
      let missing = DeltaError.corrupt(
        "Delta Log Entries", table: table.root, file: LogPath.commitName(replay.version + 1),
        "the catalog does not have this commit")
      let count = min(Checkpointing.commitsAtOnce, Int(clamping: version - replay.version))
      let commits: [(version: Int64, bytes: [UInt8])]
      do throws(CatalogError) {
        commits = try lake.catalog.commits(of: record.id, after: replay.version, limit: count)
      } catch {
        throw missing
      }
      if commits.isEmpty { throw missing }
      for (number, bytes) in commits {
        guard number == replay.version + 1 else { throw missing }
        try replay.apply(try DeltaCommit(parsing: bytes, version: number, table: table.root))
        try each(replay)
      }
    }
  }

  /// What is wrong with a checkpoint; nil when it says what the commits say.
  func fault(of checkpoint: LogListing.Checkpoint, against expected: DeltaSnapshot) -> String? {
    do throws(DeltaError) {
      return try table.snapshot(of: checkpoint).contradiction(of: expected)
    } catch {
      return "it cannot be read: \(error)"
    }
  }

  func write(_ snapshot: DeltaSnapshot) throws(DeltaError) {
    let files = try CheckpointBuilder(snapshot, now: Timestamp(microseconds: lake.clock()))
      .files(encodedBy: checkpoints)
    let version = snapshot.version
    do throws(FileError) {
      let isNew = try lake.store.putAllIfAbsent([
        FileToPut(
          files.bytes, at: table.logDirectory + "/" + files.name, modifiedMicroseconds: nil),
        FileToPut(
          VersionChecksum(snapshot).bytes,
          at: table.logDirectory + "/" + LogPath.checksumName(version), modifiedMicroseconds: nil),
      ])
      try lake.store.replace(
        files.lastCheckpoint, at: table.logDirectory + "/" + LogPath.lastCheckpointName)
      guard isNew[0] else { return }
    } catch {
      throw DeltaError(
        .file(error), table: table.root, file: files.name, "the checkpoint was not written")
    }
    // Not remembered, the next checkpoint reads the commits from the first on.
    try? lake.catalog.rememberCheckpoint(
      of: record.id, version: version, sha256: SHA256.digest(files.bytes))
  }

  /// Writes `_last_checkpoint` for a checkpoint that is there.
  func point(to version: Int64) throws(DeltaError) {
    let files = try CheckpointBuilder(
      try snapshot(at: version), now: Timestamp(microseconds: lake.clock())
    ).files(encodedBy: checkpoints)
    do throws(FileError) {
      try lake.store.replace(
        files.lastCheckpoint, at: table.logDirectory + "/" + LogPath.lastCheckpointName)
    } catch {
      throw DeltaError(.file(error), table: table.root, file: LogPath.lastCheckpointName, "")
    }
  }

  /// Takes files out of readers' sight; they stay beside the log under names with a dot.
  func setAside(_ files: [LogPath]) throws(DeltaError) {
    do throws(FileError) {
      for file in files { try lake.catalog.setAside(table.logDirectory + "/" + file.name) }
    } catch {
      throw DeltaError(.file(error), table: table.root, "a damaged checkpoint cannot be set aside")
    }
  }
}
