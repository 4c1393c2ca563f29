/// A row that counts nowhere, and why. One per row: the first reason found.
package struct LCRFailure: Error, Sendable, Hashable {
  /// The raw value is the column's name.
  package enum Field: String, Sendable, Hashable {
    case group
    case item
    case amount
    case encumbered
    case eligible
    case maturityDays = "maturity_days"
    case collateralItem = "collateral_item"
    case collateralAmount = "collateral_amount"
    case againstItem = "against_item"
  }

  package enum Reason: Sendable, Hashable {
    case missing
    case unknown(String)
    /// The parameter table has the item, but the rate is left to the national authority.
    case rateNotGiven(String)
    case negative(String)
    /// A group outside of those the accumulator was made for.
    case outOfRange(Int)
    /// Collateral must be an item of the stock.
    case notAnAsset(String)
  }

  package var row: Int
  package var field: Field
  package var reason: Reason

  package init(row: Int, field: Field, reason: Reason) {
    self.row = row
    self.field = field
    self.reason = reason
  }
}

extension LCRFailure: CustomStringConvertible {
  package var description: String {
    let problem =
      switch reason {
      case .missing: "has no value"
      case .unknown(let text): "'\(text)' is not in the table of factors"
      case .rateNotGiven(let item): "'\(item)' has no rate; the national authority sets it"
      case .negative(let text): "is \(text); expected 0 or more"
      case .outOfRange(let group): "is \(group), which is no group of this run"
      case .notAnAsset(let item): "'\(item)' is not an item of the stock"
      }
    return "row \(row): \(field.rawValue) \(problem)"
  }
}
