import Columnar
import QueryEngine
import RiskCalculators
import Testing

@Suite struct LiquidityStressCalculatorTests {
  private typealias Tables = CashFlowTables
  private static let stress = LiquidityStressCalculator()

  private static let bank = [
    Tables.flow("d", "outflow", "deposit", "1000.00"),
    Tables.flow("b", "outflow", "bond_issued", "50.00", due: "2025-06-20"),
    Tables.flow("f", "outflow", "facility", "400.00"),
    Tables.flow("p", "inflow", "receivable", "100.00", due: "2025-06-16"),
    Tables.flow("late", "inflow", "loan", "500.00", due: "2025-08-01"),
    Tables.flow("g", "capacity", "level1", "300.00"),
    Tables.flow("c", "capacity", "covered", "200.00"),
  ]

  private func run(
    _ rows: [[String]] = Self.bank, output: String = "results",
    assumptions: [[String]] = CashFlowTables.assumptions,
    scenarios: [[String]] = CashFlowTables.scenarios, scalars: [String: Value] = [:],
    threads: Int = 1, pieces: Int = 1
  ) throws(QueryError) -> [[String]] {
    try Tables.run(
      Self.stress, rows, output: output, assumptions: assumptions, scenarios: scenarios,
      scalars: scalars, threads: threads, pieces: pieces)
  }

  @Test func eachScenarioGivesTheFiguresWorkedByHand() throws {
    let rows = try run().map { [$0[0]] + $0[4...11] }
    #expect(
      rows == [
        // Nothing is shocked: 50 out, 100 in, 500 to use.
        ["base", "50.00", "100.00", "-50.00", "500.00", "550.00", "", "", "survives"],
        // Combined: idiosyncratic outflows (50 % of deposits within 2 days, the worse of the two),
        // no receivable, and only 120 of the covered bonds, from day 7. Day 1: 250 + 80 out, 300 to use.
        [
          "combined", "630.00", "0.00", "630.00", "420.00", "-210.00", "int32(1)", "2025-06-14",
          "shortfall",
        ],
        // 500 of deposits in 5 days, 80 drawn at once; day 5: 480 + 100 = 580 out, 100 in.
        [
          "idiosyncratic", "630.00", "100.00", "530.00", "500.00", "-30.00", "int32(7)",
          "2025-06-20", "shortfall",
        ],
        // 100 of deposits in 2 days.
        ["market", "150.00", "0.00", "150.00", "420.00", "270.00", "", "", "survives"],
      ])
  }

  @Test func aScenarioWithoutShocksIsTheContractualLadder() throws {
    let base = try run().filter { $0[0] == "base" }
    let survival = try Tables.run(CashLadderCalculator(), Self.bank, output: "survival")
      .filter { $0[3] == "contractual" }
    #expect(base[0][9] == survival[0][4])
    let components = try run(output: "components").filter { $0[0] == "base" }
    #expect(components.allSatisfy { $0[7] == $0[8] && $0[9] == "0.00" && $0[10].isEmpty })
    #expect(components.count == 7)
  }

  @Test func aShockOfRateZeroChangesNoFlow() throws {
    let scenarios = [
      Tables.shock("zero", "deposit", "run_off", rate: "0", days: "5"),
      Tables.shock("zero", "receivable", "inflow_loss", rate: "0"),
      Tables.shock("zero", "covered", "haircut", rate: "0"), Tables.shock("base", "", "none"),
    ]
    let rows = try run(scenarios: scenarios).map { Array($0[1...]) }
    #expect(rows.count == 2 && rows[0] == rows[1])
  }

  @Test func effectsAddUpToTheChangeOfSurplus() throws {
    let results = try run()
    let components = try run(output: "components")
    let base = results.first { $0[0] == "base" }.flatMap { Decimal128($0[8])?.mantissa } ?? 0
    for row in results {
      let effects = components.filter { $0[0] == row[0] }
        .compactMap { Decimal128($0[9])?.mantissa }.reduce(0, +)
      #expect(Decimal128(row[8])?.mantissa == base + effects, "\(row[0])")
    }
  }

  @Test func combiningIsWorseThanEachAlone() throws {
    func surplus(_ name: String) throws -> Int128 {
      try run().first { $0[0] == name }.flatMap { Decimal128($0[8])?.mantissa } ?? 0
    }
    #expect(try surplus("combined") < min(try surplus("market"), try surplus("idiosyncratic")))
  }

  @Test func theHorizonAndTheBaseAreParameters() throws {
    let short = try run(scalars: ["horizon_days": .int64(3)]).first { $0[0] == "idiosyncratic" }
    // Three days: 300 of deposits and 80 drawn; the shortfall of day 7 lies beyond.
    #expect(
      short?[4...] == [
        "380.00", "100.00", "280.00", "500.00", "220.00", "int32(7)",
        "2025-06-20", "survives", "int64(7)", "int64(0)",
      ])
    let behavioural = try run(scalars: ["base": .string("behavioural")]).first { $0[0] == "base" }
    // Deposits 100, facility 20, bond 50 out; receivable 50, loan 100 in; covered bonds 170.
    #expect(behavioural?[4...8] == ["170.00", "150.00", "20.00", "470.00", "450.00"])
    #expect(throws: QueryError.self) { try run(scalars: ["horizon_days": .int64(-1)]) }
  }

  @Test func failedRowsAreCountedAndListed() throws {
    let rows = Self.bank + [Tables.flow("x", "outflow", "nothing", "1.00")]
    #expect(try run(rows).allSatisfy { $0[12...] == ["int64(8)", "int64(1)"] })
    #expect(
      try run(rows, output: "failures") == [
        [
          "", "2025-06-13", "LE_A", "x", "nothing", "item",
          "'nothing' is not in the table of assumptions",
        ]
      ])
  }

  @Test(arguments: ["results", "components"])
  func neitherOrderNorThreadsShow(output: String) throws {
    var random = SplitMix(state: 9)
    let expected = try run(output: output)
    #expect(
      try run(
        Self.bank.shuffled(using: &random), output: output,
        assumptions: Tables.assumptions.shuffled(using: &random),
        scenarios: Tables.scenarios.shuffled(using: &random), threads: 2, pieces: 3) == expected)
  }

  @Test func scenariosThatMakeNoSenseAreNamed() throws {
    func message(_ scenarios: [[String]]) -> String? {
      do throws(QueryError) {
        _ = try run(scenarios: scenarios)
        return nil
      } catch { return error.message }
    }
    #expect(message([])?.contains("no scenario is valid") == true)
    #expect(
      message([Tables.shock("a", "nothing", "run_off", rate: "1", days: "1")])?
        .contains("no item of the assumptions") == true)
    #expect(
      message([Tables.shock("a", "loan", "run_off", rate: "1", days: "1")])?
        .contains("of the side inflow") == true)
    #expect(message([Tables.shock("a", "b", "include")])?.contains("'b', included by 'a',") == true)
    #expect(
      message([Tables.shock("a", "b", "include"), Tables.shock("b", "a", "include")])?
        .contains("includes itself") == true)
    let twice = Tables.shock("a", "deposit", "run_off", rate: "1", days: "1")
    #expect(message([twice, twice])?.contains("twice") == true)
    #expect(message([Tables.shock("a", "deposit", "fire")])?.contains("'fire'") == true)
  }
}
