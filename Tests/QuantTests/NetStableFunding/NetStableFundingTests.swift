import Quant
import Testing

@Suite("Net stable funding ratio")
struct NetStableFundingTests {
  typealias Row = (item: String?, amount: Int64, encumbrance: String?)

  private func batch(_ rows: [Row]) -> NSFRPositions {
    NSFRPositions(
      items: CodedColumn(rows.map(\.item)), amounts: .int64(NullableColumn(rows.map(\.amount))),
      encumbrance: CodedColumn(rows.map(\.encumbrance)))
  }

  private func funding(_ rows: [Row]) throws -> NetStableFunding {
    var sums = try NSFRAccumulator(table: try .basel(), amountScale: 0)
    try sums.add(batch(rows))
    #expect(sums.failures.isEmpty)
    return try sums.funding()
  }

  private let case1: [Row] = [
    ("regulatory_capital", 100, nil), ("stable_retail", 300, nil),
    ("less_stable_retail", 200, nil), ("non_financial_funding_short", 150, nil),
    ("financial_funding_under_6_months", 50, nil), ("central_bank_reserves", 40, nil),
    ("level1", 100, nil), ("level2a", 50, nil), ("level2b", 60, nil),
    ("mortgages_low_weight", 200, nil), ("loans_high_weight", 250, nil),
    ("other_assets", 30, nil), ("undrawn_facilities", 100, nil),
  ]

  /// Case nsfr-1 (BCBS 295; NSF30): ASF 640, RSF 420, ratio 1.52380952380952.
  @Test("reproduces the worked balance sheet of case nsfr-1")
  func caseOne() throws {
    var rules = NSFRRules.basel
    rules.ratioScale = 14
    var sums = try NSFRAccumulator(
      table: try NSFRFactorTable(NSFRFactorTable.baselFactors(), rules: rules), amountScale: 0)
    try sums.add(batch(case1))
    let result = try sums.funding()
    #expect(result.available == ExactDecimal("640"))
    #expect(result.required == ExactDecimal("420"))
    #expect(result.ratio == ExactDecimal("1.52380952380952"))
  }

  @Test("keeps the ratio when every balance is scaled, and adds up over split batches")
  func homogeneity() throws {
    let once = try funding(case1)
    let scaled = try funding(case1.map { ($0.item, $0.amount * 7, $0.encumbrance) })
    #expect(scaled.ratio == once.ratio)
    var left = try NSFRAccumulator(table: try .basel(), amountScale: 0)
    var right = left
    try left.add(batch(Array(case1.prefix(4).reversed())))
    try right.add(batch(Array(case1.dropFirst(4))))
    try right.merge(left)
    #expect(try right.funding() == once)
  }

  @Test(
    "raises the factor of an encumbered asset, and never lowers it",
    arguments: [
      ("level1", nil, "5.00"), ("level1", "under_6_months", "5.00"),
      ("level1", "6_to_12_months", "50.00"), ("level1", "1_year_or_more", "100.00"),
      ("loans_high_weight", "6_to_12_months", "85.00"),
      ("loans_high_weight", "1_year_or_more", "100.00"), ("other_assets", "6_to_12_months", "100"),
    ])
  func encumbrance(item: String, encumbrance: String?, required: String) throws {
    #expect(try funding([(item, 100, encumbrance)]).required == ExactDecimal(required))
  }

  /// NSF30.8 and NSF30.32: the excess of assets at 100 %, and 20 % of liabilities before margin.
  @Test("nets derivative assets and liabilities before weighting")
  func derivatives() throws {
    let excess = try funding([
      ("derivative_assets", 70, nil), ("derivative_liabilities", 30, nil),
      ("derivative_liabilities_gross", 50, nil), ("regulatory_capital", 10, nil),
    ])
    #expect(excess.netDerivatives == ExactDecimal("40"))
    #expect(excess.required == ExactDecimal("50"))
    let short = try funding([
      ("derivative_assets", 30, nil), ("derivative_liabilities", 70, nil), ("cash", 1, nil),
    ])
    #expect(short.netDerivatives == .zero)
    #expect(short.available == .zero)
    #expect(short.ratio == nil)
  }

  @Test("lists rows that cannot be counted, and counts them nowhere")
  func failures() throws {
    var sums = try NSFRAccumulator(table: try .basel(), amountScale: 0)
    try sums.add(
      batch([
        ("cash", 5, nil), (nil, 5, nil), ("gold coins", 5, nil), ("level1", -5, nil),
        ("other_contingencies", 5, nil), ("level1", 5, "sometimes"),
        ("stable_retail", 5, "1_year_or_more"),
      ]))
    #expect(
      sums.failures.map(\.reason) == [
        .missing, .unknown("gold coins"), .negative("-5"), .rateNotGiven("other_contingencies"),
        .unknown("sometimes"), .notEncumberable("stable_retail"),
      ])
    #expect(sums.failures.map(\.row) == [1, 2, 3, 4, 5, 6])
    let result = try sums.funding()
    #expect(result.rowCount == 7 && result.failureCount == 6)
    #expect(result.lines.map(\.factor.code) == ["cash"])
  }

  @Test("refuses tables with a repeated code or a rate above 1")
  func badTables() throws {
    let factors = NSFRFactorTable.baselFactors()
    #expect(throws: QuantError.self) { try NSFRFactorTable(factors + [factors[0]]) }
    var high = factors[0]
    high.code = "high"
    high.rate = ExactDecimal("1.01")
    #expect(throws: QuantError.self) { try NSFRFactorTable(factors + [high]) }
  }
}
