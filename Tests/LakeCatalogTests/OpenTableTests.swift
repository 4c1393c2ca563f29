import FileStorage
import LakeCatalog
import Synchronization
import TestSupport
import Testing

@Suite("Open tables", .serialized)
struct OpenTableTests {
  private static let foreign = Array("{\"commitInfo\":{\"engineInfo\":\"other\"}}\n".utf8)

  /// A lake with an open table and a sealed one.
  private struct Scene {
    let lake = TestLake()
    let tables: [Int64]

    init() throws {
      let catalog = try lake.create()
      var commit = LakeCommit.creating("shared", "sealed")
      if case .new(var definition) = commit.changes[0].target {
        definition.mode = .open
        commit.changes[0].target = .new(definition)
      }
      tables = try catalog.commit(commit).versions.map(\.tableID)
    }

    func path(_ version: Int64) -> String {
      LakeLayout(lake.path).commitFile("tables/silver/shared", version: version)
    }

    /// Both tables have version 1, or both do not; what is published agrees.
    func check(_ found: MemoryFileStore, acknowledged: Bool, _ place: Comment) throws {
      let catalog = try lake.open(found)
      #expect(catalog.recovery.failure == nil && catalog.recovery.damaged.isEmpty, place)
      let head = try catalog.head().id
      #expect(head == 2 || (head == 1 && !acknowledged), place)
      for table in tables {
        #expect(try catalog.version(of: table, at: head)?.version == head - 1, place)
      }
      #expect(try catalog.verify().faults.isEmpty, place)
      // A commit that did not happen left nothing in the place of the next one.
      let next = try catalog.commit(.appending(to: tables, base: head - 1, tag: "n"))
      #expect(next.publishing == nil, place)
    }
  }

  @Test("crashes at every file operation and around every COMMIT leave the old state or the new")
  func crashes() throws {
    var faultsMet = 0
    sweep: for operation in 1... {
      for seed in 0..<3 as Range<UInt64> {
        let scene = try Scene()
        let store = FaultyStore(over: scene.lake.memory)
        let catalog = try scene.lake.open(store)
        store.arm(.crash(at: operation))
        let acknowledged =
          (try? catalog.commit(.appending(to: scene.tables, base: 0))) != nil && !store.hasCrashed
        if store.faultsMet == 0 { break sweep }
        faultsMet += 1
        let found = MemoryFileStore(scene.lake.memory.disk.afterPowerLoss(seed: seed))
        try scene.check(found, acknowledged: acknowledged, "operation \(operation), seed \(seed)")
      }
    }
    #expect(faultsMet > 3 * 20)
    var moments = 0
    for moment in 1... {
      let scene = try Scene()
      let store = FaultyStore(over: scene.lake.memory)
      let count = Mutex(0)
      let catalog = try scene.lake.open(store) { _ throws(CatalogError) in
        let now = count.withLock {
          $0 += 1
          return $0
        }
        if now == moment {
          store.crash()
          throw .invalid("the power failed")
        }
      }
      let acknowledged =
        (try? catalog.commit(.appending(to: scene.tables, base: 0))) != nil && !store.hasCrashed
      if !store.hasCrashed { break }
      moments += 1
      let found = MemoryFileStore(scene.lake.memory.disk.afterPowerLoss(seed: 1))
      try scene.check(found, acknowledged: acknowledged, "moment \(moment)")
    }
    #expect(moments == 6)  // intent, take-over, published: before and after each
    print("open-table sweep: \(faultsMet) crashes at operations, \(moments) around COMMITs")
  }

  @Test(
    "a disk that fails at any operation leaves a lake that the next open puts right",
    arguments: [FileError.Reason.noSpace, .system(code: 5)])
  func failures(reason: FileError.Reason) throws {
    var faultsMet = 0
    for operation in 1... {
      let scene = try Scene()
      let store = FaultyStore(over: scene.lake.memory)
      let catalog = try scene.lake.open(store)
      store.arm(.failure(at: operation, reason))
      let acknowledged = (try? catalog.commit(.appending(to: scene.tables, base: 0))) != nil
      if store.faultsMet == 0 { break }
      faultsMet += 1
      try scene.check(scene.lake.memory, acknowledged: acknowledged, "operation \(operation)")
    }
    #expect(faultsMet > 20)
  }

  @Test("a foreign commit in our place refuses ours until it is imported")
  func importing() throws {
    let scene = try Scene()
    let catalog = try scene.lake.open()
    try scene.lake.memory.plant(OpenTableTests.foreign, at: scene.path(1))
    let error = #expect(throws: CatalogError.self) {
      try catalog.commit(.appending(to: scene.tables, base: 0))
    }
    guard case .foreignCommit(_, 1) = error else { return #expect(Bool(false), "\(error as Any)") }
    #expect(try catalog.head().id == 1)
    #expect(try scene.lake.memory.read(scene.path(1)) == OpenTableTests.foreign)

    let table = try catalog.table(schema: nil, name: "shared", at: 1)
    let found = try catalog.foreignCommits(to: table)
    #expect(found.map(\.version) == [1])
    var importing = LakeCommit("IMPORT")
    importing.changes = [
      TableChange(.existing(tableID: table.id), baseVersion: 0, operation: "IMPORT") { _ in
        found[0].bytes
      }
    ]
    #expect(try catalog.commit(importing).publishing == nil)
    #expect(try catalog.foreignCommits(to: table).isEmpty)
    #expect(try catalog.commitBytes(of: table.id, version: 1) == OpenTableTests.foreign)
    // The base is stale now, as for any other writer.
    let stale = #expect(throws: CatalogError.self) {
      try catalog.commit(.appending(to: [table.id], base: 0))
    }
    guard case .conflict = stale else { return #expect(Bool(false), "\(stale as Any)") }
    try catalog.commit(.appending(to: [table.id], base: 1))
    #expect(try catalog.verify().faults.isEmpty)
  }

  @Test("a commit found wrong is found so before its link")
  func wrongBeforeLink() throws {
    let scene = try Scene()
    let catalog = try scene.lake.open()
    var commit = LakeCommit.appending(to: scene.tables, base: 0)
    commit.changes[1].filesRemoved = ["never-there.parquet"]
    #expect(throws: CatalogError.self) { try catalog.commit(commit) }
    #expect(try scene.lake.memory.status(scene.path(1)) == nil)
    try catalog.commit(.appending(to: scene.tables, base: 0))
    #expect(try catalog.verify().faults.isEmpty)
  }
}
