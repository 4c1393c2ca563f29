import Columnar
import FileStorage
import LakeCatalog
import TestSupport
import Testing

@Suite("Catalog")
struct CatalogTests {
  @Test("creating and opening a lake")
  func creation() throws {
    let lake = TestLake()
    let missing = #expect(throws: CatalogError.self) { _ = try lake.open() }
    guard case .noLake = missing else { return #expect(Bool(false), "\(missing as Any)") }
    let catalog = try lake.create()
    #expect(try catalog.head().id == 0)
    #expect(try catalog.tables(at: 0).isEmpty)
    #expect(try lake.memory.status(lake.path + "/log/00000000000000000000.json") != nil)
    let again = #expect(throws: CatalogError.self) { _ = try lake.create() }
    guard case .lakeExists = again else { return #expect(Bool(false), "\(again as Any)") }
    let reopened = try lake.open()
    #expect(reopened.lake == catalog.lake)
    #expect(reopened.lake.utf8.count == 32)
    #expect(reopened.recovery.isClean)
  }

  @Test("nobody but the owner can read the catalog")
  func mode() throws {
    let lake = TestLake()
    _ = try lake.create()
    #expect(fileMode(lake.path + "/tarn.db") == 0o600)
  }

  @Test("a commit of two tables makes one snapshot, published under both names with its time")
  func twoTables() throws {
    let lake = TestLake()
    let catalog = try lake.create()
    let made = try catalog.commit(.creating("trades", "books"))
    #expect(made.snapshot.id == 1)
    #expect(made.publishing == nil)
    #expect(made.versions.map(\.version) == [0, 0])
    let outcome = try catalog.commit(
      .appending(to: made.versions.map(\.tableID), base: 0))
    #expect(outcome.versions.map(\.version) == [1, 1])
    for name in ["trades", "books"] {
      let table = try catalog.table(schema: "SILVER", name: name.uppercased(), at: 2)
      #expect(table.definition.key == ["trade_id", "book"])
      let path = lake.path + "/tables/silver/\(name)/_delta_log/00000000000000000001.json"
      #expect(try lake.memory.read(path) == catalog.commitBytes(of: table.id, version: 1))
      #expect(
        try lake.memory.status(path)?.modifiedMicroseconds == outcome.snapshot.timeMicroseconds)
      let files = try catalog.files(of: table, version: 1, detail: [.ranges, .statistics])
      #expect(files.map(\.file) == [testFile("part-0.parquet", day: 20_000)])
      #expect(try catalog.files(of: table, version: 0).isEmpty)
      #expect(try catalog.version(of: table.id, at: 2)?.version == 1)
      #expect(try catalog.version(of: table.id, at: 1)?.version == 0)
      #expect(try catalog.version(of: table.id, at: 0) == nil)
      #expect(try catalog.metadata(of: table.id, version: 1)?.text == "{\"id\":\"\(name)\"}")
    }
    #expect(try catalog.tables(at: 0).isEmpty)
    #expect(try catalog.tables(at: 1).map(\.qualifiedName) == ["silver.books", "silver.trades"])
    let report = try catalog.verify()
    #expect(report.faults.isEmpty)
    #expect(report.snapshots == 3 && report.versions == 4)
  }

  @Test("files are pruned by business date; those of unknown dates always stay")
  func pruning() throws {
    let lake = TestLake()
    let catalog = try lake.create()
    let id = try catalog.commit(.creating("trades")).versions[0].tableID
    var commit = LakeCommit.appending(to: [id], base: 0)
    commit.changes[0].filesAdded = [
      testFile("a", day: 10), testFile("b", day: 11), testFile("c", day: nil),
    ]
    _ = try catalog.commit(commit)
    let table = try catalog.table(schema: nil, name: "trades", at: 2)
    func paths(_ first: Int32, _ last: Int32) throws -> [String] {
      let dates = CalendarDate(days: first)...CalendarDate(days: last)
      return try catalog.files(of: table, version: 1, dates: dates).map(\.file.path)
    }
    #expect(try paths(10, 10) == ["a", "c"])
    #expect(try paths(10, 11) == ["a", "b", "c"])
    #expect(try paths(12, 12) == ["c"])
    #expect(try catalog.files(of: table, version: 1)[2].file.dates == nil)
  }

  @Test("removed files stay with the versions that had them")
  func intervals() throws {
    let lake = TestLake()
    let catalog = try lake.create()
    let id = try catalog.commit(.creating("trades")).versions[0].tableID
    _ = try catalog.commit(.appending(to: [id], base: 0))
    var replacing = LakeCommit.appending(to: [id], base: 1)
    replacing.changes[0].filesRemoved = ["part-0.parquet"]
    _ = try catalog.commit(replacing)
    let table = try catalog.table(schema: nil, name: "trades", at: 3)
    #expect(try catalog.files(of: table, version: 1).map(\.file.path) == ["part-0.parquet"])
    #expect(try catalog.files(of: table, version: 1)[0].endVersion == 2)
    #expect(try catalog.files(of: table, version: 2).map(\.file.path) == ["part-1.parquet"])
    var again = LakeCommit.appending(to: [id], base: 2)
    again.changes[0].filesRemoved = ["part-0.parquet"]
    let error = #expect(throws: CatalogError.self) { try catalog.commit(again) }
    guard case .invalid = error else { return #expect(Bool(false), "\(error as Any)") }
    #expect(try catalog.head().id == 3)
    #expect(
      try catalog.dateChanges(of: id, after: 0, upTo: 2).map(\.date.days) == [20_000, 20_001])
    var vacuum = LakeCommit("VACUUM")
    vacuum.vacuumed = [VacuumedFile(tableID: id, path: "part-0.parquet")]
    _ = try catalog.commit(vacuum)
    let gone = #expect(throws: CatalogError.self) {
      _ = try catalog.files(of: table, version: 1)
    }
    guard case .vacuumed("silver.trades", 1, [0...0, 2...2]) = gone else {
      return #expect(Bool(false), "\(gone as Any)")
    }
    #expect(try catalog.files(of: table, version: 2).count == 1)
    #expect(try catalog.unreadableVersions(of: id) == [1...1])
    #expect(try catalog.dates(of: id, version: 1).map(\.date.days) == [20_000])
    #expect(try catalog.dates(of: id, version: 2).map(\.rows) == [10, 10])
  }

  @Test("names: unknown, ambiguous, taken, renamed and dropped")
  func names() throws {
    let lake = TestLake()
    let catalog = try lake.create()
    let id = try catalog.commit(.creating("trades")).versions[0].tableID
    let taken = #expect(throws: CatalogError.self) { try catalog.commit(.creating("TRADES")) }
    guard case .alreadyExists("table", _) = taken else {
      return #expect(Bool(false), "\(taken as Any)")
    }
    var other = LakeCommit.creating("trades")
    if case .new(var definition) = other.changes[0].target {
      definition.schema = "bronze"
      definition.path = "tables/bronze/trades"
      other.changes[0].target = .new(definition)
    }
    _ = try catalog.commit(other)
    let ambiguous = #expect(throws: CatalogError.self) {
      _ = try catalog.table(schema: nil, name: "trades", at: 2)
    }
    guard case .ambiguousTable(_, ["bronze.trades", "silver.trades"]) = ambiguous else {
      return #expect(Bool(false), "\(ambiguous as Any)")
    }
    var rename = LakeCommit("ALTER TABLE")
    var definition = try catalog.table(schema: "silver", name: "trades", at: 2).definition
    definition.name = "deals"
    rename.changes = [
      TableChange(
        .existing(tableID: id), baseVersion: 0, operation: "RENAME", definition: definition,
        buildCommit: testContent)
    ]
    _ = try catalog.commit(rename)
    #expect(try catalog.table(schema: nil, name: "deals", at: 3).id == id)
    #expect(try catalog.table(schema: "silver", name: "trades", at: 2).id == id)
    let unknown = #expect(throws: CatalogError.self) {
      _ = try catalog.table(schema: "silver", name: "deal", at: 2)
    }
    guard case .unknownTable("silver.deal", let candidates) = unknown else {
      return #expect(Bool(false), "\(unknown as Any)")
    }
    #expect(candidates == ["bronze.trades", "silver.trades"])
    var drop = LakeCommit("DROP TABLE")
    drop.droppedTables = [id]
    _ = try catalog.commit(drop)
    #expect(try catalog.tables(at: 4).map(\.qualifiedName) == ["bronze.trades"])
    #expect(try catalog.tables(at: 3).count == 2)
    #expect(try catalog.freePath(schema: "silver", name: "trades") == "tables/silver/trades-2")
  }
}
