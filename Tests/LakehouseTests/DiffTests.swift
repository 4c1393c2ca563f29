import Columnar
import Lakehouse
import Testing

@Suite("What differs between versions")
struct DiffTests {
  /// Version 3 inserts, 4 updates, 5 deletes, 6 merges.
  static func bench() throws -> Workbench {
    let bench = try ChangeTests.bench()
    try bench.rows(
      """
      TAG 'start';
      INSERT INTO silver.trades VALUES ('F', '2025-06-20', 'FX', 5);
      UPDATE silver.trades SET amount = 11, desk = 'G10' WHERE id = 'A';
      DELETE FROM silver.trades WHERE id = 'B';
      MERGE INTO silver.trades AS t
        USING (VALUES ('C', DATE '2025-06-18', 8.00), ('Z', DATE '2025-06-18', 9.00)) AS s(id, day, amount)
        ON t.id = s.id AND t.day = s.day
        WHEN MATCHED THEN UPDATE SET amount = s.amount
        WHEN NOT MATCHED THEN INSERT (id, day, amount) VALUES (s.id, s.day, s.amount)
      """)
    return bench
  }

  private static func shown(_ bench: Workbench, _ from: String?, _ to: String?) throws -> [String] {
    let outcome = try bench.perform(
      .diff(table: "silver.trades", from: from, to: to, view: .rows))
    return CellText.rows(outcome.table)
  }

  @Test("rows are told by key, with the columns that changed")
  func rows() throws {
    let bench = try DiffTests.bench()
    let expected = [
      "removed||B|2025-06-17|RATES|-3.00",
      "before|desk, amount|A|2025-06-17|FX|10.25", "after|desk, amount|A|2025-06-17|G10|11.00",
      "before|amount|C|2025-06-18|FX|7.00", "after|amount|C|2025-06-18|FX|8.00",
      "added||F|2025-06-20|FX|5.00", "added||Z|2025-06-18|NONE|9.00",
    ]
    #expect(try DiffTests.shown(bench, "2", "6") == expected)
    #expect(try DiffTests.shown(bench, "start", nil) == expected)
    #expect(try DiffTests.shown(bench, "snapshot:3", "v6") == expected)
    #expect(
      try bench.lines("SELECT * FROM diff('silver.trades', 2, 6) WHERE _change = 'added'")
        == Array(expected.suffix(2)))
    // Backwards, what was added is removed.
    #expect(try DiffTests.shown(bench, "6", "2").filter { $0.hasPrefix("removed") }.count == 2)
    #expect(try DiffTests.shown(bench, nil, nil).count == 3)
    #expect(try DiffTests.shown(bench, "6", "6") == [])
  }

  @Test("numbers by business date, and the columns")
  func summaries() throws {
    let bench = try DiffTests.bench()
    try bench.rows(
      """
      ALTER TABLE silver.trades RENAME COLUMN desk TO book;
      ALTER TABLE silver.trades ADD COLUMN n INT
      """)
    let dates = try bench.perform(
      .diff(table: "silver.trades", from: "2", to: nil, view: .byDate))
    #expect(
      CellText.rows(dates.table)
        == ["2025-06-17|0|1|1", "2025-06-18|1|0|1", "2025-06-20|1|0|0"])
    #expect(
      dates.lines.first?.hasSuffix("2 rows added, 1 removed, 2 changed") == true, "\(dates.lines)")
    let columns = try bench.perform(
      .diff(table: "silver.trades", from: "2", to: nil, view: .columns))
    #expect(
      CellText.rows(columns.table)
        == ["renamed|book|desk string|book string", "added|n|∅|n int"])
    var options = bench.session.options
    options.businessDate = "2025-06-18"
    let dated = try Session(options: options).perform(
      .diff(table: "silver.trades", from: "2", to: nil, view: .rows)
    ) { _ in }
    #expect(dated.table?.rowCount == 3)
  }

  @Test(
    "a point that the table does not have is refused by name",
    arguments: ["99", "strat", "2001-01-01", "snapshot:99", "2999-01-01T00:00:00Z"])
  func refusals(point: String) throws {
    let bench = try DiffTests.bench()
    let error = try #require(
      bench.failure(.diff(table: "silver.trades", from: point, to: nil, view: .rows)))
    #expect(!error.message.isEmpty)
    if point == "strat" { #expect("\(error)".contains("start")) }
  }

  @Test("every kind of commit tells its changes; those that move rows only tell none")
  func everyCommit() throws {
    let bench = try DiffTests.bench()
    try bench.rows(
      """
      OPTIMIZE silver.trades;
      RESTORE TABLE silver.trades TO VERSION AS OF 2;
      ALTER TABLE silver.trades ADD COLUMN n INT
      """)
    let counts = try bench.lines(
      """
      SELECT _commit_version, _change_type, COUNT(*) FROM changes('silver.trades', -1, 9)
      GROUP BY ALL ORDER BY 1, 2
      """)
    #expect(
      counts == [
        "1|insert|3", "2|insert|2", "3|insert|1", "4|update_postimage|1", "4|update_preimage|1",
        "5|delete|1", "6|insert|1", "6|update_postimage|1", "6|update_preimage|1",
        "8|delete|2", "8|insert|1", "8|update_postimage|2", "8|update_preimage|2",
      ])
    // A table of the same name made again has a history of its own.
    try bench.rows(
      "DROP TABLE silver.trades; CREATE TABLE silver.trades AS SELECT 1 AS id, 'x' AS y")
    #expect(
      try bench.lines("SELECT _change_type, id, y FROM changes('silver.trades', -1, 0)")
        == ["insert|1|x"])
    #expect(bench.failure("SELECT * FROM changes('silver.trades', 1, 2)") != nil)
  }

  @Test("restore, optimize and vacuum are commands too")
  func commands() throws {
    let bench = try DiffTests.bench()
    let optimized = try bench.perform(
      .optimize(table: "silver.trades", condition: nil, zOrder: ["id"]))
    #expect(optimized.lines.first?.hasPrefix("optimized silver.trades") == true)
    #expect(
      bench.failure(
        .optimize(table: "silver.trades", condition: "day > '2025-01-01'; DROP TABLE x", zOrder: [])
      )
        != nil)
    #expect(try bench.perform(.restore(table: "silver.trades", to: "start")).lines.count == 1)
    #expect(try bench.lines("SELECT COUNT(*) FROM silver.trades") == ["5"])
    let error = try #require(bench.failure(.restore(table: "silver.trades", to: "strat")))
    #expect("\(error)".contains("start"), "\(error)")
    let dry = try bench.perform(.vacuum(table: "silver.trades", retain: nil, dryRun: true))
    #expect(dry.table != nil)
    #expect(try bench.perform(.vacuum(table: nil, retain: nil, dryRun: false)).lines.count == 1)
  }
}
