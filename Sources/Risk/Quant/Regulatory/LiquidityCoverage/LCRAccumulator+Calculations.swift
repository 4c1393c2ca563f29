extension LCRAccumulator {
  /// The numerator, exact.
  struct StockCalculation {
    /// Sums of one level; all but the market value are weighted.
    struct LevelSums {
      var marketValue: Int128 = 0
      var held: Int128 = 0
      var unwoundIn: Int128 = 0
      var unwoundOut: Int128 = 0
      var adjusted: Int128 = 0
    }

    /// In the order of `HighQualityLevel.allCases`.
    let levels: [LevelSums]
    let held: LCRCaps.Levels
    let adjusted: LCRCaps.Levels
    /// The two adjustments and the stock are in units of 1/`denominator` of a weighted amount.
    let denominator: Int128
    let adjustment15: Int128
    let adjustment40: Int128
    let stock: Int128

    init(_ sums: LCRAccumulator, group: Int, units: Units) throws(QuantError) {
      let what = "the stock"
      var levels: [LevelSums] = []
      for level in HighQualityLevel.allCases {
        levels.append(
          try StockCalculation.sums(of: level, in: sums, group: group, units: units))
      }
      let held = try StockCalculation.classes(levels.map(\.held))
      let adjusted = try StockCalculation.classes(levels.map(\.adjusted))
      let caps = try LCRCaps(level2: sums.rules.level2Cap, level2B: sums.rules.level2BCap)
      var (adjustment15, adjustment40) = try caps.adjustments(of: adjusted)
      if sums.rules.capBasis == .largerOfBoth {
        let asHeld = try caps.adjustments(of: held)
        let excessAsHeld = try asHeld.adjustment15.checkedAdded(to: asHeld.adjustment40, what)
        if excessAsHeld > (try adjustment15.checkedAdded(to: adjustment40, what)) {
          (adjustment15, adjustment40) = asHeld
        }
      }
      let total = try held.level1.checkedAdded(to: held.level2A, what)
        .checkedAdded(to: held.level2B, what).checkedMultiplied(by: caps.denominator, what)
      stock = try total.checkedSubtracting(adjustment15, what)
        .checkedSubtracting(adjustment40, what)
      denominator = caps.denominator
      self.levels = levels
      self.held = held
      self.adjusted = adjusted
      self.adjustment15 = adjustment15
      self.adjustment40 = adjustment40
    }

    private static func sums(
      of level: HighQualityLevel, in sums: LCRAccumulator, group: Int, units: Units
    ) throws(QuantError) -> LevelSums {
      let what = level.rawValue
      let table = sums.table
      var result = LevelSums()
      for (item, factor) in table.factors.enumerated() where factor.level == level {
        let balance = try sums.sum(group: group, item: item, lane: .counted)
        let comingBack = try sums.sum(group: group, item: item, lane: .unwoundIn)
        let leaving = try sums.sum(group: group, item: item, lane: .unwoundOut)
        result.marketValue = try result.marketValue.checkedAdded(to: balance, what)
        result.held = try result.held.checkedAdded(
          to: try units.weighted(balance, item: item, of: table), what)
        result.unwoundIn = try result.unwoundIn.checkedAdded(
          to: try units.weighted(comingBack, item: item, of: table), what)
        result.unwoundOut = try result.unwoundOut.checkedAdded(
          to: try units.weighted(leaving, item: item, of: table), what)
      }
      result.adjusted = try result.held.checkedAdded(to: result.unwoundIn, what)
        .checkedSubtracting(result.unwoundOut, what)
      return result
    }

    /// The two kinds of Level 2B together, as the caps see them.
    private static func classes(_ amounts: [Int128]) throws(QuantError) -> LCRCaps.Levels {
      var classes = LCRCaps.Levels(level1: 0, level2A: 0, level2B: 0)
      for (level, amount) in zip(HighQualityLevel.allCases, amounts) {
        switch level {
        case .level1: classes.level1 = amount
        case .level2A: classes.level2A = amount
        case .level2BMortgageBacked, .level2BOther:
          classes.level2B = try classes.level2B.checkedAdded(to: amount, "Level 2B")
        }
      }
      return classes
    }
  }

  /// The denominator, exact.
  struct FlowCalculation {
    /// Weighted sums.
    let outflows: Int128
    let inflows: Int128
    /// The outflow of the item with the role `clientLending`.
    let clientLending: Int128
    /// Decimals of the three amounts below: the cap's in addition to those of weighted sums.
    let cappedScale: Int
    let inflowCap: Int128
    let countedInflows: Int128
    let netOutflows: Int128

    init(_ sums: LCRAccumulator, group: Int, units: Units) throws(QuantError) {
      let table = sums.table
      let clientLending = try FlowCalculation.clientLending(sums, group: group)
      var outflows = clientLending
      var inflows: Int128 = 0
      for (item, factor) in table.factors.enumerated() {
        if factor.section == .stock || factor.role == .clientLending { continue }
        let balance = try sums.sum(group: group, item: item, lane: .counted)
        let weighted = try units.weighted(balance, item: item, of: table)
        if factor.section == .outflow {
          outflows = try outflows.checkedAdded(to: weighted, "outflows")
        } else {
          inflows = try inflows.checkedAdded(to: weighted, "inflows")
        }
      }
      let cap = sums.rules.inflowCap.normalized
      let unit = try Int128.powerOfTen(cap.scale)
      inflowCap = try outflows.checkedMultiplied(by: cap.mantissa, "the cap on inflows")
      countedInflows = min(try inflows.checkedMultiplied(by: unit, "inflows"), inflowCap)
      netOutflows = try outflows.checkedMultiplied(by: unit, "net outflows")
        .checkedSubtracting(countedInflows, "net outflows")
      cappedScale = units.weightedScale + cap.scale
      self.outflows = outflows
      self.inflows = inflows
      self.clientLending = clientLending
    }

    /// rate · max(obligations − share · contractual inflows, 0), LCR40.66.
    private static func clientLending(
      _ sums: LCRAccumulator, group: Int
    ) throws(QuantError) -> Int128 {
      let what = "contractual lending to clients"
      var obligations: Int128 = 0
      var receivables: Int128 = 0
      var rate: Int128 = 0
      for (item, factor) in sums.table.factors.enumerated() {
        switch factor.role {
        case .clientLending:
          obligations = try sums.sum(group: group, item: item, lane: .counted)
          rate = sums.table.rateMantissas[item]
        case .clientReceivable:
          receivables = try receivables.checkedAdded(
            to: try sums.sum(group: group, item: item, lane: .counted), what)
        case .none, .cash: break
        }
      }
      let share = sums.rules.clientLendingShare.normalized
      let unit = try Int128.powerOfTen(share.scale)
      let excess = try obligations.checkedMultiplied(by: unit, what)
        .checkedSubtracting(try receivables.checkedMultiplied(by: share.mantissa, what), what)
      return try max(excess, 0).checkedMultiplied(by: rate, what)
    }
  }
}
