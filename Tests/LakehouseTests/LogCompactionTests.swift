import DeltaLake
import FileStorage
import Lakehouse
import Testing

/// `tarn optimize --log`: a file for other engines beside the commits, never used for an answer.
@Suite("Log compaction of a table")
struct TableLogCompactionTests {
  private let bench: Workbench

  init() throws {
    bench = try Workbench()
    try bench.rows(
      """
      CREATE TABLE s.t (id INT, x INT); INSERT INTO s.t VALUES (1, 1), (2, 2);
      INSERT INTO s.t VALUES (3, 3); UPDATE s.t SET x = 9 WHERE id = 1; INSERT INTO s.t VALUES (4, 4)
      """)
  }

  private var log: String { bench.lake + "/tables/s/t/_delta_log/" }
  private static let name = "00000000000000000000.00000000000000000004.compacted.json"

  @Test("it says what its commits amount to, is checked by verify, and set aside when damaged")
  func life() throws {
    let table = DeltaTable(at: bench.lake + "/tables/s/t", in: LocalFileStore())
    let before = try table.snapshot()
    let rows = try bench.lines("SELECT * FROM s.t ORDER BY id")
    let outcome = try bench.perform(.compactLog(table: "s.t"))
    #expect(outcome.lines[0].hasPrefix("wrote \(TableLogCompactionTests.name): 5 commits of s.t"))
    // The compaction is read now, with the checksum that came with it.
    let after = try table.snapshot()
    #expect(Set(after.files) == Set(before.files) && after.metadata == before.metadata)
    #expect(after.commitInfo == before.commitInfo && after.timestamp == before.timestamp)
    #expect(try table.listing().compactions.map(\.name) == [TableLogCompactionTests.name])
    #expect(try bench.perform(.verify(deep: true)).verdict == nil)
    // Once more changes nothing.
    #expect(try bench.perform(.compactLog(table: "s.t")).lines == outcome.lines)
    let store = LocalFileStore()
    let path = log + TableLogCompactionTests.name
    let bytes = try store.read(path)
    for damaged in [[], Array(bytes.dropLast(20)), bytes + bytes] {
      try store.replace(damaged, at: path)
      #expect(Set(try table.snapshot().files) == Set(before.files))
      let verdict = try bench.perform(.verify(deep: false))
      #expect(verdict.verdict == .integrity, "\(damaged.count)")
    }
    #expect(try bench.perform(.repair(deep: true)).verdict == nil)
    #expect(try table.listing().compactions == [])
    #expect(try bench.lines("SELECT * FROM s.t ORDER BY id") == rows)
  }

  @Test("a table with one commit since its checkpoint has nothing to compact")
  func nothing() throws {
    try bench.rows("CREATE TABLE s.one (n INT)")
    let outcome = try bench.perform(.compactLog(table: "s.one"))
    #expect(outcome.lines == ["s.one has no two commits since its newest checkpoint"])
    #expect(bench.failure(.compactLog(table: "s.none")) != nil)
  }
}
