import Quant
import Testing

/// One position; amounts in cents.
struct Position {
  var item: String?
  var amount: Int64?
  var isEncumbered: Bool? = false
  var isEligible: Bool? = true
  var maturityDays: Int32?
  var collateral: String?
  var collateralAmount: Int64?
  var against: String?

  init(
    _ item: String?, _ amount: Int64?, maturityDays: Int32? = nil, encumbered: Bool? = false,
    eligible: Bool? = true, collateral: String? = nil, collateralAmount: Int64? = nil,
    against: String? = nil
  ) {
    self.item = item
    self.amount = amount
    self.maturityDays = maturityDays
    isEncumbered = encumbered
    isEligible = eligible
    self.collateral = collateral
    self.collateralAmount = collateralAmount
    self.against = against
  }
}

func batch(_ positions: [Position], groups: [Int32]? = nil) -> LiquidityPositions {
  func column<Element>(_ values: [Element?], _ filler: Element) -> NullableColumn<Element> {
    NullableColumn(values.map { $0 ?? filler }, isValid: values.map { $0 != nil })
  }
  return LiquidityPositions(
    items: CodedColumn(positions.map(\.item)),
    amounts: .int64(column(positions.map(\.amount), 0)), groups: groups,
    isEncumbered: column(positions.map(\.isEncumbered), false),
    isEligible: column(positions.map(\.isEligible), false),
    maturityDays: column(positions.map(\.maturityDays), 0),
    collateralItems: CodedColumn(positions.map(\.collateral)),
    collateralAmounts: .int64(column(positions.map(\.collateralAmount), 0)),
    against: CodedColumn(positions.map(\.against)))
}

func coverage(
  _ positions: [Position], rules: LCRRules = .basel, amountScale: Int = 2
) throws -> LiquidityCoverage {
  var accumulator = try LCRAccumulator(table: .basel(), rules: rules, amountScale: amountScale)
  try accumulator.add(batch(positions))
  #expect(accumulator.failures == [])
  return try accumulator.coverage()
}

func money(_ text: String) -> ExactDecimal { ExactDecimal(text) ?? ExactDecimal(.min, scale: 0) }

@Suite("Liquidity coverage ratio")
struct LiquidityCoverageTests {
  /// Case lcr-cap-none (BCBS 238, 46-54 and Annex 1).
  @Test("counts everything after haircuts while no cap binds")
  func capNone() throws {
    let result = try coverage([
      Position("central_bank_reserves", 100_00), Position("level2a_sovereign", 40_00),
      Position("level2b_corporate", 10_00),
    ])
    #expect(result[.level1].afterHaircut == money("100"))
    #expect(result[.level2A].afterHaircut == money("34"))
    #expect(result[.level2A].marketValue == money("40"))
    #expect(result.level2B == money("5"))
    #expect(result.adjustment15 == .zero)
    #expect(result.adjustment40 == .zero)
    #expect(result.stock == money("139"))
    #expect(result.ratio == nil)
  }

  /// Case lcr-cap-40.
  @Test("holds Level 2 to two thirds of Level 1")
  func cap40() throws {
    let result = try coverage([Position("cash", 60_00), Position("level2a_covered_bond", 100_00)])
    #expect(result[.level2A].afterHaircut == money("85"))
    #expect(result.adjustment15 == .zero)
    #expect(result.adjustment40 == money("45"))
    #expect(result.stock == money("100"))
  }

  /// Case lcr-full (BCBS 238, Annex 4).
  @Test("divides the stock by net outflows, by item")
  func full() throws {
    let result = try coverage([
      Position("level1_sovereign", 300_00),
      Position("retail_stable", 1000_00), Position("retail_less_stable", 500_00),
      Position("wholesale_operational", 400_00), Position("wholesale_nonfinancial", 300_00),
      Position("wholesale_other", 200_00), Position("committed_retail", 100_00),
      Position("committed_credit_nonfinancial", 250_00),
      Position(
        "secured_funding_level2a", 80_00, maturityDays: 7, collateral: "level2a_sovereign",
        collateralAmount: 95_00, against: nil),
      Position("receivable_retail", 100_00, maturityDays: 30),
      Position("receivable_financial", 150_00, maturityDays: 1),
      Position("receivable_nonfinancial", 60_00, maturityDays: 15),
    ])
    #expect(result.outflows == money("562"))
    #expect(result.inflows == money("230"))
    #expect(result.inflowCap == money("421.5"))
    #expect(result.countedInflows == money("230"))
    #expect(result.netOutflows == money("332"))
    // 300/332 = 0.903614457831325
    #expect(result.ratio?.description == "0.903614")
    #expect(result.rowCount == 12)
    let retail = result.categories.first { $0.category == "retail_deposits" }
    #expect(retail?.weighted == money("100"))
  }

  @Test("caps inflows at 75 % of outflows, so that a quarter of outflows needs assets")
  func inflowCap() throws {
    let result = try coverage([
      Position("cash", 50_00), Position("wholesale_other", 100_00),
      Position("receivable_financial", 300_00, maturityDays: 2),
    ])
    #expect(result.inflows == money("300"))
    #expect(result.countedInflows == money("75"))
    #expect(result.netOutflows == money("25"))
    #expect(result.ratio == money("2"))
  }

  @Test("has no ratio without outflows, whatever comes in")
  func noOutflows() throws {
    let result = try coverage([
      Position("cash", 50_00), Position("receivable_financial", 300_00, maturityDays: 2),
    ])
    #expect(result.netOutflows == .zero)
    #expect(result.countedInflows == .zero)
    #expect(result.ratio == nil)
    #expect(try coverage([]).ratio == nil)
  }

  @Test("counts no Level 2 at all without Level 1")
  func onlyLevel2() throws {
    let result = try coverage([
      Position("level2a_sovereign", 100_00), Position("level2b_rmbs", 100_00),
      Position("wholesale_other", 10_00),
    ])
    // A2A 85, A2B 75: 75 − 15/60 · 0 = 75 goes by the first cap, 85 by the second.
    #expect(result.adjustment15 == money("75"))
    #expect(result.adjustment40 == money("85"))
    #expect(result.stock == .zero)
    #expect(result.ratio == .zero)
  }

  @Test("rounds adjustments in thirds and seventeenths half to even, the ratio from exact values")
  func rounding() throws {
    // A1 = 1.00, A2B = 1.00: 1 − 3/17 = 0.8235…; the stock is 1 + 3/17 = 1.1764705…
    let result = try coverage([
      Position("cash", 1_00), Position("level2b_equity", 2_00), Position("wholesale_other", 1_00),
    ])
    #expect(result.adjustment15 == money("0.82"))
    #expect(result.stock == money("1.18"))
    #expect(result.ratio?.description == "1.176471")
    let fine = try coverage(
      [
        Position("cash", 1_00), Position("level2b_equity", 2_00), Position("wholesale_other", 1_00),
      ],
      rules: LCRRules(amountScale: 6, ratioScale: 12))
    #expect(fine.stock.description == "1.176471")
    #expect(fine.ratio?.description == "1.176470588235")
  }

  @Test("leaves encumbered and ineligible assets out, and shows them")
  func eligibility() throws {
    let result = try coverage([
      Position("level1_sovereign", 100_00), Position("level1_sovereign", 40_00, encumbered: true),
      Position("level1_sovereign", 7_00, eligible: false),
      // An asset counts irrespective of its residual maturity (LCR30.31).
      Position("level1_sovereign", 3_00, maturityDays: 3650),
    ])
    #expect(result.stock == money("103"))
    let line = result.lines.first
    #expect(line?.balance == money("103"))
    #expect(line?.encumbered == money("40"))
    #expect(line?.ineligible == money("7"))
  }

  @Test("counts flows of up to 30 calendar days; without a maturity outflows only")
  func horizon() throws {
    let result = try coverage([
      Position("wholesale_other", 1_00, maturityDays: 0),
      Position("wholesale_other", 10_00, maturityDays: 30),
      Position("wholesale_other", 100_00, maturityDays: 31), Position("wholesale_other", 1000_00),
      Position("receivable_financial", 2_00, maturityDays: 30),
      Position("receivable_financial", 20_00, maturityDays: 31),
      Position("receivable_financial", 200_00),
      // Facilities count whatever their maturity (LCR40.59).
      Position("committed_other", 5_00, maturityDays: 365),
    ])
    #expect(result.outflows == money("1016"))
    #expect(result.inflows == money("2"))
    let funding = result.lines.first { $0.factor.code == "wholesale_other" }
    #expect(funding?.beyondHorizon == money("100"))
    let receivable = result.lines.first { $0.factor.code == "receivable_financial" }
    #expect(receivable?.beyondHorizon == money("20"))
    #expect(receivable?.undated == money("200"))
  }

  @Test(
    "takes client lending only above half of the clients' contractual inflows",
    arguments: [(100_00, "50"), (50_00, "0"), (49_99, "0"), (50_01, "0.01")])
  func clientLending(obligations: Int64, expected: String) throws {
    let result = try coverage([
      Position("lending_obligation_client", obligations, maturityDays: 10),
      Position("receivable_retail", 60_00, maturityDays: 10),
      Position("receivable_nonfinancial", 40_00, maturityDays: 10),
      // Not from these clients, and not within the horizon.
      Position("receivable_financial", 500_00, maturityDays: 10),
      Position("receivable_retail", 500_00, maturityDays: 60),
    ])
    #expect(result.outflows == money(expected))
    let line = result.lines.first { $0.factor.code == "lending_obligation_client" }
    #expect(line?.weighted == money(expected))
  }

  @Test("is the same for any order of rows, split of batches and merge of parts")
  func permutation() throws {
    var generator = SplitMix(state: 21)
    let codes = LCRFactorTable.baselFactors().filter { $0.rate != nil && $0.unwind == .none }
      .map(\.code)
    let positions = (0..<600).map { _ in
      Position(
        codes.randomElement(using: &generator), Int64.random(in: 0...10_000_000, using: &generator),
        maturityDays: Int32.random(in: 0...60, using: &generator),
        encumbered: Int.random(in: 0...4, using: &generator) == 0)
    }
    let expected = try coverage(positions)
    for _ in 0..<5 {
      let shuffled = positions.shuffled(using: &generator)
      #expect(try coverage(shuffled) == expected)
      let cut = Int.random(in: 0...600, using: &generator)
      var first = try LCRAccumulator(table: .basel(), amountScale: 2)
      var second = first
      try first.add(batch(Array(shuffled[..<cut])))
      try second.add(batch(Array(shuffled[cut...])))
      first.merge(second)
      #expect(try first.coverage() == expected)
    }
  }

  @Test("is homogeneous: doubled balances double amounts and leave the ratio")
  func homogeneity() throws {
    let once = [
      Position("cash", 70_01), Position("level2a_corporate", 90_03),
      Position("level2b_rmbs", 60_07), Position("retail_less_stable", 800_09),
      Position("receivable_retail", 33_11, maturityDays: 5),
    ]
    let exact = LCRRules(amountScale: 10, ratioScale: 12)
    let single = try coverage(once, rules: exact)
    let double = try coverage(once + once, rules: exact)
    #expect(single.ratio == double.ratio)
    #expect(double.netOutflows.mantissa == 2 * single.netOutflows.mantissa)
  }

  @Test("keeps groups apart")
  func groups() throws {
    var accumulator = try LCRAccumulator(table: .basel(), amountScale: 0, groupCount: 2)
    let positions = [
      Position("cash", 10), Position("cash", 20), Position("wholesale_other", 10),
      Position("wholesale_other", 40),
    ]
    try accumulator.add(batch(positions, groups: [0, 1, 0, 1]))
    #expect(try accumulator.coverage(ofGroup: 0).ratio == money("1"))
    #expect(try accumulator.coverage(ofGroup: 1).ratio == money("0.5"))
    #expect(accumulator.rowCounts == [2, 2])
  }

  @Test("works with 19-digit amounts in wide columns, and throws where 38 digits are too few")
  func wideAmounts() throws {
    func result(_ amount: Int128) throws -> LiquidityCoverage {
      var accumulator = try LCRAccumulator(table: .basel(), amountScale: 2)
      try accumulator.add(
        LiquidityPositions(
          items: CodedColumn(["cash", "wholesale_other"]),
          amounts: .int128(NullableColumn([amount, amount]))))
      return try accumulator.coverage()
    }
    // 10^27 units of money.
    #expect(try result(100_000_000_000_000_000_000_000_000_000).ratio == money("1"))
    #expect(throws: QuantError.self) { try result(Int128.max / 2) }
  }

  @Test("does not wrap where the sum alone leaves 128 bits")
  func sumOverflow() throws {
    var accumulator = try LCRAccumulator(table: .basel(), amountScale: 2)
    for _ in 0..<4 {
      try accumulator.add(
        LiquidityPositions(
          items: CodedColumn(["cash", "wholesale_other"]),
          amounts: .int128(NullableColumn([.max, 1]))))
    }
    #expect(throws: QuantError.overflow(in: "the sum of cash")) { try accumulator.coverage() }
  }
}
