import Columnar
import QueryEngine
import RiskCalculators
import Testing

/// Expected values: QuantLib 1.44 (Benchmarks/rates.py); yields with unadjusted payment dates.
@Suite("bond_risk") struct BondRiskCalculatorTests {
  private static func row(_ name: String, price: String) -> [String] {
    [
      "2025-06-13", name, "3e6", "0.0275", "2", "ACT/ACT ICMA", "2023-04-20", "2034-09-15",
      "TARGET", "2", price, "ESTR",
    ]
  }

  private static func call(
    _ rows: [[String]], _ output: String = "results"
  ) throws(QueryError) -> [[String]] {
    try RatesTables.call(
      BondRiskCalculator(), ["bonds": [LCRTables.batch(rows, RatesTables.bonds)]],
      scalars: ["output": .string(output)])
  }

  private static func numbers(_ row: [String]) -> [Double] { row.map { Double($0) ?? .nan } }

  @Test("measures are those of another engine")
  func againstQuantLib() throws {
    let rows = try Self.call([Self.row("A", price: "97.41"), Self.row("B", price: "")])
    let priced = Self.numbers(rows[0])
    #expect(rows[0][3] == "2025-06-17")
    let expected: [(Int, Double, Double)] = [
      (5, 0.702445652173922, 1e-12), (6, 98.112445652173922, 1e-12),
      (7, 103.20190704463064, 1e-10), (8, 0.030736562505711548, 1e-12),
      (9, 0.006193342453902714, 1e-12), (11, 8.027955361960805, 1e-10),
      (12, 73.93091469739804, 1e-9),
    ]
    for (column, value, limit) in expected {
      #expect(abs(priced[column] - value) < limit, "column \(column)")
    }
    let plain = Self.numbers(rows[1])
    #expect(abs(plain[13] - 3095318.347629708) < 1e-6)
    #expect(rows[1][8...12].allSatisfy { $0.isEmpty })
  }

  @Test("npv is the market price brought back from settlement, and answers to rates as it should")
  func identities() throws {
    let rows = try Self.call([Self.row("A", price: "97.41"), Self.row("B", price: "")])
    let priced = Self.numbers(rows[0])
    let plain = Self.numbers(rows[1])
    // Without payments before settlement both are one discount factor apart.
    #expect(abs(priced[13] / priced[6] - plain[13] / plain[6]) < 1e-6)
    #expect(abs(priced[14] + priced[11] * priced[6] * 0.0001 * 3e4) < 1e-6)
    for column in [14, 16, 18] {
      #expect(priced[column] < 0)
      #expect(abs(priced[column] / priced[column + 1] - 1) < 2e-3)
    }
  }

  @Test("positions that cannot be valued are listed by field")
  func failures() throws {
    var matured = Self.row("M", price: "100")
    matured[7] = "2025-06-16"
    var odd = Self.row("O", price: "100")
    odd[4] = "5"
    let rows = [matured, odd, Self.row("T", price: "1"), Self.row("T", price: "2")]
    #expect(try Self.call(rows).isEmpty)
    #expect(
      try Self.call(rows, "failures").map { $0[1...2].joined(separator: " ") } == [
        "M maturity_date", "O frequency", "T position_id", "T position_id",
      ])
  }
}
