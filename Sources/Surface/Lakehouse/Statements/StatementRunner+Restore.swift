import Columnar
import FileStorage
import LakeCatalog
import QueryEngine
import QueryLanguage

// RESTORE: a new version that has the files of an old one.

extension StatementRunner {
  func restore(_ restore: Restore) throws(QueryError) -> String {
    let lake = try workspace.lake(for: restore.table)
    let state = try target(restore.table, in: lake, verb: "restored")
    guard let record = state.record else {
      throw QueryError(
        .time, "\(state.name) is made by this transaction and has no earlier version",
        at: restore.table.range)
    }
    do throws(CatalogError) {
      let old = try earlier(restore, of: record, in: lake)
      let (change, definition) = try change(of: state, record, to: old, in: lake)
      var next = state.adding(change)
      next.shape = old.shape
      next.definition = definition
      next.isRedefined =
        state.isRedefined || old.shape.text != state.shape.text || definition != state.definition
      if change.isEmpty, !next.isRedefined {
        return "\(state.name) is as it was at version \(old.version)"
      }
      do throws(QueryError) {
        return try store(
          [next], operation: "RESTORE",
          message: "restored \(state.name) to version \(old.version): \(change.added.count) files "
            + "back, \(change.removed.count) out", in: lake)
      } catch {
        throw CatalogError.commitContent(table: state.name, error)
      }
    } catch {
      throw QueryError(error, at: restore.point.range)
    }
  }

  private func earlier(
    _ restore: Restore, of record: TableRecord, in lake: Lake
  ) throws(CatalogError) -> TableState {
    let point: ResolvedKnowledge?
    do throws(QueryError) {
      point = try Binder.knowledge(
        restore.point, resolver: resolver(), settings: try settings)
    } catch {
      throw .commitContent(table: record.qualifiedName, error)
    }
    let old = try resolver().committedState(restore.table, point, in: lake)
    guard old.record?.id == record.id else {
      throw .invalid("'\(record.qualifiedName)' was another table then")
    }
    return old
  }

  /// What leads from the present state to the old one, and the declaration it then had.
  private func change(
    of state: TableState, _ record: TableRecord, to old: TableState, in lake: Lake
  ) throws(CatalogError) -> (StagedChange, TableDefinition) {
    let wanted = try lake.catalog.files(
      of: record, version: old.version, detail: [.ranges, .statistics]
    ).map(\.file)
    for file in wanted { try checkPresence(of: file, record, old.version, in: lake) }
    let present: [FileRow]
    do throws(QueryError) {
      present = try LakeTableSource(state, in: lake).dataFiles(dates: nil)
    } catch {
      throw .commitContent(table: state.name, error)
    }
    var change = StagedChange()
    change.operation = "RESTORE"
    change.isBlindAppend = false
    let kept = Set(present.map(\.path))
    let needed = Set(wanted.map(\.path))
    change.added = wanted.filter { !kept.contains($0.path) }
    for file in present where !needed.contains(file.path) { change.removed[file.path] = file }
    // Going back undoes what every version between did.
    for version in try lake.catalog.versions(of: record.id)
    where version.version > old.version && version.version <= state.version {
      change.rowsAdded += version.rowsRemoved
      change.rowsRemoved += version.rowsAdded
    }
    for date in try lake.catalog.dateChanges(
      of: record.id, after: old.version, upTo: state.version)
    {
      change.dates[date.date, default: .init()].added += date.rowsRemoved
      change.dates[date.date, default: .init()].removed += date.rowsAdded
    }
    for (date, count) in state.staged?.dates ?? [:] {
      change.dates[date, default: .init()].added += count.removed
      change.dates[date, default: .init()].removed += count.added
    }
    change.rowsAdded += state.staged?.rowsRemoved ?? 0
    change.rowsRemoved += state.staged?.rowsAdded ?? 0
    return (change, try definition(of: record, at: old, now: state.definition, in: lake))
  }

  private func checkPresence(
    of file: FileRow, _ record: TableRecord, _ version: Int64, in lake: Lake
  ) throws(CatalogError) {
    let path = joinPath(lake.directory(of: record), file.path)
    let status: FileStatus?
    do throws(FileError) { status = try lake.store.status(path) } catch { throw .file(error) }
    guard let status, Int64(status.size) == file.bytes else {
      throw .corrupted(
        "'\(path)', which version \(version) of '\(record.qualifiedName)' needs, is missing or "
          + "was cut off")
    }
  }

  /// The old declaration under the table's present name.
  private func definition(
    of record: TableRecord, at old: TableState, now: TableDefinition, in lake: Lake
  ) throws(CatalogError) -> TableDefinition {
    let made = try lake.catalog.version(old.version, of: record)
    guard let then = try lake.catalog.table(id: record.id, at: made.snapshot) else { return now }
    var definition = then.definition
    (definition.schema, definition.name) = (now.schema, now.name)
    guard (then.definition.schema, then.definition.name) != (now.schema, now.name),
      var create = Declaration.parsed(definition)
    else { return definition }
    create.name = QualifiedName([Identifier(now.schema), Identifier(now.name)])
    definition.sql = Declaration.text(create)
    return definition
  }
}
