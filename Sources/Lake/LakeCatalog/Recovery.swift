import FileStorage

/// What opening a lake found and did.
package struct RecoveryReport: Sendable {
  /// Files that a crash or a failing disk had left unpublished.
  package var published: [String] = []
  /// Published files that were missing, torn or zeroed, and are whole again.
  package var repaired: [String] = []
  /// Published files with other content than was ratified; left as they are.
  package var damaged: [DamagedFile] = []
  /// Why recovery could not finish; the next open tries again, and reading is not affected.
  package var failure: CatalogError?

  package init() {}

  package var isClean: Bool {
    published.isEmpty && repaired.isEmpty && damaged.isEmpty && failure == nil
  }

  mutating func merge(_ result: Publisher.Result) {
    published += result.published
    repaired += result.repaired
    damaged += result.damaged
    if failure == nil { failure = result.failure }
  }
}

/// Finishes what a crash left unfinished. Nothing is ever deleted here.
struct Recovery {
  let layout: LakeLayout
  let store: any FileStore
  let probe: CommitProbe?

  /// Bytes up to which the newest files are compared at every start.
  private static let compareBytesMax: Int64 = 1 << 20

  func run(
    reading connection: borrowing Connection, _ state: OpenedDatabase.State
  ) -> RecoveryReport {
    var report = RecoveryReport()
    do throws(CatalogError) {
      if state.hasUnfinished {
        try underLock(&report) { writer in finish(writer) }
      }
      let suspects = try newestFiles(of: state.facts.head, connection).filter { file in
        (try? store.read(file.path)) != file.bytes
      }
      if !suspects.isEmpty {
        try underLock(&report) { _ in repair(suspects) }
      }
    } catch {
      report.failure = error
    }
    return report
  }

  private struct NewestFile {
    var path: String
    var time: Int64
    var bytes: [UInt8]
  }

  /// The files of the newest snapshot: the ones a power loss can have reached.
  private func newestFiles(
    of head: LakeSnapshot, _ connection: borrowing Connection
  ) throws(CatalogError) -> [NewestFile] {
    let members = try connection.rows(
      """
      SELECT v.version, v.time, c.json,
        (SELECT path FROM tables t WHERE t.id = v.table_id LIMIT 1)
      FROM table_versions v JOIN commits c USING (table_id, version)
      WHERE v.snapshot = ? AND v.published = 1 AND v.commit_bytes <= ? AND length(c.json) > 0
      """, [.integer(head.id), .integer(Recovery.compareBytesMax)]
    ) { row throws(CatalogError) in
      NewestFile(
        path: layout.commitFile(row.text(3), version: row.integer(0)), time: row.integer(1),
        bytes: row.blob(2))
    }
    let entry = try connection.rows(
      """
      SELECT e.entry FROM snapshots s JOIN entries e ON e.snapshot = s.id
      WHERE s.id = ? AND s.published = 1 AND length(e.entry) <= ?
      """, [.integer(head.id), .integer(Recovery.compareBytesMax)]
    ) { row throws(CatalogError) in
      NewestFile(
        path: layout.logFile(head.id), time: head.timeMicroseconds, bytes: row.blob(0))
    }
    return members + entry
  }

  /// Settles and publishes what is ratified; call it under the writer lock.
  func finish(_ writer: borrowing Connection) -> Publisher.Result {
    do throws(CatalogError) {
      try Migrations.upgrade(writer)
      try makeDurable(writer)
      try OpenCommit(layout: layout, store: store, probe: probe).settle(writer)
    } catch {
      return Publisher.Result(failure: error)
    }
    return Publisher(layout: layout, store: store, probe: probe).publishPending(writer)
  }

  /// A process that was killed inside its COMMIT may have left it written and not synced. Nothing of
  /// it is published before a commit on top of it was synced, because a power loss could still take
  /// it back, and published files stay.
  private func makeDurable(_ writer: borrowing Connection) throws(CatalogError) {
    try writer.transaction { () throws(CatalogError) in
      try writer.run(
        "INSERT OR REPLACE INTO state SELECT 'recovered', MAX(id) FROM snapshots", [])
    }
  }

  private func repair(_ files: [NewestFile]) -> Publisher.Result {
    let publisher = Publisher(layout: layout, store: store, probe: probe)
    var result = Publisher.Result()
    do throws(CatalogError) {
      for file in files {
        _ = try publisher.compare(file.bytes, at: file.path, file.time, &result)
      }
    } catch {
      result.failure = error
    }
    return result
  }

  /// Whoever holds the lock is publishing already, and then there is nothing to do for us.
  private func underLock(
    _ report: inout RecoveryReport, _ work: (borrowing Connection) -> Publisher.Result
  ) throws(CatalogError) {
    let lock: any FileLock
    do throws(FileError) {
      lock = try store.lock(layout.lockFile, waits: false)
    } catch {
      if error.reason == .locked { return }
      throw .file(error)
    }
    defer { lock.release() }
    let writer = try Connection.open(layout.catalog, .write, on: store.databases)
    report.merge(work(writer))
  }
}
