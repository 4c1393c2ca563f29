import Columnar
import Quant
import QueryEngine

/// The ratio of each currency. Source: BCBS 238, paragraphs 209-212.
extension LiquidityCoverageTables {
  static let currencies = [
    OutputColumn("currency", .string, "what the rows are denominated in"),
    OutputColumn("hqla", money, "stock in that currency after haircuts and caps"),
    OutputColumn("outflows", money, "after run-off and drawdown rates"),
    OutputColumn("inflows_capped", money, "at most the capped part of outflows"),
    OutputColumn("net_outflows", money, "outflows - inflows_capped"),
    OutputColumn("lcr", fraction, "hqla / net_outflows, 1 = 100 %; NULL without net outflows"),
    OutputColumn(
      "liabilities", money, "balances of all items of the section outflow, before rates and horizon"
    ),
    OutputColumn(
      "liability_share", fraction, "liabilities / those of the entity; NULL if it has none"),
    OutputColumn("is_significant", .boolean, "liability_share, unrounded, is at least the rule's"),
  ]

  /// - Throws: `.type` when the rule `significant_currency_share` is not valid on a date.
  static func currencyRows(_ days: [LiquidityCoverageRun.Day]) throws(QueryError) -> [[Value]] {
    var rows: [[Value]] = []
    for day in days {
      guard let least = day.regime.significantShare else {
        throw QueryError(
          .type, "lcr: no rule 'significant_currency_share' is valid on \(day.date)",
          help: "add a row of that name to the table for rules, 0.05 in BCBS 238")
      }
      do throws(QuantError) {
        var totals: [String: Int128] = [:]
        var own: [ExactDecimal] = []
        for (name, figures) in day.entities {
          let liabilities = try liabilities(figures)
          own.append(liabilities)
          totals[name] = try (totals[name] ?? 0).checkedAdded(
            to: liabilities.mantissa, "liabilities of \(name)")
        }
        for (place, (name, figures)) in day.entities.enumerated() {
          let total = totals[name] ?? 0
          var share: Value = .null
          if total > 0 {
            share = value(
              ExactDecimal(
                try own[place].mantissa.scaled(by: 1_000_000, over: total, "a share"), scale: 6))
          }
          let unit = try Int128.powerOfTen(least.scale)
          let isSignificant =
            try own[place].mantissa.checkedMultiplied(by: unit, "a share")
            >= total.checkedMultiplied(by: least.mantissa, "a share")
          rows.append([
            .date(day.date), .string(name), .string(day.currencies[place]), value(figures.stock),
            value(figures.outflows), value(figures.countedInflows), value(figures.netOutflows),
            figures.ratio.map(value) ?? .null, value(own[place]), share,
            .boolean(total > 0 && isSignificant),
          ])
        }
      } catch {
        throw QueryError(.arithmetic, "lcr by currency on \(day.date): \(error)")
      }
    }
    return rows
  }

  private static func liabilities(
    _ figures: LiquidityCoverage
  ) throws(QuantError) -> ExactDecimal {
    var sum: Int128 = 0
    for line in figures.lines where line.factor.section == .outflow {
      for part in [line.balance, line.beyondHorizon, line.undated] {
        sum = try sum.checkedAdded(to: part.mantissa, "liabilities")
      }
    }
    return ExactDecimal(sum, scale: figures.outflows.scale)
  }
}
