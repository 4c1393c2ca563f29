extension LCRFactorTable {
  /// The rows of the Basel Framework's table (LCR99), for generating a parameter table.
  ///
  /// Where the rule gives a range or a minimum, the row has: 10 % for less stable deposits (the
  /// minimum), 5 % for trade finance (the top of the range), 50 % for customers' short positions
  /// (the minimum). Where it leaves the rate to the national authority, the row has none.
  package static func baselFactors() -> [LCRFactor] {
    baselStock() + baselDeposits() + baselSecuredFunding() + baselAdditionalRequirements()
      + baselFacilities() + baselSecuredLending() + baselOtherInflows()
  }

  /// `baselFactors()`, checked.
  package static func basel() throws(QuantError) -> LCRFactorTable {
    try LCRFactorTable(baselFactors())
  }

  static func percent(_ value: Int?) -> ExactDecimal? {
    value.map { ExactDecimal(Int128($0), scale: 2) }
  }

  /// LCR30.40-46.
  private static func baselStock() -> [LCRFactor] {
    func asset(
      _ code: String, _ level: HighQualityLevel, _ rate: Int?, _ paragraph: String,
      _ description: String, role: LCRFactor.Role = .none
    ) -> LCRFactor {
      LCRFactor(
        code: code, section: .stock, category: level.rawValue, level: level, rate: percent(rate),
        role: role, paragraph: paragraph, description: description)
    }
    return [
      asset("cash", .level1, 100, "LCR30.41(1)", "Coins and banknotes", role: .cash),
      asset(
        "central_bank_reserves", .level1, 100, "LCR30.41(2)",
        "Central bank reserves that can be drawn down in stress"),
      asset(
        "level1_sovereign", .level1, 100, "LCR30.41(3)",
        "Claims on sovereigns, central banks, PSEs and MDBs with a 0 % risk weight"),
      asset(
        "level1_domestic_sovereign", .level1, 100, "LCR30.41(4)",
        "Domestic-currency debt of the home or host sovereign with another risk weight"),
      asset(
        "level1_domestic_sovereign_foreign_currency", .level1, 100, "LCR30.41(5)",
        "Its foreign-currency debt, up to the stressed net outflows in that currency"),
      asset(
        "level2a_sovereign", .level2A, 85, "LCR30.43(1)",
        "Claims on sovereigns, central banks, PSEs and MDBs with a 20 % risk weight"),
      asset(
        "level2a_corporate", .level2A, 85, "LCR30.43(2)",
        "Non-financial corporate debt rated AA- or better"),
      asset(
        "level2a_covered_bond", .level2A, 85, "LCR30.43(2)",
        "Covered bonds of others rated AA- or better"),
      asset(
        "level2b_rmbs", .level2BMortgageBacked, 75, "LCR30.45(1)",
        "Residential mortgage-backed securities rated AA or better"),
      asset(
        "level2b_corporate", .level2BOther, 50, "LCR30.45(2)",
        "Non-financial corporate debt rated A+ to BBB-"),
      asset(
        "level2b_equity", .level2BOther, 50, "LCR30.45(3)",
        "Non-financial shares of a major index"),
      asset(
        "level2b_sovereign", .level2BOther, 50, "LCR30.45 FAQ3",
        "Sovereign, central bank and PSE debt rated BBB- or better, not of a higher level"),
      asset(
        "level2b_committed_liquidity_facility", .level2BOther, nil, "LCR30.46",
        "Undrawn restricted-use committed liquidity facility of a central bank"),
    ]
  }

  /// LCR40.78-79; the rows for collateral that covers short positions do not unwind, because they
  /// are assumed to be rolled over beyond the horizon.
  private static func baselSecuredLending() -> [LCRFactor] {
    let backings = [
      ("level1", 0, "Level 1", true), ("level2a", 15, "Level 2A", true),
      ("level2b_rmbs", 25, "Level 2B RMBS", true), ("level2b_other", 50, "other Level 2B", true),
      ("margin_loan_other", 50, "margin loans, non-HQLA", false), ("other", 100, "non-HQLA", false),
    ]
    var factors: [LCRFactor] = []
    for (code, rate, name, isAsset) in backings {
      factors.append(
        LCRFactor(
          code: "secured_lending_\(code)", section: .inflow, category: "secured_lending",
          rate: percent(rate), horizon: .within, unwind: isAsset ? .lending : .none,
          paragraph: "LCR40.78",
          description: "Maturing secured lending: \(name)"))
    }
    for (code, _, name, _) in backings {
      factors.append(
        LCRFactor(
          code: "secured_lending_\(code)_covering_short", section: .inflow,
          category: "secured_lending", rate: percent(0), horizon: .within,
          paragraph: "LCR40.79",
          description: "Maturing secured lending, collateral covers short positions: \(name)"))
    }
    factors.append(
      LCRFactor(
        code: "swap_covering_short", section: .inflow, category: "secured_lending",
        rate: percent(0), horizon: .within, paragraph: "LCR40.79",
        description: "Maturing collateral swap, what was received covers short positions"))
    return factors + baselSwaps(.inflow)
  }

  /// Collateral swaps without Level 1, which LCR40.46 treats as repurchase agreements: the rate is
  /// the difference of the two haircuts. Swaps against Level 1 use the items for cash. Outflow: the
  /// better class was received; inflow: it was given.
  static func baselSwaps(_ section: LCRFactor.Section) -> [LCRFactor] {
    let isOutflow = section == .outflow
    let pairs = [
      ("same_level", 0, "assets of one level", true),
      ("2a_for_2b_rmbs", 10, "2A against 2B RMBS", true),
      ("2a_for_2b_other", 35, "2A against other 2B", true),
      ("2a_for_other", 85, "2A against non-HQLA", false),
      ("2b_rmbs_for_2b_other", 25, "2B RMBS against other 2B", true),
      ("2b_rmbs_for_other", 75, "2B RMBS against non-HQLA", false),
      ("2b_other_for_other", 50, "other 2B against non-HQLA", false),
    ]
    let verb = isOutflow ? "received" : "given"
    return pairs.map { code, rate, name, isExchangeOfAssets in
      LCRFactor(
        code: "swap_\(verb)_\(code)", section: section,
        category: isOutflow ? "secured_funding" : "secured_lending", rate: percent(rate),
        horizon: .within,
        unwind: !isExchangeOfAssets ? .none : isOutflow ? .funding : .lending,
        paragraph: isOutflow ? "LCR40.46, LCR40.48" : "LCR40.46, LCR40.78",
        description: "Maturing collateral swap, \(verb): \(name)")
    }
  }

  /// LCR40.82-93.
  private static func baselOtherInflows() -> [LCRFactor] {
    func inflow(
      _ code: String, _ category: String, _ rate: Int?, _ paragraph: String,
      _ description: String, horizon: LCRFactor.Horizon = .within, role: LCRFactor.Role = .none
    ) -> LCRFactor {
      LCRFactor(
        code: code, section: .inflow, category: category, rate: percent(rate), horizon: horizon,
        role: role, paragraph: paragraph, description: description)
    }
    return [
      inflow(
        "facility_held", "committed_facilities", 0, "LCR40.82",
        "Credit and liquidity facilities held at other institutions", horizon: .any),
      inflow(
        "operational_deposit_held", "deposits_held", 0, "LCR40.89",
        "Operational deposits held at other institutions", horizon: .any),
      inflow(
        "cooperative_deposit_held", "deposits_held", 0, "LCR40.90",
        "Deposits held at the central institution of a cooperative network", horizon: .any),
      inflow(
        "receivable_retail", "by_counterparty", 50, "LCR40.86",
        "Payments due from retail customers", role: .clientReceivable),
      inflow(
        "receivable_small_business", "by_counterparty", 50, "LCR40.86",
        "Payments due from small business customers", role: .clientReceivable),
      inflow(
        "receivable_nonfinancial", "by_counterparty", 50, "LCR40.87(2)",
        "Payments due from non-financial wholesale counterparties", role: .clientReceivable),
      inflow(
        "receivable_financial", "by_counterparty", 100, "LCR40.87(1)",
        "Payments due from financial institutions"),
      inflow(
        "receivable_central_bank", "by_counterparty", 100, "LCR40.87(1)",
        "Payments due from central banks"),
      inflow(
        "maturing_security", "by_counterparty", 100, "LCR40.88",
        "Maturing securities that are not in the stock"),
      inflow(
        "segregated_account_release", "by_counterparty", 100, "LCR40.88",
        "Release of segregated client balances that are held in HQLA", horizon: .any),
      inflow(
        "derivative_net_inflow", "derivatives", 100, "LCR40.91",
        "Net derivative cash inflows over the horizon, by netting set", horizon: .any),
      inflow(
        "other_contractual_inflow", "other_inflows", nil, "LCR40.93",
        "Other contractual cash inflows (rate is national)"),
    ]
  }
}
