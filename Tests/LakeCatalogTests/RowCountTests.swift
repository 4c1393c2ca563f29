import CSQLite
import Columnar
import FileStorage
import LakeCatalog
import TestSupport
import Testing

/// How many rows a table has at a version is one row of the catalog, and follows from its log.
@Suite("Row counts")
struct RowCountTests {
  /// Six versions: files come, one goes, one takes another's place.
  private func scene(_ lake: TestLake) throws -> (Catalog, TableRecord) {
    let catalog = try lake.create()
    let id = try catalog.commit(.creating("trades")).versions[0].tableID
    for base: Int64 in 0..<5 {
      var commit = LakeCommit.appending(to: [id], base: base)
      if base == 2 { commit.changes[0].filesRemoved = ["part-0.parquet"] }
      if base == 3 {
        commit.changes[0].filesRemoved = ["part-1.parquet", "part-2.parquet"]
        commit.changes[0].filesAdded = []
      }
      try catalog.commit(commit)
    }
    let table = try catalog.table(schema: "silver", name: "trades", at: catalog.head().id)
    return (catalog, table)
  }

  private static let counts: [Int64] = [0, 10, 20, 20, 0, 10]

  private func counts(_ catalog: Catalog, _ table: TableRecord) throws -> [Int64] {
    try (0...5).map { try catalog.rowCount(of: table, version: $0) }
  }

  private func run(_ sql: String, _ lake: TestLake) {
    var handle: OpaquePointer?
    #expect(unsafe sqlite3_open(lake.path + "/tarn.db", &handle) == SQLITE_OK)
    defer { unsafe sqlite3_close_v2(handle) }
    #expect(unsafe sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK, "\(sql)")
  }

  /// Makes the catalog one of the first format.
  private func downgrade(_ lake: TestLake) {
    run(
      """
      DROP TABLE run_heads; DROP INDEX files_vacuumed; ALTER TABLE table_versions DROP COLUMN total_rows;
      PRAGMA user_version = 1
      """, lake)
  }

  @Test("every version has the rows of its files")
  func versions() throws {
    let lake = TestLake()
    let (catalog, table) = try scene(lake)
    #expect(try counts(catalog, table) == RowCountTests.counts)
    for version: Int64 in 0...5 {
      let files = try catalog.files(of: table, version: version)
      #expect(files.reduce(0) { $0 + $1.file.rows } == RowCountTests.counts[Int(version)])
    }
  }

  @Test("a version that lost a file to a vacuum is refused, others are not")
  func vacuumed() throws {
    let lake = TestLake()
    let (catalog, table) = try scene(lake)
    var commit = LakeCommit("VACUUM")
    commit.vacuumed = [VacuumedFile(tableID: table.id, path: "part-0.parquet")]
    try catalog.commit(commit)
    for version: Int64 in 0...5 {
      let found = try? catalog.rowCount(of: table, version: version)
      let isGone = (1...2).contains(version)
      #expect(found == (isGone ? nil : RowCountTests.counts[Int(version)]), "\(version)")
    }
  }

  @Test("a lake of the first format is read as it is, and brought up to date by its next commit")
  func upgrade() throws {
    let lake = TestLake()
    let table = try scene(lake).1
    downgrade(lake)
    do {
      let old = try lake.open()
      #expect(try counts(old, table) == RowCountTests.counts)
      #expect(try old.verify().faults == [])
      try old.commit(.appending(to: [table.id], base: 5))
      #expect(try counts(old, table) == RowCountTests.counts)
      #expect(try old.rowCount(of: table, version: 6) == 20)
    }
    let new = try lake.open()
    #expect(try counts(new, table) == RowCountTests.counts)
    #expect(try new.rowCount(of: table, version: 6) == 20)
    #expect(try new.verify().faults == [])
    let before = try new.fingerprint()
    let (rebuilt, report) = try Catalog.rebuild(
      at: lake.path, store: lake.memory, clock: lake.now())
    #expect(report.incomplete == [])
    #expect(try rebuilt.fingerprint() == before)
    #expect(try counts(rebuilt, table) == RowCountTests.counts)
  }

  @Test("a count that somebody altered is found")
  func tampering() throws {
    let lake = TestLake()
    let (catalog, _) = try scene(lake)
    #expect(try catalog.verify().faults == [])
    run("UPDATE table_versions SET total_rows = total_rows + 1 WHERE version = 3", lake)
    let faults = try lake.open().verify().faults
    #expect(
      faults.contains { fault in
        if case .alteredRecord("table_versions", _) = fault { return true }
        return false
      }, "\(faults)")
  }
}

@Suite("Facts of the head")
struct HeadFactsTests {
  @Test("they are those of the newest snapshot, whoever made it")
  func newest() throws {
    let lake = TestLake()
    let catalog = try lake.create()
    #expect(try catalog.headFacts().head.id == 0)
    #expect(try !catalog.headFacts().hasOpenTables)
    let other = try lake.open()
    #expect(other.openingFacts == (try catalog.headFacts()))
    try other.commit(.creating("trades"))
    // What was found on opening is no longer the newest for whoever wrote.
    #expect(other.openingFacts == nil)
    #expect(try catalog.headFacts().head.id == 1)
    var commit = LakeCommit("CREATE TABLE")
    let definition = TableDefinition(
      schema: "silver", name: "o", path: "tables/silver/o", mode: .open, sql: "CREATE TABLE …")
    commit.changes = [
      TableChange(
        .new(definition), operation: "CREATE TABLE", metadata: "{}", buildCommit: testContent)
    ]
    try other.commit(commit)
    #expect(try catalog.headFacts().hasOpenTables)
    #expect(try lake.open().openingFacts?.hasOpenTables == true)
  }

  @Test("a definition that another process made is seen")
  func definitions() throws {
    let lake = TestLake()
    let catalog = try lake.create()
    #expect(try catalog.definitions(at: 0) == [])
    let other = try lake.open()
    var commit = LakeCommit("CREATE MEASURE")
    commit.views = [
      ViewRecord(
        schema: "$measures", name: "m", sql: "CREATE MEASURE m", definitionHash: .zero,
        outputTable: "", options: "", beginSnapshot: 0)
    ]
    try other.commit(commit)
    #expect(try catalog.definitions(at: 1).map(\.name) == ["m"])
    #expect(try catalog.definitions(at: 0) == [])
    #expect(try catalog.headFacts().hasDefinitions)
  }
}
