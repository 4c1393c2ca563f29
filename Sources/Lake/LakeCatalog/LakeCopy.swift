import FileStorage

/// Copies a lake to another directory while it is written to; the copy is a lake itself.
///
/// First the catalog, as of one moment, beside its final name; then the data files that it names and
/// the copy does not have yet; then the catalog takes its name, and the logs are published from it, as
/// after a commit. So a copy that was interrupted is the earlier one or the new one, and the next attempt
/// goes on where it ended. Data files never change, so nothing is copied twice.
///
/// - Precondition: the caller keeps vacuums of the source from removing files meanwhile.
package struct LakeCopy {
  package struct Report: Sendable, Hashable {
    /// Of the copy.
    package var head: LakeSnapshot
    package var files = 0
    /// Of new data files.
    package var bytes: Int64 = 0
    /// Data files that an earlier copy had.
    package var filesKept = 0
    /// Files of the source that are missing or altered; they are not in the copy.
    package var damaged: [String] = []
  }

  package let source: Catalog
  let target: LakeLayout
  let store: any FileStore
  /// Whether data files get a second name instead of a copy, where the disk can do that.
  let links: Bool
  /// A copy of a lake that shares data files with this one.
  let sibling: LakeLayout?
  /// The last snapshot to be copied; nil for all.
  let snapshot: Int64?

  package init(
    of source: Catalog, to directory: String, links: Bool = false, sibling: String? = nil,
    upTo snapshot: Int64? = nil
  ) {
    self.source = source
    target = LakeLayout(directory)
    store = source.store
    self.links = links
    self.sibling = sibling.map { LakeLayout($0) }
    self.snapshot = snapshot
  }

  /// - Parameter progress: Gets a sentence now and then.
  package func run(_ progress: (String) -> Void) throws(CatalogError) -> Report {
    let lock = try CatalogError.files { () throws(FileError) in
      try store.makeDirectory(target.log)
      return try store.lock(target.lockFile, waits: true)
    }
    defer { lock.release() }
    let published = try checkTarget()
    let fresh = target.unfinishedCatalog
    let disk = store.databases.files
    try CatalogError.files { () throws(FileError) in
      for suffix in ["-journal", "-shm", "-wal", ""] where try disk.status(fresh + suffix) != nil {
        try disk.remove(fresh + suffix)
      }
    }
    progress("copying the catalog")
    try source.replica(at: fresh, upTo: snapshot, published: published)
    let report = try copyData(fresh, progress)
    try rename(fresh)
    try publish()
    return report
  }

  private func copyData(
    _ catalog: String, _ progress: (String) -> Void
  ) throws(CatalogError) -> Report {
    let connection = try Connection.open(catalog, .read, on: store.databases)
    let head = try connection.row("SELECT id, time FROM snapshots ORDER BY id DESC LIMIT 1") {
      row throws(CatalogError) in
      LakeSnapshot(id: row.integer(0), timeMicroseconds: row.integer(1))
    }
    guard let head else { throw .corrupted("the lake has no first snapshot") }
    var report = Report(head: head)
    for table in try tables(connection) {
      progress("copying \(table.path)")
      try copyData(table, connection, &report, progress)
    }
    return report
  }

  /// Gives the new catalog its name.
  private func rename(_ fresh: String) throws(CatalogError) {
    let disk = store.databases.files
    try CatalogError.files { () throws(FileError) in
      // What an earlier catalog had written ahead must not be read into the new one, so its name is
      // gone for good before the new one comes.
      for suffix in ["-shm", "-wal"] where try disk.status(target.catalog + suffix) != nil {
        try disk.remove(target.catalog + suffix)
      }
      try disk.syncDirectory(target.root)
      try disk.rename(fresh, to: target.catalog)
      for suffix in ["-shm", "-wal"] where try disk.status(fresh + suffix) != nil {
        try disk.remove(fresh + suffix)
      }
      try disk.syncDirectory(target.root)
    }
  }

  /// Writes the logs. The catalog says until the end that they are missing, so whoever opens a copy
  /// that was interrupted here publishes them; and no log is ahead of its catalog.
  private func publish() throws(CatalogError) {
    let connection = try Connection.open(target.catalog, .write, on: store.databases)
    for table in try tables(connection) { try copyLog(table, connection) }
    try copyEntries(connection)
    try connection.transaction { () throws(CatalogError) in
      try connection.execute("UPDATE snapshots SET published = 1 WHERE published = 0")
      try connection.execute("UPDATE table_versions SET published = 1 WHERE published = 0")
    }
    connection.checkpoint()
  }

  /// Refuses to write over anything but an earlier copy of this very lake.
  ///
  /// - Returns: The last snapshot whose logs the earlier copy has; -1 without one.
  private func checkTarget() throws(CatalogError) -> Int64 {
    let known = try CatalogError.files { () throws(FileError) in
      (try store.status(target.catalog), try store.list(target.root))
    }
    guard known.0 != nil else {
      let ours: Set = [
        "tarn.lock", "tarn.db.new", "tarn.db.new-journal", "tarn.db.new-wal", "tarn.db.new-shm",
        "log", "tables", "branches", "landing",
      ]
      if let other = known.1.first(where: { !ours.contains($0.name) }) {
        throw .invalid(
          "'\(target.root)' is no earlier copy of the lake: it holds '\(other.name)'; name an empty "
            + "directory")
      }
      return -1
    }
    let earlier = try OpenedDatabase.open(target, .automatic, on: store.databases).takeConnection()
    let link = try earlier.row("SELECT id, hash FROM snapshots ORDER BY id DESC LIMIT 1") {
      row throws(CatalogError) in (row.integer(0), row.blob(1))
    }
    guard let (id, hash) = link else { throw .corrupted("the earlier copy has no snapshot") }
    let ours = try source.readOnce { connection throws(CatalogError) in
      try connection.row("SELECT hash FROM snapshots WHERE id = ?", [.integer(id)]) {
        row throws(CatalogError) in row.blob(0)
      }
    }
    guard ours == hash else {
      throw .invalid(
        "'\(target.root)' holds another lake, or was written to since it was copied: its snapshot "
          + "\(id) is not ours; name another directory")
    }
    let missing = try earlier.integer("SELECT MIN(id) FROM snapshots WHERE published = 0")
    // Its write-ahead log is removed before the new catalog comes, and must be worth nothing then.
    let writer = try Connection.open(target.catalog, .write, on: store.databases)
    writer.checkpoint()
    return missing.map { $0 - 1 } ?? id
  }

  struct Table {
    var id: Int64
    var path: String
    var head: Int64
  }

  private func tables(_ connection: borrowing Connection) throws(CatalogError) -> [Table] {
    try connection.rows(
      """
      SELECT t.id, t.path, MAX(v.version) FROM tables t JOIN table_versions v ON v.table_id = t.id
      WHERE t.begin_snapshot = (SELECT MAX(begin_snapshot) FROM tables o WHERE o.id = t.id)
      GROUP BY t.id ORDER BY t.id
      """
    ) { row throws(CatalogError) in
      Table(id: row.integer(0), path: row.text(1), head: row.integer(2))
    }
  }

  // MARK: Data files

  private func copyData(
    _ table: Table, _ connection: borrowing Connection, _ report: inout Report,
    _ progress: (String) -> Void
  ) throws(CatalogError) {
    let files = try connection.rows(
      """
      SELECT path, bytes, sha256 FROM files WHERE table_id = ? AND vacuumed IS NULL
      GROUP BY path ORDER BY MIN(id)
      """, [.integer(table.id)]
    ) { row throws(CatalogError) in (row.text(0), row.integer(1), row.digest(2)) }
    var directories: Set<String> = [target.table(table.path)]
    try CatalogError.files { () throws(FileError) in
      try store.makeDirectory(target.table(table.path))
      for (position, (path, bytes, digest)) in files.enumerated() {
        let place = joinPath(target.table(table.path), path)
        if let there = try store.status(place), Int64(there.size) == bytes {
          report.filesKept += 1
          continue
        }
        if directories.insert(parentDirectory(of: place)).inserted {
          try store.makeDirectory(parentDirectory(of: place))
        }
        let shared = sibling.map { joinPath($0.table(table.path), path) }
        let isCopied = try copy(
          joinPath(source.layout.table(table.path), path), shared: shared, to: place, bytes, digest)
        guard isCopied else {
          report.damaged.append(joinPath(table.path, path))
          continue
        }
        report.files += 1
        report.bytes += bytes
        if position % 16 == 15 {
          progress("copying \(table.path): \(position + 1) of \(files.count) files")
        }
      }
      for directory in directories { try store.syncDirectory(directory) }
    }
  }

  /// - Returns: false when the source's file is not there or not what was ratified.
  private func copy(
    _ file: String, shared: String?, to place: String, _ bytes: Int64, _ digest: FileDigest?
  ) throws(FileError) -> Bool {
    let linked = links ? file : shared
    if let linked, let status = try store.status(linked), Int64(status.size) == bytes,
      (try? store.link(linked, to: place)) == true
    {
      return true
    }
    guard let status = try store.status(file), Int64(status.size) == bytes else { return false }
    // The name is given once the content is durable and right, so a name means a whole file.
    let partial = joinPath(parentDirectory(of: place), "." + lastComponent(of: place) + ".partial")
    if try store.status(partial) != nil { try store.remove(partial) }
    let readable = try store.open(file)
    let written = try store.create(partial)
    var hash = SHA256()
    var offset = 0
    while offset < readable.size {
      let piece = try readable.read(at: offset, count: min(1 << 20, readable.size - offset))
      hash.update(piece)
      try written.append(piece)
      offset += piece.count
    }
    try written.sync()
    try written.close()
    let isRight = hash.finalize() == digest
    if isRight {
      // A file of another size in its place is what a failing disk left.
      if try store.status(place) != nil { try store.remove(place) }
      _ = try store.link(partial, to: place)
    }
    try store.remove(partial)
    return isRight
  }
}
