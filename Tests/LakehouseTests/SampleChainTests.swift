import Columnar
import FileStorage
import LakeCatalog
import Lakehouse
import MaterializedViews
import TestSupport
import Testing

/// Twelve views over the sample bank as it lands, views on views, and the late booking of its story.
@Suite("A chain of views over the sample lake")
struct SampleChainTests {
  /// In the order in which they read each other; `gold.exposure` is the sample's own.
  private static let views = [
    (
      "desk_entity",
      """
      SELECT as_of_date, desk, legal_entity, SUM(market_value_usd) AS value, SUM(positions) AS n
      FROM gold.exposure GROUP BY as_of_date, desk, legal_entity
      """
    ),
    (
      "desk_product",
      """
      SELECT as_of_date, desk, product, SUM(pv) AS pv, AVG(dv01) AS dv01, COUNT(*) AS n
      FROM silver.positions GROUP BY as_of_date, desk, product
      """
    ),
    (
      "counterparty",
      """
      SELECT as_of_date, counterparty, SUM(market_value_usd) AS value,
        RANK() OVER (PARTITION BY as_of_date ORDER BY SUM(market_value_usd) DESC, counterparty) AS place
      FROM gold.exposure GROUP BY as_of_date, counterparty
      """
    ),
    ("largest", "SELECT * FROM risk.counterparty WHERE place <= 10"),
    (
      "entity",
      """
      SELECT as_of_date, legal_entity, SUM(value) AS value FROM risk.desk_entity
      GROUP BY as_of_date, legal_entity
      """
    ),
    (
      "currency",
      """
      SELECT as_of_date, currency, SUM(dv01) AS dv01, MAX(pv) AS most FROM silver.positions
      GROUP BY as_of_date, currency
      """
    ),
    (
      "dollars",
      """
      SELECT c.as_of_date, c.currency, c.dv01 * CAST(d.per_eur / f.per_eur AS DOUBLE) AS dv01
      FROM risk.currency c
      JOIN ref.fx_rates f ON f.as_of_date = c.as_of_date AND f.currency = c.currency
      JOIN ref.fx_rates d ON d.as_of_date = c.as_of_date AND d.currency = 'USD'
      """
    ),
    (
      "desk",
      """
      SELECT a.as_of_date, a.desk, a.value, b.pv FROM
        (SELECT as_of_date, desk, SUM(value) AS value FROM risk.desk_entity GROUP BY ALL) a
      JOIN (SELECT as_of_date, desk, SUM(pv) AS pv FROM risk.desk_product GROUP BY ALL) b
        ON b.as_of_date = a.as_of_date AND b.desk = a.desk
      """
    ),
    (
      "share",
      """
      SELECT a.as_of_date, a.counterparty, a.place, CAST(a.value AS DOUBLE) / CAST(t.value AS DOUBLE) AS share
      FROM risk.largest a
      JOIN (SELECT as_of_date, SUM(value) AS value FROM risk.entity GROUP BY as_of_date) t
        ON t.as_of_date = a.as_of_date
      """
    ),
    (
      "days",
      """
      SELECT as_of_date, SUM(value) AS value, SUM(pv) AS pv, COUNT(*) AS desks FROM risk.desk
      GROUP BY as_of_date
      """
    ),
    (
      "summary",
      """
      SELECT d.as_of_date, d.value, d.pv, c.dv01, s.share FROM risk.days d
      JOIN (SELECT as_of_date, SUM(dv01) AS dv01 FROM risk.dollars GROUP BY as_of_date) c
        ON c.as_of_date = d.as_of_date
      JOIN risk.share s ON s.as_of_date = d.as_of_date AND s.place = 1
      """
    ),
  ]

  private static let names = ["gold.exposure"] + views.map { "risk." + $0.0 }
  private static let late = CalendarDate("2025-06-17")

  private func chain() throws -> Workbench {
    let bench = try Workbench()
    let lake = SampleLake.repository + "/lake"
    try bench.perform(.apply(directory: lake + "/contracts", dryRun: false))
    try bench.rows(try SampleLake.read("lake/views/gold-exposure.sql"))
    for (name, query) in Self.views {
      try bench.rows("CREATE MATERIALIZED VIEW risk.\(name) BUSINESS DATE as_of_date AS \(query)")
    }
    for stage in try SampleLake.stages().dropLast() { try land(stage, bench) }
    return bench
  }

  private func land(_ files: [String], _ bench: Workbench) throws {
    try bench.perform(
      .ingest(files: files.map { SampleLake.repository + "/lake/landing/" + $0 }, feed: nil))
  }

  /// The newest run of each view, and by date the hash of what it wrote.
  private func newest(
    _ bench: Workbench
  ) throws -> [String: (dates: [CalendarDate], content: [CalendarDate?: String])] {
    var found: [String: (dates: [CalendarDate], content: [CalendarDate?: String])] = [:]
    for run in try Lake.open(bench.lake).catalog.runs() where found[run.view] == nil {
      #expect(run.status == "succeeded", "\(run.view): \(run.message)")
      var content: [CalendarDate?: String] = [:]
      for part in try RunDetail(of: run).content { content[part.date] = part.hash }
      found[run.view] = (run.dates, content)
    }
    return found
  }

  private func rows(_ bench: Workbench) throws -> [String: [String]] {
    var rows: [String: [String]] = [:]
    for name in Self.names { rows[name] = try bench.lines("SELECT * FROM \(name) ORDER BY ALL") }
    return rows
  }

  @Test("one late booking for T-3: the plan names its date alone, the refresh touches no other")
  func late() throws {
    let bench = try chain()
    let late = try #require(Self.late)
    let refresh = LakeCommand.refresh(views: [], dates: [], force: false)
    #expect(try bench.perform(refresh).verdict == nil)
    let first = try newest(bench)
    #expect(Set(first.keys) == Set(Self.names))
    #expect(try bench.perform(.plan(views: [])).lines == ["nothing to rebuild"])
    #expect(
      try bench.lines("SELECT DISTINCT as_of_date FROM silver.positions AS OF T-3")
        == ["\(late)"])

    try land(try #require(SampleLake.stages().last), bench)
    let plan = CellText.rows(try bench.perform(.plan(views: [])).table)
      .map { $0.split(separator: "|", omittingEmptySubsequences: false).map(String.init) }
    #expect(Set(plan.map { $0[0] }) == Set(Self.names))
    #expect(plan.allSatisfy { $0[1] == "1 date" && $0[2] == "2025-06-17" }, "\(plan)")

    #expect(try bench.perform(refresh).verdict == nil)
    let refreshed = try newest(bench)
    let incremental = try rows(bench)
    for name in Self.names {
      #expect(refreshed[name]?.dates == [late], "\(name)")
      #expect(refreshed[name]?.content.keys.map { $0 } == [late], "\(name)")
    }
    // Something moved, or the comparison below would say nothing.
    #expect(refreshed["risk.summary"]?.content[late] != first["risk.summary"]?.content[late])

    #expect(try bench.perform(.refresh(views: [], dates: [], force: true)).verdict == nil)
    let full = try newest(bench)
    #expect(try rows(bench) == incremental)
    for name in Self.names {
      let content = try #require(full[name]?.content)
      #expect(content.count == 6, "\(name)")
      for (date, hash) in content {
        let known = date == late ? refreshed : first
        #expect(known[name]?.content[date] == hash, "\(name) \(date?.description ?? "")")
      }
    }
    #expect(try bench.perform(.plan(views: [])).lines == ["nothing to rebuild"])
    #expect(try bench.perform(.replayAll).verdict == nil)
  }
}
