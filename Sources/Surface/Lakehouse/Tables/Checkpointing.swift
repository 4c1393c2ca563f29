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
    let listing = try table.listing()
    let others = listing.checkpoints.filter { $0.version == version }
    for checkpoint in others where fault(of: checkpoint, against: snapshot) != nil {
      try setAside(checkpoint.files)
    }
    try write(snapshot)
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
      return CommitReplay(table: table.root)
    }
    let path = table.logDirectory + "/" + LogPath.checkpointName(own.version)
    guard let bytes = try? lake.store.read(path), SHA256.digest(bytes) == own.sha256,
      let listed = try table.listing().checkpoints.first(where: {
        $0.files.map(\.name) == [LogPath.checkpointName(own.version)]
      }), let snapshot = try? table.snapshot(of: listed)
    else { return CommitReplay(table: table.root) }
    return try CommitReplay(after: snapshot)
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
