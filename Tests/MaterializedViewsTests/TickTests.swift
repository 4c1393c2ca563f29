import Columnar
import LakeCatalog
import MaterializedViews
import QueryEngine
import Testing

@Suite("A tick")
struct TickTests {
  private let minute: Int64 = 60_000_000

  @Test("refreshes what CRON says once it is time, and not before")
  func cron() throws {
    let lake = ScheduledLake("2026-03-02T06:00:00Z")
    try lake.define("a", "REFRESH CRON '0 7 * * *' TIMEZONE 'Europe/London'")
    #expect(try lake.tick().words == [])
    #expect(try lake.tick().wake == ScheduledLake.time("2026-03-02T07:00:00Z"))
    lake.at("2026-03-02T07:00:00Z")
    let outcome = try lake.tick()
    #expect(outcome.words == ["gold.a refreshed"])
    #expect(outcome.items.first?.due == .scheduled(lake.now))
    #expect(try lake.tick().words == [])
    lake.trade()
    #expect(try lake.tick().words == [], "new trades wait for tomorrow")
    lake.at("2026-03-03T07:00:00Z")
    #expect(try lake.tick().words == ["gold.a refreshed"])
    #expect(lake.runs("gold.a") == 2)
  }

  @Test("makes missed days good once")
  func missed() throws {
    let lake = ScheduledLake("2026-03-02T06:00:00Z")
    try lake.define("a", "REFRESH CRON '0 7 * * *'")
    lake.at("2026-03-05T12:00:00Z")
    let outcome = try lake.tick()
    #expect(outcome.items.first?.due == .scheduled(ScheduledLake.time("2026-03-02T07:00:00Z")))
    #expect(outcome.words == ["gold.a refreshed"])
    #expect(try lake.tick().words == [])
    #expect(try lake.tick().wake == ScheduledLake.time("2026-03-06T07:00:00Z"))
  }

  @Test("keeps off holidays, and rolls to the next business day")
  func calendar() throws {
    let lake = ScheduledLake("2026-04-02T08:00:00Z")
    lake.holidays["UK"] = [day("2026-04-03"), day("2026-04-06")]
    try lake.define("a", "REFRESH CRON '0 7 * * MON-FRI' CALENDAR UK")
    for time in ["2026-04-03", "2026-04-04", "2026-04-05", "2026-04-06"] {
      lake.at(time + "T09:00:00Z")
      #expect(try lake.tick().words == [])
    }
    lake.at("2026-04-07T09:00:00Z")
    #expect(try lake.tick().words == ["gold.a refreshed"])
  }

  @Test("counts EVERY from the last start, by hand or not")
  func every() throws {
    let lake = ScheduledLake("2026-03-02T06:00:00Z")
    try lake.define("a", "REFRESH EVERY '30 minutes'")
    #expect(try lake.tick().items.first?.due == .first)
    lake.now += 29 * minute
    #expect(try lake.tick().words == [])
    lake.trade()
    _ = try Refresher(lake.lake).refresh(RefreshRequest(views: ["gold.a"]))
    lake.now += 29 * minute
    #expect(try lake.tick().words == [])
    lake.now += minute
    #expect(try lake.tick().words == ["gold.a up to date"])
    lake.now += 30 * minute
    lake.trade()
    #expect(try lake.tick().words == ["gold.a refreshed"])
  }

  @Test("with a clock set back runs nothing twice, and goes on when it was wrong by days")
  func clock() throws {
    let lake = ScheduledLake("2026-03-02T06:00:00Z")
    try lake.define("cron", "REFRESH CRON '0 7 * * *'")
    try lake.define("every", "REFRESH EVERY '30 minutes'")
    try lake.tick()
    lake.at("2026-03-02T07:10:00Z")
    #expect(try lake.tick().words == ["gold.cron refreshed", "gold.every up to date"])
    lake.at("2026-03-02T06:50:00Z")
    #expect(try lake.tick().words == ["gold.every up to date"])
    lake.at("2026-03-02T07:05:00Z")
    #expect(try lake.tick().words == [])
    lake.at("2099-01-01T00:00:00Z")
    try lake.tick()
    lake.at("2026-03-02T12:00:00Z")
    #expect(try lake.tick().items.map(\.due) == [.clockSetBack, .clockSetBack])
    lake.at("2026-03-03T07:00:00Z")
    #expect(try lake.tick().words == ["gold.cron up to date", "gold.every up to date"])
  }

  @Test("refreshes ON COMMIT views when an input was committed, and those on top with them")
  func onCommit() throws {
    let lake = ScheduledLake("2026-03-02T06:00:00Z")
    try lake.define("a", "REFRESH ON COMMIT")
    try lake.define("b", "REFRESH ON COMMIT", from: "gold.a")
    try lake.define("m", "REFRESH MANUAL")
    #expect(try lake.tick().words == ["gold.a refreshed", "gold.b refreshed"])
    #expect(try lake.tick().words == [])
    lake.trade()
    #expect(try lake.tick().words == ["gold.a refreshed", "gold.b refreshed"])
    #expect(lake.runs("gold.m") == 0)
  }

  @Test("leaves an ON COMMIT view alone until what it reads is refreshed by its own schedule")
  func onCommitBehindCron() throws {
    let lake = ScheduledLake("2026-03-02T06:00:00Z")
    try lake.define("a", "REFRESH CRON '0 7 * * *'")
    try lake.define("b", "REFRESH ON COMMIT", from: "gold.a")
    lake.at("2026-03-02T07:00:00Z")
    #expect(try lake.tick().words == ["gold.a refreshed", "gold.b refreshed"])
    lake.trade()
    #expect(try lake.tick().words == [])
    lake.at("2026-03-03T07:00:00Z")
    #expect(try lake.tick().words == ["gold.a refreshed", "gold.b refreshed"])
  }

  @Test("tries a broken gate again only after a commit, and says that it is late meanwhile")
  func lasting() throws {
    let lake = ScheduledLake("2026-03-02T06:00:00Z")
    let gate = "EXPECT small CHECK (amount < 11) ON VIOLATION FAIL"
    try lake.define("a", "REFRESH ON COMMIT \(gate)")
    try lake.define("b", "REFRESH ON COMMIT \(gate)")
    try lake.tick()
    lake.trade()
    let failed = try lake.tick()
    #expect(failed.hasFailed && failed.late == ["gold.a", "gold.b"])
    for _ in 0..<3 {
      lake.now += minute
      let next = try lake.tick()
      #expect(next.words == [] && next.late == ["gold.a", "gold.b"])
    }
    lake.lake.write("silver.trades", [ChainLake.trade(ChainLake.days[0], "x", 1)])
    let healed = try lake.tick()
    #expect(healed.words == ["gold.a refreshed", "gold.b refreshed"] && healed.late == [])
  }

  @Test("holds back what reads a view that is known to fail, until its inputs change")
  func breaker() throws {
    let lake = ScheduledLake("2026-03-02T06:00:00Z")
    let gate = "EXPECT small CHECK (amount < 11) ON VIOLATION FAIL"
    try lake.define("a", "REFRESH CRON '0 7 * * *' \(gate)")
    try lake.define("b", "REFRESH EVERY '30 minutes'", from: "gold.a")
    lake.at("2026-03-02T07:00:00Z")
    #expect(try lake.tick().words == ["gold.a refreshed", "gold.b refreshed"])
    lake.trade()
    lake.at("2026-03-03T07:00:00Z")
    #expect(try lake.tick().words == ["gold.a failed", "gold.b failed"])
    let tries = lake.runs("gold.a")
    for _ in 0..<3 {
      lake.now += 30 * minute
      let held = try lake.tick()
      #expect(held.words == ["gold.b held back"] && held.late.contains("gold.b"))
    }
    #expect(lake.runs("gold.a") == tries, "it was not tried for gold.b's sake")
    lake.lake.write("silver.trades", [ChainLake.trade(ChainLake.days[0], "x", 1)])
    lake.now += 30 * minute
    let healed = try lake.tick()
    #expect(healed.words.contains("gold.b refreshed"), "\(healed.words)")
  }

  @Test("retries as often as RETRY says, within the backoff")
  func retries() throws {
    let lake = ScheduledLake("2026-03-02T06:59:00Z")
    try lake.define("a", "REFRESH CRON '0 7 * * *' RETRY 2 BACKOFF '1 minute'..'10 minutes'")
    // The table that it reads is away: what fails can come back.
    let host = ScheduledLake.Host(lake, "one")
    lake.at("2026-03-02T07:00:00Z")
    var isAway = true
    host.beforeViewHost = { count throws(QueryError) in
      if isAway, count % 5 == 4 { throw QueryError(.source, "the disk is away") }
    }
    func tick() throws -> Tick.Outcome { try Tick(host).run() }
    // A tick makes a view host for the look, under the lease, for the inputs, and for the refresh.
    let first = try tick()
    guard case .failed(let message, let retryAt)? = first.items.first?.end else {
      Issue.record("expected a failure, found \(first.items)")
      return
    }
    #expect(message.contains("disk"))
    let retry = try #require(retryAt)
    #expect((lake.now + minute...lake.now + 2 * minute).contains(retry))
    lake.now = retry - 1
    #expect(try tick().words == [])
    isAway = false
    lake.now = retry
    let second = try tick()
    #expect(second.items.first?.due == .retry(1) && second.words == ["gold.a refreshed"])
    #expect(second.late == [])
    #expect(try tick().wake == ScheduledLake.time("2026-03-03T07:00:00Z"))
  }

  @Test("reports a schedule that cannot be read, and refreshes the others")
  func unreadable() throws {
    let lake = ScheduledLake("2026-03-02T06:00:00Z")
    try lake.define("a", "REFRESH CRON '0 7 * * *' TIMEZONE 'Europe/Londn'")
    try lake.define("b", "REFRESH CRON '0 7 * * *' CALENDAR nowhere")
    try lake.define("c", "REFRESH EVERY '1 hour'")
    let outcome = try lake.tick()
    #expect(outcome.words == ["gold.a failed", "gold.b failed", "gold.c refreshed"])
    #expect(outcome.late == ["gold.a", "gold.b"])
  }

  @Test("says what is older than FRESH WITHIN allows, also when nothing is due")
  func late() throws {
    let lake = ScheduledLake("2026-03-02T07:00:00Z")
    try lake.define("a", "REFRESH CRON '0 7 * * *' FRESH WITHIN '30 minutes'")
    #expect(try lake.tick().late == ["gold.a"], "never built")
    lake.at("2026-03-03T07:00:00Z")
    #expect(try lake.tick().late == [])
    lake.trade()
    lake.now += 20 * minute
    #expect(try lake.tick().late == [])
    lake.now += 20 * minute
    #expect(try lake.tick().late == ["gold.a"])
  }

  @Test("leaves work to another tick that holds its lease, and takes it over when that one died")
  func leased() throws {
    let lake = ScheduledLake("2026-03-02T06:00:00Z")
    try lake.define("a", "REFRESH EVERY '1 hour'")
    try lake.define("b", "REFRESH EVERY '1 hour'")
    try lake.define("c", "REFRESH EVERY '1 hour'", from: "gold.a")
    let name = Tick.leaseName(of: "gold.a")
    lake.leases[name] = ("dead", lake.now + Tick.leaseLength)
    #expect(
      try lake.tick().words == ["gold.a left", "gold.b refreshed", "gold.c left"],
      "gold.c would rebuild gold.a")
    #expect(lake.leases.keys.sorted() == [name])
    lake.now += Tick.leaseLength
    #expect(try lake.tick().words == ["gold.a refreshed", "gold.c refreshed"])
    #expect(lake.leases.isEmpty)
  }

  @Test("that another tick overtakes at any step does no work twice")
  func overtaken() throws {
    for step in 1...5 {
      let lake = ScheduledLake("2026-03-02T06:00:00Z")
      try lake.define("a", "REFRESH EVERY '1 hour'")
      try lake.define("b", "REFRESH ON COMMIT", from: "gold.a")
      try lake.define("c", "REFRESH CRON '0 6 * * *'", from: "gold.b")
      lake.definedAt -= minute
      let host = ScheduledLake.Host(lake, "one")
      host.beforeViewHost = { count throws(QueryError) in
        guard count == step else { return }
        _ = try Tick(ScheduledLake.Host(lake, "two")).run()
      }
      _ = try Tick(host).run()
      _ = try lake.tick("three")
      #expect(
        ["gold.a", "gold.b", "gold.c"].map { lake.runs($0) } == [1, 1, 1], "overtaken at \(step)")
      #expect(lake.leases.isEmpty)
    }
  }

  @Test("that another tick overtakes in the middle of a refresh is left alone by it")
  func midway() throws {
    let lake = ScheduledLake("2026-03-02T06:00:00Z")
    try lake.define("a", "REFRESH EVERY '1 hour'")
    try lake.define("b", "REFRESH ON COMMIT", from: "gold.a")
    var others: [[String]] = []
    _ = try Tick(ScheduledLake.Host(lake, "one")).run { _, _, _ in
      others.append((try? lake.tick("two").words) ?? ["failed"])
    }
    #expect(others == [["gold.a left", "gold.b left"], ["gold.a left", "gold.b left"]])
    #expect(lake.runs("gold.a") == 1 && lake.runs("gold.b") == 1)
    #expect(try lake.tick("two").words == [])
  }

  @Test("of two schedulers over many hours does each piece of work once")
  func twoSchedulers() throws {
    let lake = ScheduledLake("2026-03-02T06:00:00Z")
    try lake.define("a", "REFRESH EVERY '10 minutes'")
    try lake.define("b", "REFRESH ON COMMIT", from: "gold.a")
    for round in 0..<200 {
      lake.trade()
      let host = ScheduledLake.Host(lake, "one")
      host.beforeViewHost = { count throws(QueryError) in
        if count == round % 5 + 1 { _ = try Tick(ScheduledLake.Host(lake, "two")).run() }
      }
      _ = try Tick(host).run()
      lake.now += 10 * minute
    }
    #expect(lake.runs("gold.a") == 200 && lake.runs("gold.b") == 200)
    #expect(
      lake.lake.rows("gold.b").contains([.date(ChainLake.days[1]), .string("x"), .int64(210)]))
  }

  @Test("with nothing due binds nothing")
  func idle() throws {
    let lake = ScheduledLake("2026-03-02T06:00:00Z")
    try lake.define("a", "REFRESH ON COMMIT")
    try lake.tick()
    let host = ScheduledLake.Host(lake, "one")
    #expect(try Tick(host).run().items.isEmpty)
    #expect(host.viewHosts == 0)
  }

  @Test("takes the leases of many views at once, and not again before each of them")
  func manyViews() throws {
    let shared = ScheduledLake("2025-06-17T10:00:00Z")
    for number in 0..<40 { try shared.define("v\(number)", "REFRESH EVERY '30 minutes'") }
    #expect(try shared.tick().words.count == 40)
    #expect(shared.leaseCalls == 1)
    #expect(shared.leases.isEmpty)
  }
}
