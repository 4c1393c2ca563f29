import Columnar
import FileStorage
import Glibc
import LakeCatalog
import Synchronization
import TestSupport
import Testing

@Suite("Commits")
struct CommitTests {
  @Test("a change of a table that moved on is a conflict that names both versions")
  func conflicts() throws {
    let lake = TestLake()
    let catalog = try lake.create()
    let tables = try catalog.commit(.creating("trades", "books")).versions.map(\.tableID)
    _ = try catalog.commit(.appending(to: [tables[0]], base: 0))
    let error = #expect(throws: CatalogError.self) {
      try catalog.commit(.appending(to: tables, base: 0, tag: "x"))
    }
    guard case .conflict("silver.trades", 0, 1) = error else {
      return #expect(Bool(false), "\(error as Any)")
    }
    #expect(try catalog.head().id == 2)
    #expect(try catalog.version(of: tables[1], at: 2)?.version == 0)
  }

  @Test("blind appends commute, unless the metadata they were written for has changed")
  func appends() throws {
    let lake = TestLake()
    let catalog = try lake.create()
    let id = try catalog.commit(.creating("trades")).versions[0].tableID
    for tag in ["a", "b", "c"] {
      _ = try catalog.commit(.appending(to: [id], base: 0, tag: tag, isBlind: true))
    }
    let table = try catalog.table(schema: nil, name: "trades", at: 4)
    #expect(try catalog.files(of: table, version: 3).count == 3)
    var evolution = LakeCommit("ALTER TABLE")
    evolution.changes = [
      TableChange(
        .existing(tableID: id), baseVersion: 3, operation: "ADD COLUMN", metadata: "{}",
        buildCommit: testContent)
    ]
    _ = try catalog.commit(evolution)
    let error = #expect(throws: CatalogError.self) {
      try catalog.commit(.appending(to: [id], base: 0, tag: "d", isBlind: true))
    }
    guard case .conflict("silver.trades", 0, 4) = error else {
      return #expect(Bool(false), "\(error as Any)")
    }
  }

  @Test("a content that cannot be built leaves the lake as it was")
  func content() throws {
    struct Broken: Error {}
    let lake = TestLake()
    let catalog = try lake.create()
    var commit = LakeCommit.creating("trades")
    commit.changes[0].buildCommit = { _ in throw Broken() }
    let error = #expect(throws: CatalogError.self) { try catalog.commit(commit) }
    guard case .commitContent("silver.trades", is Broken) = error else {
      return #expect(Bool(false), "\(error as Any)")
    }
    #expect(try catalog.head().id == 0)
    #expect(try catalog.tables(at: 0).isEmpty)
  }

  @Test("times ascend by a millisecond at least, even when the clock stands still")
  func times() throws {
    let lake = TestLake()
    _ = try lake.create()
    let catalog = try Catalog(opening: lake.path, store: lake.memory, clock: { 5 })
    let first = try catalog.commit(LakeCommit("NOTE")).snapshot.timeMicroseconds
    let second = try catalog.commit(LakeCommit("NOTE")).snapshot.timeMicroseconds
    #expect(second == first + 1000)
  }

  @Test("records beside the tables become true with the commit, and only with it")
  func records() throws {
    let lake = TestLake()
    let catalog = try lake.create()
    let hash = SHA256.digest("file")
    let day = CalendarDate(days: 20_361)
    var commit = LakeCommit.creating("lcr")
    commit.ingests = [
      IngestedFile(
        feed: "positions", region: "emea", pathDate: nil, sha256: hash, path: "p.csv", rows: 9,
        rejected: 1)
    ]
    commit.quarantine = [
      QuarantinedRow(
        feed: "positions", file: "p.csv", line: 7, column: "amount", rule: "decimal(18,2)",
        rawText: "a;\"b\"\u{1}", reason: "not a number")
    ]
    commit.checks = [
      CheckResult(
        subject: "positions", name: "quality", status: "warn", businessDate: day, rowsChecked: 10,
        rowsFailed: 1, score: 0.9)
    ]
    commit.views = [
      ViewRecord(
        schema: "gold", name: "lcr", sql: "CREATE …", definitionHash: hash,
        outputTable: "silver.lcr",
        lineage: [LineageEdge(outputColumn: "x", inputTable: "a.b", inputColumn: nil)])
    ]
    commit.runs = [
      NewRun(
        RunRecord(
          view: "gold.lcr", status: "succeeded", startedMicroseconds: 1, finishedMicroseconds: 2,
          inputSnapshot: 0, definitionHash: hash, engineVersion: "1", dates: [day],
          contentHash: hash, inputs: [TableVersionReference(tableID: 7, version: 3)]),
        outputChanges: [0])
    ]
    commit.tags = [TagRecord(name: "eod", snapshot: LakeCommit.thisSnapshot)]
    commit.seals = [SealRecord(businessDate: day, snapshot: 0, tag: "eod")]
    commit.settings = [SettingRecord(name: "calendar", value: "TARGET")]
    let outcome = try catalog.commit(commit)
    let same = #expect(throws: CatalogError.self) {
      var again = LakeCommit("INGEST")
      again.ingests = commit.ingests
      try catalog.commit(again)
    }
    guard case .alreadyExists("loaded file", "p.csv") = same else {
      return #expect(Bool(false), "\(same as Any)")
    }
    let reopened = try lake.open()
    let found = try reopened.ingest(
      feed: "positions", region: "emea", pathDate: nil, sha256: hash)
    #expect(found?.rows == 9 && found?.pathDate == nil && found?.snapshot == 1)
    #expect(
      try reopened.ingest(feed: "positions", region: "apac", pathDate: nil, sha256: hash) == nil)
    commit.quarantine[0].snapshot = 1
    #expect(try reopened.quarantine(at: 1) == commit.quarantine)
    #expect(try reopened.quarantine(at: 0).isEmpty)
    commit.checks[0].snapshot = 1
    #expect(try reopened.checks(at: 1) == commit.checks)
    commit.views[0].beginSnapshot = 1
    #expect(try reopened.views(at: 1) == commit.views)
    let run = try #require(try reopened.runs(of: "gold.lcr").first)
    #expect(run.id == outcome.runs[0] && run.dates == [day] && run.contentHash == hash)
    #expect(run.outputs == outcome.versions)
    #expect(run.inputs == [TableVersionReference(tableID: 7, version: 3)])
    #expect(try reopened.run(id: run.id) == run)
    #expect(try reopened.tag("eod").snapshot == 1)
    #expect(try reopened.seal(of: day)?.snapshot == 0)
    #expect(try reopened.setting("calendar") == "TARGET")
    #expect(throws: CatalogError.self) { _ = try reopened.tag("eof") }
    var drop = LakeCommit("DROP")
    drop.droppedTags = ["eod"]
    drop.droppedViews = ["gold.lcr"]
    _ = try reopened.commit(drop)
    #expect(try reopened.tags().isEmpty)
    #expect(try reopened.views(at: 2).isEmpty)
    #expect(try reopened.views(at: 1).count == 1)
  }

  @Test("time travel is never clamped: the error names the range")
  func timeTravel() throws {
    let lake = TestLake()
    let catalog = try lake.create()
    let first = try catalog.snapshot(id: 0).timeMicroseconds
    lake.clock.advance(microseconds: 60_000_000)
    let second = try catalog.commit(.creating("trades")).snapshot.timeMicroseconds
    lake.clock.advance(microseconds: 60_000_000)
    #expect(try catalog.snapshot(atMicroseconds: first).id == 0)
    #expect(try catalog.snapshot(atMicroseconds: second - 1).id == 0)
    #expect(try catalog.snapshot(atMicroseconds: second).id == 1)
    #expect(try catalog.snapshot(atMicroseconds: second + 30_000_000).id == 1)
    for time in [first - 1, second + 61_000_000] {
      let error = #expect(throws: CatalogError.self) {
        _ = try catalog.snapshot(atMicroseconds: time)
      }
      guard case .timeOutOfRange(time, first, let last) = error else {
        return #expect(Bool(false), "\(error as Any)")
      }
      #expect(last > second + 60_000_000)
    }
    let table = try catalog.table(schema: nil, name: "trades", at: 1)
    #expect(try catalog.version(of: table, atMicroseconds: second).version == 0)
    #expect(throws: CatalogError.self) {
      _ = try catalog.version(of: table, atMicroseconds: first)
    }
    #expect(throws: CatalogError.self) { _ = try catalog.version(1, of: table) }
    #expect(throws: CatalogError.self) { _ = try catalog.snapshot(id: 2) }
  }

  @Test("four threads with catalogs of their own commit a hundred times without an error")
  func threads() throws {
    let lake = TestLake()
    let disk = LocalFileStore()
    let id = try lake.create(disk).commit(.creating("trades")).versions[0].tableID
    let failures = Mutex<[String]>([])
    let started = monotonicSeconds()
    runThreads(4) { thread in
      do {
        let catalog = try lake.open(disk)
        for number in 0..<25 {
          _ = try catalog.commit(
            .appending(to: [id], base: 0, tag: "-\(thread)-\(number)", isBlind: true))
        }
      } catch {
        failures.withLock { $0.append("\(error)") }
      }
    }
    let seconds = monotonicSeconds() - started
    #expect(failures.withLock { $0 } == [])
    let catalog = try lake.open(disk)
    let table = try catalog.table(schema: nil, name: "trades", at: try catalog.head().id)
    #expect(try catalog.files(of: table, version: 100).count == 100)
    #expect(try catalog.verify().faults.isEmpty)
    print("4 threads x 25 durable commits: \(Int(seconds * 10)) ms each")
  }
}
