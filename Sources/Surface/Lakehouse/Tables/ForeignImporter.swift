import Columnar
import DeltaLake
import FileStorage
import JSONText
import LakeCatalog
import QueryEngine

/// Takes over what other engines committed to open tables: each commit as a version of its own and
/// a lake snapshot of its own. The lake knows of it from then on; the writer's own time is kept in
/// the snapshot's message.
struct ForeignImporter {
  let lake: Lake

  /// Imports every commit that is there and not in the catalog yet.
  ///
  /// With nothing new this costs one small query, and two status calls an open table.
  ///
  /// - Returns: Why the newest commits to a table cannot be taken over, by the table's id; all that
  ///   was imported before stays as it was.
  func importNew() throws(CatalogError) -> [Int64: QueryError] {
    // What a lake that can only be read knows is what was imported when it could be written.
    if lake.catalog.isReadOnly { return [:] }
    var faults: [Int64: QueryError] = [:]
    for open in try lake.catalog.openTables() {
      let table = open.table
      let next = lake.catalog.layout.commitFile(
        table.definition.path, version: open.version + 1)
      do throws(QueryError) {
        do throws(CatalogError) {
          if try exists(next) {
            try importAll(table)
          } else {
            try refuseGap(after: open.version, table)
          }
        } catch {
          throw QueryError(error)
        }
      } catch {
        faults[table.id] = error
      }
    }
    return faults
  }

  private func exists(_ path: String) throws(CatalogError) -> Bool {
    do throws(FileError) { return try lake.store.status(path) != nil } catch {
      throw .file(error)
    }
  }

  private func importAll(_ table: TableRecord) throws(CatalogError) {
    let found = try lake.catalog.foreignCommits(to: table)
    var commits: [DeltaCommit] = []
    var fault: CatalogError?
    for (version, bytes) in found {
      do throws(DeltaError) {
        commits.append(
          try DeltaCommit(
            parsing: bytes, version: version, table: lake.directory(of: table)))
      } catch {
        fault = .commitContent(
          table: table.qualifiedName,
          QueryError(
            .integrity,
            "version \(version) of the open table \(table.qualifiedName), by another engine, cannot "
              + "be read: \(error)",
            help: "write it again with the engine that made it, or remove the file if that engine "
              + "never acknowledged it; up to version \(version - 1) the table can be read with "
              + "VERSION AS OF"))
        break
      }
    }
    for (index, commit) in commits.enumerated() {
      let later = commits[(index + 1)...]
      guard try importOne(commit, found[index].bytes, table, before: later) else { return }
    }
    if let fault { throw fault }
  }

  /// - Returns: False when somebody else imported it before us, with all that follows.
  private func importOne(
    _ commit: DeltaCommit, _ bytes: [UInt8], _ table: TableRecord,
    before later: ArraySlice<DeltaCommit>
  ) throws(CatalogError) -> Bool {
    guard let record = try lake.catalog.table(id: table.id, at: try lake.catalog.head().id) else {
      return false
    }
    do throws(QueryError) {
      let foreign = try ForeignCommit(commit, to: record, in: lake, before: later)
      let translated = try foreign.lakeCommit(bytes)
      try makeDurable(translated.changes[0].filesAdded, commit.version, record)
      do throws(CatalogError) {
        try lake.catalog.commit(translated)
      } catch {
        if case .conflict = error { return false }
        throw QueryError(error)
      }
    } catch {
      throw .commitContent(table: record.qualifiedName, error)
    }
    return true
  }

  /// Other engines leave what they write in the machine's memory; what the lake knows is on disk.
  private func makeDurable(
    _ files: [FileRow], _ version: Int64, _ table: TableRecord
  ) throws(QueryError) {
    let directory = lake.directory(of: table)
    var directories: Set<String> = []
    do throws(FileError) {
      for file in files where file.sha256 != .zero {
        let path = joinPath(directory, file.path)
        try lake.store.syncFile(path)
        directories.insert(parentDirectory(of: path))
      }
      for path in directories.sorted() { try lake.store.syncDirectory(path) }
      try lake.store.syncFile(
        lake.catalog.layout.commitFile(table.definition.path, version: version))
    } catch {
      throw QueryError(error)
    }
  }

  /// A checkpoint beyond what is known, with the commits before it gone: another engine committed,
  /// made a checkpoint and cleaned up before we looked. What it changed cannot be told any more.
  private func refuseGap(after version: Int64, _ table: TableRecord) throws(CatalogError) {
    let path = joinPath(
      lake.catalog.layout.deltaLog(table.definition.path), LogPath.lastCheckpointName)
    guard try exists(path), let bytes = try? lake.store.read(path),
      let pointer = try? JSONValue(parsing: bytes), let newest = pointer["version"]?.int64,
      newest > version
    else { return }
    // Somebody may have imported up to there since we asked the catalog.
    if let now = try lake.catalog.versions(of: table.id, limit: 1).first, now.version >= newest {
      return
    }
    throw .commitContent(
      table: table.qualifiedName,
      QueryError(
        .integrity,
        "\(table.qualifiedName) has a checkpoint of version \(newest) by another engine, and the "
          + "commits after version \(version) were cleaned up before they could be imported",
        help:
          "read_delta('\(lake.directory(of: table))') reads its newest state; a new table can be "
          + "made from that"))
  }
}
