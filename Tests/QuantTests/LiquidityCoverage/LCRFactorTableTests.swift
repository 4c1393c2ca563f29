import Quant
import Testing

@Suite("Table of LCR factors")
struct LCRFactorTableTests {
  /// The table of LCR99.1, row by row, in percent.
  @Test(
    "has the rates of LCR99",
    arguments: [
      ("cash", 100), ("central_bank_reserves", 100), ("level1_sovereign", 100),
      ("level1_domestic_sovereign", 100), ("level2a_sovereign", 85), ("level2a_corporate", 85),
      ("level2a_covered_bond", 85), ("level2b_rmbs", 75), ("level2b_corporate", 50),
      ("level2b_equity", 50), ("level2b_sovereign", 50), ("retail_stable_prefunded_insurance", 3),
      ("retail_stable", 5), ("retail_less_stable", 10), ("retail_term", 0),
      ("small_business_stable", 5), ("small_business_less_stable", 10), ("small_business_term", 0),
      ("wholesale_operational", 25), ("wholesale_operational_insured", 5),
      ("wholesale_cooperative_network", 25), ("wholesale_nonfinancial", 40),
      ("wholesale_nonfinancial_insured", 20), ("wholesale_other", 100),
      ("secured_funding_central_bank", 0), ("secured_funding_level1", 0),
      ("secured_funding_level2a", 15), ("secured_funding_domestic_public", 25),
      ("secured_funding_level2b_rmbs", 25), ("secured_funding_level2b_other", 50),
      ("secured_funding_other", 100), ("downgrade_trigger", 100),
      ("market_valuation_change", 100), ("posted_collateral_valuation", 20),
      ("excess_collateral", 100), ("collateral_due", 100), ("collateral_substitution", 100),
      ("conduit_debt", 100), ("conduit_returnable_assets", 100), ("structured_debt", 100),
      ("committed_retail", 5), ("committed_credit_nonfinancial", 10),
      ("committed_liquidity_nonfinancial", 30), ("committed_credit_bank", 40),
      ("committed_liquidity_bank", 40), ("committed_credit_financial", 40),
      ("committed_liquidity_financial", 100), ("committed_other", 100), ("trade_finance", 5),
      ("customer_short_position", 50), ("derivative_net_outflow", 100),
      ("other_contractual_outflow", 100), ("secured_lending_level1", 0),
      ("secured_lending_level2a", 15), ("secured_lending_level2b_rmbs", 25),
      ("secured_lending_level2b_other", 50), ("secured_lending_margin_loan_other", 50),
      ("secured_lending_other", 100), ("secured_lending_other_covering_short", 0),
      ("facility_held", 0), ("operational_deposit_held", 0), ("receivable_retail", 50),
      ("receivable_nonfinancial", 50), ("receivable_financial", 100),
      ("derivative_net_inflow", 100),
    ])
  func rates(code: String, percent: Int) throws {
    let factor = try #require(try LCRFactorTable.basel()[code: code])
    #expect(factor.rate == ExactDecimal(Int128(percent), scale: 2))
    #expect(factor.paragraph.hasPrefix("LCR"))
  }

  @Test("leaves out the rates that are national")
  func nationalRates() throws {
    let codes = LCRFactorTable.baselFactors().filter { $0.rate == nil }.map(\.code)
    #expect(
      codes == [
        "level2b_committed_liquidity_facility", "uncommitted_facility", "guarantee",
        "debt_repurchase", "structured_product", "stable_value_fund", "dealer_debt_repurchase",
        "joint_venture", "other_contractual_inflow",
      ])
  }

  @Test("takes other rates with more decimals, exactly")
  func otherRates() throws {
    var factors = LCRFactorTable.baselFactors()
    let index = try #require(factors.firstIndex { $0.code == "guarantee" })
    factors[index].rate = ExactDecimal("0.0125")
    let table = try LCRFactorTable(factors)
    #expect(table.rateScale == 4)
    var accumulator = try LCRAccumulator(
      table: table, rules: LCRRules(amountScale: 6), amountScale: 2)
    try accumulator.add(batch([Position("guarantee", 1_01), Position("cash", 1_00)]))
    #expect(accumulator.failures.isEmpty)
    #expect(try accumulator.coverage().outflows.description == "0.012625")
  }

  @Test("refuses repeated codes, rates outside 0...1, and levels where they do not belong")
  func refusals() {
    let cash = LCRFactor(
      code: "cash", section: .stock, category: "level1", level: .level1,
      rate: ExactDecimal(1, scale: 0), role: .cash, paragraph: "LCR30.41", description: "")
    func changed(_ change: (inout LCRFactor) -> Void) -> LCRFactor {
      var factor = cash
      factor.code = "other"
      factor.role = .none
      change(&factor)
      return factor
    }
    #expect(throws: Never.self) { try LCRFactorTable([cash, changed { _ in }]) }
    let wrong = [
      cash, changed { $0.rate = ExactDecimal(101, scale: 2) },
      changed { $0.rate = ExactDecimal(-1, scale: 2) }, changed { $0.level = nil },
      changed { $0.section = .outflow }, changed { $0.code = "" },
      changed { $0.unwind = .funding }, changed { $0.role = .clientLending },
    ]
    for factor in wrong {
      #expect(throws: QuantError.self, "\(factor)") { try LCRFactorTable([cash, factor]) }
    }
    let repo = LCRFactor(
      code: "repo", section: .outflow, category: "secured", rate: .zero, unwind: .funding,
      paragraph: "LCR40.47", description: "")
    #expect(throws: QuantError.self) { try LCRFactorTable([repo]) }
  }
}
