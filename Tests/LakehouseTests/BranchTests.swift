import Columnar
import FileStorage
import Glibc
import Lakehouse
import TestSupport
import Testing

@Suite("Branches")
struct BranchTests {
  private func names(_ path: String) -> Int {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return 0 }
    return Int(status.st_nlink)
  }

  @Test("a branch shares every data file, goes its own way, and leaves the lake as it was")
  func apart() throws {
    let bench = try ChangeTests.bench()
    let before = try bench.lines(ChangeTests.all)
    #expect(try bench.message("CREATE BRANCH whatif") == "made branch 'whatif' from snapshot 3")
    let files = try bench.lines("SELECT path FROM system.files")
    #expect(files.count == 2)
    for file in files {
      #expect(names(bench.lake + "/" + file) == 2)
      #expect(names(bench.lake + "/branches/whatif/" + file) == 2)
    }
    try bench.rows("USE BRANCH whatif; UPDATE silver.trades SET amount = 0")
    #expect(try bench.lines("SELECT DISTINCT amount FROM silver.trades") == ["0.00"])
    #expect(
      try bench.lines(
        "SELECT id, day, desk, amount FROM silver.trades VERSION AS OF 2 ORDER BY id") == before)
    #expect(bench.failure("CREATE BRANCH nested")?.help == "USE MAIN first")
    #expect(try bench.perform(.verify(deep: true)).verdict == nil)
    try bench.rows("USE MAIN")
    #expect(try bench.lines(ChangeTests.all) == before)
    #expect(try bench.lines("SELECT * FROM system.branches") == ["whatif|3|false"])
    // Another session starts on the lake, and a branch outlives a vacuum and a rebuild of it.
    try bench.rows("UPDATE silver.trades SET amount = 1; VACUUM RETAIN 0 HOURS")
    try bench.perform(.rebuild)
    let other = bench.another()
    try other.allRows("USE BRANCH whatif")
    #expect(
      try other.lines(
        "SELECT id, day, desk, amount FROM silver.trades VERSION AS OF 2 ORDER BY id") == before)
    #expect(try other.perform(.verify(deep: true)) { _ in }.verdict == nil)
    try bench.rows("DROP BRANCH whatif")
    #expect(try bench.lines("SELECT * FROM system.branches") == [])
    #expect(try LocalFileStore().status(bench.lake + "/branches/whatif") == nil)
    #expect(bench.failure("USE BRANCH whatif") != nil)
    #expect(try bench.message("DROP BRANCH IF EXISTS whatif") == "branch 'whatif' is not there")
    #expect(try bench.faults() == [])
  }

  @Test("a merge brings changed, new and dropped tables and views in one snapshot")
  func merges() throws {
    let bench = try ChangeTests.bench()
    try bench.rows("CREATE TABLE silver.old (n INT); CREATE BRANCH b; USE BRANCH b")
    try bench.rows(
      """
      UPDATE silver.trades SET amount = amount * 2 WHERE desk = 'FX';
      ALTER TABLE silver.trades ADD COLUMN note STRING;
      CREATE TABLE silver.extra (n INT, t STRING); INSERT INTO silver.extra VALUES (1, 'a');
      CREATE VIEW gold.fx AS SELECT * FROM silver.trades WHERE desk = 'FX';
      DROP TABLE silver.old
      """)
    let queries = [
      "SELECT * FROM silver.trades ORDER BY id", "SELECT * FROM silver.extra",
      "SELECT COUNT(*) FROM gold.fx", "SELECT name FROM system.tables ORDER BY name",
    ]
    let wanted = try queries.map { try bench.lines($0) }
    try bench.rows("USE MAIN; CREATE TABLE silver.more (n INT)")
    let message = try bench.message("MERGE BRANCH b")
    #expect(message.hasPrefix("merged branch 'b': 3 tables changed"), "\(message)")
    for (query, lines) in zip(queries.dropLast(), wanted) {
      #expect(try bench.lines(query) == lines, "\(query)")
    }
    #expect(try bench.lines(queries[3]) == ["extra", "more", "trades"])
    #expect(
      try bench.lines("SELECT operation FROM system.audit ORDER BY snapshot DESC LIMIT 1")
        == ["MERGE BRANCH"])
    #expect(try bench.lines("SELECT merged FROM system.branches") == ["true"])
    #expect(bench.failure("MERGE BRANCH b")?.message.contains("merged already") == true)
    #expect(try bench.faults() == [])
    try bench.rows("DROP BRANCH b")
    #expect(try bench.lines(queries[0]) == wanted[0])
    #expect(try bench.faults() == [])
    try bench.perform(.rebuild)
    #expect(try bench.lines(queries[0]) == wanted[0])
  }

  @Test("what both changed is a conflict that names both; rows that were only added commute")
  func conflicts() throws {
    let bench = try ChangeTests.bench()
    try bench.rows("CREATE TABLE s.log (n INT NOT NULL); CREATE BRANCH a; CREATE BRANCH b")
    try bench.rows("USE BRANCH a; INSERT INTO s.log VALUES (1), (2); USE MAIN")
    try bench.rows("USE BRANCH b; UPDATE silver.trades SET amount = 1; USE MAIN")
    try bench.rows("INSERT INTO s.log VALUES (3); DELETE FROM silver.trades WHERE id = 'A'")
    try bench.rows("MERGE BRANCH a")
    #expect(try bench.lines("SELECT n FROM s.log ORDER BY n") == ["1", "2", "3"])
    let now = try bench.lines(ChangeTests.all)
    let error = try #require(bench.failure("MERGE BRANCH b"))
    #expect(error.message.contains("both changed 'silver.trades' since snapshot"), "\(error)")
    #expect(error.message.contains("DELETE by tester"), "\(error)")
    #expect(error.reason == .conflict)
    #expect(try bench.lines(ChangeTests.all) == now)
    #expect(try bench.faults() == [])
  }

  @Test("a branch can start from a tag, and then knows nothing of what came later")
  func earlier() throws {
    let bench = try ChangeTests.bench()
    try bench.rows("TAG 'eod'; UPDATE silver.trades SET amount = 0; TAG 'later'")
    let then = try bench.lines(
      "SELECT id, day, desk, amount FROM silver.trades AS KNOWN AT TAG 'eod' ORDER BY id")
    try bench.rows("CREATE BRANCH past FROM TAG 'eod'; USE BRANCH past")
    #expect(try bench.lines(ChangeTests.all) == then)
    #expect(bench.failure("SELECT * FROM silver.trades AS KNOWN AT TAG 'later'") != nil)
    #expect(try bench.perform(.verify(deep: true)).verdict == nil)
    try bench.rows("INSERT INTO silver.trades (id, day) VALUES ('Q', '2025-06-30')")
    #expect(try bench.lines("SELECT COUNT(*) FROM silver.trades") == ["6"])
    #expect(bench.failure("CREATE BRANCH x") != nil)
    try bench.rows("USE MAIN")
    for name in ["main", "\"a/b\"", "\"..\""] {
      #expect(bench.failure("CREATE BRANCH \(name)") != nil, "\(name)")
    }
  }
}
