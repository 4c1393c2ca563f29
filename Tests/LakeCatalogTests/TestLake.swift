import Columnar
import FileStorage
import LakeCatalog
import TestSupport

/// A lake whose database is on the real disk and whose files are wherever the test wants.
struct TestLake {
  let directory = TemporaryDirectory()
  let clock = FixedClock(microseconds: 1_759_255_200_000_000, step: 7)
  let memory: MemoryFileStore

  init() { memory = MemoryFileStore() }
  init(_ memory: MemoryFileStore, at directory: TemporaryDirectory) { self.memory = memory }

  var path: String { directory.path }

  func now() -> @Sendable () -> Int64 {
    let clock = clock
    return { clock.now() }
  }

  func create(_ store: (any FileStore)? = nil) throws -> Catalog {
    try Catalog.create(
      at: path, store: store ?? memory, clock: now(), actor: "ann", statement: "tarn init")
  }

  func open(_ store: (any FileStore)? = nil, probe: CommitProbe? = nil) throws -> Catalog {
    try Catalog(opening: path, store: store ?? memory, clock: now(), probe: probe)
  }
}

extension LakeCommit {
  init(_ operation: String = "INSERT") { self.init(actor: "ann", operation: operation) }

  /// A commit that creates one table with one file for each name.
  static func creating(_ names: String...) -> LakeCommit {
    var commit = LakeCommit("CREATE TABLE")
    commit.changes = names.map { name in
      let definition = TableDefinition(
        schema: "silver", name: name, path: "tables/silver/\(name)", businessDate: "as_of_date",
        key: ["trade_id", "book"], latestBy: "version", sql: "CREATE TABLE silver.\(name) (…)")
      return TableChange(
        .new(definition), operation: "CREATE TABLE", metadata: "{\"id\":\"\(name)\"}",
        buildCommit: testContent)
    }
    return commit
  }

  /// A commit that appends one file to each table, named after the version it is based on.
  static func appending(
    to tables: [Int64], base: Int64, tag: String = "", isBlind: Bool = false
  ) -> LakeCommit {
    var commit = LakeCommit("INSERT")
    commit.changes = tables.map { table in
      var change = TableChange(
        .existing(tableID: table), baseVersion: base, operation: "WRITE", isBlindAppend: isBlind,
        buildCommit: testContent)
      change.filesAdded = [testFile("part-\(base)\(tag).parquet", day: Int32(20_000 + base))]
      change.rowsAdded = 10
      change.dates = [
        DateChange(date: CalendarDate(days: Int32(20_000 + base)), rowsAdded: 10, rowsRemoved: 0)
      ]
      return change
    }
    return commit
  }
}

func testFile(_ path: String, day: Int32?) -> FileRow {
  let date = day.map { CalendarDate(days: $0) }
  return FileRow(
    path: path, rows: 10, bytes: 1000, sha256: SHA256.digest(path), dates: date.map { $0...$0 },
    statistics: "{\"numRecords\":10}",
    ranges: [
      ColumnRange(
        column: "as_of_date", minimum: date.map { .date($0) } ?? .null,
        maximum: date.map { .date($0) } ?? .null, nulls: 0)
    ], summary: [1, 2, 255])
}

/// A commit's bytes that say where they stand.
func testContent(_ position: CommitPosition) -> [UInt8] {
  Array(
    """
    {"commitInfo":{"lake":"\(position.lake)","snapshot":\(position.snapshot),\
    "time":\(position.timeMicroseconds)}}
    {"table":\(position.tableID),"version":\(position.version)}

    """.utf8)
}
