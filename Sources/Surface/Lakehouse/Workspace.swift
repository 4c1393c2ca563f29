import Columnar
import FileStorage
import LakeCatalog
import QueryEngine
import QueryLanguage
import Synchronization
import Workers

/// What a session's statements work with: the disk, the threads, and the lake once it is needed.
final class Workspace: Sendable {
  let store: any FileStore
  let lakePath: String
  let clock: @Sendable () -> Int64
  let decompressors = DecompressorPool()
  let footers = FooterCache()
  /// What running statements read, for vacuums to see.
  let leases: ReaderLeases
  private let probe: CommitProbe?
  private let access: CatalogAccess
  private let state: Mutex<State>

  private struct State {
    var lake: Lake?
    var pool: WorkerPool?
    /// The head as the running statement saw it first.
    var snapshot: LakeSnapshot?
    /// Whether a short statement runs.
    var isInStatement = false
    /// Whether the running statement opened the lake.
    var isJustOpened = false
    /// Why the newest commits to an open table could not be imported, by the table's id.
    var importFaults: [Int64: QueryError] = [:]
  }

  init(
    lakePath: String, store: any FileStore = LocalFileStore(),
    clock: @escaping @Sendable () -> Int64 = SystemClock.microseconds, probe: CommitProbe? = nil,
    access: CatalogAccess = .automatic
  ) {
    self.lakePath = lakePath
    self.store = store
    self.clock = clock
    self.probe = probe
    self.access = access
    leases = ReaderLeases(
      root: lakePath, store: store, isReadOnly: access == .readOnly)
    state = Mutex(State())
  }

  /// The same disk, clock and access for a lake at another path.
  func moved(to path: String) -> Workspace {
    Workspace(lakePath: path, store: store, clock: clock, probe: probe, access: access)
  }

  /// The lake, opened by the first call.
  func lake() throws(CatalogError) -> Lake {
    if let lake = state.withLock({ $0.lake }) { return lake }
    let lake = try Lake.open(
      lakePath, store: store, clock: clock, probe: probe, access: access)
    if !lake.catalog.isReadOnly {
      // What a killed process left of a statement that did not fit into memory.
      SpillSpace.sweep(joinPath(lake.root, "temp"), store: store)
    }
    state.withLock { state in
      state.lake = lake
      state.isJustOpened = state.isInStatement
    }
    return lake
  }

  /// The lake, for a table that a statement names.
  func lake(for name: QualifiedName) throws(QueryError) -> Lake {
    do throws(CatalogError) {
      return try lake()
    } catch {
      guard case .noLake(let path) = error else { throw QueryError(error, at: name.range) }
      throw QueryError(
        .source, "there is no lake at '\(path)' to look for \"\(name.dotted)\" in",
        help: "`tarn init --lake \(path)` makes one; --lake or TARN_LAKE name another",
        at: name.range)
    }
  }

  /// Refuses to start on what a lake that can only be read would refuse in the end.
  func checkWritable() throws(QueryError) {
    // What keeps the lake from opening is told by the statement, with its place.
    guard let lake = try? lake(), lake.catalog.isReadOnly else { return }
    throw QueryError(
      .readOnly, "the lake at '\(lake.root)' can only be read here",
      help: "queries work; write where its directory and tarn.db are writable")
  }

  /// The lake, when a statement has opened it already.
  var openedLake: Lake? { state.withLock { $0.lake } }

  func adopt(_ lake: Lake) { state.withLock { $0.lake = lake } }

  /// Writes what the catalog has in its write-ahead log into its database.
  func tidy() { state.withLock { $0.lake }?.catalog.tidy() }

  /// The threads; made by the first statement that runs.
  func pool(threads: Int?) -> WorkerPool {
    let wanted = threads ?? WorkerPool.availableProcessors
    return state.withLock { state in
      if let pool = state.pool, pool.threadCount == max(1, wanted) { return pool }
      let pool = WorkerPool(threadCount: wanted)
      state.pool = pool
      return pool
    }
  }

  /// A new statement looks at the head anew.
  ///
  /// - Parameter isShort: Whether the head as it was when the statement opened the lake will do; not
  ///   for a command that goes on for hours.
  func beginStatement(isShort: Bool = false) {
    leases.release()
    state.withLock { state in
      state.snapshot = nil
      state.isInStatement = isShort
      state.isJustOpened = false
    }
  }

  /// What the statement held is free; what it saw may still be asked for.
  func endStatement() {
    state.withLock { state in
      state.isInStatement = false
      state.isJustOpened = false
    }
    leases.release()
  }

  /// The snapshot of all references of the running statement that carry no pin.
  func statementSnapshot(of lake: Lake) throws(CatalogError) -> LakeSnapshot {
    let (seen, isJustOpened) = state.withLock { ($0.snapshot, $0.isJustOpened) }
    if let seen { return seen }
    let facts: HeadFacts
    if isJustOpened, let opening = lake.catalog.openingFacts {
      facts = opening
    } else {
      facts = try lake.catalog.headFacts()
    }
    var faults: [Int64: QueryError] = [:]
    var snapshot = facts.head
    if facts.hasOpenTables {
      faults = try ForeignImporter(lake: lake).importNew()
      // Taking over what others committed makes snapshots.
      snapshot = try lake.catalog.head()
    }
    state.withLock { state in
      state.snapshot = snapshot
      state.importFaults = faults
    }
    return snapshot
  }

  /// Why the newest state of an open table is not known, if so.
  func importFault(of table: Int64) -> QueryError? {
    state.withLock { $0.importFaults[table] }
  }

  /// The snapshot that the running statement read at, when it read a lake.
  var usedSnapshot: LakeSnapshot? { state.withLock { $0.snapshot } }
}
