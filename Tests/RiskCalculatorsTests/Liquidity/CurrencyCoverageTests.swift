import Columnar
import QueryEngine
import RiskCalculators
import Testing

/// `lcr(…, output => 'currencies')`.
@Suite struct CurrencyCoverageTests {
  private static let share = [
    "significant_currency_share", "0.05", "BCBS 238, 209-212", "", "2015-01-01", "",
  ]
  private static func row(
    _ side: String, _ item: String, _ amount: String, _ currency: String, entity: String = "A",
    maturity: String = ""
  ) -> [String] {
    var row = LCRTables.position(
      item + currency, side, item, amount, entity: entity, maturity: maturity)
    // The fixture's last column is one that lcr does not read.
    row[row.count - 1] = currency
    return row
  }

  private static let positions = [
    row("hqla", "cash", "100.00", "USD"), row("outflow", "deposit", "950.00", "USD"),
    row("hqla", "cash", "30.00", "EUR"), row("outflow", "deposit", "40.00", "EUR"),
    // Liabilities beyond the horizon are liabilities all the same: 50 of 1000 are just 5 %.
    row("outflow", "deposit", "10.00", "EUR", maturity: "2026-01-01"),
    row("inflow", "loan", "8.00", "EUR", maturity: "2025-06-20"),
    row("hqla", "cash", "1.00", "USD", entity: "B"),
    row("outflow", "deposit", "951.00", "USD", entity: "B"),
    row("outflow", "deposit", "50.00", "EUR", entity: "B"),
    row("hqla", "cash", "5.00", "JPY", entity: "C"),
  ]

  private func run(
    _ rows: [[String]], rules: [[String]] = LCRTables.rules + [Self.share],
    output: String = "currencies"
  ) throws(QueryError) -> [[String]] {
    var fields = LCRTables.positionSchema.fields
    fields[fields.count - 1] = Field("currency", .string)
    var tables = LCRTables(positions: [], rules: rules)
    tables.positions = [LCRTables.batch(rows, Schema(fields))]
    return try tables.run(output: output, threads: 2).texts
  }

  @Test func eachCurrencyHasItsOwnRatio() throws {
    let expected = [
      // 100 / 380; 30 / (16 - 4).
      [
        "A", "EUR", "30.00", "16.00", "4.00", "12.00", "2.500000", "50.00", "0.050000",
        "boolean(true)",
      ],
      [
        "A", "USD", "100.00", "380.00", "0.00", "380.00", "0.263158", "950.00", "0.950000",
        "boolean(true)",
      ],
      // 50 of 1001 shows as 5.00 % but is less.
      [
        "B", "EUR", "0.00", "20.00", "0.00", "20.00", "0.000000", "50.00", "0.049950",
        "boolean(false)",
      ],
      [
        "B", "USD", "1.00", "380.40", "0.00", "380.40", "0.002629", "951.00", "0.950050",
        "boolean(true)",
      ],
      ["C", "JPY", "5.00", "0.00", "0.00", "0.00", "", "0.00", "", "boolean(false)"],
    ]
    #expect(try run(Self.positions).map { Array($0[1...]) } == expected)
    #expect(try run(Self.positions.reversed()).map { Array($0[1...]) } == expected)
  }

  @Test func oneCurrencyGivesTheRatioOfTheEntity() throws {
    let dollars = Self.positions.filter { $0.last == "USD" }
    let ratios = try run(dollars).map { [$0[1], $0[7]] }
    #expect(ratios == (try run(dollars, output: "results").map { [$0[1], $0[12]] }))
  }

  @Test func whatIsMissingIsNamed() throws {
    func message(_ work: () throws(QueryError) -> [[String]]) -> String? {
      do throws(QueryError) {
        _ = try work()
        return nil
      } catch { return error.message }
    }
    #expect(
      message { () throws(QueryError) in try run(Self.positions, rules: LCRTables.rules) }?
        .contains("significant_currency_share") == true)
    #expect(
      message { () throws(QueryError) in
        try LCRTables(positions: []).run(output: "currencies").texts
      }?.contains("\"currency\"") == true)
    // Without its currency a row has no ratio to be in; the entity's own still counts it.
    let blank = [Self.row("outflow", "deposit", "1.00", "")]
    #expect(try run(blank).isEmpty)
    #expect(try run(blank, output: "results").count == 1)
  }
}
