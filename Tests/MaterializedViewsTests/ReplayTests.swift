import Columnar
import LakeCatalog
import MaterializedViews
import QueryEngine
import Testing

@Suite struct ReplayTests {
  private let days = ChainLake.days

  /// Three runs of all dates, and three of the second date only.
  private func lake() throws -> MemoryHost {
    let host = try ChainLake.built()
    host.write(
      "silver.trades", host.rows("silver.trades") + [ChainLake.trade(days[1], "y", 100)])
    _ = try Refresher(host).refresh(RefreshRequest())
    return host
  }

  @Test func everyRunIsIdenticalLongAfter() throws {
    let host = try lake()
    host.write("silver.trades", [])
    host.write("ref.names", [])
    try host.define(ChainLake.a.replacing("SUM(amount)", with: "MAX(amount)"))
    _ = try Refresher(host).refresh(RefreshRequest())
    for id in 1...Int64(host.allRuns.count) {
      let report = try Replayer(host).replay(run: id)
      #expect(report.verdict == .identical, "run \(id) of \(report.run.view)")
      #expect(report.recordedHash == report.replayedHash)
    }
  }

  @Test func aTamperedInputIsFoundWithItsDate() throws {
    let host = try lake()
    host.tables["silver.trades"]?.versions[1][1] = ChainLake.trade(days[1], "y", 21)
    host.tables["silver.trades"]?.versions[1].removeLast()
    let report = try Replayer(host).replay(run: 4)
    #expect(report.verdict == .differs([.inputs]))
    #expect(report.differingDates == [days[1]])
    #expect(try Replayer(host).replay(run: 1).verdict == .identical)
  }

  @Test func tamperedRowsOfTheViewAreFound() throws {
    let host = try lake()
    host.tables["gold.c"]?.versions[1][0][1] = .int64(31)
    #expect(try Replayer(host).replay(run: 3).verdict == .differs([.storedRows]))
  }

  @Test func anotherMethodOrEngineIsNamedAsTheCause() throws {
    let host = try lake()
    host.functions = [Multiplied(factor: 3, methodVersion: 2)]
    host.engineVersion = "Tarn/next"
    #expect(
      try Replayer(host).replay(run: 3).verdict
        == .differs([
          .method(calculator: "multiplied", recorded: 1, now: 2),
          .engine(recorded: "Tarn/test", now: "Tarn/next"),
        ]))
    #expect(try Replayer(host).replay(run: 1).verdict == .identical, "the same rows are the same")
  }

  @Test func aFailedRunHasNothingToCompare() throws {
    let host = try lake()
    host.write(
      "silver.trades", host.rows("silver.trades") + [ChainLake.trade(days[0], "x", .max)])
    let failed = try Refresher(host).refresh(RefreshRequest()).runs[0]
    #expect(throws: QueryError.self) { try Replayer(host).replay(run: failed.id) }
    #expect(throws: QueryError.self) { try Replayer(host).replay(run: 999) }
  }

  @Test func detailsSurviveTheirJSON() throws {
    let host = try lake()
    for run in host.allRuns {
      let detail = try RunDetail(of: run)
      #expect(detail.json == run.parameters)
      #expect(detail.content.reduce(0) { $0 + $1.rows } == run.rowCount)
    }
    var run = host.allRuns[0]
    for broken in ["", "[]", #"{"content":[{"hash":1}]}"#, #"{"pending":{"x":"y"}}"#] {
      run.parameters = broken
      #expect(throws: QueryError.self) { try RunDetail(of: run) }
    }
  }
}
