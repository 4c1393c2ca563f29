/// One row of the parameter table of the net stable funding ratio.
///
/// Enumerations have string raw values, so that a table can hold them as text.
package struct NSFRFactor: Sendable, Hashable {
  package enum Section: String, Sendable, Hashable, CaseIterable {
    /// Available stable funding: liabilities and capital.
    case available = "asf"
    /// Required stable funding of assets on the balance sheet; encumbrance raises the factor.
    case required = "rsf"
    /// Required stable funding of commitments, which cannot be encumbered.
    case offBalanceSheet = "off_balance"
  }

  /// A part in the netting of derivatives (NSF30.8, NSF30.23, NSF30.32).
  package enum Role: String, Sendable, Hashable, CaseIterable {
    case none
    /// Positive replacement cost after netting sets, less eligible cash variation margin received.
    /// Its rate applies to the excess over the liabilities. In the section `required`.
    case derivativeAsset = "derivative_asset"
    /// Negative replacement cost after netting sets, as a positive number, less all variation
    /// margin posted. Its rate applies to the excess over the assets. In the section `available`.
    case derivativeLiability = "derivative_liability"
  }

  /// What positions carry to name this row. Unique in a table.
  package var code: String
  package var section: Section
  /// The heading under which reports sum.
  package var category: String
  /// The part of the carrying value that counts, within 0...1; `nil` where the national authority
  /// sets it: a position with such an item fails until the table gives a rate.
  package var rate: ExactDecimal?
  package var role: Role
  /// The paragraph of the Basel Framework, for example `NSF30.10(1)`.
  package var paragraph: String
  package var description: String

  package init(
    code: String, section: Section, category: String, rate: ExactDecimal?, role: Role = .none,
    paragraph: String, description: String
  ) {
    self.code = code
    self.section = section
    self.category = category
    self.rate = rate
    self.role = role
    self.paragraph = paragraph
    self.description = description
  }
}

/// How long an asset stays encumbered. The raw value is the spelling in tables.
package enum NSFREncumbrance: String, Sendable, Hashable, CaseIterable {
  case none
  /// Counts like an unencumbered asset.
  case under6Months = "under_6_months"
  /// At least the factor of `NSFRRules.encumberedMiddle`.
  case from6To12Months = "6_to_12_months"
  /// The factor of `NSFRRules.encumberedLong`.
  case oneYearOrMore = "1_year_or_more"

  /// The sum that the row goes into.
  var lane: Int {
    switch self {
    case .none, .under6Months: 0
    case .from6To12Months: 1
    case .oneYearOrMore: 2
    }
  }
}

/// The numbers of the rule that belong to no single item, and the scales of the results.
package struct NSFRRules: Sendable, Hashable {
  /// The least factor of an asset that is encumbered for 6 months to under a year (NSF30.20).
  package var encumberedMiddle: ExactDecimal
  /// The factor of an asset that is encumbered for a year or more (NSF30.20).
  package var encumberedLong: ExactDecimal
  /// Decimals of every amount in a result, rounded half to even from the exact value.
  package var amountScale: Int
  /// Decimals of the ratio, rounded half to even once, from the unrounded amounts.
  package var ratioScale: Int

  package init(
    encumberedMiddle: ExactDecimal = ExactDecimal(50, scale: 2),
    encumberedLong: ExactDecimal = ExactDecimal(1, scale: 0),
    amountScale: Int = 2, ratioScale: Int = 6
  ) {
    self.encumberedMiddle = encumberedMiddle
    self.encumberedLong = encumberedLong
    self.amountScale = amountScale
    self.ratioScale = ratioScale
  }

  package static let basel = NSFRRules()
}
