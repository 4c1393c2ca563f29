extension LCRFactorTable {
  private static func outflow(
    _ code: String, _ category: String, _ rate: Int?, _ paragraph: String, _ description: String,
    horizon: LCRFactor.Horizon = .within, unwind: LCRFactor.Unwind = .none,
    role: LCRFactor.Role = .none
  ) -> LCRFactor {
    LCRFactor(
      code: code, section: .outflow, category: category, rate: percent(rate), horizon: horizon,
      unwind: unwind, role: role, paragraph: paragraph, description: description)
  }

  /// LCR40.5-44.
  static func baselDeposits() -> [LCRFactor] {
    let retail = "retail_deposits"
    let small = "small_business_deposits"
    let wholesale = "unsecured_wholesale"
    return [
      outflow(
        "retail_stable", retail, 5, "LCR40.7", "Stable retail deposits"),
      outflow(
        "retail_stable_prefunded_insurance", retail, 3, "LCR40.11",
        "Stable retail deposits, insurance scheme meets the additional criteria"),
      outflow(
        "retail_less_stable", retail, 10, "LCR40.13", "Less stable retail deposits"),
      outflow(
        "retail_term", retail, 0, "LCR40.16",
        "Retail term deposits beyond the horizon that cannot be withdrawn without a penalty",
        horizon: .any),
      outflow(
        "small_business_stable", small, 5, "LCR40.22", "Stable small business deposits"),
      outflow(
        "small_business_stable_prefunded_insurance", small, 3, "LCR40.22",
        "Stable small business deposits, insurance scheme meets the additional criteria"),
      outflow(
        "small_business_less_stable", small, 10, "LCR40.22", "Less stable small business deposits"),
      outflow(
        "small_business_term", small, 0, "LCR40.25",
        "Small business term deposits beyond the horizon that cannot be withdrawn without a penalty",
        horizon: .any),
      outflow(
        "wholesale_operational", wholesale, 25, "LCR40.26",
        "Operational deposits: clearing, custody, cash management"),
      outflow(
        "wholesale_operational_insured", wholesale, 5, "LCR40.36",
        "Operational deposits, the part covered by deposit insurance"),
      outflow(
        "wholesale_operational_insured_prefunded", wholesale, 3, "LCR40.36",
        "Operational deposits, the insured part, scheme meets the additional criteria"),
      outflow(
        "wholesale_cooperative_network", wholesale, 25, "LCR40.37",
        "Qualifying deposits of members of a cooperative network"),
      outflow(
        "wholesale_nonfinancial", wholesale, 40, "LCR40.40",
        "Non-financial corporates, sovereigns, central banks, MDBs and PSEs"),
      outflow(
        "wholesale_nonfinancial_insured", wholesale, 20, "LCR40.41",
        "The same, the entire deposit covered by deposit insurance"),
      outflow(
        "wholesale_other", wholesale, 100, "LCR40.42",
        "Other legal entities: banks, funds, insurers, affiliates, fiduciaries"),
      outflow(
        "debt_securities_issued", wholesale, 100, "LCR40.43",
        "Maturing notes, bonds and other debt securities issued"),
      outflow(
        "prime_brokerage_balance", wholesale, 100, "LCR40.42, LCR40.44",
        "Customer cash balances from prime brokerage"),
    ]
  }

  /// LCR40.45-48.
  static func baselSecuredFunding() -> [LCRFactor] {
    func secured(
      _ code: String, _ rate: Int, _ paragraph: String, _ name: String,
      _ unwind: LCRFactor.Unwind = .funding
    ) -> LCRFactor {
      outflow(
        "secured_funding_\(code)", "secured_funding", rate, paragraph,
        "Maturing secured funding: \(name)", unwind: unwind)
    }
    return [
      secured(
        "central_bank", 0, "LCR40.47", "with the domestic central bank",
        .fundingAnyCollateral),
      secured("level1", 0, "LCR40.47", "backed by Level 1"),
      secured("level2a", 15, "LCR40.48", "backed by Level 2A"),
      secured(
        "domestic_public", 25, "LCR40.47",
        "with the domestic sovereign, MDBs or PSEs of 20 % risk weight or less, other collateral",
        .fundingAnyCollateral),
      secured("level2b_rmbs", 25, "LCR40.48", "backed by Level 2B RMBS"),
      secured("level2b_other", 50, "LCR40.48", "backed by other Level 2B"),
      secured("other", 100, "LCR40.48", "backed by anything else", .none),
    ] + baselSwaps(.outflow)
  }

  /// LCR40.49-58: amounts over the horizon that the bank has determined, so no maturity.
  static func baselAdditionalRequirements() -> [LCRFactor] {
    let collateral = "derivatives_and_collateral"
    let structured = "structured_funding"
    return [
      outflow(
        "derivative_net_outflow", collateral, 100, "LCR40.49",
        "Net derivative cash outflows over the horizon, by netting set", horizon: .any),
      outflow(
        "downgrade_trigger", collateral, 100, "LCR40.51",
        "Collateral and outflows due on a downgrade of up to three notches", horizon: .any),
      outflow(
        "posted_collateral_valuation", collateral, 20, "LCR40.52",
        "Posted non-Level 1 collateral, net of re-usable collateral received by counterparty",
        horizon: .any),
      outflow(
        "excess_collateral", collateral, 100, "LCR40.53",
        "Excess collateral that the counterparty can call", horizon: .any),
      outflow(
        "collateral_due", collateral, 100, "LCR40.54",
        "Collateral contractually due and not yet demanded", horizon: .any),
      outflow(
        "collateral_substitution", collateral, 100, "LCR40.55",
        "Collateral that can be substituted, the loss of liquidity value", horizon: .any),
      outflow(
        "market_valuation_change", collateral, 100, "LCR40.56",
        "Largest absolute net 30-day collateral flow of the last 24 months", horizon: .any),
      outflow(
        "structured_debt", structured, 100, "LCR40.57",
        "Maturing asset-backed securities, covered bonds and structured funding issued"),
      outflow(
        "conduit_debt", structured, 100, "LCR40.58",
        "Maturing debt of asset-backed commercial paper, conduits and SIVs"),
      outflow(
        "conduit_returnable_assets", structured, 100, "LCR40.58",
        "Assets that can be returned, liquidity that can be asked for", horizon: .any),
    ]
  }

  /// LCR40.59-74. Facilities count whatever their maturity (LCR40.59).
  static func baselFacilities() -> [LCRFactor] {
    func facility(_ code: String, _ rate: Int, _ part: Int, _ name: String) -> LCRFactor {
      outflow(
        "committed_\(code)", "committed_facilities", rate, "LCR40.64(\(part))",
        "Undrawn committed facilities: \(name)", horizon: .any)
    }
    func contingent(
      _ code: String, _ rate: Int?, _ paragraph: String, _ name: String
    ) -> LCRFactor {
      outflow(code, "contingent_funding", rate, paragraph, name, horizon: .any)
    }
    return [
      facility("retail", 5, 1, "retail and small business"),
      facility("credit_nonfinancial", 10, 2, "credit, non-financial corporates and public sector"),
      facility("liquidity_nonfinancial", 30, 3, "liquidity, the same clients"),
      facility("credit_bank", 40, 4, "credit, supervised banks"),
      facility("liquidity_bank", 40, 4, "liquidity, supervised banks"),
      facility("credit_financial", 40, 5, "credit, other financial institutions"),
      facility("liquidity_financial", 100, 6, "liquidity, other financial institutions"),
      facility("other", 100, 7, "credit and liquidity, other legal entities"),
      outflow(
        "lending_obligation_financial", "contractual_lending", 100, "LCR40.65",
        "Contractual lending to financial institutions and central banks"),
      outflow(
        "lending_obligation_client", "contractual_lending", 100, "LCR40.66",
        "Contractual lending to other clients: the excess over half of their inflows",
        role: .clientLending),
      contingent("trade_finance", 5, "LCR40.71", "Trade finance contingencies"),
      contingent("uncommitted_facility", nil, "LCR40.73(1)", "Revocable facilities"),
      contingent("guarantee", nil, "LCR40.73(2)", "Guarantees and letters of credit, not trade"),
      contingent("debt_repurchase", nil, "LCR40.73(3a)", "Potential repurchase of own debt"),
      contingent("structured_product", nil, "LCR40.73(3b)", "Structured products sold as liquid"),
      contingent("stable_value_fund", nil, "LCR40.73(3c)", "Managed funds of stable value"),
      contingent("dealer_debt_repurchase", nil, "LCR40.73(4)", "Own debt, affiliated dealer"),
      contingent(
        "customer_short_position", 50, "LCR40.73(5)",
        "Customers' short positions covered by other customers' collateral"),
      contingent(
        "joint_venture", nil, "LCR40.70", "Draws of joint ventures and minority interests"),
      outflow(
        "other_contractual_outflow", "other_outflows", 100, "LCR40.74",
        "Other contractual outflows, without operating costs"),
    ]
  }
}
