import Columnar
import Quant
import QueryEngine

/// Swaps for `RatesRun`: the legs of one trade and date are one swap.
struct SwapTrades: RateTrades {
  static let calculator = "swap_risk"
  static let nameColumn = "trade_id"
  static let joinsRows = true

  /// What a swap is besides its payments.
  struct Figures: Sendable {
    /// With exactly one kind of fixed rate, and a floating leg.
    var fixedRate: Double?
    /// Value of a fixed rate of 1 on the fixed legs.
    var annuity: Double?
    /// Whether a rate of the business date itself was wanted and not yet there.
    var isProjected = false
  }

  struct Terms: Sendable {
    var date: Int32
    var discounts: CurveMarket.Places
    var projections: CurveMarket.Places
    var byIndex: [Result<Fixings, QuantError>]
    var byCurve: [Result<Fixings, QuantError>]
  }

  struct Scratch {
    var flows: [RateFlow] = []
    var legs: [Range<Int>] = []
    let growths = Growths()
  }

  /// What running overnight periods have earned: many trades began on the same day.
  final class Growths {
    struct Key: Hashable {
      var index: Int32
      var calendar: Int32
      var yearDays: Int32
      var start: Int32
      var end: Int32
    }

    var known: [Key: Double] = [:]
  }

  let legs: SwapLegRows
  let fixings: FixingTable

  var rows: InputRows { legs.rows }
  var days: InputRows.Values<Int32> { legs.days }
  var names: InputRows.Texts { legs.trades }

  func lastDay(_ row: Int) -> Int32? { legs.ends[row] }

  func terms(on day: CurveMarket.Day) -> Terms {
    let date = day.date.days
    return Terms(
      date: date, discounts: CurveMarket.Places(legs.discountCurves, of: day, "discount_curve"),
      projections: CurveMarket.Places(legs.indexCurves, of: day, "index_curve"),
      byIndex: fixings.byCode(legs.indices, on: date),
      byCurve: fixings.byCode(legs.indexCurves, on: date))
  }

  func place(of row: Int, in terms: Terms) throws(QuantError) -> CurveMarket.Place {
    try terms.discounts[row]
  }

  func scratch() -> Scratch { Scratch() }

  func add(
    _ rows: ArraySlice<Int32>, in book: Int, _ terms: Terms, on pricer: RatePricer,
    to portfolio: inout RatePortfolio, scratch: inout Scratch, row: inout Int
  ) throws(QuantError) -> Figures {
    var figures = Figures()
    scratch.flows.removeAll(keepingCapacity: true)
    scratch.legs.removeAll(keepingCapacity: true)
    var hasFloating = false
    var isOneRate = true
    for next in rows {
      row = Int(next)
      let start = scratch.flows.count
      let rate = try addLeg(row, in: book, terms, on: pricer, to: &scratch, &figures)
      scratch.legs.append(start..<scratch.flows.count)
      if let rate {
        isOneRate = isOneRate && (figures.fixedRate ?? rate) == rate
        figures.fixedRate = figures.fixedRate ?? rate
      } else {
        hasFloating = true
      }
    }
    if !hasFloating || !isOneRate { figures.fixedRate = nil }
    // Legs add up in a fixed order, whatever the order of the rows.
    let flows = scratch.flows
    scratch.legs.sort { left, right in
      flows[left].lexicographicallyPrecedes(flows[right]) { Self.key($0) < Self.key($1) }
    }
    for leg in scratch.legs { try portfolio.add(flows[leg]) }
    return figures
  }

  private static func key(_ flow: RateFlow) -> (Int32, Int32, Int, Int, Double, Double) {
    (
      flow.pay, flow.start, flow.discountCurve, flow.projectionCurve, flow.floating, flow.amount
    )
  }

  /// Adds the row's payments; returns its rate if it is a fixed leg.
  private func addLeg(
    _ row: Int, in book: Int, _ terms: Terms, on pricer: RatePricer, to scratch: inout Scratch,
    _ figures: inout Figures
  ) throws(QuantError) -> Double? {
    let discount = try terms.discounts[row]
    guard discount.book == book else {
      throw QuantError.invalidParameter(
        name: "discount_curve", found: "a curve of another currency than the other legs'",
        expected: "legs of one currency")
    }
    let projection = terms.projections.isNamed(row) ? try terms.projections[row] : nil
    if let projection, projection.book != book {
      throw QuantError.invalidParameter(
        name: "index_curve",
        found: "'\(legs.indexCurves[row] ?? "")', a curve of another currency",
        expected: "one of the currency of discount_curve")
    }
    let leg = try legs.leg(
      row, discountCurve: discount.curve, projectionCurve: projection?.curve, on: terms.date)
    let known = try fixings(of: row, terms)
    if case .overnight(_, _, let compounding, let calendar) = leg.swapLeg.rate {
      let growths = scratch.growths
      let names = (self.legs.indices.codes[row], self.legs.indexCurves.codes[row])
      // Names of both columns in one number: those of the second are below −1.
      let index = names.0 >= 0 ? names.0 : -2 - names.1
      let centre = legs.calendarCodes[row]
      try leg.swapLeg.addFlows(after: terms.date, fixings: known, to: &scratch.flows) {
        start, end throws(QuantError) in
        let key = Growths.Key(
          index: index, calendar: centre, yearDays: Int32(compounding.yearDays), start: start,
          end: end)
        if let growth = growths.known[key] { return growth }
        let growth = try compounding.compound(
          from: start, to: end, fixings: known, calendar: calendar
        ).growth
        growths.known[key] = growth
        return growth
      }
    } else {
      try leg.swapLeg.addFlows(after: terms.date, fixings: known, to: &scratch.flows)
    }
    if case .term(_, _, let days) = leg.swapLeg.rate, days.contains(terms.date),
      known[terms.date] == nil
    {
      figures.isProjected = true
    }
    guard leg.kind == .fixed else { return nil }
    var annuity = 0.0
    for period in leg.swapLeg.periods where period.pay > terms.date {
      let factor = pricer.table.discount(curve: discount.curve, day: period.pay)
      annuity += period.fraction * (factor ?? 0)
    }
    figures.annuity = (figures.annuity ?? 0) + leg.swapLeg.notional * annuity
    return leg.rate
  }

  private func fixings(of row: Int, _ terms: Terms) throws(QuantError) -> Fixings {
    if legs.indices.codes[row] >= 0 {
      return try terms.byIndex[Int(legs.indices.codes[row])].get()
    }
    if legs.indexCurves.codes[row] >= 0 {
      return try terms.byCurve[Int(legs.indexCurves.codes[row])].get()
    }
    return fixings.none
  }
}
