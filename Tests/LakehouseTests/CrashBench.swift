import FileStorage
import LakeCatalog
import Lakehouse
import TestSupport
import Testing

/// A lake that can be put back to one state again and again: its files are on a disk in memory that
/// loses what was not synced, its database is a file of the real disk.
final class CrashBench {
  private let directory = TemporaryDirectory()
  private let clock = FixedClock(microseconds: 1_759_255_200_000_000, step: 7)
  private var disk = MemoryDisk()
  private var database: [String: [UInt8]] = [:]
  private let summary: [String]
  /// What `summary` gives before and after the change that is swept.
  private(set) var old: [String] = []
  private(set) var new: [String] = []
  private let change: (Session) throws -> Void

  var root: String { directory.path }

  /// - Parameters:
  ///   - files: Landing files by their path below the lake.
  ///   - prepare: Makes the state before.
  ///   - change: What is swept; run a second time it must change nothing or be refused.
  ///   - summary: Queries that tell the states apart.
  init(
    files: [String: String], summary: [String], prepare: (Session) throws -> Void,
    change: @escaping (Session) throws -> Void
  ) throws {
    self.summary = summary
    self.change = change
    let memory = MemoryFileStore()
    _ = try Lake.create(root, actor: "tester", store: memory, clock: now())
    for (path, text) in files { try memory.plant(Array(text.utf8), at: root + "/" + path) }
    try prepare(session(memory))
    disk = memory.disk
    for suffix in ["", "-wal"] {
      database[suffix] = try? LocalFileStore().read(root + "/tarn.db" + suffix)
    }
    old = try state(memory)
    try change(session(memory))
    new = try state(memory)
    precondition(old != new, "the change changes nothing")
  }

  private func now() -> @Sendable () -> Int64 {
    let clock = clock
    return { clock.now() }
  }

  /// One thread, so that operations come in one order.
  func session(_ store: any FileStore, probe: CommitProbe? = nil) -> Session {
    var options = Session.Options(lakePath: root)
    options.actor = "tester"
    options.threads = 1
    return Session(options: options, store: store, clock: now(), probe: probe)
  }

  /// Puts the old state back.
  func reset() throws -> MemoryFileStore {
    let real = LocalFileStore()
    for suffix in ["", "-wal", "-shm"] {
      let path = root + "/tarn.db" + suffix
      if try real.status(path) != nil { try real.remove(path) }
      guard let bytes = database[suffix] else { continue }
      let file = try real.create(path)
      try file.append(bytes)
      try file.close()
    }
    return MemoryFileStore(disk)
  }

  /// Runs the change; nil when it was acknowledged.
  func run(_ store: any FileStore, probe: CommitProbe? = nil) -> LakeError? {
    do {
      try change(session(store, probe: probe))
      return nil
    } catch {
      return error as? LakeError ?? LakeError(.integrity, "an error of no layer: \(error)")
    }
  }

  /// Everything that the change touches, as a reader of the lake sees it.
  func state(_ store: any FileStore) throws -> [String] {
    let reader = session(store)
    return try summary.flatMap { query in try [query] + reader.lines(query) }
  }

  /// What is found is the old state or the new one, whole; and the change can be made exactly once.
  ///
  /// - Returns: whether it was the new one.
  @discardableResult
  func check(
    _ store: MemoryFileStore, acknowledged: Bool, _ place: Comment
  ) throws -> Bool {
    let found = try state(store)
    let isNew = found == new
    #expect(isNew || found == old, place)
    #expect(isNew || !acknowledged, "acknowledged and lost: \(place)")
    try verify(store, place)
    if !isNew {
      #expect(run(store) == nil, "the change cannot be made again: \(place)")
      #expect(try state(store) == new, place)
      try verify(store, place)
    }
    #expect(run(store) != nil, "the change was made twice: \(place)")
    #expect(try state(store) == new, place)
    return isNew
  }

  private func verify(_ store: any FileStore, _ place: Comment) throws {
    let outcome = try session(store).perform(.verify(deep: true)) { _ in }
    #expect(outcome.verdict == nil, "\(place): \(CellText.rows(outcome.table))")
  }

  /// Data files and temporary files that nothing refers to.
  func orphans(_ store: any FileStore) throws -> [String] {
    let known = Set(try session(store).lines("SELECT path FROM system.files"))
    var found: [String] = []
    func walk(_ path: String) throws {
      for entry in try store.list(root + "/" + path) {
        let child = path + "/" + entry.name
        if entry.isDirectory { try walk(child) } else { found.append(child) }
      }
    }
    try walk("tables")
    try walk("log")
    return found.filter {
      $0.hasSuffix(".tmp") || ($0.hasSuffix(".parquet") && !known.contains($0))
    }
  }
}
