import Lakehouse
import Testing

/// Keys that other engines do not know of, because Delta has none.
@Suite("Open tables: keys")
struct OpenTableKeyTests {
  private let bench: Workbench
  private let other: ForeignEngine

  init() throws {
    bench = try Workbench()
    other = ForeignEngine(bench, table: "s/t")
    try bench.rows(
      """
      CREATE TABLE s.t (id BIGINT, part STRING, x DOUBLE) KEY (id, part) OPEN;
      INSERT INTO s.t VALUES (1, 'a', 1.5), (2, 'a', 2.5)
      """)
  }

  private func add(_ values: String, as name: String) throws -> String {
    try other.add(
      "SELECT i AS id, p AS part, 0.5::DOUBLE AS x FROM (VALUES \(values)) AS v(i, p)", as: name)
  }

  private func checks() throws -> [String] {
    // Whoever looks imports.
    try bench.rows("SELECT COUNT(*) FROM s.t")
    return try bench.lines(
      "SELECT status, name, rows_checked, rows_failed, detail FROM system.checks")
  }

  @Test("rows of another engine that repeat a key are recorded with file, version and key")
  func repeatsOfTheTable() throws {
    let row = "(CAST(3 AS BIGINT), 'a')"
    try other.commit(2, [try add(row, as: "good.parquet")])
    #expect(try checks() == [])
    let more = "(CAST(1 AS BIGINT), 'a'), (CAST(1 AS BIGINT), 'b'), (CAST(3 AS BIGINT), 'a')"
    try other.commit(3, [try add(more, as: "bad.parquet")])
    let detail =
      "version 3, by another engine, has rows in 'bad.parquet' whose keys are there more than "
      + "once: 2 keys, the first is id = 1, part = 'a'"
    #expect(try checks() == ["fail|KEY (id, part)|3|2|\(detail)"])
    // The rows are there, as the other engine sees them too.
    #expect(try bench.lines("SELECT COUNT(*) FROM s.t") == ["6"])
    #expect(try bench.perform(.verify(deep: true)).verdict == nil)
  }

  @Test("keys repeated inside one commit are found, keys with a null are not repeats")
  func repeatsOfTheCommit() throws {
    let twice = "(CAST(7 AS BIGINT), 'a'), (CAST(7 AS BIGINT), 'a')"
    let null = "(CAST(7 AS BIGINT), CAST(NULL AS STRING)), (CAST(7 AS BIGINT), NULL)"
    try other.commit(2, [try add(null, as: "null.parquet")])
    #expect(try checks() == [])
    try other.commit(3, [try add(twice, as: "twice.parquet")])
    #expect(try checks().count == 1)
    #expect(try checks().first?.contains("fail|KEY (id, part)|2|2|") == true)
  }

  @Test("rows that take the place of those they repeat break nothing")
  func replacement() throws {
    let file = try other.files()[0]
    let again = "(CAST(1 AS BIGINT), 'a'), (CAST(2 AS BIGINT), 'a')"
    try other.commit(2, [other.remove(file), try add(again, as: "again.parquet")])
    #expect(try checks() == [])
    #expect(try bench.lines("SELECT SUM(x) FROM s.t") == ["1.0"])
  }

  @Test("an upsert takes all rows of its key, so that the key is sound again")
  func repair() throws {
    try other.commit(2, [try add("(CAST(1 AS BIGINT), 'a')", as: "bad.parquet")])
    #expect(try checks().count == 1)
    try bench.rows("INSERT INTO s.t VALUES (1, 'a', 9.5)")
    #expect(try bench.lines("SELECT x FROM s.t WHERE id = 1") == ["9.5"])
  }
}
