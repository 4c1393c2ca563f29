import CSQLite
import FileStorage
import LakeCatalog
import TestSupport
import Testing

/// Whoever can open the catalog with SQLite can alter its rows; the lake log gives them away.
@Suite("Tampering")
struct TamperTests {
  private func alter(_ lake: TestLake, _ sql: String) throws {
    var handle: OpaquePointer?
    #expect(unsafe sqlite3_open(lake.path + "/tarn.db", &handle) == SQLITE_OK)
    defer { unsafe sqlite3_close_v2(handle) }
    let code = unsafe sqlite3_exec(handle, sql, nil, nil, nil)
    #expect(code == SQLITE_OK, "\(sql)")
    #expect(unsafe sqlite3_total_changes(handle) > 0, "nothing was altered: \(sql)")
  }

  static let records: [(table: String, sql: String)] = [
    ("snapshots", "UPDATE snapshots SET actor = 'eve' WHERE id = 2"),
    ("snapshots", "UPDATE snapshots SET reason = NULL WHERE id = 3"),
    ("snapshots", "UPDATE snapshots SET statement = 'SELECT 1' WHERE id = 3"),
    ("settings", "INSERT INTO settings VALUES ('retain.runs', '1')"),
    ("schemas", "DELETE FROM schemas"),
    ("tags", "UPDATE tags SET snapshot = 1"),
    ("tags", "DELETE FROM tags"),
    ("seals", "DELETE FROM seals"),
    ("tables", "UPDATE tables SET business_date = NULL"),
    ("table_versions", "UPDATE table_versions SET rows_added = 11 WHERE version = 1"),
    ("table_metadata", "UPDATE table_metadata SET metadata = '{}'"),
    ("files", "UPDATE files SET rows = rows + 1 WHERE id = 1"),
    ("files", "UPDATE files SET vacuumed = 2 WHERE id = 2"),
    ("file_statistics", "UPDATE file_statistics SET statistics = '{}' WHERE file_id = 1"),
    ("file_ranges", "UPDATE file_ranges SET maximum = minimum + 9 WHERE file_id = 1"),
    ("date_changes", "DELETE FROM date_changes WHERE version = 1"),
    ("views", "UPDATE views SET sql = 'SELECT 2'"),
    ("lineage", "DELETE FROM lineage"),
    ("runs", "UPDATE runs SET row_count = 6"),
    ("run_tables", "DELETE FROM run_tables"),
    ("ingests", "UPDATE ingests SET rejected = 0"),
    ("quarantine", "DELETE FROM quarantine"),
    ("checks", "UPDATE checks SET status = 'fail'"),
  ]

  @Test("every altered row is found, and its table named", arguments: records)
  func record(table: String, sql: String) throws {
    let (lake, catalog) = try RebuildTests().scene()
    #expect(try catalog.verify().faults == [])
    try alter(lake, sql)
    let faults = try lake.open().verify().faults
    #expect(
      faults.contains { fault in
        if case .alteredRecord(table, _) = fault { return true }
        return false
      }, "\(faults)")
  }

  static let history: [String] = [
    "UPDATE entries SET entry = replace(entry, 'late booking', 'early') WHERE snapshot = 3",
    "UPDATE snapshots SET hash = zeroblob(32) WHERE id = 2",
    "UPDATE snapshots SET previous_hash = zeroblob(32) WHERE id = 2",
    "DELETE FROM snapshots WHERE id = 2",
    "DELETE FROM snapshots WHERE id = 4",
    "UPDATE commits SET json = 'x' WHERE version = 1",
    "DELETE FROM commits WHERE version = 1",
    "DELETE FROM table_versions WHERE version = 1",
  ]

  @Test("altered and missing entries, links, commits and versions are found", arguments: history)
  func chain(sql: String) throws {
    let (lake, _) = try RebuildTests().scene()
    try alter(lake, sql)
    #expect(try !lake.open().verify().faults.isEmpty)
  }

  @Test("a commit or entry that no snapshot made is found")
  func unknown() throws {
    let (lake, catalog) = try RebuildTests().scene()
    for path in [
      catalog.layout.commitFile("tables/silver/trades", version: 3), catalog.layout.logFile(5),
    ] {
      try lake.memory.plant(Array("{}".utf8), at: path)
      #expect(try catalog.verify().faults == [.unknownFile(path: path)])
      try lake.memory.remove(path)
    }
  }

  @Test("history that was made anew agrees with itself, and not with a link that was kept")
  func rewritten() throws {
    let (lake, catalog) = try RebuildTests().scene()
    let kept = try catalog.verify()
    let other = TestLake()
    let forged = try other.create()
    for _ in 0..<5 { try forged.commit(LakeCommit("NOTE")) }
    #expect(try forged.verify().faults == [])
    #expect(
      try forged.verify(known: (kept.snapshots - 1, kept.head)).faults
        == [.foreignChain(snapshot: 4)])
    withExtendedLifetime(lake) {}
  }
}
