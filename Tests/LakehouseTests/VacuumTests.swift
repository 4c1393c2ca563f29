import Columnar
import FileStorage
import Lakehouse
import Testing

@Suite("VACUUM")
struct VacuumTests {
  /// Versions: 1 and 2 insert; 3, which is tagged, and 4 write everything anew.
  private static func bench() throws -> Workbench {
    let bench = try ChangeTests.bench()
    try bench.rows(
      """
      UPDATE silver.trades SET amount = amount + 1; TAG 'kept';
      UPDATE silver.trades SET amount = amount + 1
      """)
    return bench
  }

  private static func sizes(_ bench: Workbench) throws -> Int {
    try LocalFileStore().list(bench.lake + "/tables/silver/trades")
      .filter { $0.name.hasSuffix(".parquet") }.count
  }

  @Test("says in advance what it takes, takes just that, and keeps what a tag needs")
  func takes() throws {
    let bench = try VacuumTests.bench()
    let tagged = try bench.lines(
      "SELECT id, amount FROM silver.trades AS KNOWN AT TAG 'kept' ORDER BY id")
    let now = try bench.lines(ChangeTests.all)
    let early = try bench.rows("VACUUM silver.trades DRY RUN")
    #expect(early.allSatisfy { $0[0] == .string("keep") }, "\(early)")
    #expect(try bench.message("VACUUM").hasPrefix("nothing to vacuum; "))
    let plan = try bench.lines(
      "VACUUM silver.trades RETAIN 0 HOURS DRY RUN"
    ).map { line in
      let cells = line.split(separator: "|")
      return [cells[0], cells[1], cells[4], cells[5], cells[7]].joined(separator: "|")
    }.sorted()
    #expect(
      plan == [
        "keep|silver.trades|3|3|tag 'kept'", "take|silver.trades|1|2|no longer needed",
        "take|silver.trades|2|2|no longer needed",
      ])
    let before = try VacuumTests.sizes(bench)
    let message = try bench.message("VACUUM silver.trades RETAIN 0 HOURS")
    #expect(message.hasPrefix("vacuumed 2 files with "), "\(message)")
    #expect(message.contains("2 versions can no longer be read"), "\(message)")
    #expect(try VacuumTests.sizes(bench) == before - 2)
    #expect(try bench.lines(ChangeTests.all) == now)
    #expect(
      try bench.lines("SELECT id, amount FROM silver.trades AS KNOWN AT TAG 'kept' ORDER BY id")
        == tagged)
    let error = try #require(bench.failure("SELECT * FROM silver.trades VERSION AS OF 2"))
    #expect(error.message.hasSuffix("what remains: 0, 3 to 4"), "\(error)")
    #expect(bench.failure("RESTORE TABLE silver.trades TO VERSION AS OF 2") != nil)
    #expect(
      try bench.lines(
        "SELECT version FROM system.history WHERE NOT readable ORDER BY version") == ["1", "2"])
    #expect(try bench.faults() == [])
    #expect(try bench.message("VACUUM RETAIN 0 HOURS").hasPrefix("nothing to vacuum"))
  }

  @Test("a dropped tag frees its files; a restored file is never taken")
  func restored() throws {
    let bench = try VacuumTests.bench()
    try bench.rows("RESTORE TABLE silver.trades TO VERSION AS OF 2; DROP TAG 'kept'")
    let now = try bench.lines(ChangeTests.all)
    try bench.rows("VACUUM RETAIN 0 HOURS")
    #expect(try bench.lines(ChangeTests.all) == now)
    #expect(try VacuumTests.sizes(bench) == 2)
    #expect(
      try bench.lines(
        "SELECT version FROM system.history WHERE readable ORDER BY version")
        == ["0", "1", "2", "5"])
    #expect(try bench.faults() == [])
  }

  @Test("leftovers that were never committed go once they are a day old")
  func orphans() throws {
    let bench = try VacuumTests.bench()
    let store = LocalFileStore()
    let path = bench.lake + "/tables/silver/trades/left.parquet"
    try store.replace([1, 2, 3], at: path)
    let before = try bench.lines("VACUUM DRY RUN")
    #expect(!before.contains { $0.hasPrefix("take") })
    try store.setModified(path, microseconds: 1_600_000_000_000_000)
    #expect(
      try bench.lines("VACUUM DRY RUN").filter { $0.hasPrefix("take") } == [
        "take|silver.trades|tables/silver/trades/left.parquet|3|∅|∅|∅|never committed"
      ])
    #expect(try bench.message("VACUUM").contains("1 of them never committed"))
    #expect(try store.status(path) == nil)
  }

  @Test("what a running reader looks at stays, until it ends or dies")
  func readers() throws {
    let bench = try VacuumTests.bench()
    try bench.rows("DROP TAG 'kept'")
    let reader = bench.another()
    let head = try bench.lines("SELECT MAX(snapshot) FROM system.snapshots")
    try reader.allRows("BEGIN")
    let seen = try reader.lines(ChangeTests.all)
    try bench.rows("UPDATE silver.trades SET amount = amount + 1")
    let plan = try bench.lines("VACUUM RETAIN 0 HOURS DRY RUN")
    #expect(
      plan.filter { $0.hasSuffix("|a reader looks at snapshot \(head[0])") }.count == 1, "\(plan)")
    #expect(try bench.message("VACUUM RETAIN 0 HOURS").contains("; 1 kept"))
    #expect(try reader.lines(ChangeTests.all) == seen)
    try reader.allRows("ROLLBACK")
    // What a dead process left is locked by nobody.
    try bench.write([], to: "lake/readers/\(head[0]).dead")
    #expect(try bench.message("VACUUM RETAIN 0 HOURS").hasPrefix("vacuumed 1 file "))
    #expect(try LocalFileStore().list(bench.lake + "/readers") == [])
    #expect(try bench.faults() == [])
  }

  @Test("files of a dropped table go once their retention is over, and a tag keeps them")
  func dropped() throws {
    let bench = try VacuumTests.bench()
    try bench.rows("DROP TABLE silver.trades")
    let kept = try bench.lines("SELECT COUNT(*) FROM silver.trades AS KNOWN AT TAG 'kept'")
    #expect(try bench.message("VACUUM").hasPrefix("nothing to vacuum; 4 files kept"))
    #expect(try bench.message("VACUUM RETAIN 0 HOURS").hasPrefix("vacuumed 3 files"))
    #expect(try bench.lines("SELECT COUNT(*) FROM silver.trades AS KNOWN AT TAG 'kept'") == kept)
    try bench.rows("DROP TAG 'kept'")
    #expect(try bench.message("VACUUM RETAIN 0 HOURS").hasPrefix("vacuumed 1 file "))
    #expect(try VacuumTests.sizes(bench) == 0)
    #expect(try bench.faults() == [])
  }

  @Test("a rule of the lake or a table outlasts what a vacuum asks for, and survives a rebuild")
  func rules() throws {
    let bench = try VacuumTests.bench()
    #expect(
      try bench.message("RETAIN '7 years' FOR silver.trades")
        == "silver.trades keeps what is replaced for 7 years (snapshot 7)")
    #expect(try bench.message("VACUUM RETAIN 0 HOURS").hasPrefix("nothing to vacuum; 3 files kept"))
    try bench.perform(.rebuild)
    let plan = try bench.lines("VACUUM RETAIN 0 HOURS DRY RUN")
    #expect(plan.contains { $0.contains("|retained until ") }, "\(plan)")
    try bench.rows("RETAIN '1 day'; RETAIN DEFAULT FOR silver.trades; RETAIN '2 years' FOR RUNS")
    #expect(try bench.message("VACUUM RETAIN 0 HOURS").hasPrefix("nothing to vacuum; 3 files kept"))
    try bench.rows("RETAIN DEFAULT")
    #expect(try bench.message("VACUUM RETAIN 0 HOURS").hasPrefix("vacuumed 2 files"))
    #expect(bench.failure("RETAIN '1 day' FOR silver.nothing") != nil)
    #expect(bench.failure("RETAIN 'soon'") != nil)
  }

  @Test(
    "durations are whole numbers of known units", arguments: ["30", "x days", "-1 days", "1 eon"])
  func durations(text: String) throws {
    let bench = try Workbench()
    #expect(bench.failure("VACUUM RETAIN '\(text)'") != nil)
  }
}
