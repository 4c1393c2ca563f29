import Columnar
import FileStorage
import Lakehouse
import Testing

@Suite("Definitions whose file is gone")
struct PruneTests {
  private func bench() throws -> (Workbench, String) {
    let bench = try Workbench()
    let table =
      "CREATE TABLE s.t (d DATE NOT NULL, x INT) BUSINESS DATE d"
    try bench.write(table.utf8, to: "defs/contracts/t.sql")
    try bench.write(
      "CREATE MATERIALIZED VIEW g.a BUSINESS DATE d AS SELECT d, SUM(x) AS x FROM s.t GROUP BY d"
        .utf8, to: "defs/views/a.sql")
    try bench.write(
      "CREATE MATERIALIZED VIEW g.b AS SELECT SUM(x) AS x FROM g.a".utf8, to: "defs/views/b.sql")
    try bench.write("CREATE VIEW g.p AS SELECT x FROM g.b".utf8, to: "defs/views/p.sql")
    let directory = parentDirectory(of: bench.lake) + "/defs"
    try bench.perform(.apply(directory: directory, dryRun: false))
    try bench.rows("INSERT INTO s.t VALUES ('2025-06-12', 1), ('2025-06-13', 2)")
    try bench.perform(.refresh(views: [], dates: [], force: false))
    return (bench, directory)
  }

  private func actions(_ outcome: Outcome) -> [String] {
    CellText.rows(outcome.table).map { row in
      row.split(separator: "|").prefix(2).joined(separator: " ")
    }.filter { !$0.hasSuffix("unchanged") }
  }

  @Test("are told, planned, and dropped when that is asked for; tables stay")
  func prune() throws {
    let (bench, directory) = try bench()
    let store = LocalFileStore()
    for file in ["contracts/t.sql", "views/b.sql", "views/p.sql"] {
      try store.remove(directory + "/" + file)
    }
    let told = try bench.perform(.apply(directory: directory, dryRun: false))
    #expect(actions(told) == ["g.b not in the files", "g.p not in the files"])
    #expect(told.lines.joined().contains("1 row can no longer be read"), "\(told.lines)")
    let planned = try bench.perform(.apply(directory: directory, dryRun: true, prune: true))
    #expect(actions(planned) == ["g.b drop", "g.p drop"])
    #expect(try bench.lines("SELECT x FROM g.p") == ["3"])
    let dropped = try bench.perform(.apply(directory: directory, dryRun: false, prune: true))
    #expect(actions(dropped) == ["g.b dropped", "g.p dropped"] && dropped.verdict == nil)
    #expect(bench.failure("SELECT x FROM g.p") != nil)
    #expect(try bench.lines("SELECT SUM(x) FROM g.a") == ["3"])
    #expect(try bench.lines("SELECT COUNT(*) FROM s.t") == ["2"])
    let again = try bench.perform(.apply(directory: directory, dryRun: false, prune: true))
    #expect(actions(again) == [])
    #expect(try bench.perform(.verify(deep: true)).verdict == nil)
  }

  @Test("are kept while a view with a file reads them, and that is a fault")
  func readers() throws {
    let (bench, directory) = try bench()
    try LocalFileStore().remove(directory + "/views/a.sql")
    let outcome = try bench.perform(.apply(directory: directory, dryRun: false, prune: true))
    #expect(outcome.verdict == .breached)
    #expect(outcome.lines.joined().contains("g.a is in no file and is kept"), "\(outcome.lines)")
    #expect(try bench.lines("SELECT x FROM g.p") == ["3"])
  }
}
