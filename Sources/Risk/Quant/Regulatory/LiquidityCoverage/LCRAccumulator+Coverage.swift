extension LCRAccumulator {
  /// The result of one group. All sums and comparisons are exact; see `LCRRules` for rounding.
  ///
  /// Source: LCR20.4, LCR30.34-39, LCR40.1, LCR40.66, LCR40.77.
  /// - Precondition: `0 <= group < groupCount`.
  /// - Throws: `overflow` when an exact amount needs more than 38 digits.
  package func coverage(ofGroup group: Int = 0) throws(QuantError) -> LiquidityCoverage {
    precondition((0..<groupCount).contains(group), "group \(group) of \(groupCount)")
    let units = Units(table: table, rules: rules, amountScale: amountScale)
    let stock = try StockCalculation(self, group: group, units: units)
    let flows = try FlowCalculation(self, group: group, units: units)
    var levels: [LiquidityCoverage.Level] = []
    for (level, sums) in zip(HighQualityLevel.allCases, stock.levels) {
      levels.append(
        LiquidityCoverage.Level(
          level: level,
          marketValue: try units.rounded(sums.marketValue, decimals: amountScale),
          afterHaircut: try units.rounded(sums.held), unwoundIn: try units.rounded(sums.unwoundIn),
          unwoundOut: try units.rounded(sums.unwoundOut),
          adjusted: try units.rounded(sums.adjusted)))
    }
    let denominator = stock.denominator
    let detail = try detail(group: group, units: units, clientLending: flows.clientLending)
    return LiquidityCoverage(
      levels: levels,
      level2B: try units.rounded(stock.held.level2B),
      adjustedLevel2B: try units.rounded(stock.adjusted.level2B),
      adjustment15: try units.rounded(stock.adjustment15, over: denominator),
      adjustment40: try units.rounded(stock.adjustment40, over: denominator),
      stock: try units.rounded(stock.stock, over: denominator),
      outflows: try units.rounded(flows.outflows),
      inflows: try units.rounded(flows.inflows),
      inflowCap: try units.rounded(flows.inflowCap, decimals: flows.cappedScale),
      countedInflows: try units.rounded(flows.countedInflows, decimals: flows.cappedScale),
      netOutflows: try units.rounded(flows.netOutflows, decimals: flows.cappedScale),
      ratio: try ratio(stock, flows),
      lines: detail.lines, categories: detail.categories,
      rowCount: rowCounts[group], failureCount: failureCounts[group])
  }

  private func ratio(
    _ stock: StockCalculation, _ flows: FlowCalculation
  ) throws(QuantError) -> ExactDecimal? {
    guard flows.netOutflows > 0 else { return nil }
    let what = "the ratio"
    let divisor = try flows.netOutflows.checkedMultiplied(by: stock.denominator, what)
    let factor = try Int128.powerOfTen(rules.inflowCap.normalized.scale + rules.ratioScale)
    return ExactDecimal(
      try stock.stock.scaled(by: factor, over: divisor, what), scale: rules.ratioScale)
  }

  private func detail(
    group: Int, units: Units, clientLending: Int128
  ) throws(QuantError) -> (
    lines: [LiquidityCoverage.Line], categories: [LiquidityCoverage.Category]
  ) {
    var lines: [LiquidityCoverage.Line] = []
    var keys: [(section: LCRFactor.Section, category: String)] = []
    var totals: [Int128] = []
    for (item, factor) in table.factors.enumerated() {
      let balance = try sum(group: group, item: item, lane: .counted)
      let encumbered = try sum(group: group, item: item, lane: .encumbered)
      let ineligible = try sum(group: group, item: item, lane: .ineligible)
      let beyond = try sum(group: group, item: item, lane: .beyondHorizon)
      let undated = try sum(group: group, item: item, lane: .undated)
      if balance == 0, encumbered == 0, ineligible == 0, beyond == 0, undated == 0 { continue }
      let weighted =
        factor.role == .clientLending
        ? clientLending : try units.weighted(balance, item: item, of: table)
      if let index = keys.firstIndex(where: { $0 == (factor.section, factor.category) }) {
        totals[index] = try totals[index].checkedAdded(to: weighted, factor.category)
      } else {
        keys.append((factor.section, factor.category))
        totals.append(weighted)
      }
      lines.append(
        LiquidityCoverage.Line(
          factor: factor, balance: try units.rounded(balance, decimals: amountScale),
          encumbered: try units.rounded(encumbered, decimals: amountScale),
          ineligible: try units.rounded(ineligible, decimals: amountScale),
          beyondHorizon: try units.rounded(beyond, decimals: amountScale),
          undated: try units.rounded(undated, decimals: amountScale),
          weighted: try units.rounded(weighted)))
    }
    var categories: [LiquidityCoverage.Category] = []
    for (key, total) in zip(keys, totals) {
      categories.append(
        LiquidityCoverage.Category(
          section: key.section, category: key.category, weighted: try units.rounded(total)))
    }
    return (lines, categories)
  }
}

extension LCRAccumulator {
  /// Scales of the calculation: amounts have `amountScale` decimals, weighted amounts
  /// `weightedScale`, enough for amount · rate · client lending share.
  struct Units {
    let amountScale: Int
    let weightedScale: Int
    let resultScale: Int
    private let shareScale: Int

    init(table: LCRFactorTable, rules: LCRRules, amountScale: Int) {
      self.amountScale = amountScale
      shareScale = rules.clientLendingShare.normalized.scale
      weightedScale = amountScale + table.rateScale + shareScale
      resultScale = rules.amountScale
    }

    func weighted(
      _ balance: Int128, item: Int, of table: LCRFactorTable
    ) throws(QuantError) -> Int128 {
      let code = table.factors[item].code
      let product = try balance.checkedMultiplied(by: table.rateMantissas[item], code)
      return try product.checkedMultiplied(by: try Int128.powerOfTen(shareScale), code)
    }

    /// A weighted amount as a result.
    func rounded(_ value: Int128) throws(QuantError) -> ExactDecimal {
      try rounded(value, decimals: weightedScale)
    }

    func rounded(_ value: Int128, over denominator: Int128) throws(QuantError) -> ExactDecimal {
      try rounded(value, decimals: weightedScale, over: denominator)
    }

    func rounded(
      _ value: Int128, decimals: Int, over denominator: Int128 = 1
    ) throws(QuantError) -> ExactDecimal {
      let what = "an amount of the result"
      let shift = resultScale - decimals
      let factor = try Int128.powerOfTen(max(shift, 0))
      let divisor = try Int128.powerOfTen(max(-shift, 0)).checkedMultiplied(by: denominator, what)
      return ExactDecimal(
        try value.scaled(by: factor, over: divisor, what), scale: resultScale)
    }
  }
}
