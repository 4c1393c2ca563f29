/// One row of the parameter table: how much of a balance counts, and the paragraph that says so.
///
/// Enumerations have string raw values, so that a table can hold them as text.
package struct LCRFactor: Sendable, Hashable {
  package enum Section: String, Sendable, Hashable, CaseIterable {
    /// The stock of high-quality liquid assets.
    case stock = "hqla"
    case outflow
    case inflow
  }

  /// Which rows count, by calendar days to maturity.
  package enum Horizon: String, Sendable, Hashable, CaseIterable {
    /// All rows; the maturity is not looked at (stock, drawdowns, look-back amounts).
    case any
    /// Rows that mature within the horizon. Without a maturity an outflow counts, because it can
    /// be called at once (LCR40.20), and an inflow does not (LCR40.85).
    case within
  }

  /// What the row's transaction does to the adjusted stock when it is unwound (LCR30.37).
  package enum Unwind: String, Sendable, Hashable, CaseIterable {
    case none
    /// Collateral was given against cash or other assets: it comes back, they go. A row without
    /// collateral fails.
    case funding
    /// The same, but collateral that is no high-quality asset is possible: a row without
    /// collateral does not unwind.
    case fundingAnyCollateral = "funding_any_collateral"
    /// Collateral was received: it goes, the cash or other assets come back. A row without
    /// collateral fails.
    case lending
  }

  /// A part in a rule that looks at several items together.
  package enum Role: String, Sendable, Hashable, CaseIterable {
    case none
    /// Cash, the other leg of a repurchase agreement.
    case cash
    /// Contractual lending to retail and non-financial wholesale clients, of which only the excess
    /// over a share of these clients' contractual inflows is an outflow (LCR40.66).
    case clientLending = "client_lending"
    /// The inflows that `clientLending` is compared with.
    case clientReceivable = "client_receivable"
  }

  /// What positions carry to name this row, for example `retail_stable`. Unique in a table.
  package var code: String
  package var section: Section
  /// The heading under which reports sum, for example `retail_deposits`.
  package var category: String
  /// Set for every row of the stock, and only there.
  package var level: HighQualityLevel?
  /// The part of the balance that counts, within 0...1: 1 − haircut, run-off, drawdown or inflow
  /// rate. `nil` where the rule leaves the rate to the national authority: a position with such an
  /// item fails until the table gives a rate.
  package var rate: ExactDecimal?
  package var horizon: Horizon
  package var unwind: Unwind
  package var role: Role
  /// The paragraph of the Basel Framework, for example `LCR40.7`.
  package var paragraph: String
  package var description: String

  package init(
    code: String, section: Section, category: String, level: HighQualityLevel? = nil,
    rate: ExactDecimal?, horizon: Horizon = .any, unwind: Unwind = .none, role: Role = .none,
    paragraph: String, description: String
  ) {
    self.code = code
    self.section = section
    self.category = category
    self.level = level
    self.rate = rate
    self.horizon = horizon
    self.unwind = unwind
    self.role = role
    self.paragraph = paragraph
    self.description = description
  }
}
