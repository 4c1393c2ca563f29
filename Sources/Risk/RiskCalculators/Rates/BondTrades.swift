import Columnar
import Quant
import QueryEngine

/// Bond positions for `RatesRun`: one row a position.
struct BondTrades: RateTrades {
  static let calculator = "bond_risk"
  static let nameColumn = "position_id"
  static let joinsRows = false

  /// What a position is besides its payments.
  struct Figures: Sendable {
    var face: Double
    var settlement: Int32
    var accrued: Double
    var curvePrice: Double
    /// With a clean price: by the market.
    var market: BondRisk?
  }

  struct Terms: Sendable {
    var date: Int32
    var places: CurveMarket.Places
    var books: [CurveMarket.Book]
  }

  let bonds: BondRows

  var rows: InputRows { bonds.rows }
  var days: InputRows.Values<Int32> { bonds.days }
  var names: InputRows.Texts { bonds.names }

  func lastDay(_ row: Int) -> Int32? { bonds.maturities[row] }

  func terms(on day: CurveMarket.Day) -> Terms {
    Terms(
      date: day.date.days,
      places: CurveMarket.Places(bonds.curves, of: day, "discount_curve"), books: day.books)
  }

  func place(of row: Int, in terms: Terms) throws(QuantError) -> CurveMarket.Place {
    try terms.places[row]
  }

  func scratch() -> BondValuer { BondValuer() }

  func add(
    _ rows: ArraySlice<Int32>, in book: Int, _ terms: Terms, on pricer: RatePricer,
    to portfolio: inout RatePortfolio, scratch: inout BondValuer, row: inout Int
  ) throws(QuantError) -> Figures {
    let curve = try terms.places[row].curve
    let position = try bonds.position(row, on: terms.date)
    // Who holds a position gets what is paid before a trade of today would settle.
    let held = max(terms.date, position.terms.start)
    if !position.hasStubs {
      try scratch.load(position.terms, from: held, calendar: position.calendar)
      let found = try scratch.value(
        clean: position.cleanPrice, settlement: position.settlement, after: held,
        face: position.face, on: pricer.table, curve: curve, into: &portfolio)
      if let found {
        return Figures(
          face: position.face, settlement: position.settlement, accrued: found.accrued,
          curvePrice: found.curvePrice, market: found.market)
      }
    }
    return try addAny(
      position, held: held, on: terms.books[book].set.curves[curve], curve, to: &portfolio)
  }

  /// Any bond, one step at a time: also says what is wrong with a price.
  private func addAny(
    _ position: BondRows.Position, held: Int32, on curve: DiscountCurve, _ number: Int,
    to portfolio: inout RatePortfolio
  ) throws(QuantError) -> Figures {
    let bond = try position.bond()
    var figures = Figures(
      face: position.face, settlement: position.settlement,
      accrued: try bond.accrued(at: position.settlement),
      curvePrice: try bond.dirtyPrice(on: curve, settlement: position.settlement), market: nil)
    var flows = try bond.flows(from: held, face: position.face, discountCurve: number)
    if let clean = position.cleanPrice {
      let risk = try bond.risk(clean: clean, settlement: position.settlement, on: curve)
      figures.market = risk
      for index in flows.indices where flows[index].pay > position.settlement {
        let years = (Double(flows[index].pay) - Double(position.settlement)) / 365
        flows[index].amount *= PortableMath.exp(-risk.zSpread * years)
      }
    }
    try portfolio.add(flows[...])
    return figures
  }
}
