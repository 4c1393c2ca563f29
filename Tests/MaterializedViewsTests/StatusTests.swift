import Columnar
import LakeCatalog
import MaterializedViews
import QueryEngine
import Testing

@Suite struct StatusTests {
  private let days = ChainLake.days

  @Test func aFreshLakeHasNoBreachAndIsNotLate() throws {
    let host = try ChainLake.built()
    let report = try StatusReport(host)
    #expect(report.views.map(\.name) == ["gold.a", "gold.b", "gold.c"])
    #expect(!report.isBreached && !report.isLate)
    #expect(report.views.map(\.latestDate) == [days[2], days[2], days[2]])
  }

  @Test func onlyTheLatestDateCanBreach() throws {
    let host = try ChainLake.built()
    host.write(
      "silver.trades",
      host.rows("silver.trades") + [
        ChainLake.trade(days[0], "y", -1000), ChainLake.trade(days[2], "x", -1000),
      ])
    _ = try Refresher(host).refresh(RefreshRequest())
    let breaches = try StatusReport(host).breaches
    #expect(breaches.count == 1)
    let breach = try #require(breaches.first)
    #expect(breach.view == "gold.b" && breach.date == days[2] && breach.check == "positive")
    #expect(breach.rows == 1 && breach.action == "WARN")
    #expect(breach.keys.first?.contains("'EX'") == true)
  }

  @Test func staleIsLateOnlyAfterTheTimeThatIsAllowed() throws {
    let host = try ChainLake.built()
    host.clock += 31 * 60 * 1_000_000
    #expect(try !StatusReport(host).isLate, "old, but nothing changed")
    host.write(
      "silver.trades", host.rows("silver.trades") + [ChainLake.trade(days[1], "y", 100)])
    let report = try StatusReport(host)
    #expect(report.views.filter(\.isLate).map(\.name) == ["gold.b"])
    #expect(report.views[1].step.scope == .dates([days[1]]))
    host.clock -= 2 * 60 * 1_000_000
    #expect(try !StatusReport(host).isLate)
  }

  @Test func aViewThatNeverRanIsLate() throws {
    let report = try StatusReport(try ChainLake.make())
    #expect(report.views.filter(\.isLate).map(\.name) == ["gold.b"])
    #expect(report.views[1].lastRun == nil)
  }
}
