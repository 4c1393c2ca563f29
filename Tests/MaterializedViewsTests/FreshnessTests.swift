import Columnar
import LakeCatalog
import MaterializedViews
import QueryEngine
import Testing

/// Freshness by business date.
@Suite struct FreshnessTests {
  private func lake(_ time: String, _ clauses: String) throws -> ScheduledLake {
    let lake = ScheduledLake(time)
    try lake.define("a", clauses)
    return lake
  }

  private func status(_ lake: ScheduledLake) throws -> StatusReport.View? {
    let host = ScheduledLake.Host(lake, "one")
    return try StatusReport(lake.lake, clocks: host).views.first
  }

  private func refresh(_ lake: ScheduledLake, _ dates: [CalendarDate] = []) throws {
    _ = try Refresher(lake.lake).refresh(RefreshRequest(dates: dates))
  }

  @Test func backfillOfAnOldDateNeverMakesTodayFresh() throws {
    let lake = try lake("2025-06-17T06:00:00Z", "FRESH WITHIN '30 minutes'")
    try refresh(lake)
    #expect(try status(lake)?.isLate == false)
    lake.at("2025-06-17T06:10:00Z")
    lake.trade()  // of the 16th
    lake.at("2025-06-17T06:29:00Z")
    #expect(try status(lake)?.isLate == false)
    lake.at("2025-06-17T06:40:00Z")
    #expect(try status(lake)?.isLate == true)
    // The 13th is rebuilt by force: the 16th stays stale.
    _ = try Refresher(lake.lake).refresh(
      RefreshRequest(dates: [ChainLake.days[0]], isForced: true))
    #expect(try status(lake)?.isLate == true)
    try refresh(lake, [ChainLake.days[1]])
    #expect(try status(lake)?.isLate == false)
  }

  @Test func readyByAsksForTheBusinessDayBefore() throws {
    // Rows are there up to Tuesday the 17th.
    let lake = try lake("2025-06-18T06:59:00Z", "READY BY '07:00'")
    try refresh(lake)
    #expect(try status(lake)?.isLate == false)
    lake.at("2025-06-18T07:01:00Z")
    #expect(try status(lake)?.isLate == false)
    lake.at("2025-06-19T06:59:00Z")
    #expect(try status(lake)?.isLate == false)
    lake.at("2025-06-19T07:00:00Z")
    #expect(try status(lake)?.missingDate == day("2025-06-18"))
    #expect(try lake.tick().late == ["gold.a"])
    // An old date is no help.
    _ = try Refresher(lake.lake).refresh(
      RefreshRequest(dates: [ChainLake.days[0]], isForced: true))
    #expect(try lake.tick().late == ["gold.a"])
    lake.lake.write(
      "silver.trades",
      lake.lake.rows("silver.trades") + [ChainLake.trade(day("2025-06-18"), "x", 1)])
    #expect(try lake.tick().late == ["gold.a"], "loaded, not published")
    try refresh(lake)
    #expect(try lake.tick().late == [])
    // Nothing is committed over the weekend; on Monday Friday's rows are due.
    lake.at("2025-06-20T06:59:00Z")
    #expect(try lake.tick().late == [])
    lake.at("2025-06-23T07:00:00Z")
    #expect(try lake.tick().late == ["gold.a"])
    #expect(try status(lake)?.missingDate == day("2025-06-20"))
  }
}
