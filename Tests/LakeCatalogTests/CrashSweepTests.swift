import FileStorage
import LakeCatalog
import Synchronization
import TestSupport
import Testing

/// Crashes a commit over two tables everywhere it can crash. The database is a file of the real
/// disk; all other files are on a disk that loses what was not synced.
@Suite("Crashes", .serialized)
struct CrashSweepTests {
  static let names = ["trades", "books"]

  /// A lake with two tables and a first append, and a faulty twin of its disk, not yet armed.
  private struct Scene {
    let lake = TestLake()
    let store: FaultyStore
    let tables: [Int64]

    init() throws {
      let catalog = try lake.create()
      tables = try catalog.commit(.creating("trades", "books")).versions.map(\.tableID)
      store = FaultyStore(over: lake.memory)
      try Scene.ingest(base: 0, tables, catalog, lake.memory)
    }

    /// What the façade does: durable data files first, then one commit for both tables.
    static func ingest(
      base: Int64, _ tables: [Int64], _ catalog: Catalog, _ store: any FileStore
    ) throws {
      for name in CrashSweepTests.names {
        let directory = catalog.layout.table("tables/silver/\(name)")
        let file = try store.create(directory + "/part-\(base).parquet")
        try file.append(Array("rows of \(name) \(base)".utf8))
        try file.sync()
        try file.close()
        try store.syncDirectory(directory)
      }
      try catalog.commit(.appending(to: tables, base: base))
    }

    /// The old state or the new one, whole, in the catalog and in every published file.
    func check(_ found: MemoryFileStore, acknowledged: Bool, _ place: Comment) throws {
      let catalog = try lake.open(found)
      #expect(catalog.recovery.failure == nil && catalog.recovery.damaged.isEmpty, place)
      let head = try catalog.head().id
      #expect(head == 3 || (head == 2 && !acknowledged), place)
      for (name, id) in zip(CrashSweepTests.names, tables) {
        let version = try #require(try catalog.version(of: id, at: head))
        #expect(version.version == head - 1 && version.isPublished, place)
        let table = try catalog.table(schema: "silver", name: name, at: head)
        let files = try catalog.files(of: table, version: version.version)
        #expect(files.count == Int(head - 1), place)
        for file in files {
          let path = catalog.layout.table(table.definition.path) + "/" + file.file.path
          let base = file.beginVersion - 1
          #expect(try found.read(path) == Array("rows of \(name) \(base)".utf8), place)
        }
        let log = try found.list(catalog.layout.deltaLog(table.definition.path))
          .filter { !$0.name.hasPrefix(".") }
        #expect(log.count == Int(head), place)
      }
      let report = try catalog.verify()
      #expect(report.faults.isEmpty, place)
      #expect(report.snapshots == head + 1, place)
    }
  }

  @Test("at every file operation: the old state or the new, never between")
  func everyOperation() throws {
    var faultsMet = 0
    var (old, new) = (0, 0)
    sweep: for operation in 1... {
      for seed in 0..<3 as Range<UInt64> {
        let scene = try Scene()
        let catalog = try scene.lake.open(scene.store)
        scene.store.arm(.crash(at: operation))
        let acknowledged =
          (try? Scene.ingest(base: 1, scene.tables, catalog, scene.store)) != nil
          && !scene.store.hasCrashed
        if scene.store.faultsMet == 0 { break sweep }
        faultsMet += 1
        let found = MemoryFileStore(scene.lake.memory.disk.afterPowerLoss(seed: seed))
        try scene.check(
          found, acknowledged: acknowledged, "operation \(operation), seed \(seed)")
        if try scene.lake.open(found).head().id == 2 { old += 1 } else { new += 1 }
      }
    }
    // Ten steps of data files, the lock, and eight of each of three published files.
    #expect(faultsMet == 3 * 35)
    #expect(old == 3 * 11 && new == 3 * 24)
    print("crash sweep: \(faultsMet) crashes, \(old) found the old state, \(new) the new")
  }

  @Test("before and after every SQLite COMMIT: the old state or the new, never between")
  func everyCommit() throws {
    var moments: [CommitMoment] = []
    for moment in 1... {
      let scene = try Scene()
      let met = Mutex<CommitMoment?>(nil)
      let count = Mutex(0)
      let store = scene.store
      let catalog = try scene.lake.open(store) { now throws(CatalogError) in
        if count.withLock({
          $0 += 1
          return $0 == moment
        }) {
          met.withLock { $0 = now }
          store.crash()
          throw .invalid("the power failed")
        }
      }
      let acknowledged =
        (try? Scene.ingest(base: 1, scene.tables, catalog, store)) != nil && !store.hasCrashed
      guard let now = met.withLock({ $0 }) else { break }
      moments.append(now)
      for seed in 0..<3 as Range<UInt64> {
        let found = MemoryFileStore(scene.lake.memory.disk.afterPowerLoss(seed: seed))
        try scene.check(found, acknowledged: acknowledged, "moment \(moment), seed \(seed)")
      }
    }
    // The ratifying COMMIT, and the one that remembers what was published.
    #expect(moments == [.beforeCommit, .afterCommit, .beforeCommit, .afterCommit])
  }

  @Test("recovery itself may crash at every operation, again and again")
  func recovery() throws {
    var faultsMet = 0
    for operation in 1... {
      let scene = try Scene()
      let catalog = try scene.lake.open(scene.store) { now throws(CatalogError) in
        if now == .afterCommit {
          scene.store.crash()
          throw .invalid("the power failed")
        }
      }
      #expect(throws: (any Error).self) {
        // The store is crashed by the probe; the data files before it are written.
        try Scene.ingest(base: 1, scene.tables, catalog, scene.store)
      }
      var disk = MemoryFileStore(scene.lake.memory.disk.afterPowerLoss(seed: 1))
      let faulty = FaultyStore(over: disk, fault: .crash(at: operation))
      _ = try scene.lake.open(faulty)
      faultsMet += faulty.faultsMet
      let hasCrashed = faulty.hasCrashed
      disk = MemoryFileStore(disk.disk.afterPowerLoss(seed: UInt64(operation)))
      try scene.check(disk, acknowledged: true, "recovery, operation \(operation)")
      if !hasCrashed { break }
    }
    #expect(faultsMet > 20)
  }

  /// SQLite syncs its log once for each COMMIT: until then any part of the tail may be lost.
  @Test("a write-ahead log that lost or garbled its unsynced tail: the old state or the new")
  func lostLogTail() throws {
    let scene = try Scene()
    let log = scene.lake.path + "/tarn.db-wal"
    let disk = LocalFileStore()
    let synced = Mutex(0)
    do {
      let catalog = try scene.lake.open(scene.store) { now throws(CatalogError) in
        if now == .beforeCommit {
          synced.withLock { $0 = (try? disk.status(log)?.size) ?? 0 }
        } else {
          scene.store.crash()
          throw .invalid("the power failed")
        }
      }
      #expect(throws: (any Error).self) {
        try Scene.ingest(base: 1, scene.tables, catalog, scene.store)
      }
    }
    let files = scene.lake.memory.disk.afterPowerLoss(seed: 3)
    let database = try disk.read(scene.lake.path + "/tarn.db")
    let whole = try disk.read(log)
    let start = synced.withLock { $0 }
    #expect(start > 0 && whole.count - start > 20 * 4096)
    var generator = SeededGenerator(seed: 11)
    var heads: [Int64: Int] = [:]
    for round in 0..<60 {
      let cut = round == 0 ? whole.count : Int.random(in: start..<whole.count, using: &generator)
      var bytes = whole
      switch round % 3 {
      case 0: bytes.removeSubrange(cut...)
      case 1: for place in cut..<bytes.count { bytes[place] = 0 }
      default: bytes[cut] ^= 0x40
      }
      try disk.replace(database, at: scene.lake.path + "/tarn.db")
      try disk.replace(bytes, at: log)
      try? disk.remove(scene.lake.path + "/tarn.db-shm")
      let found = MemoryFileStore(files)
      try scene.check(found, acknowledged: bytes == whole, "round \(round), byte \(cut)")
      heads[try scene.lake.open(found).head().id, default: 0] += 1
    }
    print("lost log tails: \(heads)")
    // A cut in the unused end of a last zeroed page changes nothing that is there.
    #expect((heads[3] ?? 0) >= 1 && (heads[2] ?? 0) > 50)
  }

  @Test(
    "a failing disk: nothing happened, or the commit holds and is published later",
    arguments: [FileError.Reason.noSpace, .system(code: 5)])
  func failures(reason: FileError.Reason) throws {
    var (refused, warned) = (0, 0)
    for operation in 1... {
      let scene = try Scene()
      let catalog = try scene.lake.open(scene.store)
      scene.store.arm(.failure(at: operation, reason))
      var acknowledged = false
      do {
        let outcome = try catalog.commit(.appending(to: scene.tables, base: 1))
        acknowledged = true
        if outcome.publishing != nil { warned += 1 }
      } catch {
        refused += 1
      }
      if scene.store.faultsMet == 0 { break }
      #expect(try catalog.head().id == (acknowledged ? 3 : 2))
      let again = try scene.lake.open()
      #expect(again.recovery.failure == nil)
      #expect(try again.head().id == (acknowledged ? 3 : 2))
      #expect(try again.verify().faults.isEmpty, "operation \(operation)")
    }
    #expect(refused == 1)  // the lock
    #expect(warned > 15)
  }

  @Test("creating a lake may crash at every operation and be done again")
  func creation() throws {
    var faultsMet = 0
    for operation in 1... {
      let lake = TestLake()
      try lake.memory.makeDirectory("/tmp")
      let store = FaultyStore(over: lake.memory, fault: .crash(at: operation))
      let isMade = (try? lake.create(store)) != nil
      faultsMet += store.faultsMet
      let found = MemoryFileStore(lake.memory.disk.afterPowerLoss(seed: UInt64(operation)))
      var catalog = try? lake.open(found)
      if catalog == nil { catalog = try lake.create(found) }
      #expect(try catalog?.head().id == 0)
      #expect(try catalog?.verify().faults == [], "operation \(operation)")
      if isMade { break }
    }
    #expect(faultsMet > 8)
  }
}
