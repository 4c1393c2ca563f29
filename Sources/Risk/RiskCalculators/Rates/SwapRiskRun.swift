import Columnar
import Quant
import QueryEngine

/// One evaluation of `swap_risk`: legs of all dates to values and sensitivities by trade.
struct SwapRiskRun {
  /// One trade on one business date.
  struct Trade: Sendable {
    var name: String
    /// NULL without exactly one kind of fixed rate, or without a floating leg.
    var fairRate: Double?
    var annuity: Double?
    /// Whether a rate of the business date itself was wanted and not yet there.
    var isProjected: Bool
  }

  /// The trades of one currency on one date, and what they are worth.
  struct Group {
    var date: CalendarDate
    var book: CurveMarket.Book
    var trades: [Trade]
    var sensitivities: RateSensitivities
  }

  /// A trade whose legs became payments.
  private struct Built: Sendable {
    var trade: Trade
    var book: Int
    var flows: [RateFlow]
    var fixedRate: Double?
  }

  private enum Outcome: Sendable {
    case built(Built)
    case failed(RatesFailure)
  }

  /// Ascending by date and currency.
  private(set) var groups: [Group] = []
  private(set) var failures: [RatesFailure] = []
  let legs: SwapLegRows

  init(
    legs: SwapLegRows, market: CurveMarket, fixings: FixingTable, keyRates: KeyRates,
    detail: RateSensitivities.Detail, context: ExecutionContext
  ) throws(QueryError) {
    self.legs = legs
    for (date, trades) in tradesByDate() {
      let day = market.day(date)
      let builder = Builder(legs: legs, day: day, fixings: fixings, date: date)
      let outcomes = try ParallelChunks.map(count: trades.count, context) { range in
        range.map { builder.outcome(of: trades[$0].name, rows: trades[$0].rows) }
      }
      var byBook: [Int: [Built]] = [:]
      for outcome in outcomes.joined() {
        switch outcome {
        case .built(let built): byBook[built.book, default: []].append(built)
        case .failed(let failure): failures.append(failure)
        }
      }
      for book in byBook.keys.sorted() {
        try add(byBook[book] ?? [], of: day.books[book], day, keyRates, detail, context)
      }
    }
  }

  private mutating func add(
    _ built: [Built], of book: CurveMarket.Book, _ day: CurveMarket.Day, _ keyRates: KeyRates,
    _ detail: RateSensitivities.Detail, _ context: ExecutionContext
  ) throws(QueryError) {
    let sensitivities = try RateSensitivities(
      of: built.map(\.flows), on: book.set, keyRates: keyRates, detail: detail,
      context: context)
    var trades = built.map(\.trade)
    for (index, built) in built.enumerated() {
      guard let rate = built.fixedRate, let annuity = built.trade.annuity, annuity != 0 else {
        continue
      }
      trades[index].fairRate = rate - sensitivities.trades[index].npv / annuity
    }
    groups.append(
      Group(date: day.date, book: book, trades: trades, sensitivities: sensitivities))
  }

  /// Dates ascending, within one the trades by name; rows without either fail here.
  private mutating func tradesByDate() -> [(date: Int32, trades: [(name: String, rows: [Int])])] {
    var places: [Int32: [Int32: Int]] = [:]
    var rows: [Int32: [(name: String, rows: [Int])]] = [:]
    for row in 0..<legs.rows.count {
      guard let date = legs.days[row] else {
        failures.append(RatesFailure(row: row, field: "as_of_date", reason: "has no value"))
        continue
      }
      let code = legs.trades.codes[row]
      guard code >= 0 else {
        failures.append(RatesFailure(row: row, field: "trade_id", reason: "has no value"))
        continue
      }
      if let place = places[date]?[code] {
        rows[date]?[place].rows.append(row)
      } else {
        places[date, default: [:]][code] = rows[date]?.count ?? 0
        rows[date, default: []].append((legs.trades.values[Int(code)], [row]))
      }
    }
    return rows.sorted { $0.key < $1.key }.map { date, trades in
      (date, trades.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) })
    }
  }

  /// Turns the legs of trades into payments; no state, so that threads can share it.
  private struct Builder: Sendable {
    let legs: SwapLegRows
    let day: CurveMarket.Day
    let fixings: FixingTable
    let date: Int32

    func outcome(of name: String, rows: [Int]) -> Outcome {
      var row = rows[0]
      do throws(QuantError) {
        var built = Built(
          trade: Trade(name: name, fairRate: nil, annuity: nil, isProjected: false), book: -1,
          flows: [], fixedRate: nil)
        var legs: [[RateFlow]] = []
        var hasFloating = false
        var fixedRates: [Double] = []
        for next in rows {
          row = next
          let leg = try leg(row, of: &built)
          legs.append(leg.flows)
          if let rate = leg.fixedRate { fixedRates.append(rate) } else { hasFloating = true }
        }
        // Legs add up in a fixed order, whatever the order of the rows.
        legs.sort { left, right in
          left.lexicographicallyPrecedes(right) { Self.key($0) < Self.key($1) }
        }
        for leg in legs { built.flows += leg }
        if hasFloating, let first = fixedRates.first, fixedRates.allSatisfy({ $0 == first }) {
          built.fixedRate = first
        }
        return .built(built)
      } catch {
        let (field, reason) = error.cell
        return .failed(RatesFailure(row: row, field: field, reason: reason))
      }
    }

    private static func key(_ flow: RateFlow) -> (Int32, Int32, Int, Int, Double, Double) {
      (
        flow.pay, flow.start, flow.discountCurve, flow.projectionCurve, flow.floating,
        flow.amount
      )
    }

    /// The row's payments, and its rate if it is a fixed leg; the trade learns its curves.
    private func leg(
      _ row: Int, of built: inout Built
    ) throws(QuantError) -> (flows: [RateFlow], fixedRate: Double?) {
      let discount = try day.book(
        of: try MarketTerms.present(legs.discountCurves[row], "discount_curve"),
        "discount_curve")
      var projection: Int?
      if let index = legs.indexCurves[row] {
        let place = try day.book(of: index, "index_curve")
        guard place.book == discount.book else {
          throw QuantError.invalidParameter(
            name: "index_curve", found: "'\(index)', a curve of another currency",
            expected: "one of the currency of discount_curve")
        }
        projection = place.curve
      }
      guard built.book == -1 || built.book == discount.book else {
        throw QuantError.invalidParameter(
          name: "discount_curve", found: "a curve of another currency than the other legs'",
          expected: "legs of one currency")
      }
      built.book = discount.book
      let leg = try legs.leg(
        row, discountCurve: discount.curve, projectionCurve: projection)
      let known = try fixings.fixings(of: leg.index ?? "", on: date)
      let flows = try leg.swapLeg.flows(after: date, fixings: known)
      if case .term(_, _, let days) = leg.swapLeg.rate, days.contains(date), known[date] == nil {
        built.trade.isProjected = true
      }
      guard leg.kind == .fixed else { return (flows, nil) }
      let annuity = leg.swapLeg.annuity(after: date, on: day.books[discount.book].set)
      built.trade.annuity = (built.trade.annuity ?? 0) + annuity
      return (flows, leg.rate)
    }
  }
}
