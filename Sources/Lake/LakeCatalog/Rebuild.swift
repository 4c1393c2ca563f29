package import FileStorage

/// What a rebuild found.
package struct RebuildReport: Sendable, Hashable {
  /// The newest snapshot that is whole; it is the head of the rebuilt catalog.
  package var head: Int64 = -1
  /// What keeps later snapshots from being served, and the lake from being written.
  package var incomplete: [String] = []
}

/// Makes the catalog again from the lake log and the tables' logs.
struct Rebuild {
  let layout: LakeLayout
  let store: any FileStore

  /// Applies the log to an empty catalog, up to the first snapshot that is not whole.
  func run(into connection: borrowing Connection) throws(CatalogError) -> RebuildReport {
    var report = RebuildReport()
    let names = try CatalogError.files { () throws(FileError) in try store.list(layout.log) }
    let files = names.filter { !$0.isDirectory && !$0.name.hasPrefix(".") }.map(\.name)
      .filter { $0.hasSuffix(".json") }
    var previous = FileDigest.zero
    var lake: String?
    for (position, name) in files.enumerated() {
      let path = joinPath(layout.log, name)
      guard path == layout.logFile(Int64(position)) else {
        report.incomplete.append("'\(layout.logFile(Int64(position)))' is missing")
        break
      }
      let bytes = try CatalogError.files { () throws(FileError) in try store.read(path) }
      let entry: LakeLogEntry
      do throws(CatalogError) { entry = try LakeLogEntry(parsing: bytes) } catch {
        report.incomplete.append("'\(path)': \(error)")
        break
      }
      guard entry.previous == previous, entry.snapshot == Int64(position),
        lake == nil || entry.lake == lake
      else {
        report.incomplete.append("'\(path)' does not follow from the entry before it")
        break
      }
      guard let commits = try commits(of: entry, connection, &report) else { break }
      try entry.apply(to: connection, bytes: bytes, commits: commits, isPublished: true)
      previous = SHA256.digest(bytes)
      lake = entry.lake
      report.head = entry.snapshot
    }
    if report.head < 0 {
      throw .corrupted(
        "the lake log in '\(layout.log)' has no whole first snapshot"
          + (report.incomplete.first.map { ": " + $0 } ?? ""))
    }
    try findUnlogged(connection, &report)
    return report
  }

  /// The members' commits as they are published; nil when one is not what the entry says.
  ///
  /// Another engine may have cleaned up the log of an open table. The entry has everything about the
  /// commit but its text, so that is left empty.
  private func commits(
    of entry: LakeLogEntry, _ connection: borrowing Connection, _ report: inout RebuildReport
  ) throws(CatalogError) -> [[UInt8]]? {
    var commits: [[UInt8]] = []
    for member in entry.members {
      let path = layout.commitFile(member.path, version: member.version)
      let status = try CatalogError.files { () throws(FileError) in try store.status(path) }
      guard status != nil else {
        let known = try TableQueries.live(member.table, connection)?.definition
        let declared = entry.declared.first { $0.id == member.table }?.definition
        if (declared ?? known)?.mode == .open {
          commits.append([])
          continue
        }
        report.incomplete.append("'\(path)' of snapshot \(entry.snapshot) is missing")
        return nil
      }
      let bytes = try CatalogError.files { () throws(FileError) in try store.read(path) }
      guard SHA256.digest(bytes) == member.sha256 else {
        report.incomplete.append("'\(path)' is not what snapshot \(entry.snapshot) ratified")
        return nil
      }
      commits.append(bytes)
    }
    return commits
  }

  /// Commits that follow a table's last known version: their snapshot's entry never came.
  private func findUnlogged(
    _ connection: borrowing Connection, _ report: inout RebuildReport
  ) throws(CatalogError) {
    let heads = try connection.rows(
      """
      SELECT (SELECT path FROM tables t WHERE t.id = v.table_id LIMIT 1), MAX(version)
      FROM table_versions v GROUP BY table_id ORDER BY table_id
      """
    ) { row throws(CatalogError) in (row.text(0), row.integer(1)) }
    for (table, version) in heads {
      let path = layout.commitFile(table, version: version + 1)
      if try CatalogError.files({ () throws(FileError) in try store.status(path) }) != nil {
        report.incomplete.append("'\(path)' belongs to no whole snapshot")
      }
    }
  }
}

extension Catalog {
  /// The state that says that a rebuild was not whole.
  static let incompleteState = "rebuild.incomplete"

  /// Makes a lake's catalog again from its logs; the catalog there was, if any, is kept beside it
  /// as `tarn.db.replaced`.
  ///
  /// Snapshots from the first one on that is not whole are reported and not served; as long as such
  /// files are there, the lake can only be read, because new commits would take their names. Nobody
  /// else may have the lake open. Leases and scheduler state are not in the logs.
  package static func rebuild(
    at path: String, store: any FileStore, clock: @escaping @Sendable () -> Int64
  ) throws(CatalogError) -> (catalog: Catalog, report: RebuildReport) {
    let layout = LakeLayout(path)
    let lock = try CatalogError.files { () throws(FileError) in
      try store.lock(layout.lockFile, waits: true)
    }
    defer { lock.release() }
    let database = RebuiltDatabase(layout: layout, store: store)
    database.finishOld()
    try CatalogError.files { () throws(FileError) in
      try database.remove(database.fresh)
    }
    let report = try fill(database.fresh, Rebuild(layout: layout, store: store))
    try CatalogError.files { () throws(FileError) in try database.replaceOld() }
    lock.release()
    return (try Catalog(opening: path, store: store, clock: clock), report)
  }

  private static func fill(
    _ path: String, _ rebuild: Rebuild
  ) throws(CatalogError) -> RebuildReport {
    let connection = try Connection.open(path, .create, on: rebuild.store.databases)
    let report = try connection.transaction { () throws(CatalogError) in
      try Migrations.apply(to: connection)
      let report = try rebuild.run(into: connection)
      if let first = report.incomplete.first {
        try connection.run(
          "INSERT INTO state VALUES (?,?)", [.text(incompleteState), .blob(Array(first.utf8))])
      }
      return report
    }
    // Leaves everything in the one file that is moved into place.
    connection.checkpoint()
    return report
  }
}
