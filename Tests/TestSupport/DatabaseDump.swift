import CSQLite
package import FileStorage

/// Everything that a catalog's database says, as one digest.
///
/// Left out is what is not part of the lake's history: which files are published already, leases and
/// the state of this machine.
package enum DatabaseDump {
  private static let ignored: Set<String> = [
    "leases", "state", "intents", "intent_commits", "sqlite_sequence",
  ]

  /// - Returns: Nil when SQLite cannot read it.
  package static func digest(of path: String, on disk: DatabaseDisk) -> FileDigest? {
    unsafe reading(path, disk) { database in unsafe digest(of: database) }
  }

  /// Texts of the one column of a query.
  ///
  /// - Returns: Nil when SQLite cannot read it.
  package static func texts(
    _ query: String, of path: String, on disk: DatabaseDisk
  ) -> [String]? {
    unsafe reading(path, disk) { database in unsafe rows(query, database) }
  }

  @unsafe private static func reading<Result>(
    _ path: String, _ disk: DatabaseDisk, _ body: (OpaquePointer) -> Result?
  ) -> Result? {
    var handle: OpaquePointer?
    let code = unsafe sqlite3_open_v2(
      path, &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, disk.vfs)
    defer { unsafe sqlite3_close_v2(handle) }
    guard code == SQLITE_OK, let database = unsafe handle else { return nil }
    unsafe _ = tarn_sqlite_keep_wal_on_close(database)
    guard unsafe sqlite3_exec(database, "PRAGMA query_only=ON; BEGIN", nil, nil, nil) == SQLITE_OK
    else { return nil }
    return unsafe body(database)
  }

  @unsafe private static func digest(of database: OpaquePointer) -> FileDigest? {
    let names = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"
    guard let tables = unsafe rows(names, database) else { return nil }
    var hash = SHA256()
    for table in tables where !ignored.contains(table) {
      hash.update(Array("\n\(table)\n".utf8))
      let columns = unsafe rows(
        "SELECT name FROM pragma_table_info('\(table)') WHERE name <> 'published'", database)
      guard let columns, unsafe add(table, columns, database, to: &hash) else { return nil }
    }
    return hash.finalize()
  }

  /// Texts of a query's one column.
  @unsafe private static func rows(_ sql: String, _ database: OpaquePointer) -> [String]? {
    var statement: OpaquePointer?
    guard unsafe sqlite3_prepare_v2(database, sql, -1, &statement, nil) == SQLITE_OK else {
      return nil
    }
    defer { unsafe sqlite3_finalize(statement) }
    var found: [String] = []
    while true {
      switch unsafe sqlite3_step(statement) {
      case SQLITE_ROW: found.append(unsafe String(cString: sqlite3_column_text(statement, 0)))
      case SQLITE_DONE: return found
      default: return nil
      }
    }
  }

  @unsafe private static func add(
    _ table: String, _ columns: [String], _ database: OpaquePointer, to hash: inout SHA256
  ) -> Bool {
    let list = columns.map { "\"\($0)\"" }.joined(separator: ", ")
    let order = (1...columns.count).map(String.init).joined(separator: ", ")
    let sql = "SELECT \(list) FROM \(table) ORDER BY \(order)"
    var statement: OpaquePointer?
    guard unsafe sqlite3_prepare_v2(database, sql, -1, &statement, nil) == SQLITE_OK else {
      return false
    }
    defer { unsafe sqlite3_finalize(statement) }
    while true {
      let code = unsafe sqlite3_step(statement)
      if code == SQLITE_DONE { return true }
      guard code == SQLITE_ROW else { return false }
      for column in 0..<Int32(columns.count) {
        let type = unsafe sqlite3_column_type(statement, column)
        let start = unsafe sqlite3_column_blob(statement, column)
        let count = Int(unsafe sqlite3_column_bytes(statement, column))
        hash.update([UInt8(truncatingIfNeeded: type)] + Array("\(count):".utf8))
        // Safe: SQLite keeps `count` bytes there until the next step.
        if let start = unsafe start {
          unsafe hash.update(UnsafeRawBufferPointer(start: start, count: count))
        }
      }
    }
  }
}
