import Columnar
import FileStorage
import LakeCatalog
import TestSupport
import Testing

@Suite("Rebuild")
struct RebuildTests {
  /// A lake with everything in it that a commit can say.
  func scene() throws -> (TestLake, Catalog) {
    let lake = TestLake()
    let catalog = try lake.create()
    let tables = try catalog.commit(.creating("trades", "books")).versions.map(\.tableID)
    try catalog.commit(.appending(to: tables, base: 0))
    var all = LakeCommit.appending(to: tables, base: 1)
    all.statement = "INSERT …"
    all.reason = "late booking"
    all.schemas = ["gold"]
    all.changes[0].filesRemoved = ["part-0.parquet"]
    let hash = SHA256.digest("x")
    let day = CalendarDate(days: 20_361)
    all.ingests = [
      IngestedFile(
        feed: "f", region: "r", pathDate: day, sha256: hash, path: "p", rows: 1, rejected: 1)
    ]
    all.quarantine = [
      QuarantinedRow(
        feed: "f", file: "p", line: 1, column: nil, rule: "r", rawText: "\t\"", reason: "why")
    ]
    all.checks = [
      CheckResult(subject: "f", name: "q", status: "pass", rowsChecked: 1, rowsFailed: 0, score: 1)
    ]
    all.views = [
      ViewRecord(
        schema: "gold", name: "v", sql: "s", definitionHash: hash, outputTable: "silver.books",
        lineage: [LineageEdge(outputColumn: nil, inputTable: "silver.trades", inputColumn: "c")])
    ]
    all.runs = [
      NewRun(
        RunRecord(
          view: "gold.v", status: "succeeded", startedMicroseconds: 1, finishedMicroseconds: 2,
          inputSnapshot: 2, definitionHash: hash, engineVersion: "1", dates: [day, day],
          rowCount: 5), outputChanges: [1])
    ]
    all.tags = [
      TagRecord(name: "eod", snapshot: 2, retainUntilMicroseconds: 99),
      TagRecord(name: "now", snapshot: LakeCommit.thisSnapshot),
    ]
    all.seals = [SealRecord(businessDate: day, snapshot: LakeCommit.thisSnapshot, tag: nil)]
    all.settings = [SettingRecord(name: "calendar", value: "TARGET")]
    try catalog.commit(all)
    var drop = LakeCommit("DROP")
    drop.droppedTables = [tables[1]]
    drop.droppedTags = ["eod"]
    drop.droppedViews = ["gold.v"]
    drop.settings = [SettingRecord(name: "calendar", value: nil)]
    drop.vacuumed = [VacuumedFile(tableID: tables[0], path: "part-0.parquet")]
    try catalog.commit(drop)
    return (lake, catalog)
  }

  private func rebuild(_ lake: TestLake) throws -> (catalog: Catalog, report: RebuildReport) {
    try Catalog.rebuild(at: lake.path, store: lake.memory, clock: lake.now())
  }

  private func lose(_ lake: TestLake) throws {
    for suffix in ["", "-wal", "-shm"] {
      try LocalFileStore().remove(lake.path + "/tarn.db" + suffix)
    }
  }

  @Test("a catalog that was lost is made again and says the same")
  func lost() throws {
    let (lake, catalog) = try scene()
    let before = try catalog.fingerprint()
    try lose(lake)
    let (rebuilt, report) = try rebuild(lake)
    #expect(report.head == 4 && report.incomplete.isEmpty)
    #expect(try rebuilt.fingerprint() == before)
    #expect(try rebuilt.verify().faults.isEmpty)
    #expect(fileMode(lake.path + "/tarn.db") == 0o600)
    // Life goes on where it was.
    let next = try rebuilt.commit(.appending(to: [1], base: 2))
    #expect(next.snapshot.id == 5 && next.publishing == nil)
    #expect(try lake.open().fingerprint() != before)
  }

  @Test("a catalog that is still there is kept beside the new one")
  func replaced() throws {
    let (lake, catalog) = try scene()
    let before = try catalog.fingerprint()
    #expect(try rebuild(lake).catalog.fingerprint() == before)
    #expect(try LocalFileStore().status(lake.path + "/tarn.db.replaced") != nil)
    #expect(try rebuild(lake).catalog.fingerprint() == before)
  }

  @Test("an incomplete snapshot is reported, never served, and keeps new commits out")
  func incomplete() throws {
    let (lake, _) = try scene()
    try lose(lake)
    let layout = LakeLayout(lake.path)
    let path = layout.commitFile("tables/silver/books", version: 2)
    let whole = try lake.memory.read(path)
    try lake.memory.remove(path)
    let (catalog, report) = try rebuild(lake)
    #expect(report.head == 2)
    #expect(report.incomplete.first == "'\(path)' of snapshot 3 is missing")
    #expect(try catalog.head().id == 2)
    let error = #expect(throws: CatalogError.self) { try catalog.commit(LakeCommit("NOTE")) }
    guard case .corrupted = error else { return #expect(Bool(false), "\(error as Any)") }
    try lake.memory.plant(whole, at: path)
    let (healed, second) = try rebuild(lake)
    #expect(second.incomplete.isEmpty)
    #expect(try healed.commit(LakeCommit("NOTE")).snapshot.id == 5)
  }

  @Test("an altered or missing entry of the lake log ends what is served")
  func brokenLog() throws {
    let (lake, _) = try scene()
    let layout = LakeLayout(lake.path)
    let third = try lake.memory.read(layout.logFile(3))
    let text = String(decoding: third, as: UTF8.self)
    let forged = Array(text.utf8).map { $0 == UInt8(ascii: "9") ? UInt8(ascii: "8") : $0 }
    #expect(forged != third)
    try lake.memory.plant(forged, at: layout.logFile(3))
    // Either its own members or the entry after it give the forgery away.
    #expect(try rebuild(lake).report.incomplete.count >= 1)
    try lake.memory.plant(third, at: layout.logFile(3))
    try lake.memory.remove(layout.logFile(2))
    let report = try rebuild(lake).report
    #expect(report.head == 1)
    #expect(report.incomplete.first == "'\(layout.logFile(2))' is missing")
  }
}
