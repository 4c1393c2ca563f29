import Columnar

/// The columns of the table `positions`, and their places after binding.
enum LiquidityPositionColumns {
  static let asOfDate = 0
  static let legalEntity = 1
  static let positionID = 2
  static let side = 3
  static let item = 4
  static let amount = 5
  static let encumbered = 6
  static let maturityDate = 7
  static let collateralItem = 8
  static let collateralAmount = 9
  /// Only where the table has it.
  static let currency = 10

  static let all = [
    ColumnRequirement(
      "as_of_date", .date, "the business date; with legal_entity the group of one result row"),
    ColumnRequirement("legal_entity", .text, "whose ratio the row counts in"),
    ColumnRequirement("position_id", .text, "names the row in the failures"),
    ColumnRequirement(
      "side", .text, "hqla, outflow or inflow; must be the section of the item"),
    ColumnRequirement("item", .text, "code in factors"),
    ColumnRequirement(
      "amount", .amount,
      "in reporting currency, not negative: market value of an asset, balance, undrawn amount or "
        + "amount due; of a secured transaction the cash"),
    ColumnRequirement(
      "encumbered", .boolean, "assets only: an encumbered one does not count"),
    ColumnRequirement(
      "maturity_date", .date,
      "outflows: earliest date the counterparty can ask; inflows: latest date it may pay; may be "
        + "NULL"),
    ColumnRequirement(
      "collateral_item", .text, "secured transactions: the hqla item of the collateral, or NULL"),
    ColumnRequirement(
      "collateral_amount", .amount,
      "its market value before haircut, in reporting currency, or NULL"),
    ColumnRequirement(
      "currency", .text, "output => 'currencies': what the row is denominated in",
      isOptional: true),
  ]
}
