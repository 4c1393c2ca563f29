import FileStorage
import LakeCatalog
import QueryEngine

/// What a branch did since it began, as one commit on the lake.
///
/// A table that both changed is a conflict, unless the branch only added files to a table without a
/// key: such rows commute with whatever the lake did, short of a change of columns.
struct BranchMerge {
  let lake: Lake
  let branch: Lake
  let name: String
  /// The lake's snapshot that the branch started from.
  let fork: Int64

  struct Changes {
    var tables: [TableState] = []
    var dropped: [Int64] = []
    var views: [ViewRecord] = []
    var droppedViews: [String] = []

    var isEmpty: Bool {
      tables.isEmpty && dropped.isEmpty && views.isEmpty && droppedViews.isEmpty
    }
  }

  func changes() throws(CatalogError) -> Changes {
    var changes = Changes()
    let (ours, theirs) = (try lake.catalog.head(), try branch.catalog.head())
    let before = try branch.catalog.tables(at: fork)
    let after = try branch.catalog.tables(at: theirs.id)
    for table in after {
      if before.contains(where: { $0.id == table.id }) {
        if let state = try change(of: table, at: theirs.id, ours.id) {
          changes.tables.append(state)
        }
      } else {
        changes.tables.append(try creation(of: table, at: theirs.id, ours.id))
      }
    }
    for table in before where !after.contains(where: { $0.id == table.id }) {
      try checkUntouched(table, ours.id)
      if try lake.catalog.table(id: table.id, at: ours.id) != nil {
        changes.dropped.append(table.id)
      }
    }
    try addViews(to: &changes, ours.id, theirs.id)
    return changes
  }

  /// What the branch did to a table that it found; nil when nothing.
  private func change(
    of table: TableRecord, at theirs: Int64, _ ours: Int64
  ) throws(CatalogError) -> TableState? {
    guard let start = try branch.catalog.version(of: table.id, at: fork)?.version,
      let end = try branch.catalog.version(of: table.id, at: theirs)?.version
    else { throw .corrupted("'\(table.qualifiedName)' has no version in the branch") }
    let old = try branch.catalog.table(id: table.id, at: fork)
    if start == end, old?.definition == table.definition { return nil }
    guard let record = try lake.catalog.table(id: table.id, at: ours) else {
      throw .invalid(
        "'\(table.qualifiedName)' was dropped since branch '\(name)' began at snapshot \(fork)")
    }
    let earlier = try branch.schemas.shape(of: table, version: start, in: branch.catalog)
    let shape = try branch.schemas.shape(of: table, version: end, in: branch.catalog)
    let isRedefined = earlier.text != shape.text || old?.definition != table.definition
    let staged = try net(table, start, end)
    let commutes = staged.removed.isEmpty && !isRedefined && table.definition.key.isEmpty
    if !commutes { try checkUntouched(table, ours) }
    var state = TableState(
      record: record, definition: isRedefined ? table.definition : record.definition,
      version: start, snapshot: ours, shape: shape, staged: staged)
    state.staged?.isBlindAppend = commutes
    state.isRedefined = isRedefined
    try link(staged.added, from: table, to: record.definition.path)
    return state
  }

  /// Files and counts between two versions of a table of the branch.
  private func net(
    _ table: TableRecord, _ start: Int64, _ end: Int64
  ) throws(CatalogError) -> StagedChange {
    let detail: FileDetail = [.ranges, .statistics]
    let before = start < 0 ? [] : try branch.catalog.files(of: table, version: start).map(\.file)
    let after = try branch.catalog.files(of: table, version: end, detail: detail).map(\.file)
    var change = StagedChange()
    change.operation = "MERGE BRANCH"
    let (old, new) = (Set(before.map(\.path)), Set(after.map(\.path)))
    change.added = after.filter { !old.contains($0.path) }
    for file in before where !new.contains(file.path) { change.removed[file.path] = file }
    for version in try branch.catalog.versions(of: table.id)
    where version.version > start && version.version <= end {
      change.rowsAdded += version.rowsAdded
      change.rowsRemoved += version.rowsRemoved
    }
    for date in try branch.catalog.dateChanges(of: table.id, after: start, upTo: end) {
      change.dates[date.date] = .init(added: date.rowsAdded, removed: date.rowsRemoved)
    }
    change.isBlindAppend = false
    return change
  }

  private func creation(
    of table: TableRecord, at theirs: Int64, _ ours: Int64
  ) throws(CatalogError) -> TableState {
    guard let end = try branch.catalog.version(of: table.id, at: theirs)?.version else {
      throw .corrupted("'\(table.qualifiedName)' has no version in the branch")
    }
    var definition = table.definition
    definition.path = try lake.catalog.freePath(schema: definition.schema, name: definition.name)
    let staged = try net(table, -1, end)
    try link(staged.added, from: table, to: definition.path)
    return TableState(
      record: nil, definition: definition, version: -1, snapshot: ours,
      shape: try branch.schemas.shape(of: table, version: end, in: branch.catalog), staged: staged)
  }

  /// Refuses a table that the lake changed too, naming both sides.
  private func checkUntouched(_ table: TableRecord, _ ours: Int64) throws(CatalogError) {
    guard let start = try lake.catalog.version(of: table.id, at: fork),
      let now = try lake.catalog.version(of: table.id, at: ours), now.version > start.version
    else { return }
    let who = try lake.catalog.history(of: table.id, limit: 1).first
    throw .invalid(
      "branch '\(name)' and the lake both changed '\(table.qualifiedName)' since snapshot \(fork): the "
        + "lake is at version \(now.version) (\(now.operation) by \(who?.actor ?? "?"), snapshot "
        + "\(now.snapshot)), the branch began at version \(start.version); nothing was merged")
  }

  /// Views whose definitions the branch changed; the last one wins only if the lake left its own alone.
  private func addViews(
    to changes: inout Changes, _ ours: Int64, _ theirs: Int64
  ) throws(CatalogError) {
    func views(_ lake: Lake, _ snapshot: Int64) throws(CatalogError) -> [String: ViewRecord] {
      let all = try lake.catalog.views(at: snapshot)
      return Dictionary(all.map { ($0.qualifiedName, $0) }) { $1 }
    }
    let (before, after) = (try views(branch, fork), try views(branch, theirs))
    let now = try views(lake, ours)
    for name in Set(before.keys).union(after.keys).sorted()
    where before[name]?.sql != after[name]?.sql {
      guard now[name]?.sql == before[name]?.sql else {
        throw .invalid(
          "branch '\(self.name)' and the lake both changed the view '\(name)' since snapshot \(fork); "
            + "nothing was merged")
      }
      if let view = after[name] {
        changes.views.append(view)
      } else {
        changes.droppedViews.append(name)
      }
    }
  }

  /// Gives the branch's files a name in the lake; they are durable already.
  private func link(
    _ files: [FileRow], from table: TableRecord, to path: String
  ) throws(CatalogError) {
    let target = lake.catalog.layout.table(path)
    do throws(FileError) {
      try lake.store.makeDirectory(target)
      for file in files {
        let place = joinPath(target, file.path)
        if try lake.store.status(place) != nil { continue }
        try lake.store.makeDirectory(parentDirectory(of: place))
        _ = try lake.store.link(joinPath(branch.directory(of: table), file.path), to: place)
      }
      try lake.store.syncDirectory(target)
    } catch {
      throw .file(error)
    }
  }
}
