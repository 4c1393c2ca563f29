import Columnar
import QueryEngine
import QueryLanguage
import Testing

@Suite("Constant folding")
struct FoldConstantsTests {
  @Test(
    "computes what reads no column, so that scans prune by it",
    arguments: [
      ("as_of_date >= DATE '2025-06-20' - INTERVAL '2' DAY", "as_of_date >= DATE '2025-06-18'"),
      ("trade_id = 1 + 2", "trade_id = 3"),
      ("1 = 1 AND trade_id = 4", "trade_id = 4"),
      ("1 = 2 OR trade_id = 4", "trade_id = 4"),
      ("trade_id = CAST(upper('4') AS BIGINT)", "trade_id = 4"),
    ])
  func folds(condition: String, kept: String) throws {
    let plan = try TestLake.book.plan("SELECT desk FROM positions WHERE \(condition)")
    #expect(plan.contains("WHERE \(kept) pruned by"), "\(plan)")
  }

  @Test("leaves what fails to the row that needs it")
  func failures() throws {
    let bound = try Binder.bind(
      try parse("SELECT CASE WHEN pv > 9 THEN 1 // 0 ELSE 7 END AS x FROM positions"),
      resolver: TestLake.book)
    #expect(try rows(bound.plan) == Array(repeating: [.int32(7)], count: 6))
  }

  @Test("a condition that is never true gives no rows")
  func never() throws {
    let bound = try Binder.bind(
      try parse("SELECT desk FROM positions WHERE pv > 0 AND 1 = 2"), resolver: TestLake.book)
    #expect(try rows(bound.plan).isEmpty)
  }
}
