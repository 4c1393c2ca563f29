package import FileStorage
import Synchronization

/// A lake's memory and the coordinator of its commits; from any thread, in any number of processes.
///
/// Reads go through one connection and never wait for a commit. Commits queue behind the lake's
/// writer lock, across threads and processes, so nobody is told that the database is busy. The
/// catalog is never the only copy: `rebuild` makes it again from the lake log.
package final class Catalog: Sendable {
  package let layout: LakeLayout
  package let store: any FileStore
  /// Whether the disk refuses writes; the catalog then answers, and commits throw `.readOnly`.
  package let isReadOnly: Bool
  /// What the lake is called in its log.
  package let lake: String
  /// What opening found and did.
  package let recovery: RecoveryReport
  /// The format that the catalog had when it was opened.
  let format: Int64

  let clock: @Sendable () -> Int64
  let probe: CommitProbe?
  private let reader: Mutex<Connection>
  private let writer = Mutex<Writer?>(nil)
  private let facts: Mutex<KnownFacts>
  /// Keeps the copy of a read-only lake's database until the catalog goes.
  private let copy: CatalogCopy?

  /// Opens the lake in `path`, and finishes what a crash left unfinished.
  ///
  /// - Parameters:
  ///   - clock: Microseconds since the epoch.
  ///   - access: `.readOnly` reads as on a disk that cannot be written.
  ///   - probe: For tests that die around a SQLite COMMIT.
  package init(
    opening path: String, store: any FileStore, clock: @escaping @Sendable () -> Int64,
    access: CatalogAccess = .automatic, probe: CommitProbe? = nil
  ) throws(CatalogError) {
    let layout = LakeLayout(path)
    let opened = try OpenedDatabase.open(layout, access, on: store.databases)
    self.layout = layout
    self.store = store
    self.clock = clock
    self.probe = probe
    isReadOnly = opened.isReadOnly
    copy = opened.copy
    lake = opened.state.lake
    format = opened.state.format
    var facts = opened.state.facts
    var recovery = RecoveryReport()
    if !isReadOnly {
      recovery = Recovery(layout: layout, store: store, probe: probe)
        .run(reading: opened.connection, opened.state)
      // What was left unfinished may have become a snapshot.
      if opened.state.hasUnfinished { facts = try HeadFacts.read(opened.connection) }
    }
    self.recovery = recovery
    self.facts = Mutex(KnownFacts(newest: facts, areOfOpening: true))
    reader = Mutex(opened.takeConnection())
  }

  /// Runs queries on the reading connection; all of them see the same state.
  func read<Result: Sendable>(
    _ work: (borrowing Connection) throws(CatalogError) -> Result
  ) throws(CatalogError) -> Result {
    try reader.withLock { connection throws(CatalogError) in
      try connection.execute("BEGIN")
      defer { try? connection.execute("COMMIT") }
      return try work(connection)
    }
  }

  /// Runs one query on the reading connection, without the cost of a transaction around it.
  func readOnce<Result: Sendable>(
    _ work: (borrowing Connection) throws(CatalogError) -> Result
  ) throws(CatalogError) -> Result {
    try reader.withLock { connection throws(CatalogError) in try work(connection) }
  }

  /// Runs work on the writing connection, holding the lake's writer lock.
  func write<Result: Sendable>(
    _ work: (borrowing Connection) throws(CatalogError) -> Result
  ) throws(CatalogError) -> Result {
    if isReadOnly { throw .readOnly(path: layout.root) }
    facts.withLock { $0.areOfOpening = false }
    return try writer.withLock { slot throws(CatalogError) in
      let lock = try CatalogError.files { () throws(FileError) in
        try store.lock(layout.lockFile, waits: true)
      }
      defer { lock.release() }
      let writer: Writer
      if let open = slot {
        writer = open
      } else {
        writer = try Writer(layout.catalog, on: store.databases)
      }
      slot = writer
      return try work(writer.connection)
    }
  }

  /// What was found on opening, as long as nothing was written through this catalog since.
  ///
  /// For a statement that opened the lake itself: whatever others committed since came later.
  package var openingFacts: HeadFacts? {
    facts.withLock { $0.areOfOpening ? $0.newest : nil }
  }

  func note(_ newer: HeadFacts) {
    facts.withLock { if $0.newest.head.id < newer.head.id { $0.newest = newer } }
  }

  /// The newest facts that were read; later commits may be there by now.
  var knownFacts: HeadFacts { facts.withLock { $0.newest } }

  /// Moves the write-ahead log into the database when nobody writes, so that the next start is
  /// quick; call it when a program ends. Never waits and never fails.
  package func tidy() {
    if isReadOnly { return }
    writer.withLock { slot in
      guard let writer = slot, let lock = try? store.lock(layout.lockFile, waits: false) else {
        return
      }
      writer.connection.checkpoint()
      lock.release()
    }
  }
}

/// How a catalog may be opened.
package enum CatalogAccess: Sendable, Hashable {
  /// To write if the disk lets us, else to read.
  case automatic
  case readOnly
}

private struct KnownFacts {
  var newest: HeadFacts
  /// Whether `openingFacts` may be used.
  var areOfOpening: Bool
}

/// The writing connection, opened by the first commit.
private final class Writer: Sendable {
  let connection: Connection

  init(_ path: String, on disk: DatabaseDisk) throws(CatalogError) {
    connection = try Connection.open(path, .write, on: disk)
    try Migrations.upgrade(connection)
  }
}
