import Columnar
import FileStorage
import LakeCatalog
import TestSupport
import Testing

@Suite("Retention")
struct RetentionTests {
  @Test("a vacuum may take what no kept, tagged or sealed snapshot has")
  func candidates() throws {
    let lake = TestLake()
    let catalog = try lake.create()
    let id = try catalog.commit(.creating("trades")).versions[0].tableID
    // Snapshot 2 has part-0, 3 has part-1, … 6 has part-4.
    for base in 0..<5 as Range<Int64> {
      var commit = LakeCommit.appending(to: [id], base: base)
      if base > 0 { commit.changes[0].filesRemoved = ["part-\(base - 1).parquet"] }
      try catalog.commit(commit)
    }
    let table = try catalog.table(schema: nil, name: "trades", at: 6)
    func paths(_ snapshot: Int64) throws -> [String] {
      let kept = try catalog.snapshot(id: snapshot).timeMicroseconds
      let now = max(lake.clock.now(), try catalog.head().timeMicroseconds)
      return try catalog.vacuumPlan(of: table, retention: now - kept)
        .filter { $0.kept == nil }.map(\.path)
    }
    #expect(try paths(6) == (0...3).map { "part-\($0).parquet" })
    #expect(try paths(4) == ["part-0.parquet", "part-1.parquet"])
    #expect(try paths(0).isEmpty)
    var pins = LakeCommit("TAG")
    let now = lake.clock.now()
    pins.tags = [
      TagRecord(name: "kept", snapshot: 2),
      TagRecord(name: "expired", snapshot: 3, retainUntilMicroseconds: now - 1),
      TagRecord(name: "year", snapshot: 4, retainUntilMicroseconds: now + 60_000_000),
    ]
    pins.seals = [SealRecord(businessDate: CalendarDate(days: 1), snapshot: 5, tag: nil)]
    try catalog.commit(pins)
    #expect(try paths(6) == ["part-1.parquet"])
    lake.clock.advance(microseconds: 120_000_000)
    #expect(try paths(6) == ["part-1.parquet", "part-2.parquet"])
  }

  @Test("runs, readers and rules keep files, and say so; a dropped table's files follow it")
  func reasons() throws {
    let lake = TestLake()
    let catalog = try lake.create()
    let id = try catalog.commit(.creating("trades")).versions[0].tableID
    for base in 0..<4 as Range<Int64> {
      var commit = LakeCommit.appending(to: [id], base: base)
      if base > 0 { commit.changes[0].filesRemoved = ["part-\(base - 1).parquet"] }
      try catalog.commit(commit)
    }
    var run = LakeCommit("REFRESH")
    run.runs = ["succeeded", "failed"].enumerated().map { index, status in
      NewRun(
        RunRecord(
          view: "v", status: status, startedMicroseconds: 1,
          finishedMicroseconds: lake.clock.now(), inputSnapshot: 2,
          definitionHash: SHA256.digest("v"), engineVersion: "1",
          inputs: [TableVersionReference(tableID: id, version: Int64(index + 1))]))
    }
    try catalog.commit(run)
    let table = try catalog.table(schema: nil, name: "trades", at: 6)
    func kept(readers: [Int64] = []) throws -> [VacuumReason?] {
      try catalog.vacuumPlan(of: table, retention: 0, readers: readers).map(\.kept)
    }
    #expect(try kept() == [.run(1), nil, nil])
    #expect(try kept(readers: [4]) == [.run(1), nil, .reader(snapshot: 4)])
    var taking = LakeCommit("VACUUM")
    taking.vacuumed = [VacuumedFile(tableID: id, path: "part-0.parquet")]
    #expect(throws: CatalogError.self) { try catalog.commit(taking) }
    var rules = LakeCommit("RETAIN")
    rules.settings = [SettingRecord(name: RetentionSetting.runs, value: "60000000")]
    try catalog.commit(rules)
    #expect(try kept() == [.run(1), nil, nil])
    lake.clock.advance(microseconds: 120_000_000)
    #expect(try kept() == [nil, nil, nil])
    rules.settings = [SettingRecord(name: RetentionSetting.table(id), value: "600000000")]
    try catalog.commit(rules)
    #expect(
      try kept().allSatisfy { reason in
        if case .retention = reason { return true }
        return false
      })
    rules.settings = [SettingRecord(name: RetentionSetting.table(id), value: nil)]
    rules.droppedTables = [id]
    try catalog.commit(rules)
    #expect(try kept() == [nil, nil, nil, nil])
    taking.vacuumed = (0...3).map { VacuumedFile(tableID: id, path: "part-\($0).parquet") }
    try catalog.commit(taking)
    #expect(try catalog.unreadableVersions(of: id) == [1...4])
  }

  @Test("table directories stay inside the lake, whatever the name")
  func paths() throws {
    let lake = TestLake()
    let catalog = try lake.create()
    #expect(try catalog.freePath(schema: "..", name: "a/b c.ü") == "tables/__/a_b_c___")
    for path in ["/etc", "tables/../x", "tables//x", "x", ""] {
      var commit = LakeCommit.creating("trades")
      if case .new(var definition) = commit.changes[0].target {
        definition.path = path
        commit.changes[0].target = .new(definition)
      }
      let error = #expect(throws: CatalogError.self) { try catalog.commit(commit) }
      guard case .invalid = error else { return #expect(Bool(false), "\(error as Any)") }
    }
  }

  @Test("a lake whose catalog is gone or is no database says what would help")
  func lostCatalog() throws {
    let directory = TemporaryDirectory()
    let lake = TestLake()
    let disk = LocalFileStore()
    _ = try Catalog.create(at: directory.path, store: disk, clock: lake.now(), actor: "ann")
    func open() throws {
      _ = try Catalog(opening: directory.path, store: disk, clock: lake.now())
    }
    for suffix in ["", "-wal", "-shm"] { try disk.remove(directory.path + "/tarn.db" + suffix) }
    let lost = #expect(throws: CatalogError.self) { try open() }
    guard case .catalogLost = lost else { return #expect(Bool(false), "\(lost as Any)") }
    let again = #expect(throws: CatalogError.self) {
      _ = try Catalog.create(at: directory.path, store: disk, clock: lake.now(), actor: "ann")
    }
    guard case .catalogLost = again else { return #expect(Bool(false), "\(again as Any)") }
    try disk.replace([UInt8](repeating: 7, count: 5000), at: directory.path + "/tarn.db")
    let broken = #expect(throws: CatalogError.self) { try open() }
    guard case .corrupted = broken else { return #expect(Bool(false), "\(broken as Any)") }
    _ = try Catalog.rebuild(at: directory.path, store: disk, clock: lake.now())
    try open()
  }
}
