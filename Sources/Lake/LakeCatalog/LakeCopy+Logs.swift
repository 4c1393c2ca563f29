import FileStorage
import JSONText

extension LakeCopy {
  /// Files that are put at once: their syncs are shared, and each holds a descriptor.
  private static let batch = 128

  /// The commits of a table, out of the catalog, and the checkpoints of the source's log.
  func copyLog(
    _ table: Table, _ connection: borrowing Connection
  ) throws(CatalogError) {
    let log = target.deltaLog(table.path)
    let there = try CatalogError.files { () throws(FileError) in
      try store.makeDirectory(log)
      return Set(try store.list(log).map(\.name))
    }
    let commits = try Statement(
      """
      SELECT v.version, v.time, c.json FROM table_versions v JOIN commits c USING (table_id, version)
      WHERE v.table_id = ? ORDER BY v.version
      """, on: connection)
    try commits.bind([.integer(table.id)])
    var files: [FileToPut] = []
    while try commits.step() {
      let path = target.commitFile(table.path, version: commits.integer(0))
      if there.contains(lastComponent(of: path)) { continue }
      if try link(source.layout.commitFile(table.path, version: commits.integer(0)), to: path) {
        continue
      }
      files.append(FileToPut(commits.blob(2), at: path, modifiedMicroseconds: commits.integer(1)))
      if files.count == LakeCopy.batch { try put(&files) }
    }
    try put(&files)
    try copyCheckpoints(table, there)
    try CatalogError.files { () throws(FileError) in try store.syncDirectory(log) }
  }

  /// The entries of the lake log, out of the catalog.
  func copyEntries(_ connection: borrowing Connection) throws(CatalogError) {
    let there = try CatalogError.files { () throws(FileError) in
      Set(try store.list(target.log).map(\.name))
    }
    let entries = try Statement(
      """
      SELECT e.snapshot, s.time, e.entry FROM entries e JOIN snapshots s ON s.id = e.snapshot
      ORDER BY e.snapshot
      """, on: connection)
    try entries.bind([])
    var files: [FileToPut] = []
    while try entries.step() {
      let path = target.logFile(entries.integer(0))
      if there.contains(lastComponent(of: path)) { continue }
      if try link(source.layout.logFile(entries.integer(0)), to: path) { continue }
      files.append(FileToPut(entries.blob(2), at: path, modifiedMicroseconds: entries.integer(1)))
      if files.count == LakeCopy.batch { try put(&files) }
    }
    try put(&files)
    try CatalogError.files { () throws(FileError) in try store.syncDirectory(target.log) }
  }

  private func link(_ path: String, to place: String) throws(CatalogError) -> Bool {
    guard links else { return false }
    return (try? store.link(path, to: place)) == true
  }

  private func put(_ files: inout [FileToPut]) throws(CatalogError) {
    if files.isEmpty { return }
    let batch = files
    files = []
    _ = try CatalogError.files { () throws(FileError) in try store.putAllIfAbsent(batch) }
  }

  /// Checkpoints and checksums only save other readers work, but a long log is slow without.
  private func copyCheckpoints(_ table: Table, _ there: Set<String>) throws(CatalogError) {
    let from = source.layout.deltaLog(table.path)
    try CatalogError.files { () throws(FileError) in
      guard try store.status(from) != nil else { return }
      for entry in try store.list(from) where !entry.isDirectory && !there.contains(entry.name) {
        let isCommit = entry.name.hasSuffix(".json") && entry.name.utf8.count == 25
        guard !isCommit, let version = Int64(entry.name.prefix(20)), version <= table.head else {
          continue
        }
        _ = try store.putIfAbsent(
          try store.read(joinPath(from, entry.name)),
          at: joinPath(target.deltaLog(table.path), entry.name), modifiedMicroseconds: nil)
      }
      // It may name a checkpoint that came after the copy's head; others then list the directory.
      let pointer = "_last_checkpoint"
      guard try store.status(joinPath(from, pointer)) != nil else { return }
      let bytes = try store.read(joinPath(from, pointer))
      guard let version = (try? JSONValue(parsing: bytes))?["version"]?.int64,
        version <= table.head
      else { return }
      try store.replace(bytes, at: joinPath(target.deltaLog(table.path), pointer))
    }
  }
}
