import Quant

/// The curves of one currency on one date, ready to value any number of trades.
///
/// Derivatives come from one adjoint pass a trade through the curves' Jacobian; bumped values from
/// curves that are built again. Each trade is computed on its own in a fixed order: the bits do not
/// depend on threads or on other trades.
struct RatePricer: Sendable {
  let table: DayTable
  private let detail: RateSensitivities.Detail
  private let parallel: ParallelTable?
  /// Discount factors by day after each bump.
  private var parKeys: [[Double]] = []
  private var zeroKeys: [[Double]] = []

  var layout: DayLayout { table.layout }

  /// - Parameter lastDay: Up to which payments can be valued.
  init(
    _ set: CurveSet, lastDay: Int32, keyRates: KeyRates, detail: RateSensitivities.Detail
  ) throws(QuantError) {
    let layout = try DayLayout(
      reference: set.reference, lastDay: max(lastDay, set.reference),
      curveCount: set.curves.count)
    let size = RateSensitivities.basisPoint
    table = try DayTable(set, layout: layout, keys: keyRates)
    self.detail = detail
    parallel =
      detail == .parallel ? try ParallelTable(table, of: set, size: size) : nil
    guard detail == .bumpedKeys else { return }
    for quote in 0..<set.quoteCount {
      parKeys.append(
        try layout.discounts(of: try set.rebuilt { $0 == quote ? size : 0 }))
    }
    let tenors = keyRates.years.count
    for key in 0..<table.keyCount {
      zeroKeys.append(
        table.discounts { curve, time in
          curve == key / tenors ? size * keyRates.weight(of: key % tenors, at: time) : 0
        })
    }
  }

  /// - Precondition: The portfolio has the pricer's layout.
  func price(_ portfolio: RatePortfolio) -> RateSensitivities {
    var result = RateSensitivities()
    result.quoteCount = table.quoteCount
    result.keyCount = table.keyCount
    if let parallel {
      result.trades = portfolio.parallel(on: parallel)
      return result
    }
    let range = 0..<portfolio.tradeCount
    let valuation = portfolio.valuation(range, on: table)
    result.keys.npv = valuation.values
    result.keys.par = valuation.byQuote.map { $0 * RateSensitivities.basisPoint }
    result.keys.zero = valuation.byKey.map { $0 * RateSensitivities.basisPoint }
    if detail == .bumpedKeys {
      // Bumped values are compared with a base computed in the same way, so that rounding cancels.
      let base = portfolio.values(range, discounts: table.discounts)
      result.keys.parBumped = Self.changes(parKeys, portfolio, base)
      result.keys.zeroBumped = Self.changes(zeroKeys, portfolio, base)
    }
    return result
  }

  private static func changes(
    _ bumped: [[Double]], _ portfolio: RatePortfolio, _ base: [Double]
  ) -> [Double] {
    var result = [Double](repeating: 0, count: bumped.count * base.count)
    for (key, discounts) in bumped.enumerated() {
      let values = portfolio.values(0..<portfolio.tradeCount, discounts: discounts)
      for place in base.indices {
        result[place * bumped.count + key] = values[place] - base[place]
      }
    }
    return result
  }
}
