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
    #expect(try bench.lines("VACUUM silver.trades DRY RUN") == [])
    #expect(try bench.message("VACUUM") == "nothing to vacuum")
    let plan = try bench.rows("VACUUM silver.trades RETAIN 0 HOURS DRY RUN")
    #expect(plan.map { $0[3] } == [.int64(2), .int64(2)])
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
    #expect(error.message.contains("vacuum"), "\(error)")
    #expect(bench.failure("RESTORE TABLE silver.trades TO VERSION AS OF 2") != nil)
    #expect(
      try bench.lines(
        "SELECT version FROM system.history WHERE NOT readable ORDER BY version") == ["1", "2"])
    #expect(try bench.faults() == [])
    #expect(try bench.message("VACUUM RETAIN 0 HOURS") == "nothing to vacuum")
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
    #expect(try bench.lines("VACUUM DRY RUN") == [])
    try store.setModified(path, microseconds: 1_600_000_000_000_000)
    #expect(
      try bench.lines("VACUUM DRY RUN")
        == ["silver.trades|tables/silver/trades/left.parquet|3|∅|∅"])
    #expect(try bench.message("VACUUM").contains("1 of them never committed"))
    #expect(try store.status(path) == nil)
  }

  @Test(
    "durations are whole numbers of known units", arguments: ["30", "x days", "-1 days", "1 eon"])
  func durations(text: String) throws {
    let bench = try Workbench()
    #expect(bench.failure("VACUUM RETAIN '\(text)'") != nil)
  }
}
