import Columnar
import QueryEngine
import RiskCalculators
import Testing

@Suite("curve_build") struct CurveBuildCalculatorTests {
  private static func call(
    _ output: String, quotes: [[String]] = RatesTables.quoteRows(),
    curves: [[String]] = RatesTables.curveRows
  ) throws(QueryError) -> [[String]] {
    try RatesTables.call(
      CurveBuildCalculator(),
      [
        "quotes": [LCRTables.batch(quotes, RatesTables.quotes)],
        "curves": [LCRTables.batch(curves, RatesTables.curves)],
      ], scalars: ["output": .string(output)])
  }

  @Test(
    "every quote prices to zero within 1e-12",
    arguments: ["loglinear_df", "linear_zero", "natural_cubic_zero"])
  func residuals(interpolation: String) throws {
    let curves = RatesTables.curveRows.map { row in
      var row = row
      row[4] = interpolation
      return row
    }
    let rows = try Self.call("nodes", curves: curves)
    #expect(rows.count == 22)
    for row in rows { #expect(abs(try #require(Double(row[10]))) < 1e-12, "\(row)") }
  }

  @Test("par rates of quoted tenors are the quotes")
  func parRates() throws {
    let rows = try Self.call("rates")
    for (curve, quotes) in [("ESTR", RatesTables.overnight), ("EURIBOR3M", RatesTables.term)] {
      for (tenor, quote) in quotes where !(curve == "EURIBOR3M" && tenor == "3M") {
        let row = try #require(rows.first { $0[2] == curve && $0[3] == tenor } ?? rows.first)
        guard row[3] == tenor else { continue }
        let (par, expected) = (try #require(Double(row[9])), try #require(Double(quote)))
        #expect(abs(par - expected) < 1e-12, "\(curve) \(tenor)")
      }
    }
  }

  @Test("the Jacobian is what a bumped quote does")
  func jacobian() throws {
    var quotes = RatesTables.quoteRows()
    let base = try Self.call("nodes")
    quotes[5][6] = "0.0197001"
    let moved = try Self.call("nodes", quotes: quotes)
    let jacobian = try Self.call("jacobian").filter { $0[5] == "ESTR 3Y" }
    #expect(jacobian.count == 22)
    for (index, row) in jacobian.enumerated() {
      let change = try #require(Double(moved[index][8])) - #require(Double(base[index][8]))
      let expected = try #require(Double(row[6]))
      #expect(abs(change / 1e-7 - expected) < 1e-5, "\(row)")
    }
  }

  @Test("a deposit overnight, FRAs and futures give the forward rates that they quote")
  func moneyMarket() throws {
    let date = "2025-06-13"
    let quotes = [
      [date, "ESTR", "ON", "deposit", "", "ON", "0.02", ""],
      [date, "ESTR", "3M", "deposit", "", "3M", "0.021", ""],
      [date, "ESTR", "3x6", "fra", "3M", "3M", "0.022", ""],
      [date, "ESTR", "Z5", "future", "Z5", "3M", "97.8", "0.0001"],
    ]
    let rows = try Self.call("nodes", quotes: quotes)
    #expect(rows.map { $0[3] } == ["ON", "3M", "3x6", "Z5"])
    #expect(rows.map { $0[4] } == ["2025-06-16", "2025-09-17", "2025-12-17", "2026-03-17"])
    let overnight = try #require(Double(rows[0][7]))
    #expect(abs(1 / overnight - (1 + 0.02 * 3 / 360)) < 1e-14)
    let fra = try #require(Double(rows[1][7])) / #require(Double(rows[2][7]))
    #expect(abs(fra - (1 + 0.022 * 91 / 360)) < 1e-13)
    let future = try #require(Double(rows[2][7])) / #require(Double(rows[3][7]))
    #expect(abs(future - (1 + 0.0219 * 90 / 360)) < 1e-13)
  }

  @Test("a bad quote fails its curve and those that need it, by name")
  func failures() throws {
    var quotes = RatesTables.quoteRows()
    quotes[3][5] = "12Q"
    #expect(try Self.call("nodes", quotes: quotes).isEmpty)
    let rows = try Self.call("failures", quotes: quotes)
    #expect(rows.map { $0[2] } == ["ESTR", "EURIBOR3M"])
    #expect(rows[0][3...4] == ["ESTR 1Y", "tenor"])
    #expect(rows[0][5].contains("'12Q'"))
    #expect(rows[1][5] == "needs ESTR, which failed")
    let alone = try Self.call("failures", curves: [RatesTables.curveRows[0]])
    #expect(alone.map { $0[2] } == ["EURIBOR3M"])
  }
}
