import FileStorage
import LakeCatalog
import Lakehouse
import Synchronization
import TestSupport
import Testing

/// Tables that other engines commit to as well, through the façade.
@Suite("Open tables")
struct OpenTableTests {
  private let bench: Workbench
  private let other: ForeignEngine

  init() throws {
    bench = try Workbench()
    other = ForeignEngine(bench, table: "s/t")
    try bench.rows(
      """
      CREATE TABLE s.t (d DATE, id BIGINT, x DOUBLE) BUSINESS DATE d OPEN;
      CREATE TABLE s.sealed (x INT);
      INSERT INTO s.t VALUES ('2025-06-16', 1, 1.5), ('2025-06-17', 2, 2.5)
      """)
  }

  private static let appended =
    "SELECT DATE '2025-06-18' AS d, CAST(3 AS BIGINT) AS id, 3.5::DOUBLE AS x"
  private let ids = "SELECT id FROM s.t ORDER BY id"

  private func appendForeign(_ version: Int, id: Int = 3, as name: String = "f.parquet") throws {
    let query = "SELECT DATE '2025-06-18' AS d, CAST(\(id) AS BIGINT) AS id, 3.5::DOUBLE AS x"
    try other.commit(version, [try other.add(query, as: name)])
  }

  @Test("a foreign append is a version and a snapshot of its own, and answers for every time")
  func append() throws {
    try appendForeign(2)
    #expect(try bench.lines(ids) == ["1", "2", "3"])
    #expect(try bench.lines("SELECT id FROM s.t VERSION AS OF 1 ORDER BY id") == ["1", "2"])
    #expect(try bench.lines("SELECT id FROM s.t AS OF T") == ["3"])
    #expect(
      try bench.lines(
        "SELECT version, operation, actor, rows_added FROM system.history "
          + "WHERE \"table\" = 's.t' ORDER BY version DESC LIMIT 1") == ["2|WRITE|other-engine:1|1"]
    )
    #expect(
      try bench.lines("SELECT operation FROM system.snapshots ORDER BY snapshot DESC LIMIT 1")
        == ["IMPORT"])
    #expect(
      try bench.lines("SELECT _change_type, id FROM changes('s.t', 1, 2)") == ["insert|3"])
    // Known from the import on, whatever the other engine's clock said.
    let before = try bench.lines("SELECT MAX(snapshot) - 1 FROM system.snapshots")[0]
    #expect(
      try bench.lines("SELECT COUNT(*) FROM s.t AS KNOWN AT SNAPSHOT \(before)") == ["2"])
    // Our next commit follows.
    try bench.rows("INSERT INTO s.t VALUES ('2025-06-19', 4, 4.5); DELETE FROM s.t WHERE id = 1")
    #expect(try bench.lines(ids) == ["2", "3", "4"])
    #expect(try LocalFileStore().status(other.commitPath(4)) != nil)
    #expect(try bench.perform(.verify(deep: true)).verdict == nil)
  }

  @Test("a foreign rewrite counts the rows that changed, not those that moved")
  func rewrite() throws {
    let file = try other.files()[0]
    let add = try other.add("SELECT * FROM s.t WHERE id = 1", as: "r.parquet")
    try other.commit(2, [other.remove(file), add], operation: "DELETE")
    #expect(try bench.lines(ids) == ["1"])
    #expect(
      try bench.lines(
        "SELECT rows_added, rows_removed, business_dates FROM system.history "
          + "WHERE \"table\" = 's.t' AND version = 2") == ["0|1|2025-06-17"])
    #expect(try bench.lines("SELECT _change_type, id FROM changes('s.t', 1, 2)") == ["delete|2"])
    // Moved once more, and nothing else.
    let moved = try other.add("SELECT * FROM s.t", as: "m.parquet", change: false)
    try other.commit(3, [other.remove("r.parquet", change: false), moved], operation: "OPTIMIZE")
    #expect(try bench.lines("SELECT COUNT(*) FROM changes('s.t', 2, 3)") == ["0"])
    #expect(
      try bench.lines(
        "SELECT rows_added, rows_removed, business_dates FROM system.history "
          + "WHERE \"table\" = 's.t' AND version = 3") == ["0|0|∅"])
  }

  @Test(
    "an append inside a transaction holds on top of a foreign commit, a change conflicts with it")
  func transactions() throws {
    try bench.rows("BEGIN; INSERT INTO s.t VALUES ('2025-06-19', 4, 4.5)")
    try appendForeign(2)
    #expect(try bench.lines(ids) == ["1", "2", "4"])
    try bench.rows("COMMIT")
    #expect(try bench.lines(ids) == ["1", "2", "3", "4"])

    try bench.rows("BEGIN; UPDATE s.t SET x = 9 WHERE id = 1; INSERT INTO s.sealed VALUES (1)")
    try appendForeign(4, id: 5, as: "g.parquet")
    let failure = bench.failure("COMMIT")
    #expect(failure?.reason == .conflict)
    #expect(failure?.message.contains("s.t") == true, "\(failure?.message ?? "")")
    #expect(try bench.lines("SELECT x FROM s.t WHERE id IN (1, 5) ORDER BY id") == ["1.5", "3.5"])
    #expect(try bench.lines("SELECT COUNT(*) FROM s.sealed") == ["0"])
    #expect(try bench.perform(.verify(deep: true)).verdict == nil)
  }

  /// A foreign commit that lands after we looked and before our link.
  private func racing(_ statement: String) throws {
    let isDone = Mutex(false)
    let other = self.other
    let add = try other.add(OpenTableTests.appended, as: "f.parquet")
    let probe: CommitProbe = { moment throws(CatalogError) in
      let isFirst = isDone.withLock { done in
        defer { done = true }
        return !done
      }
      guard moment == .beforeCommit, isFirst else { return }
      do { try other.commit(2, [add]) } catch { throw .invalid("\(error)") }
    }
    let session = Session(
      options: bench.session.options, store: LocalFileStore(), probe: probe)
    _ = try session.allRows(statement)
    #expect(isDone.withLock { $0 })
  }

  @Test("an append that loses the race for a version takes the next one")
  func lostAppend() throws {
    try racing("INSERT INTO s.t VALUES ('2025-06-19', 4, 4.5)")
    #expect(try bench.lines(ids) == ["1", "2", "3", "4"])
    #expect(
      try bench.lines(
        "SELECT version, actor FROM system.history WHERE \"table\" = 's.t' "
          + "AND version > 1 ORDER BY version") == ["2|other-engine:1", "3|tester"])
  }

  @Test("a change that loses the race is made anew on top of what won")
  func lostUpdate() throws {
    try racing("UPDATE s.t SET x = x + 1")
    #expect(try bench.lines("SELECT id, x FROM s.t ORDER BY id") == ["1|2.5", "2|3.5", "3|4.5"])
  }

  @Test("columns that another engine adds are the table's; older versions keep theirs")
  func newColumn() throws {
    let field = """
      ,{\\"name\\":\\"note\\",\\"type\\":\\"string\\",\\"nullable\\":true,\\"metadata\\":{}}]}
      """
    let metadata = try other.metadata { $0.replacing("]}\"", by: field + "\"") }
    let add = try other.add(OpenTableTests.appended + ", 'n' AS note", as: "f.parquet")
    try other.commit(2, [metadata, add])
    #expect(try bench.lines("SELECT id, note FROM s.t ORDER BY id") == ["1|∅", "2|∅", "3|n"])
    #expect(
      try bench.lines("SELECT * FROM s.t VERSION AS OF 1 ORDER BY id").map {
        $0.split(separator: "|").count
      }
        == [3, 3])
    try bench.rows("INSERT INTO s.t VALUES ('2025-06-19', 4, 4.5, 'ours')")
    #expect(try bench.lines("SELECT note FROM s.t WHERE id = 4") == ["ours"])
    try bench.rows("ALTER TABLE s.t ALTER COLUMN note SET DEFAULT 'none'")
    try bench.rows("INSERT INTO s.t (d, id) VALUES ('2025-06-19', 5)")
    #expect(try bench.lines("SELECT note FROM s.t WHERE id = 5") == ["none"])
  }

  @Test("narrower types in a foreign file widen to the table's")
  func widened() throws {
    let query = "SELECT DATE '2025-06-18' AS d, CAST(7 AS INT) AS id, CAST(0.5 AS FLOAT) AS x"
    try other.commit(2, [try other.add(query, as: "f.parquet")])
    #expect(
      try bench.lines("SELECT id, x FROM s.t WHERE id > 2 AND x < 1 ORDER BY id") == ["7|0.5"])
    #expect(try bench.lines("SELECT SUM(x) FROM s.t") == ["4.5"])
  }

  @Test("constraints of the table are checked on foreign rows and recorded")
  func recordedChecks() throws {
    try bench.rows("ALTER TABLE s.t ADD CONSTRAINT small CHECK (x < 3)")
    try appendForeign(3)
    #expect(try bench.lines(ids) == ["1", "2", "3"])
    #expect(
      try bench.lines("SELECT name, status, rows_failed FROM system.checks") == ["small|fail|1"])
  }

  @Test("constraints that another engine adds hold for our rows")
  func foreignConstraint() throws {
    let metadata = try other.metadata {
      $0.replacing(
        "\"configuration\":{", by: "\"configuration\":{\"delta.constraints.few\":\"id < 10\",")
    }
    try other.commit(
      2, [#"{"protocol":{"minReaderVersion":1,"minWriterVersion":3}}"#, metadata],
      operation: "ADD CONSTRAINT")
    let failure = bench.failure("INSERT INTO s.t VALUES ('2025-06-19', 11, 1)")
    #expect(failure?.message.contains("few") == true, "\(failure?.message ?? "none")")
    try bench.rows("INSERT INTO s.t VALUES ('2025-06-19', 9, 1)")
  }

  @Test("a table that takes appends only refuses a DELETE")
  func appendOnly() throws {
    let metadata = try other.metadata {
      $0.replacing("\"configuration\":{", by: "\"configuration\":{\"delta.appendOnly\":\"true\",")
    }
    try other.commit(2, [metadata], operation: "SET TBLPROPERTIES")
    let failure = bench.failure("DELETE FROM s.t WHERE id = 1")
    #expect(failure?.message.contains("appends only") == true, "\(failure?.message ?? "none")")
    try bench.rows("INSERT INTO s.t VALUES ('2025-06-19', 9, 1)")
    #expect(try bench.lines("SELECT COUNT(*) FROM s.t") == ["3"])
  }

  @Test("the catalog of an open table is rebuilt from the logs alone")
  func rebuilding() throws {
    try appendForeign(2)
    try bench.rows("INSERT INTO s.t VALUES ('2025-06-19', 4, 4.5)")
    let queries = [
      "SELECT * FROM s.t ORDER BY id",
      "SELECT \"table\", version, time, actor, operation, rows_added FROM system.history ORDER BY 1, 2",
      "SELECT snapshot, operation, actor, message FROM system.snapshots ORDER BY 1",
    ]
    let before = try queries.map(bench.lines)
    try bench.perform(.rebuild)
    #expect(try queries.map { try bench.another().lines($0) } == before)
    #expect(try bench.lines("SELECT mode FROM system.tables WHERE name = 't'") == ["open"])
  }
}
