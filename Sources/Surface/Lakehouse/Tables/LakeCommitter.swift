import Columnar
import DeltaLake
import LakeCatalog
import QueryEngine

/// Makes the changes of a statement or transaction true, all at once.
struct LakeCommitter {
  let lake: Lake
  let actor: String

  /// Versions after which the next one gets a checkpoint.
  private static let checkpointInterval: Int64 = 50
  /// A table of more files than this gets them more rarely, so that they cost a commit the same.
  private static let filesOfInterval: Int64 = 5000

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
    let isAppendOnly =
      table.shape.metadata.isAppendOnly && !staged.removed.isEmpty && staged.changesData
    var change = TableChange(
      table.record.map { .existing(tableID: $0.id) } ?? .new(definition),
      baseVersion: table.version, operation: staged.operation,
      isBlindAppend: staged.isBlindAppend && !table.isRedefined,
      metadata: isDeclared ? table.shape.text : nil,
      definition: table.isRedefined && !isNew ? definition : nil,
      buildCommit: { position in
        if isAppendOnly {
          throw QueryError(
            .constraint, "\(definition.qualifiedName) takes appends only (delta.appendOnly)",
            help: "the engine that set this property can unset it")
        }
        return try CommitText.bytes(
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
    do throws(CatalogError) { outcome = try ratify(commit) } catch {
      if LakeCommitter.isRefusal(error) { discardFiles(of: commit) }
      throw ConflictText(lake: lake, commit: commit).describe(error)
    }
    for version in outcome.versions { writeCheckpointIfDue(version) }
    return outcome
  }

  /// Commits; when another engine was faster on an open table, its commits are imported first. Then
  /// an append still holds, and anything else is a conflict with what was imported.
  private func ratify(_ commit: LakeCommit) throws(CatalogError) -> CommitOutcome {
    for _ in 1..<Conflicts.attemptsMax {
      do throws(CatalogError) { return try lake.catalog.commit(commit) } catch {
        guard case .foreignCommit(let table, _) = error else { throw error }
        let faults = try ForeignImporter(lake: lake).importNew()
        for change in commit.changes {
          guard case .existing(let id) = change.target, let fault = faults[id] else { continue }
          throw .commitContent(table: table, fault)
        }
      }
    }
    return try lake.catalog.commit(commit)
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
    let interval = LakeCommitter.checkpointInterval
    guard reference.version > 0, reference.version % interval == 0,
      let files = try? lake.catalog.fileCount(of: reference.tableID),
      reference.version % (interval * max(1, files / LakeCommitter.filesOfInterval)) == 0,
      let head = try? lake.catalog.head(),
      let record = try? lake.catalog.table(id: reference.tableID, at: head.id)
    else { return }
    try? Checkpointing(record, in: lake).write(version: reference.version)
  }
}
