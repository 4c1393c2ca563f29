import Columnar
import QueryEngine
import RiskCalculators
import Testing

@Suite("Quality of calculators' inputs")
struct InputQualityTests {
  private static func bond(_ name: String, _ frequency: String, _ curve: String) -> [String] {
    [
      "2025-06-13", name, "1e6", "0.03", frequency, "ACT/ACT ICMA", "2024-01-15", "2030-01-15",
      "TARGET", "2", "99", curve,
    ]
  }

  @Test("counts rows and failures by date and reason")
  func bonds() throws {
    let rows = [
      Self.bond("A", "2", "ESTR"), Self.bond("B", "5", "ESTR"), Self.bond("C", "2", "NONE"),
      Self.bond("D", "5", "ESTR"),
    ]
    let found = try RatesTables.call(
      BondRiskCalculator(), ["bonds": [LCRTables.batch(rows, RatesTables.bonds)]],
      scalars: ["output": .string("quality")])
    #expect(found.count == 3)
    #expect(found[0][0] == "2025-06-13" && found[0][1] == "bonds")
    #expect(found[0][4] == "int64(4)" && found[0][5] == "int64(3)" && found[0][6] == "0.25")
    // The most frequent reason comes first.
    #expect(found[1][2] == "frequency" && found[1][5] == "int64(2)" && found[1][6] == "0.5")
    #expect(found[2][2] == "discount_curve" && found[2][5] == "int64(1)")
  }

  @Test("counts the legs of a swap as one")
  func swaps() throws {
    func leg(_ trade: String, _ direction: String, _ kind: String, _ count: String) -> [String] {
      [
        "2025-06-13", trade, direction, kind, "1e7", "0.02", "ESTR",
        kind == "fixed" ? "" : "EURIBOR3M", "2025-06-17", "2030-06-17", "12", count, "TARGET",
        "modified_following",
      ]
    }
    let rows = [
      leg("A", "pay", "fixed", "30/360"), leg("A", "receive", "term", "ACT/360"),
      leg("B", "pay", "fixed", "30/361"), leg("B", "receive", "term", "ACT/360"),
    ]
    let found = try RatesTables.call(
      SwapRiskCalculator(), ["legs": [LCRTables.batch(rows, RatesTables.legs)]],
      scalars: ["output": .string("quality")])
    #expect(found.count == 2)
    #expect(found[0][4] == "int64(2)" && found[0][5] == "int64(1)" && found[0][6] == "0.5")
    #expect(found[1][2] == "day_count")
  }

  @Test(
    "is an output of each calculator of positions",
    arguments: [
      "lcr", "nsfr", "cash_ladder", "liquidity_stress", "swap_risk", "bond_risk",
    ])
  func described(name: String) throws {
    let calculator = try #require(Calculators.all.first { $0.name == name })
    let table = CalculatorDescription.table(for: calculator)
    let names = (0..<table.rowCount).map { row -> String in
      if case .string(let text) = table.row(row)[1] { text } else { "" }
    }
    #expect(names.contains("quality.score"))
  }
}
