/// A column of integers that may have gaps.
package struct NullableColumn<Element: Sendable>: Sendable {
  package var values: [Element]
  /// `nil` says that every row has a value.
  package var isValid: [Bool]?

  package init(_ values: [Element], isValid: [Bool]? = nil) {
    self.values = values
    self.isValid = isValid
  }

  @inline(__always)
  func value(at row: Int) -> Element? {
    if let isValid, !isValid[row] { return nil }
    return values[row]
  }
}

/// Mantissas of money amounts, narrow or wide.
package enum AmountColumn: Sendable {
  case int64(NullableColumn<Int64>)
  case int128(NullableColumn<Int128>)

  var count: Int {
    switch self {
    case .int64(let column): column.values.count
    case .int128(let column): column.values.count
    }
  }

  /// The mantissa of a row; `nil` where it has none.
  package func mantissa(at row: Int) -> Int128? { value(at: row) }

  var validityCount: Int? {
    switch self {
    case .int64(let column): column.isValid?.count
    case .int128(let column): column.isValid?.count
    }
  }

  @inline(__always)
  func value(at row: Int) -> Int128? {
    switch self {
    case .int64(let column): column.value(at: row).map { Int128($0) }
    case .int128(let column): column.value(at: row)
    }
  }
}

/// Texts as codes into the distinct ones; a code below 0 says that the row has none.
package struct CodedColumn: Sendable {
  package var texts: [String]
  package var codes: [Int32]

  package init(texts: [String], codes: [Int32]) {
    self.texts = texts
    self.codes = codes
  }

  /// Codes of plain texts, for small inputs.
  package init(_ rows: [String?]) {
    var texts: [String] = []
    var codeOf: [String: Int32] = [:]
    codes = rows.map { text in
      guard let text else { return -1 }
      if let code = codeOf[text] { return code }
      let code = Int32(texts.count)
      codeOf[text] = code
      texts.append(text)
      return code
    }
    self.texts = texts
  }
}

/// Columns of positions, one row each; all columns have the same length.
///
/// All amounts are magnitudes in one currency at one scale (`LCRAccumulator.amountScale`), positive
/// for assets, liabilities, undrawn commitments and receivables alike.
package struct LiquidityPositions: Sendable {
  /// Codes of the parameter table.
  package var items: CodedColumn
  /// Market value of assets; balance, undrawn amount or amount due of flows; for secured
  /// transactions the cash (or the market value of `against`) that was raised or lent.
  package var amounts: AmountColumn
  /// Index of the result that the row belongs to, for example one per entity and currency;
  /// `nil` says that all rows belong to group 0.
  package var groups: [Int32]?
  /// Assets only. `nil` says that none is encumbered; a gap in the column fails the row.
  package var isEncumbered: NullableColumn<Bool>?
  /// Whether the operational requirements of LCR30.13-25 are met, by an asset or (if it were
  /// unencumbered) by a secured transaction's collateral. `nil` says that they are.
  package var isEligible: NullableColumn<Bool>?
  /// Calendar days from the as-of date: for outflows to the earliest date at which the counterparty
  /// can ask for the money, for inflows to the latest at which it may pay. A gap means undated. `nil` says that
  /// every row is due within the horizon.
  package var maturityDays: NullableColumn<Int32>?
  /// Secured transactions: the stock item that the collateral is, or none where it is no
  /// high-quality asset. `nil` leaves out the unwinding: the caps see the stock as held.
  package var collateralItems: CodedColumn?
  /// Market value of that collateral, without haircut.
  package var collateralAmounts: AmountColumn?
  /// Secured transactions: the stock item that was exchanged for the collateral; none means cash.
  package var against: CodedColumn?
  /// Added to row numbers in failures, so that batches of one table number through.
  package var firstRow: Int

  package init(
    items: CodedColumn, amounts: AmountColumn, groups: [Int32]? = nil,
    isEncumbered: NullableColumn<Bool>? = nil, isEligible: NullableColumn<Bool>? = nil,
    maturityDays: NullableColumn<Int32>? = nil, collateralItems: CodedColumn? = nil,
    collateralAmounts: AmountColumn? = nil, against: CodedColumn? = nil, firstRow: Int = 0
  ) {
    self.items = items
    self.amounts = amounts
    self.groups = groups
    self.isEncumbered = isEncumbered
    self.isEligible = isEligible
    self.maturityDays = maturityDays
    self.collateralItems = collateralItems
    self.collateralAmounts = collateralAmounts
    self.against = against
    self.firstRow = firstRow
  }

  package var rowCount: Int { items.codes.count }

  func checkLengths() throws(QuantError) {
    let lengths: [(String, Int?)] = [
      ("amount", amounts.count), ("amount validity", amounts.validityCount),
      ("group", groups?.count),
      ("encumbered", isEncumbered?.values.count),
      ("encumbered validity", isEncumbered?.isValid?.count),
      ("eligible", isEligible?.values.count), ("eligible validity", isEligible?.isValid?.count),
      ("maturity_days", maturityDays?.values.count),
      ("maturity_days validity", maturityDays?.isValid?.count),
      ("collateral_item", collateralItems?.codes.count),
      ("collateral_amount", collateralAmounts?.count),
      ("collateral_amount validity", collateralAmounts?.validityCount),
      ("against_item", against?.codes.count),
    ]
    for (name, length) in lengths {
      if let length, length != rowCount {
        throw QuantError.unevenColumns(name: name, found: length, expected: rowCount)
      }
    }
  }
}
