import Columnar
import Lakehouse
import TestSupport
import Testing

/// Views of views, refreshed together.
@Suite("Views of views")
struct ChainedViewTests {
  private func bench() throws -> Workbench {
    let bench = try Workbench()
    try bench.rows(
      """
      CREATE TABLE s.a (day DATE NOT NULL, amount INT) BUSINESS DATE day;
      INSERT INTO s.a VALUES ('2025-06-17', 10), ('2025-06-18', 20);
      CREATE MATERIALIZED VIEW gold.totals BUSINESS DATE day AS
        SELECT day, SUM(amount) AS total FROM s.a GROUP BY day;
      CREATE MATERIALIZED VIEW gold.grand AS SELECT SUM(total) AS grand FROM gold.totals
      """)
    return bench
  }

  private func refresh(_ bench: Workbench) throws -> Outcome {
    try bench.perform(.refresh(views: [], dates: [], force: false))
  }

  @Test("a refresh brings all of them up to date at once, and each run replays to the same bits")
  func upToDate() throws {
    let bench = try bench()
    for (round, total) in [30, 52, 52].enumerated() {
      let outcome = try refresh(bench)
      #expect(outcome.verdict == nil)
      #expect(try bench.lines("SELECT grand FROM gold.grand") == ["\(total)"])
      if round == 2 {
        #expect(outcome.lines == ["every view is up to date"])
      } else {
        #expect(outcome.table?.rowCount == 2)
      }
      if round == 0 { try bench.rows("INSERT INTO s.a VALUES ('2025-06-18', 22)") }
    }
    let runs = try bench.lines("SELECT run FROM system.runs ORDER BY run")
    #expect(runs == ["1", "2", "3", "4"])
    for run in runs {
      let outcome = try bench.perform(.replay(run: Int64(run) ?? 0))
      #expect(outcome.verdict == nil, "run \(run): \(outcome.lines)")
    }
    #expect(
      CellText.rows(try bench.perform(.plan(views: [])).table).map { row in
        row.split(separator: "|").prefix(4).joined(separator: "|")
      }
        == ["gold.totals|nothing|∅|up to date", "gold.grand|nothing|∅|up to date"])
  }

  @Test("a refresh that another commit to a view overtook is a conflict or done, never half")
  func overtaken() throws {
    let bench = try bench()
    let options = bench.session.options
    runThreads(3) { _ in
      _ = try? Session(options: options).perform(
        .refresh(views: [], dates: [], force: true)
      ) { _ in }
    }
    #expect(try refresh(bench).verdict == nil)
    #expect(try bench.lines("SELECT grand FROM gold.grand") == ["30"])
    #expect(try bench.lines("SELECT total FROM gold.totals ORDER BY day") == ["10", "20"])
    for run in try bench.lines("SELECT run FROM system.runs ORDER BY run") {
      #expect(try bench.perform(.replay(run: Int64(run) ?? 0)).verdict == nil, "run \(run)")
    }
    #expect(try bench.perform(.verify(deep: true)).verdict == nil)
  }
}
