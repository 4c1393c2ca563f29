/// The liquidity coverage ratio of one group, with everything it was computed from.
///
/// Amounts have `LCRRules.amountScale` decimals. Each is rounded on its own from its exact value,
/// so sums of rounded amounts can differ from rounded sums by units of the last digit.
package struct LiquidityCoverage: Sendable, Hashable {
  /// One class of assets.
  package struct Level: Sendable, Hashable {
    package var level: HighQualityLevel
    /// Market value of what counts: unencumbered and eligible.
    package var marketValue: ExactDecimal
    /// The same after haircuts: L1, L2A or a part of L2B.
    package var afterHaircut: ExactDecimal
    /// After haircuts: what unwinding brings back, and what it takes away.
    package var unwoundIn: ExactDecimal
    package var unwoundOut: ExactDecimal
    /// `afterHaircut` + `unwoundIn` − `unwoundOut`: A1, A2A or a part of A2B. May be negative.
    package var adjusted: ExactDecimal
  }

  /// One row of the parameter table that positions were found for.
  package struct Line: Sendable, Hashable {
    package var factor: LCRFactor
    /// The balance that counts.
    package var balance: ExactDecimal
    /// Balances that do not: encumbered, not eligible, beyond the horizon or without a maturity.
    package var encumbered: ExactDecimal
    package var ineligible: ExactDecimal
    package var beyondHorizon: ExactDecimal
    package var undated: ExactDecimal
    /// What the item adds to the stock (before the caps), to outflows or to inflows.
    package var weighted: ExactDecimal
  }

  /// The lines of one category together.
  package struct Category: Sendable, Hashable {
    package var section: LCRFactor.Section
    package var category: String
    package var weighted: ExactDecimal
  }

  /// All four, in the order of `HighQualityLevel.allCases`.
  package var levels: [Level]
  /// Level 2B of both kinds after haircuts, and adjusted.
  package var level2B: ExactDecimal
  package var adjustedLevel2B: ExactDecimal
  /// What the 15 % and the 40 % cap take off.
  package var adjustment15: ExactDecimal
  package var adjustment40: ExactDecimal
  /// The stock of high-quality liquid assets after haircuts and caps. Follows the formula also
  /// where unwinding leaves an adjusted Level 1 below zero, and may then be negative itself.
  package var stock: ExactDecimal
  package var outflows: ExactDecimal
  /// Before the cap.
  package var inflows: ExactDecimal
  /// 75 % of outflows.
  package var inflowCap: ExactDecimal
  /// The smaller of `inflows` and `inflowCap`.
  package var countedInflows: ExactDecimal
  package var netOutflows: ExactDecimal
  /// Stock over net outflows with `LCRRules.ratioScale` decimals, 1 = 100 %; `nil` where net
  /// outflows are 0.
  package var ratio: ExactDecimal?
  /// In the order of the parameter table.
  package var lines: [Line]
  /// The same by section and category, in the order of first appearance.
  package var categories: [Category]
  /// Rows of this group, and those of them that failed.
  package var rowCount: Int
  package var failureCount: Int

  package subscript(level: HighQualityLevel) -> Level {
    // `levels` has all cases in order, by construction.
    levels[HighQualityLevel.allCases.firstIndex(of: level) ?? 0]
  }
}
