import FileStorage

extension Catalog {
  /// Writes the catalog, as it is now or was at a snapshot, to a new database file.
  ///
  /// Nobody waits: commits go on, and what comes after this began is not in the copy. The copy is
  /// durable, its name is not. What another process is about to commit is not part of it.
  ///
  /// - Parameter published: The last snapshot of which the copy shall say that its logs are there.
  func replica(
    at path: String, upTo snapshot: Int64?, published: Int64
  ) throws(CatalogError) {
    if let snapshot { try rewind(to: snapshot, at: path) } else { try copyDatabase(to: path) }
    let target = try Connection.open(path, .create, on: store.databases)
    try target.transaction { () throws(CatalogError) in
      try target.run("UPDATE snapshots SET published = (id <= ?)", [.integer(published)])
      try target.run("UPDATE table_versions SET published = (snapshot <= ?)", [.integer(published)])
      for table in ["leases", "intents", "intent_commits"] {
        try target.execute("DELETE FROM \(table)")
      }
      try Catalog.moveFace(to: parentDirectory(of: path), target)
    }
    // Leaves everything in the one file, synced.
    target.checkpoint()
  }

  private func copyDatabase(to path: String) throws(CatalogError) {
    // Makes the file private before anything is in it; SQLite takes an empty one over.
    if store.databases.vfs == nil { try Connection.makePrivateFile(path) }
    if isReadOnly {
      try readOnce { source throws(CatalogError) in
        try source.execute("PRAGMA query_only=OFF")
        defer { try? source.execute("PRAGMA query_only=ON") }
        try source.run("VACUUM INTO ?", [.text(path)])
      }
    } else {
      let source = try Connection.open(layout.catalog, .write, on: store.databases)
      try source.run("VACUUM INTO ?", [.text(path)])
    }
  }

  private func rewind(to snapshot: Int64, at path: String) throws(CatalogError) {
    let target = try Connection.open(path, .create, on: store.databases)
    try target.execute("BEGIN IMMEDIATE")
    try Migrations.apply(to: target)
    let source = try Connection.open(
      layout.catalog, isReadOnly ? .immutable : .read, on: store.databases)
    try source.execute("BEGIN")
    try replay(source, into: target, upTo: snapshot)
    try copyVacuumed(source, into: target)
    try target.execute("COMMIT")
  }

  /// What a later vacuum took is gone for the earlier snapshot too.
  private func copyVacuumed(
    _ source: borrowing Connection, into target: borrowing Connection
  ) throws(CatalogError) {
    let gone = try source.rows(
      "SELECT table_id, path, MAX(vacuumed) FROM files WHERE vacuumed IS NOT NULL GROUP BY 1, 2"
    ) { row throws(CatalogError) -> (Int64, String, Int64) in
      (row.integer(0), row.text(1), row.integer(2))
    }
    for (table, path, snapshot) in gone {
      try target.run(
        "UPDATE files SET vacuumed = ? WHERE table_id = ? AND path = ?",
        [.integer(snapshot), .integer(table), .text(path)])
    }
  }
}
