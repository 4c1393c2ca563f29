extension NSFRFactorTable {
  /// The rows of the Basel Framework's tables (NSF30.10-14, NSF30.25-32), for generating a
  /// parameter table.
  ///
  /// Where jurisdictions may choose, the row has 5 % for Level 1 assets and 20 % of derivative
  /// liabilities; contingent obligations other than undrawn facilities have no rate.
  package static func baselFactors() -> [NSFRFactor] {
    baselAvailable() + baselLiquidAssets() + baselLongAssets() + baselOffBalanceSheet()
  }

  /// `baselFactors()`, checked.
  package static func basel() throws(QuantError) -> NSFRFactorTable {
    try NSFRFactorTable(baselFactors())
  }

  private typealias Row = (
    code: String, rate: Int?, paragraph: String, description: String, role: NSFRFactor.Role
  )

  private static func rows(
    _ section: NSFRFactor.Section, _ category: (Int?) -> String, _ rows: [Row]
  ) -> [NSFRFactor] {
    rows.map { row in
      NSFRFactor(
        code: row.code, section: section, category: category(row.rate),
        rate: row.rate.map { ExactDecimal(Int128($0), scale: 2) }, role: row.role,
        paragraph: row.paragraph, description: row.description)
    }
  }

  private static func baselAvailable() -> [NSFRFactor] {
    rows(
      .available, { "asf_\($0 ?? 0)" },
      [
        (
          "regulatory_capital", 100, "NSF30.10(1)",
          "Regulatory capital before deductions, without Tier 2 of under a year", .none
        ),
        (
          "other_capital_long", 100, "NSF30.10(2)", "Other capital instruments, 1 year or more",
          .none
        ),
        (
          "liabilities_long", 100, "NSF30.10(3)", "Borrowings and liabilities, 1 year or more",
          .none
        ),
        (
          "stable_retail", 95, "NSF30.11",
          "Stable deposits of retail and small business, no maturity or under 1 year", .none
        ),
        (
          "less_stable_retail", 90, "NSF30.12",
          "Less stable deposits of retail and small business, no maturity or under 1 year", .none
        ),
        (
          "non_financial_funding_short", 50, "NSF30.13(1)",
          "Funding from non-financial corporates, under 1 year", .none
        ),
        ("operational_deposits", 50, "NSF30.13(2)", "Operational deposits", .none),
        (
          "public_funding_short", 50, "NSF30.13(3)",
          "Funding from sovereigns, PSEs and development banks, under 1 year", .none
        ),
        (
          "other_funding_6_to_12_months", 50, "NSF30.13(4)",
          "Other funding, central and other banks included, 6 months to under 1 year", .none
        ),
        (
          "financial_funding_under_6_months", 0, "NSF30.14(1)",
          "Funding from central banks and financial institutions, under 6 months", .none
        ),
        (
          "other_liabilities", 0, "NSF30.14(2)",
          "Other liabilities without a stated maturity, short positions included", .none
        ),
        (
          "derivative_liabilities", 0, "NSF30.14(3)",
          "Derivative liabilities after netting and all variation margin posted; the excess over "
            + "derivative assets counts", .derivativeLiability
        ),
        ("trade_date_payables", 0, "NSF30.14(4)", "Trade date payables", .none),
      ])
  }

  private static func baselLiquidAssets() -> [NSFRFactor] {
    rows(
      .required, { "rsf_\($0 ?? 0)" },
      [
        ("cash", 0, "NSF30.25(1)", "Coins and banknotes", .none),
        ("central_bank_reserves", 0, "NSF30.25(2)", "All central bank reserves", .none),
        (
          "central_bank_claims_under_6_months", 0, "NSF30.25(3)",
          "Claims on central banks, under 6 months", .none
        ),
        ("trade_date_receivables", 0, "NSF30.25(4)", "Trade date receivables", .none),
        ("level1", 5, "NSF30.26", "Level 1 assets other than cash and reserves", .none),
        (
          "financial_loans_level1", 10, "NSF30.27",
          "Loans to financial institutions under 6 months against re-usable Level 1 assets", .none
        ),
        ("level2a", 15, "NSF30.28(1)", "Level 2A assets", .none),
        (
          "financial_loans_under_6_months", 15, "NSF30.28(2)",
          "Other loans to financial institutions, under 6 months", .none
        ),
        ("level2b", 50, "NSF30.29(1)", "Level 2B assets", .none),
        (
          "financial_loans_6_to_12_months", 50, "NSF30.29(3)",
          "Loans to financial institutions and central banks, 6 months to under 1 year", .none
        ),
        (
          "operational_deposits_held", 50, "NSF30.29(4)",
          "Operational deposits held at other banks", .none
        ),
        (
          "other_assets_short", 50, "NSF30.29(5)",
          "All other assets that are not liquid, under 1 year: loans to corporates, retail, "
            + "sovereigns", .none
        ),
      ])
  }

  private static func baselLongAssets() -> [NSFRFactor] {
    rows(
      .required, { "rsf_\($0 ?? 0)" },
      [
        (
          "mortgages_low_weight", 65, "NSF30.30(1)",
          "Residential mortgages, 1 year or more, risk weight up to 35 %", .none
        ),
        (
          "loans_low_weight", 65, "NSF30.30(2)",
          "Other loans, not to financial institutions, 1 year or more, risk weight up to 35 %",
          .none
        ),
        (
          "initial_margin", 85, "NSF30.31(1)",
          "Initial margin posted and contributions to default funds of central counterparties",
          .none
        ),
        (
          "loans_high_weight", 85, "NSF30.31(2)",
          "Other performing loans, not to financial institutions, 1 year or more, risk weight "
            + "above 35 %", .none
        ),
        (
          "securities_long", 85, "NSF30.31(3)",
          "Securities that are not liquid assets, 1 year or more, and listed equities", .none
        ),
        ("commodities", 85, "NSF30.31(4)", "Physical traded commodities, gold included", .none),
        (
          "derivative_assets", 100, "NSF30.32(2)",
          "Derivative assets after netting and eligible variation margin received; the excess "
            + "over derivative liabilities counts", .derivativeAsset
        ),
        (
          "other_assets", 100, "NSF30.32(3)",
          "All other assets: non-performing loans, loans to financial institutions of 1 year or "
            + "more, unlisted equities, fixed assets, deductions", .none
        ),
      ])
  }

  private static func baselOffBalanceSheet() -> [NSFRFactor] {
    rows(
      .offBalanceSheet, { _ in "off_balance_sheet" },
      [
        (
          "derivative_liabilities_gross", 20, "NSF30.32(4)",
          "Derivative liabilities before variation margin posted is deducted (5 % to 20 %)", .none
        ),
        (
          "undrawn_facilities", 5, "BCBS 295, table 3",
          "The undrawn part of committed credit and liquidity facilities", .none
        ),
        (
          "other_contingencies", nil, "BCBS 295, table 3",
          "Guarantees, trade finance, uncommitted facilities and other contingent obligations",
          .none
        ),
      ])
  }
}
