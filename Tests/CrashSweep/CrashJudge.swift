import Columnar
import DeltaLake
import FileStorage
import LakeCatalog
import Lakehouse
import Synchronization
import TestSupport

/// A promise that a crash broke.
package struct CrashViolation: Error, CustomStringConvertible {
  package var description: String
  init(_ description: String) { self.description = description }
}

/// Opens the lake that a crash left, and asks for everything that was promised.
struct CrashJudge {
  let recording: CrashRecording
  let clock = FixedClock(microseconds: 1_759_300_000_000_000, step: 7)

  struct Finding {
    /// Which of the recording's states was found.
    var state: Int
    /// The steps of opening the lake, for crashes of the recovery.
    var recovery: [CrashRecording.Point]
  }

  /// - Parameter seed: Chooses the old snapshot that is asked for.
  func judge(
    _ disk: MemoryDisk, acknowledged: Int, reached: Int, seed: UInt64
  ) throws -> Finding {
    let store = MemoryFileStore(disk, holdsDatabases: true)
    let steps = Mutex<[CrashRecording.Point]>([])
    store.observe { operation, disk in
      steps.withLock {
        $0.append(
          CrashRecording.Point(
            operation: operation, disk: disk, acknowledged: acknowledged, reached: reached))
      }
    }
    guard let lake = try open(store) else {
      guard acknowledged == 0, recording.states[0] == .zero else {
        throw CrashViolation("the lake is gone")
      }
      store.observe(nil)
      _ = try Lake.create(CrashScenario.root, actor: "tester", store: store, clock: now)
      try write(CrashRecording.session(store, clock))
      return Finding(state: 0, recovery: [])
    }
    try check(lake.catalog.recovery)
    // Looking into the catalog of a branch or a backup is not serving it; opening it as a lake is, and
    // makes durable what a killed process left in the memory of the machine.
    for root in CrashRecording.roots(store)?.dropFirst() ?? [] {
      guard let other = try open(store, root: root) else {
        throw CrashViolation("the lake \(root) is gone")
      }
      try check(other.catalog.recovery)
    }
    let state = try state(store, acknowledged: acknowledged, reached: reached)
    // What was served once stays.
    let disk = store.disk
    steps.withLock {
      $0.append(
        CrashRecording.Point(
          operation: "opened", disk: disk, acknowledged: state, reached: reached))
    }
    store.observe(nil)
    try checkFiles(lake)
    let session = CrashRecording.session(store, clock)
    try verify(session)
    if !recording.answers.isEmpty {
      try ask(recording.answers[Int(seed % UInt64(recording.answers.count))], session)
    }
    try write(session)
    try verify(session)
    try checkOthers(store)
    if seed % 4 == 0 { try vacuum(session, lake) }
    return Finding(state: state, recovery: steps.withLock { $0 })
  }

  private var now: @Sendable () -> Int64 {
    let clock = clock
    return { clock.now() }
  }

  /// Nil when there is no lake yet.
  private func open(
    _ store: MemoryFileStore, root: String = CrashScenario.root
  ) throws -> Lake? {
    do throws(CatalogError) {
      return try Lake.open(root, store: store, clock: now)
    } catch {
      switch error {
      case .noLake: return nil
      default: throw CrashViolation("cannot be opened: \(error)")
      }
    }
  }

  private func state(
    _ store: MemoryFileStore, acknowledged: Int, reached: Int
  ) throws -> Int {
    guard let digest = CrashRecording.digest(store) else {
      throw CrashViolation("the catalog cannot be read")
    }
    guard let state = recording.states.lastIndex(of: digest) else {
      throw CrashViolation("partial: the catalog is in none of its states")
    }
    guard state >= acknowledged else {
      throw CrashViolation("lost: state \(state), and \(acknowledged) was acknowledged")
    }
    guard state <= reached + 1 else {
      throw CrashViolation("state \(state) was found before it was made")
    }
    return state
  }

  /// The published files are those of the catalog's versions, no more and no less, and say the same.
  private func checkFiles(_ lake: Lake) throws {
    let catalog = lake.catalog
    let head = try catalog.head().id
    let entries = try names(catalog.layout.log, lake)
    guard entries == (0...head).map({ lastComponent(of: catalog.layout.logFile($0)) }) else {
      throw CrashViolation("the lake log has \(entries), and the head is \(head)")
    }
    for table in try catalog.tables(at: head) {
      guard let version = try catalog.version(of: table.id, at: head)?.version else {
        throw CrashViolation("\(table.qualifiedName) has no version")
      }
      let path = table.definition.path
      let commits = try names(catalog.layout.deltaLog(path), lake)
        .filter { $0.hasSuffix(".json") && $0.utf8.count == 25 }
      let expected = (0...version).map {
        lastComponent(of: catalog.layout.commitFile(path, version: $0))
      }
      guard commits == expected else {
        throw CrashViolation("\(path) has \(commits), and its head is \(version)")
      }
      let delta = DeltaTable(at: catalog.layout.table(path), in: lake.store)
      let others = try delta.snapshot().files.map(\.path).sorted()
      let ours = try catalog.files(of: table, version: version).map(\.file.path).sorted()
      guard others == ours else {
        throw CrashViolation("\(path): other readers see \(others), the catalog says \(ours)")
      }
    }
  }

  private func check(_ recovery: RecoveryReport) throws {
    if let failure = recovery.failure { throw CrashViolation("recovery failed: \(failure)") }
    guard recovery.damaged.isEmpty else {
      throw CrashViolation("files are damaged: \(recovery.damaged)")
    }
  }

  /// Branches and a backup are lakes, whole ones; and the next backup works whatever the last one left.
  private func checkOthers(_ store: MemoryFileStore) throws {
    guard let roots = CrashRecording.roots(store) else {
      throw CrashViolation("the catalog cannot be read")
    }
    for root in roots.dropFirst() {
      guard let lake = try open(store, root: root) else {
        throw CrashViolation("the lake \(root) is gone")
      }
      try check(lake.catalog.recovery)
      try checkFiles(lake)
      let session = CrashRecording.session(store, clock, root: root)
      try verify(session)
      if root == CrashScenario.copy { continue }
      try write(session)
      try verify(session)
    }
    if (try? store.status(CrashScenario.copy)) != nil {
      try checkUnfinished(store)
      do { try CrashRecording.session(store, clock).take(CrashScenario.backup) } catch {
        throw CrashViolation("the next backup fails: \(error)")
      }
      try verify(CrashRecording.session(store, clock, root: CrashScenario.copy))
    }
  }

  /// A backup that has no catalog yet is not taken for a lake, nor made one.
  private func checkUnfinished(_ store: MemoryFileStore) throws {
    let layout = LakeLayout(CrashScenario.copy)
    guard try store.status(layout.catalog) == nil else { return }
    let isBegun = try store.status(layout.unfinishedCatalog) != nil
    do throws(CatalogError) {
      _ = try Lake.open(CrashScenario.copy, store: store, clock: now)
      throw .invalid("it was opened")
    } catch {
      switch error {
      case .incompleteCopy where isBegun, .noLake where !isBegun: break
      default: throw CrashViolation("a backup without its catalog: \(error)")
      }
    }
    if !isBegun { return }
    do throws(CatalogError) {
      _ = try Lake.create(CrashScenario.copy, actor: "tester", store: store, clock: now)
      throw .invalid("a lake was made of it")
    } catch {
      guard case .incompleteCopy = error else {
        throw CrashViolation("a backup without its catalog: \(error)")
      }
    }
  }

  /// A vacuum takes what the crash left over, leases of dead readers too, and nothing that is needed.
  private func vacuum(_ session: Session, _ lake: Lake) throws {
    let queries = try lake.catalog.tables(at: lake.catalog.head().id).map {
      "SELECT * FROM \($0.qualifiedName)"
    }
    let before = try queries.map { try CrashRecording.hash($0, session) }
    do { try session.take(.sql("VACUUM RETAIN 0 HOURS")) } catch {
      throw CrashViolation("the next vacuum fails: \(error)")
    }
    guard try queries.map({ try CrashRecording.hash($0, session) }) == before else {
      throw CrashViolation("the next vacuum took rows")
    }
    let readers = lake.root + "/readers"
    let leases = try lake.store.status(readers) == nil ? [] : lake.store.list(readers).map(\.name)
    guard leases.isEmpty else { throw CrashViolation("leases of dead readers stay: \(leases)") }
    try verify(session)
  }

  private func names(_ directory: String, _ lake: Lake) throws -> [String] {
    try lake.store.list(directory).map(\.name).filter { !$0.hasPrefix(".") }
  }

  private func verify(_ session: Session) throws {
    let outcome = try session.perform(.verify(deep: true)) { _ in }
    if outcome.verdict != nil {
      let rows = outcome.table.map { table in (0..<table.rowCount).map { "\(table.row($0))" } }
      throw CrashViolation("verify: \(rows ?? outcome.lines)")
    }
  }

  private func ask(_ answer: CrashRecording.Answer, _ session: Session) throws {
    let hash: FileDigest
    do { hash = try CrashRecording.hash(answer.query, session) } catch {
      // A vacuum says which versions it took.
      if "\(error)".contains("vacuum") { return }
      throw CrashViolation("\(answer.query): \(error)")
    }
    if hash != answer.hash { throw CrashViolation("\(answer.query) has another answer") }
  }

  private func write(_ session: Session) throws {
    let name = "probe.after"
    do {
      try session.take(.sql("CREATE TABLE \(name) (n INT); INSERT INTO \(name) VALUES (1)"))
    } catch {
      throw CrashViolation("the next write fails: \(error)")
    }
  }
}
