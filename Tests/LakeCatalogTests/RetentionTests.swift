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
    func paths(_ snapshot: Int64) throws -> [String] {
      try catalog.vacuumCandidates(of: id, keepingFrom: snapshot).map(\.file.path)
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
