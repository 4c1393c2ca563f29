import Columnar
package import FileStorage
import LakeCatalog
import Lakehouse
import QueryLanguage
import Synchronization
package import TestSupport

/// One run of a scenario's change, remembered at every step that changes the disk.
///
/// Nothing that a process does after the power is gone reaches the disk. So one run holds every
/// crash: the disk right before a step is what a crash there leaves, together with what of it was
/// not synced. (A crash at a read leaves the disk of the step after it.)
package struct CrashRecording: Sendable {
  package struct Point: Sendable {
    /// The step that never happened.
    package var operation: String
    package var disk: MemoryDisk
    /// The state that was acknowledged last; nothing before it may be found.
    package var acknowledged: Int
    /// The newest state that was true in the catalog; nothing after the next may be found.
    package var reached: Int
  }

  package let scenario: CrashScenario
  package private(set) var points: [Point] = []
  /// Digests of the catalog: before the change, and after each of its commits.
  package private(set) var states: [FileDigest] = []
  /// Rows of tables at versions that every state has: `table version` and what they hash to.
  package private(set) var answers: [Answer] = []

  package struct Answer: Sendable, Hashable {
    var query: String
    var hash: FileDigest
  }

  private final class Progress: Sendable {
    struct State {
      var points: [Point] = []
      var states: [FileDigest] = []
      var acknowledged = 0
    }
    let state = Mutex(State())
  }

  package init(_ scenario: CrashScenario) throws {
    self.scenario = scenario
    let clock = FixedClock(microseconds: 1_759_255_200_000_000, step: 7)
    let store = MemoryFileStore(holdsDatabases: true)
    for (path, text) in scenario.files {
      try store.plant(Array(text.utf8), at: CrashScenario.root + "/" + path)
    }
    for step in scenario.prepare {
      try CrashRecording.session(store, clock).take(step)
    }
    answers = try CrashRecording.answers(store, clock)
    try record(store, clock)
  }

  /// One thread, so that steps come in one order.
  static func session(
    _ store: any FileStore, _ clock: FixedClock, root: String = CrashScenario.root,
    probe: CommitProbe? = nil
  ) -> Session {
    var options = Session.Options(lakePath: root)
    options.actor = "tester"
    options.threads = 1
    return Session(options: options, store: store, clock: { clock.now() }, probe: probe)
  }

  private mutating func record(_ store: MemoryFileStore, _ clock: FixedClock) throws {
    let progress = Progress()
    let note: @Sendable () -> Void = {
      guard let digest = CrashRecording.digest(store) else { return }
      progress.state.withLock { if $0.states.last != digest { $0.states.append(digest) } }
    }
    note()
    // The lake that is not there yet is a state too.
    progress.state.withLock { if $0.states.isEmpty { $0.states.append(.zero) } }
    store.observe { operation, disk in
      progress.state.withLock { state in
        state.points.append(
          Point(
            operation: operation, disk: disk, acknowledged: state.acknowledged,
            reached: state.states.count - 1))
      }
    }
    do {
      let session = CrashRecording.session(store, clock) { moment throws(CatalogError) in
        if moment == .afterCommit { note() }
      }
      for step in scenario.change {
        try session.take(step)
        note()
        progress.state.withLock { $0.acknowledged = $0.states.count - 1 }
      }
    }
    // The last crash comes after everything.
    let disk = store.disk
    progress.state.withLock { state in
      state.points.append(
        Point(
          operation: "the end", disk: disk, acknowledged: state.acknowledged,
          reached: state.states.count - 1))
      points = state.points
      states = state.states
    }
    store.observe(nil)
  }

  /// What the lake says, its branches and its copy.
  static func digest(_ store: MemoryFileStore) -> FileDigest? {
    guard let roots = roots(store) else { return nil }
    var digests: [FileDigest] = []
    for root in roots {
      guard let digest = DatabaseDump.digest(of: root + "/tarn.db", on: store.databases) else {
        return nil
      }
      digests.append(digest)
    }
    if digests.count == 1 { return digests[0] }
    return SHA256.digest(zip(roots, digests).map { "\($0) \($1.hex)" }.joined(separator: "\n"))
  }

  /// The lakes on the disk: the lake, the branches that it names, and a backup that has a catalog.
  static func roots(_ store: MemoryFileStore) -> [String]? {
    let root = CrashScenario.root
    guard (try? store.status(root + "/tarn.db")) != nil else { return nil }
    let branches = DatabaseDump.texts(
      "SELECT substr(name, 8) FROM settings WHERE name GLOB 'branch.*' ORDER BY name",
      of: root + "/tarn.db", on: store.databases)
    guard let branches else { return nil }
    let hasCopy = (try? store.status(CrashScenario.copy + "/tarn.db")) != nil
    return [root] + branches.map { root + "/branches/" + $0 }
      + (hasCopy ? [CrashScenario.copy] : [])
  }

  /// What every old version of every table holds.
  private static func answers(_ store: MemoryFileStore, _ clock: FixedClock) throws -> [Answer] {
    guard try store.status(CrashScenario.root + "/tarn.db") != nil else { return [] }
    let session = session(store, clock)
    let catalog = try Lake.open(CrashScenario.root, store: store).catalog
    var answers: [Answer] = []
    for snapshot in 1...max(1, try catalog.head().id) {
      for table in try catalog.tables(at: snapshot) where table.definition.schema != "probe" {
        let query =
          "SELECT * FROM \(table.qualifiedName) AS KNOWN AT SNAPSHOT \(snapshot)"
        answers.append(Answer(query: query, hash: try hash(query, session)))
      }
    }
    return answers
  }

  static func hash(_ query: String, _ session: Session) throws -> FileDigest {
    let sink = CollectingSink()
    try session.run(query, into: sink)
    var rows: [String] = []
    for batch in sink.batches {
      for row in 0..<batch.rowCount { rows.append("\(batch.row(row))") }
    }
    return SHA256.digest(rows.sorted().joined(separator: "\n"))
  }
}
