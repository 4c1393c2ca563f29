import Columnar
import Quant
import QueryEngine

/// Values and sensitivities of trades whose payments are known, on the curves of one currency.
///
/// Derivatives come from one adjoint pass a trade through the curves' Jacobian; bumped values from
/// curves that are built again. Each trade is computed on its own in a fixed order: the bits do not
/// depend on threads or on other trades.
struct RateSensitivities: Sendable {
  struct Trade: Sendable {
    var npv: Double
    /// Derivatives times one basis point: of all quotes, and of all zero rates.
    var par: Double
    var zero: Double
    /// Value after less value before, for one basis point up on all quotes, or zero rates.
    var parBumped: Double
    var zeroBumped: Double

    /// In the order of `columns`.
    var figures: [Value] {
      [.double(par), .double(parBumped), .double(zero), .double(zeroBumped)]
    }
  }

  static let columns = [
    OutputColumn("dv01", .double, "derivative by all quotes in parallel, times 0.0001"),
    OutputColumn("dv01_bumped", .double, "value after all quotes rise by 0.0001, less before"),
    OutputColumn("dv01_zero", .double, "derivative by all zero rates in parallel, times 0.0001"),
    OutputColumn(
      "dv01_zero_bumped", .double, "value after all zero rates rise by 0.0001, less before"),
  ]

  /// Key by key, trade by trade within; empty unless asked for.
  struct Keys: Sendable {
    var par: [Double] = []
    var zero: [Double] = []
    var parBumped: [Double] = []
    var zeroBumped: [Double] = []
  }

  /// What to compute besides values and parallel sensitivities.
  enum Detail: Sendable {
    case parallel
    case keys
    case bumpedKeys
  }

  static let basisPoint = 1e-4

  private(set) var trades: [Trade] = []
  private(set) var keys = Keys()
  let quoteCount: Int
  let keyCount: Int

  init(
    of flows: [[RateFlow]], on set: CurveSet, keyRates: KeyRates, detail: Detail,
    context: ExecutionContext
  ) throws(QueryError) {
    let portfolio: RatePortfolio
    let table: DayTable
    let bumps: Bumps
    do throws(QuantError) {
      let layout = try DayLayout(
        reference: set.reference, lastDay: Self.lastDay(flows, after: set.reference),
        curveCount: set.curves.count)
      var built = RatePortfolio(layout: layout)
      for flows in flows { try built.append(flows) }
      portfolio = built
      table = try DayTable(set, layout: layout, keys: keyRates)
      bumps = try Bumps(portfolio, set, table, keyRates, detail)
    } catch {
      throw QueryError(.arithmetic, "\(error)")
    }
    quoteCount = set.quoteCount
    keyCount = table.keyCount
    let parts = try ParallelChunks.map(count: flows.count, context) { range in
      Self.part(range, of: portfolio, on: table, bumps: bumps, detail: detail)
    }
    for part in parts {
      trades += part.trades
      keys.par += part.keys.par
      keys.zero += part.keys.zero
      keys.parBumped += part.keys.parBumped
      keys.zeroBumped += part.keys.zeroBumped
    }
  }

  private static func lastDay(_ flows: [[RateFlow]], after reference: Int32) -> Int32 {
    var last = reference
    for flows in flows {
      for flow in flows { last = max(last, flow.pay, flow.end) }
    }
    return last
  }

  /// Discount factors by day of each bump.
  private struct Bumps: Sendable {
    var base: [Double]
    var par: [Double]
    var zero: [Double]
    var parKeys: [[Double]] = []
    var zeroKeys: [[Double]] = []

    init(
      _ portfolio: RatePortfolio, _ set: CurveSet, _ table: DayTable, _ keys: KeyRates,
      _ detail: Detail
    ) throws(QuantError) {
      let all = 0..<portfolio.tradeCount
      base = table.discounts
      par = try portfolio.discounts(
        of: try set.rebuilt { _ in RateSensitivities.basisPoint }, for: all)
      zero = table.discounts { _, _ in RateSensitivities.basisPoint }
      guard detail == .bumpedKeys else { return }
      for quote in 0..<set.quoteCount {
        let bumped = try set.rebuilt { $0 == quote ? RateSensitivities.basisPoint : 0 }
        parKeys.append(try portfolio.discounts(of: bumped, for: all))
      }
      let tenors = keys.years.count
      for key in 0..<table.keyCount {
        zeroKeys.append(
          table.discounts { curve, time in
            curve == key / tenors
              ? RateSensitivities.basisPoint * keys.weight(of: key % tenors, at: time) : 0
          })
      }
    }
  }

  private static func part(
    _ range: Range<Int>, of portfolio: RatePortfolio, on table: DayTable, bumps: Bumps,
    detail: Detail
  ) -> (trades: [Trade], keys: Keys) {
    let valuation = portfolio.valuation(range, on: table)
    // Bumped values are compared with a base computed in the same way, so that rounding cancels.
    let base = portfolio.values(range, discounts: bumps.base)
    let par = portfolio.values(range, discounts: bumps.par)
    let zero = portfolio.values(range, discounts: bumps.zero)
    let (quotes, keyCount) = (table.quoteCount, table.keyCount)
    var trades: [Trade] = []
    trades.reserveCapacity(range.count)
    for place in 0..<range.count {
      var (parSum, zeroSum) = (0.0, 0.0)
      for quote in 0..<quotes { parSum += valuation.byQuote[place * quotes + quote] }
      for key in 0..<keyCount { zeroSum += valuation.byKey[place * keyCount + key] }
      trades.append(
        Trade(
          npv: valuation.values[place], par: parSum * basisPoint, zero: zeroSum * basisPoint,
          parBumped: par[place] - base[place], zeroBumped: zero[place] - base[place]))
    }
    var keys = Keys()
    if detail != .parallel {
      keys.par = valuation.byQuote.map { $0 * basisPoint }
      keys.zero = valuation.byKey.map { $0 * basisPoint }
    }
    if detail == .bumpedKeys {
      keys.parBumped = changes(bumps.parKeys, range, portfolio, base)
      keys.zeroBumped = changes(bumps.zeroKeys, range, portfolio, base)
    }
    return (trades, keys)
  }

  private static func changes(
    _ bumped: [[Double]], _ range: Range<Int>, _ portfolio: RatePortfolio, _ base: [Double]
  ) -> [Double] {
    var result = [Double](repeating: 0, count: bumped.count * range.count)
    for (key, discounts) in bumped.enumerated() {
      let values = portfolio.values(range, discounts: discounts)
      for place in 0..<range.count {
        result[place * bumped.count + key] = values[place] - base[place]
      }
    }
    return result
  }
}
