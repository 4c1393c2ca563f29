package import FileStorage

extension Catalog {
  /// The bytes of a table's commits after version `after`, oldest first, at most `limit` of them.
  package func commits(
    of table: Int64, after: Int64, limit: Int
  ) throws(CatalogError) -> [(version: Int64, bytes: [UInt8])] {
    try readOnce { connection throws(CatalogError) in
      try connection.rows(
        "SELECT version, json FROM commits WHERE table_id = ? AND version > ? ORDER BY version LIMIT ?",
        [.integer(table), .integer(after), .integer(Int64(limit))]
      ) { row throws(CatalogError) in (row.integer(0), row.blob(1)) }
    }
  }

  /// The newest checkpoint of a table that was written here, and the hash of its file.
  package func ownCheckpoint(
    of table: Int64
  ) throws(CatalogError) -> (version: Int64, sha256: FileDigest)? {
    guard let bytes = try state(Catalog.checkpointState(table)) else { return nil }
    let parts = String(decoding: bytes, as: UTF8.self).split(separator: " ")
    guard parts.count == 2, let version = Int64(parts[0]), let hash = [UInt8](hex: String(parts[1]))
    else { return nil }
    return FileDigest(bytes: hash).map { (version, $0) }
  }

  /// Remembers a checkpoint; forgetting one is harmless, so this does not wait for the disk.
  package func rememberCheckpoint(
    of table: Int64, version: Int64, sha256: FileDigest
  ) throws(CatalogError) {
    try write { connection throws(CatalogError) in
      try connection.transaction(sync: false, probe: probe) { () throws(CatalogError) in
        try connection.run(
          "INSERT OR REPLACE INTO state VALUES (?,?)",
          [
            .text(Catalog.checkpointState(table)), .blob(Array("\(version) \(sha256.hex)".utf8)),
          ])
      }
    }
  }

  private static func checkpointState(_ table: Int64) -> String { "checkpoint.\(table)" }

  /// Puts a published file right from what was ratified.
  ///
  /// A file with other content than was ratified is kept beside it under a name that starts with a
  /// dot, which no reader looks at.
  ///
  /// - Parameter path: As a `VerificationFault.file` names it.
  /// - Returns: false when the catalog does not have its content, or not what was ratified.
  package func repairPublished(_ path: String) throws(CatalogError) -> Bool {
    try write { connection throws(CatalogError) in
      guard let (bytes, time) = try ratified(path, connection) else { return false }
      let publisher = Publisher(layout: layout, store: store, probe: probe)
      var result = Publisher.Result()
      if try publisher.compare(bytes, at: path, time, &result) { return true }
      do throws(FileError) {
        try setAside(path)
        return try store.putIfAbsent(bytes, at: path, modifiedMicroseconds: time)
      } catch {
        throw .file(error)
      }
    }
  }

  /// Gives a file a name that no reader looks at, beside the one it has; durable when it returns.
  package func setAside(_ path: String) throws(FileError) {
    let directory = parentDirectory(of: path)
    var number = 1
    while try !store.link(
      path, to: joinPath(directory, ".\(lastComponent(of: path)).damaged-\(number)"))
    {
      number += 1
    }
    try store.syncDirectory(directory)
    try store.remove(path)
    try store.syncDirectory(directory)
  }

  /// What a published file must hold, and its time.
  private func ratified(
    _ path: String, _ connection: borrowing Connection
  ) throws(CatalogError) -> ([UInt8], Int64)? {
    let name = lastComponent(of: path)
    guard name.hasSuffix(".json"), let number = Int64(name.dropLast(5)) else { return nil }
    let found: ([UInt8], FileDigest?, Int64)?
    if path == layout.logFile(number) {
      found = try connection.row(
        """
        SELECT e.entry, s.hash, s.time FROM entries e JOIN snapshots s ON s.id = e.snapshot
        WHERE e.snapshot = ?
        """, [.integer(number)]
      ) { row throws(CatalogError) in (row.blob(0), row.digest(1), row.integer(2)) }
    } else {
      let tables = try connection.rows("SELECT DISTINCT id, path FROM tables") {
        row throws(CatalogError) in (row.integer(0), row.text(1))
      }
      let table = tables.first { layout.commitFile($0.1, version: number) == path }
      guard let table else { return nil }
      found = try connection.row(
        """
        SELECT c.json, v.sha256, v.time FROM commits c JOIN table_versions v USING (table_id, version)
        WHERE table_id = ? AND version = ?
        """, [.integer(table.0), .integer(number)]
      ) { row throws(CatalogError) in (row.blob(0), row.digest(1), row.integer(2)) }
    }
    guard let (bytes, digest, time) = found, SHA256.digest(bytes) == digest else { return nil }
    return (bytes, time)
  }
}
