/// The net stable funding ratio of one group, with everything it was computed from.
///
/// Each amount is rounded on its own from its exact value.
package struct NetStableFunding: Sendable, Hashable {
  /// One row of the parameter table that positions were found for.
  package struct Line: Sendable, Hashable {
    package var factor: NSFRFactor
    /// All balances, encumbered ones included.
    package var balance: ExactDecimal
    /// Of these the balances encumbered for 6 months to under a year, and for a year or more.
    package var encumberedMiddle: ExactDecimal
    package var encumberedLong: ExactDecimal
    /// What the item adds to available or required stable funding.
    package var weighted: ExactDecimal
  }

  package var available: ExactDecimal
  package var required: ExactDecimal
  /// The part of `required` for derivative assets in excess of derivative liabilities.
  package var netDerivatives: ExactDecimal
  /// Available over required, 1 = 100 %; `nil` where nothing is required.
  package var ratio: ExactDecimal?
  /// In the order of the parameter table.
  package var lines: [Line]
  package var rowCount: Int
  package var failureCount: Int
}

extension NSFRAccumulator {
  /// The result of one group. Source: NSF20.2, NSF30.8, NSF30.10-32; BCBS 295, table 3.
  ///
  /// - Precondition: `0 <= group < groupCount`.
  /// - Throws: `overflow` when an exact amount needs more than 38 digits.
  package func funding(ofGroup group: Int = 0) throws(QuantError) -> NetStableFunding {
    precondition((0..<groupCount).contains(group), "group \(group) of \(groupCount)")
    var available: Int128 = 0
    var required: Int128 = 0
    var derivatives: Int128 = 0
    var lines: [NetStableFunding.Line] = []
    for (item, factor) in table.factors.enumerated() {
      let lanes = (0..<3).map { sum(group: group, item: item, lane: $0) }
      let balance = try lanes[0].checkedAdded(to: lanes[1], factor.code)
        .checkedAdded(to: lanes[2], factor.code)
      if balance == 0 { continue }
      let weighted = try weighted(group: group, item: item, lanes: lanes)
      if factor.section == .available {
        available = try available.checkedAdded(to: weighted, "available stable funding")
      } else {
        required = try required.checkedAdded(to: weighted, "required stable funding")
      }
      if factor.role == .derivativeAsset { derivatives = weighted }
      lines.append(
        NetStableFunding.Line(
          factor: factor, balance: try rounded(balance, decimals: amountScale),
          encumberedMiddle: try rounded(lanes[1], decimals: amountScale),
          encumberedLong: try rounded(lanes[2], decimals: amountScale),
          weighted: try rounded(weighted)))
    }
    var ratio: ExactDecimal?
    if required > 0 {
      let factor = try Int128.powerOfTen(table.rules.ratioScale)
      ratio = ExactDecimal(
        try available.scaled(by: factor, over: required, "the ratio"),
        scale: table.rules.ratioScale)
    }
    return NetStableFunding(
      available: try rounded(available), required: try rounded(required),
      netDerivatives: try rounded(derivatives), ratio: ratio, lines: lines,
      rowCount: rowCounts[group], failureCount: failureCounts[group])
  }

  /// At the scale of amounts plus that of rates.
  private func weighted(
    group: Int, item: Int, lanes: [Int128]
  ) throws(QuantError) -> Int128 {
    let factor = table.factors[item]
    let rates = table.rateMantissas[item]
    if factor.role != .none {
      let other: NSFRFactor.Role =
        factor.role == .derivativeAsset ? .derivativeLiability : .derivativeAsset
      var excess = try lanes[0].checkedAdded(to: lanes[1], factor.code)
        .checkedAdded(to: lanes[2], factor.code)
      if let opposite = table.factors.firstIndex(where: { $0.role == other }) {
        for lane in 0..<3 {
          excess = try excess.checkedSubtracting(
            sum(group: group, item: opposite, lane: lane), factor.code)
        }
      }
      return try max(excess, 0).checkedMultiplied(by: rates[0], factor.code)
    }
    var total: Int128 = 0
    for lane in 0..<3 {
      total = try total.checkedAdded(
        to: try lanes[lane].checkedMultiplied(by: rates[lane], factor.code), factor.code)
    }
    return total
  }

  private func rounded(_ value: Int128, decimals: Int? = nil) throws(QuantError) -> ExactDecimal {
    let shift = table.rules.amountScale - (decimals ?? amountScale + table.rateScale)
    return ExactDecimal(
      try value.scaled(
        by: try Int128.powerOfTen(max(shift, 0)), over: try Int128.powerOfTen(max(-shift, 0)),
        "an amount of the result"), scale: table.rules.amountScale)
  }
}
