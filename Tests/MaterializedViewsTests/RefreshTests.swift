import Columnar
import LakeCatalog
import MaterializedViews
import QueryEngine
import Testing

@Suite struct RefreshTests {
  private let days = ChainLake.days

  private func scopes(_ plan: RefreshPlan) -> [String: RefreshPlan.Scope] {
    Dictionary(uniqueKeysWithValues: plan.steps.map { ($0.view.name, $0.scope) })
  }

  private func reasons(_ plan: RefreshPlan) -> [String] {
    plan.steps.flatMap { step in
      step.reasons.map { "\(step.view.name) \($0.date?.description ?? "all"): \($0.reason)" }
    }
  }

  @Test func theFirstRefreshBuildsInputsFirstInOneSnapshot() throws {
    let host = try ChainLake.make()
    let outcome = try Refresher(host).refresh(RefreshRequest())
    #expect(outcome.runs.map(\.view) == ["gold.a", "gold.b", "gold.c"])
    #expect(Set(outcome.runs.map(\.snapshot)) == [host.snapshot])
    #expect(outcome.runs.map(\.rowCount) == [6, 6, 6])
    #expect(reasons(outcome.plan) == ["gold.a all: new", "gold.b all: new", "gold.c all: new"])
    #expect(outcome.runs[2].methods == #"{"multiplied":1}"#)
    #expect(host.rows("gold.c").contains([.date(days[0]), .int64(30)]))
    // What a view read of one that the same commit published is that version.
    #expect(outcome.runs[1].inputs.contains(outcome.runs[0].outputs[0]))
  }

  @Test func nothingChangedIsNothingToDo() throws {
    let host = try ChainLake.built()
    let before = host.snapshot
    let outcome = try Refresher(host).refresh(RefreshRequest())
    #expect(outcome.plan.isEmpty && outcome.runs.isEmpty && outcome.snapshot == nil)
    host.write("silver.trades", host.rows("silver.trades").reversed())
    #expect(try RefreshPlanner(host).plan(RefreshRequest()).isEmpty, "a compaction changes no row")
    #expect(host.snapshot == before + 1)
  }

  @Test func oneLateTradeRebuildsExactlyItsDate() throws {
    let host = try ChainLake.built()
    host.write(
      "silver.trades", host.rows("silver.trades") + [ChainLake.trade(days[1], "y", 100)])
    let outcome = try Refresher(host).refresh(RefreshRequest())
    #expect(
      scopes(outcome.plan) == [
        "gold.a": .dates([days[1]]), "gold.b": .dates([days[1]]), "gold.c": .dates([days[1]]),
      ])
    #expect(
      reasons(outcome.plan) == [
        "gold.a 2025-06-16: silver.trades v0 → v1", "gold.b 2025-06-16: gold.a is rebuilt",
        "gold.c 2025-06-16: gold.b is rebuilt",
      ])
    #expect(outcome.runs.map(\.dates) == [[days[1]], [days[1]], [days[1]]])
    #expect(host.rows("gold.c").contains([.date(days[1]), .int64(240)]))
    #expect(host.rows("gold.c").contains([.date(days[2]), .int64(40)]))
    #expect(try Refresher(host).refresh(RefreshRequest()).runs.isEmpty)
  }

  @Test func anUndatedInputDirtiesWhatReadsItOnAllDates() throws {
    let host = try ChainLake.built()
    host.write("ref.names", [[.string("x"), .string("EX")], [.string("y"), .string("Y")]])
    let plan = try RefreshPlanner(host).plan(RefreshRequest())
    #expect(scopes(plan) == ["gold.a": .nothing, "gold.b": .all, "gold.c": .all])
  }

  @Test func aBrokenGateKeepsTheRowsOfBeforeAndBlocksWhatReadsThem() throws {
    let host = try ChainLake.built()
    let (b, c) = (host.rows("gold.b"), host.rows("gold.c"))
    host.write(
      "silver.trades", host.rows("silver.trades") + [ChainLake.trade(days[2], "y", 2_000_000)])
    let outcome = try Refresher(host).refresh(RefreshRequest())
    #expect(outcome.runs.map(\.status) == ["succeeded", "failed", "blocked"])
    #expect(outcome.runs[1].message.contains("1 of 2 rows break not_huge"))
    #expect(host.rows("gold.a").contains([.date(days[2]), .string("y"), .int64(2_000_020)]))
    #expect(host.rows("gold.b") == b && host.rows("gold.c") == c)
    // The date stays stale until it is good.
    let again = try RefreshPlanner(host).plan(RefreshRequest())
    #expect(scopes(again)["gold.b"] == .dates([days[2]]))
    host.write("silver.trades", host.rows("silver.trades").dropLast())
    #expect(try Refresher(host).refresh(RefreshRequest()).failed.isEmpty)
    #expect(host.rows("gold.b").contains([.date(days[2]), .string("WHY"), .int64(20)]))
  }

  @Test func aQueryThatFailsIsAFailedRun() throws {
    let host = try ChainLake.built()
    host.write(
      "silver.trades", host.rows("silver.trades") + [ChainLake.trade(days[0], "x", .max)])
    let outcome = try Refresher(host).refresh(RefreshRequest())
    #expect(outcome.runs.map(\.status) == ["failed", "blocked", "blocked"])
    #expect(!outcome.runs[0].message.isEmpty)
  }

  @Test func otherDatesThanThoseAskedForStayPending() throws {
    let host = try ChainLake.built()
    host.write(
      "silver.trades", host.rows("silver.trades") + days.map { ChainLake.trade($0, "y", 7) })
    let first = try Refresher(host).refresh(RefreshRequest(dates: [days[0]]))
    #expect(first.runs.map(\.dates) == [[days[0]], [days[0]], [days[0]]])
    let plan = try RefreshPlanner(host).plan(RefreshRequest())
    #expect(
      scopes(plan) == [
        "gold.a": .dates([days[1], days[2]]), "gold.b": .dates([days[1], days[2]]),
        "gold.c": .dates([days[1], days[2]]),
      ])
    _ = try Refresher(host).refresh(RefreshRequest())
    #expect(host.rows("gold.c").count { $0[1] == .int64(54) } == 3)
  }

  @Test func aForcedRefreshRebuildsTheNamedViewOnly() throws {
    let host = try ChainLake.built()
    let request = RefreshRequest(views: ["b"], dates: [days[1]], isForced: true)
    let outcome = try Refresher(host).refresh(request)
    #expect(outcome.runs.map(\.view) == ["gold.b"])
    #expect(outcome.runs[0].dates == [days[1]])
    #expect(reasons(outcome.plan) == ["gold.b 2025-06-16: forced"])
  }

  @Test func anotherDefinitionRebuildsAll() throws {
    let host = try ChainLake.built()
    try host.define(ChainLake.a.replacing("SUM(amount)", with: "MAX(amount)"))
    let plan = try RefreshPlanner(host).plan(RefreshRequest())
    #expect(reasons(plan).first == "gold.a all: definition changed")
    #expect(scopes(plan)["gold.c"] == .all)
  }

  @Test func anotherMethodRebuildsAll() throws {
    let host = try ChainLake.built()
    host.functions = [Multiplied(factor: 3, methodVersion: 2)]
    let outcome = try Refresher(host).refresh(RefreshRequest())
    #expect(reasons(outcome.plan) == ["gold.c all: method of multiplied changed: 1 → 2"])
    #expect(host.rows("gold.c").contains([.date(days[0]), .int64(45)]))
  }

  @Test func rowsThatOthersChangedAreMissing() throws {
    let host = try ChainLake.built()
    host.write("gold.b", host.rows("gold.b").filter { $0[0] != .date(days[2]) })
    let plan = try RefreshPlanner(host).plan(RefreshRequest())
    #expect(scopes(plan)["gold.b"] == .dates([days[2]]))
    #expect(reasons(plan)[0].hasSuffix("rows are missing or changed by others"))
  }

  @Test func aViewThatLostItsInputFailsAlone() throws {
    let host = try ChainLake.built()
    try host.define(ChainLake.b.replacing("ref.names", with: "ref.nowhere"))
    host.write(
      "silver.trades", host.rows("silver.trades") + [ChainLake.trade(days[1], "y", 100)])
    let outcome = try Refresher(host).refresh(RefreshRequest())
    let ends = Dictionary(uniqueKeysWithValues: outcome.runs.map { ($0.view, $0.status) })
    #expect(ends == ["gold.a": "succeeded", "gold.b": "failed", "gold.c": "blocked"])
    #expect(outcome.runs.first { $0.view == "gold.b" }?.message.contains("ref.nowhere") == true)
  }

  @Test func rowsWithoutABusinessDateAreRefused() throws {
    let host = try ChainLake.built()
    host.write(
      "silver.trades", host.rows("silver.trades") + [[.null, .string("x"), .int64(1)]])
    let outcome = try Refresher(host).refresh(RefreshRequest())
    #expect(outcome.runs[0].status == "failed")
    #expect(outcome.runs[0].message.contains("1 row of gold.a has no as_of_date"))
  }

  @Test func aViewThatDoesNotExistSuggestsTheNearest() throws {
    let host = try ChainLake.built()
    try host.define(ChainLake.a.replacing("gold.a", with: "gold.exposure"))
    #expect {
      try RefreshPlanner(host).plan(RefreshRequest(views: ["gold.exposrue"]))
    } throws: { error in
      (error as? QueryError)?.help == "did you mean gold.exposure?"
    }
  }
}

extension String {
  func replacing(_ part: String, with other: String) -> String {
    let pieces = self.split(separator: part, omittingEmptySubsequences: false)
    return pieces.joined(separator: other)
  }
}
