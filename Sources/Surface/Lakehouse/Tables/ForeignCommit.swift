import Columnar
import DeltaLake
import FileStorage
import JSONText
import LakeCatalog
import Parquet
import QueryEngine

/// One commit of another engine, as the lake understands it.
struct ForeignCommit {
  private let commit: DeltaCommit
  private let table: TableRecord
  private let lake: Lake
  /// The table before the commit, with the shape and declaration after it.
  private var state: TableState
  private let isRedeclared: Bool
  /// The commits after this one: files that they take out may be gone already.
  private let later: ArraySlice<DeltaCommit>

  /// - Throws: What Tarn cannot take over, by its name.
  init(
    _ commit: DeltaCommit, to table: TableRecord, in lake: Lake,
    before later: ArraySlice<DeltaCommit>
  ) throws(QueryError) {
    self.commit = commit
    self.table = table
    self.lake = lake
    do throws(CatalogError) {
      let base = commit.version - 1
      state = TableState(
        record: table, definition: table.definition, version: base, snapshot: 0,
        shape: try lake.schemas.shape(of: table, version: base, in: lake.catalog), staged: nil)
    } catch {
      throw QueryError(error)
    }
    let root = lake.directory(of: table)
    self.later = later
    let refused =
      "version \(commit.version) of \(table.qualifiedName), by "
      + ForeignCommit.engine(commit) + ", cannot be taken over"
    if let action = commit.protocol {
      do throws(DeltaError) { try FeatureGate.checkWritable(action, table: root) } catch {
        throw QueryError(
          .unsupported, "\(refused): \(error)",
          help: "read_delta('\(root)') may read it; versions before are readable here")
      }
    }
    guard let metadata = commit.metadata, metadata != state.shape.metadata else {
      isRedeclared = false
      return
    }
    do throws(QueryError) {
      state = try ForeignDeclaration.state(state, after: metadata, in: lake)
    } catch {
      throw QueryError(
        .unsupported, "\(refused): \(error.message)",
        help: error.help ?? "read_delta('\(root)') reads it; versions before are readable here")
    }
    isRedeclared = true
  }

  /// The name that an engine gives itself.
  static func engine(_ commit: DeltaCommit) -> String {
    let info = commit.commitInfo
    return info?.engineInfo ?? info?["clientVersion"]?.string ?? "another engine"
  }

  // MARK: As a commit of the lake

  func lakeCommit(_ bytes: [UInt8]) throws(QueryError) -> LakeCommit {
    var result = LakeCommit(actor: ForeignCommit.engine(commit), operation: "IMPORT")
    result.message = message
    var change = TableChange(
      .existing(tableID: table.id), baseVersion: commit.version - 1, operation: operation,
      metadata: isRedeclared ? state.shape.text : nil,
      definition: state.definition == table.definition ? nil : state.definition,
      buildCommit: { _ in bytes })
    change.isImport = true
    var added = DateTally()
    var removed = DateTally()
    var isCounted = true
    var adding: Set<String> = []
    for add in commit.adds {
      let path = try self.path(add.path)
      guard adding.insert(path).inserted else { continue }
      let (file, dates) = try self.file(add, path)
      change.filesAdded.append(file)
      added.rows += file.rows
      if file.sha256 == .zero {
        result.vacuumed.append(VacuumedFile(tableID: table.id, path: path))
      }
      guard let dates else {
        isCounted = false
        continue
      }
      for (date, count) in dates { added.byDate[date, default: 0] += count }
    }
    // A file that is added again without having been removed is replaced by what it says now.
    let removing = Set(
      try commit.removes.map { remove throws(QueryError) in try path(remove.path) }
    )
    .union(adding)
    let known = try known(removing)
    for path in removing.sorted() {
      guard let file = known[path] else { continue }
      change.filesRemoved.append(path)
      removed.rows += file.rows
      guard let dates = self.dates(of: file) else {
        isCounted = false
        continue
      }
      for (date, count) in dates { removed.byDate[date, default: 0] += count }
    }
    let rows = ForeignRows(state, in: lake)
    if !isCounted {
      (added.byDate, removed.byDate) = try recounted(change)
    } else if commit.changesData, !change.filesAdded.isEmpty, !change.filesRemoved.isEmpty,
      let exact = rows.difference(
        added: change.filesAdded, removed: change.filesRemoved.compactMap { known[$0] })
    {
      (added, removed) = exact
    }
    count(added, removed, in: &change)
    if commit.changesData {
      let there = change.filesAdded.filter { $0.sha256 != .zero }
      result.checks = try rows.checks(of: there)
      if !table.definition.key.isEmpty {
        let kept = try kept(without: Set(change.filesRemoved))
        result.checks += try rows.keyChecks(of: there, beside: kept, version: commit.version)
      }
    }
    result.changes = [change]
    try result.vacuumed.append(contentsOf: vacuumed(besides: removing))
    return result
  }

  private var operation: String {
    let name = commit.commitInfo?.operation ?? "WRITE"
    // Of our own we know that it changes no row; of others only the rows can tell.
    return name == Compactor.operation ? name + " (imported)" : name
  }

  private var message: String {
    var text = "version \(commit.version) of \(table.qualifiedName), imported"
    if let time = commit.commitInfo?.timestamp {
      text += "; committed \(Timestamp(milliseconds: time))"
    }
    return text
  }

  /// Rows that only moved neither came nor went.
  private func count(_ added: DateTally, _ removed: DateTally, in change: inout TableChange) {
    let isMove =
      !commit.changesData && added.rows == removed.rows && added.byDate == removed.byDate
    if isMove { return }
    change.rowsAdded = added.rows
    change.rowsRemoved = removed.rows
    for date in Set(added.byDate.keys).union(removed.byDate.keys).sorted() {
      change.dates.append(
        DateChange(
          date: date, rowsAdded: added.byDate[date] ?? 0, rowsRemoved: removed.byDate[date] ?? 0))
    }
  }

  // MARK: Files

  /// Files that the table has before the commit, those included that are gone by now.
  private func known(_ paths: Set<String>? = nil) throws(QueryError) -> [String: FileRow] {
    do throws(CatalogError) {
      let files = try lake.catalog.liveFiles(of: table.id, paths: paths)
      return Dictionary(files.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    } catch {
      throw QueryError(error)
    }
  }

  /// The files of the table that the commit leaves alone, with their ranges, those left out that a
  /// vacuum of the other engine took.
  private func kept(without removed: Set<String>) throws(QueryError) -> [FileRow] {
    do throws(CatalogError) {
      return try lake.catalog.allFiles(of: table.id, detail: .ranges)
        .filter { $0.endVersion == nil && !$0.isVacuumed && !removed.contains($0.file.path) }
        .map(\.file)
    } catch {
      throw QueryError(error)
    }
  }

  private func isRemovedLater(_ path: String) -> Bool {
    let root = lake.directory(of: table)
    return later.contains { commit in
      commit.removes.contains { DeltaPath.canonical($0.path, table: root) == path }
    }
  }

  private func refusal(_ what: String) -> QueryError {
    QueryError(
      .unsupported,
      "version \(commit.version) of \(table.qualifiedName), by \(ForeignCommit.engine(commit)), "
        + "cannot be taken over: \(what)",
      help: "versions before it can be read with VERSION AS OF")
  }

  private func path(_ written: String) throws(QueryError) -> String {
    guard let path = DeltaPath.canonical(written, table: lake.directory(of: table)),
      !path.hasPrefix("/"), !path.split(separator: "/").contains("..")
    else { throw refusal("the file '\(written)' does not lie in the table's directory") }
    return path
  }

  /// The file as the catalog keeps it, and its rows by business date, nil when they are not known.
  private func file(
    _ add: Add, _ path: String
  ) throws(QueryError) -> (FileRow, [CalendarDate: Int64]?) {
    if add.deletionVector != nil { throw refusal("'\(path)' has a deletion vector") }
    let full = joinPath(lake.directory(of: table), path)
    let delta = try? DeltaSchema(parsing: state.shape.metadata.schemaString)
    let statistics = add.stats.flatMap { text in
      delta.flatMap { FileStatistics(parsing: text, schema: $0) }
    }
    var row = FileRow(
      path: path, rows: statistics?.rowCount ?? 0, bytes: add.size, sha256: .zero,
      statistics: add.stats ?? "")
    row.ranges = (statistics?.columns ?? []).compactMap { bounds in
      guard bounds.path.count == 1, let minimum = bounds.minimum, let maximum = bounds.maximum
      else { return nil }
      return LakeCatalog.ColumnRange(
        column: bounds.path[0], minimum: minimum, maximum: maximum, nulls: bounds.nullCount)
    }
    let size: Int?
    do throws(FileError) {
      size = try lake.store.status(full)?.size
      if size != nil { row.sha256 = try SHA256.digest(of: lake.store.open(full)) }
    } catch {
      throw QueryError(error)
    }
    guard let size else {
      if isRemovedLater(path) { return (row, nil) }
      throw refusal("its data file '\(path)' does not exist")
    }
    guard Int64(size) == add.size else {
      throw refusal("its data file '\(path)' has \(size) bytes, the commit says \(add.size)")
    }
    do throws(ParquetError) {
      row.rows = Int64(try lake.footers.file(full, in: lake.store).rowCount)
    } catch {
      throw refusal("its data file cannot be read: \(error.at(path: path))")
    }
    let dates = try FileDates.counts(of: row, state, in: lake)
    if let first = dates.keys.min(), let last = dates.keys.max(),
      dates.values.reduce(0, +) == row.rows
    {
      row.dates = first...last
    }
    return (row, dates)
  }

  /// Nil when the file is gone and the catalog does not know.
  private func dates(of file: FileRow) -> [CalendarDate: Int64]? {
    if let dates = file.dates, dates.lowerBound == dates.upperBound {
      return [dates.lowerBound: file.rows]
    }
    return try? FileDates.counts(of: file, state, in: lake)
  }

  /// Files that are gone keep their dates to themselves: so all that is left is counted, and the
  /// difference to what was recorded is what changed.
  private func recounted(
    _ change: TableChange
  ) throws(QueryError) -> (added: [CalendarDate: Int64], removed: [CalendarDate: Int64]) {
    var now: [CalendarDate: Int64] = [:]
    let gone = Set(change.filesRemoved)
    let files = try known().values.filter { !gone.contains($0.path) } + change.filesAdded
    for file in files {
      for (date, count) in dates(of: file) ?? [:] { now[date, default: 0] += count }
    }
    var before: [CalendarDate: Int64] = [:]
    do throws(CatalogError) {
      for date in try lake.catalog.dates(of: table.id, version: commit.version - 1) {
        before[date.date] = date.rows
      }
    } catch {
      throw QueryError(error)
    }
    var added: [CalendarDate: Int64] = [:]
    var removed: [CalendarDate: Int64] = [:]
    for date in Set(now.keys).union(before.keys) {
      let difference = (now[date] ?? 0) - (before[date] ?? 0)
      if difference > 0 { added[date] = difference }
      if difference < 0 { removed[date] = -difference }
    }
    return (added, removed)
  }

  /// After a vacuum of another engine: files of old versions that are gone, so that a query for such
  /// a version is told so.
  private func vacuumed(besides changed: Set<String>) throws(QueryError) -> [VacuumedFile] {
    guard commit.commitInfo?.operation?.hasPrefix("VACUUM") == true else { return [] }
    do throws(CatalogError) {
      let all = try lake.catalog.allFiles(of: table.id)
      let live = Set(all.filter { $0.endVersion == nil }.map(\.file.path))
      let old = Set(all.filter { $0.endVersion != nil && !$0.isVacuumed }.map(\.file.path))
      return old.subtracting(live).subtracting(changed).sorted().filter { path in
        let status = try? lake.store.status(joinPath(lake.directory(of: table), path))
        return status == .some(nil)
      }.map { VacuumedFile(tableID: table.id, path: $0) }
    } catch {
      throw QueryError(error)
    }
  }
}
