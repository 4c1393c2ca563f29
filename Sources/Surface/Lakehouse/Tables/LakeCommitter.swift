import Columnar
import DeltaLake
import FileStorage
import LakeCatalog
import QueryEngine

/// Makes the changes of a statement or transaction true, all at once.
struct LakeCommitter {
  let lake: Lake
  let actor: String

  /// Versions after which the next one gets a checkpoint.
  private static let checkpointInterval: Int64 = 50

  /// A lake commit that holds the tables' changes; side records can be added before `commit`.
  func prepare(
    _ tables: [TableState], operation: String, statement: String?
  ) -> LakeCommit {
    var commit = LakeCommit(actor: actor, operation: operation, statement: statement)
    for table in tables
    where table.record == nil || table.isRedefined || table.staged?.isEmpty == false {
      commit.changes.append(change(of: table))
    }
    return commit
  }

  /// Position in `LakeCommit.changes` of a table, by its name.
  func change(of table: TableState) -> TableChange {
    let staged = table.staged ?? StagedChange()
    let isNew = table.record == nil
    let isDeclared = isNew || table.isRedefined
    let metadata = isDeclared ? table.shape.metadata : nil
    let (definition, actor) = (table.definition, self.actor)
    var change = TableChange(
      table.record.map { .existing(tableID: $0.id) } ?? .new(definition),
      baseVersion: table.version, operation: staged.operation,
      isBlindAppend: staged.isBlindAppend && !table.isRedefined,
      metadata: isDeclared ? table.shape.text : nil,
      definition: table.isRedefined && !isNew ? definition : nil,
      buildCommit: { position in
        try CommitText.bytes(
          position, table: definition.qualifiedName, mode: definition.mode, change: staged,
          metadata: metadata, actor: actor)
      })
    change.filesAdded = staged.added
    change.filesRemoved = staged.removed.keys.sorted()
    change.rowsAdded = staged.rowsAdded
    change.rowsRemoved = staged.rowsRemoved
    change.dates = staged.dateChanges
    return change
  }

  func commit(_ commit: LakeCommit) throws(QueryError) -> CommitOutcome {
    let outcome: CommitOutcome
    do throws(CatalogError) { outcome = try lake.catalog.commit(commit) } catch {
      if LakeCommitter.isRefusal(error) { discardFiles(of: commit) }
      throw ConflictText(lake: lake, commit: commit).describe(error)
    }
    for version in outcome.versions { writeCheckpointIfDue(version) }
    return outcome
  }

  /// Whether the commit surely does not hold; only then may its files go.
  private static func isRefusal(_ error: CatalogError) -> Bool {
    switch error {
    case .conflict, .alreadyExists, .invalid, .readOnly, .unknownTable, .commitContent, .file: true
    default: false
    }
  }

  private func discardFiles(of commit: LakeCommit) {
    guard let head = try? lake.catalog.head() else { return }
    for change in commit.changes {
      let definition: TableDefinition?
      var table: Int64?
      switch change.target {
      case .new(let new): definition = new
      case .existing(let id):
        table = id
        definition = (try? lake.catalog.table(id: id, at: head.id))?.definition
      }
      // The log of an open table is in others' hands: what it may name stays.
      guard let definition, definition.mode == .sealed else { continue }
      lake.discard(change.filesAdded, of: definition, table: table)
    }
  }

  /// A checkpoint only shortens other readers' work: what hinders it hinders nothing else.
  private func writeCheckpointIfDue(_ reference: TableVersionReference) {
    guard reference.version > 0, reference.version % LakeCommitter.checkpointInterval == 0,
      let head = try? lake.catalog.head(),
      let record = try? lake.catalog.table(id: reference.tableID, at: head.id)
    else { return }
    try? Checkpointing.write(record, version: reference.version, in: lake)
  }
}

/// Writes classic checkpoints and version checksums beside a table's log.
enum Checkpointing {
  static func write(
    _ record: TableRecord, version: Int64, in lake: Lake
  ) throws(DeltaError) {
    let checkpoints = ParquetCheckpoints(in: lake.store)
    let table = DeltaTable(
      at: lake.directory(of: record), in: lake.store, checkpoints: checkpoints)
    let snapshot = try table.snapshot(version: version)
    let files = try CheckpointBuilder(snapshot, now: Timestamp(microseconds: lake.clock()))
      .files(encodedBy: checkpoints)
    do throws(FileError) {
      _ = try lake.store.putIfAbsent(
        files.bytes, at: table.logDirectory + "/" + files.name, modifiedMicroseconds: nil)
      try lake.store.replace(
        files.lastCheckpoint, at: table.logDirectory + "/" + LogPath.lastCheckpointName)
      _ = try lake.store.putIfAbsent(
        VersionChecksum(snapshot).bytes,
        at: table.logDirectory + "/" + LogPath.checksumName(version), modifiedMicroseconds: nil)
    } catch {
      throw DeltaError(
        .file(error), table: table.root, file: files.name, "the checkpoint was not written")
    }
  }
}
