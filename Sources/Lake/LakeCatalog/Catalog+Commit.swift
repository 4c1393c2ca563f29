import FileStorage

extension Catalog {
  /// Bytes of the write-ahead log from which on a commit moves it into the database;
  /// the first start after a crash reads all of it.
  private static let logBytesMax = 1 << 20

  /// Makes all of `commit` true as the next lake snapshot, or nothing of it.
  ///
  /// The data files it names must be durable already: their content and their names. When this
  /// returns, the commit is durable; files for other engines are published before it returns as
  /// well, unless the disk fails (`CommitOutcome.publishing`). Errors: `.conflict` when a table
  /// moved on since the version a change is based on; `.foreignCommit` when another engine has the
  /// next version of an open table (import it, then retry); `.outcomeUnknown` when the disk failed
  /// in the middle; any other error means that nothing happened. Data files are never deleted here.
  ///
  /// Cost: one sync of the database for all tables; then for each table and for the lake log one of
  /// the file and one of its directory.
  @discardableResult
  package func commit(_ commit: LakeCommit) throws(CatalogError) -> CommitOutcome {
    let committer = Committer(lake: lake, clock: clock)
    return try write { connection throws(CatalogError) in
      try Catalog.refuseIncomplete(connection)
      let open = OpenCommit(layout: layout, store: store, probe: probe)
      try open.settle(connection)
      var outcome = try open.commit(
        preparing: { connection throws(CatalogError) in
          try committer.prepare(commit, on: connection)
        }, on: connection)
      let publisher = Publisher(layout: layout, store: store, probe: probe)
      let result = publisher.publishPending(connection)
      outcome.publishing = result.failure
      if let damaged = result.damaged.first, outcome.publishing == nil {
        outcome.publishing = .corrupted("'\(damaged.path)' was written by somebody else")
      }
      let log = try? store.databases.files.status(layout.catalog + "-wal")
      if let log, log.size > Catalog.logBytesMax { connection.checkpoint() }
      return outcome
    }
  }

  /// New commits would take the names of files that a rebuild could not place.
  private static func refuseIncomplete(_ connection: borrowing Connection) throws(CatalogError) {
    let reason = try connection.row(
      "SELECT value FROM state WHERE name = ?", [.text(incompleteState)]
    ) { row throws(CatalogError) in row.text(0) }
    if let reason {
      throw .corrupted("the lake was rebuilt up to a snapshot that is not whole: \(reason)")
    }
  }
}
