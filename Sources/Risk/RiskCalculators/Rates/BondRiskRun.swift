import Columnar
import Quant
import QueryEngine

/// One evaluation of `bond_risk`: positions of all dates to measures and sensitivities.
struct BondRiskRun {
  /// One position on one business date.
  struct Bond: Sendable {
    var row: Int
    var name: String
    var face: Double
    var settlement: Int32
    /// With a clean price: by the market; without: on the curve.
    var accrued: Double
    var curvePrice: Double
    var market: BondRisk?
  }

  struct Group {
    var date: CalendarDate
    var book: CurveMarket.Book
    var bonds: [Bond]
    var sensitivities: RateSensitivities
  }

  private struct Built: Sendable {
    var bond: Bond
    var book: Int
    var flows: [RateFlow]
  }

  private enum Outcome: Sendable {
    case built(Built)
    case failed(RatesFailure)
  }

  private(set) var groups: [Group] = []
  private(set) var failures: [RatesFailure] = []
  let bonds: BondRows

  init(
    bonds: BondRows, market: CurveMarket, keyRates: KeyRates,
    detail: RateSensitivities.Detail, context: ExecutionContext
  ) throws(QueryError) {
    self.bonds = bonds
    for (date, rows) in rowsByDate() {
      let day = market.day(date)
      let outcomes = try ParallelChunks.map(count: rows.count, context) { range in
        range.map { Self.outcome(rows[$0], of: bonds, on: day) }
      }
      var byBook: [Int: [Built]] = [:]
      for outcome in outcomes.joined() {
        switch outcome {
        case .built(let built): byBook[built.book, default: []].append(built)
        case .failed(let failure): failures.append(failure)
        }
      }
      for place in byBook.keys.sorted() {
        let built = byBook[place] ?? []
        let book = day.books[place]
        groups.append(
          Group(
            date: day.date, book: book, bonds: built.map(\.bond),
            sensitivities: try RateSensitivities(
              of: built.map(\.flows), on: book.set, keyRates: keyRates, detail: detail,
              context: context)))
      }
    }
  }

  /// Dates ascending, within one the positions by name; rows without either, or twice, fail here.
  private mutating func rowsByDate() -> [(date: Int32, rows: [Int])] {
    var seen: [Int32: [Int32: Int]] = [:]
    var rows: [Int32: [Int]] = [:]
    for row in 0..<bonds.rows.count {
      guard let date = bonds.days[row] else {
        failures.append(RatesFailure(row: row, field: "as_of_date", reason: "has no value"))
        continue
      }
      let code = bonds.names.codes[row]
      guard code >= 0 else {
        failures.append(RatesFailure(row: row, field: "position_id", reason: "has no value"))
        continue
      }
      seen[date, default: [:]][code, default: 0] += 1
      rows[date, default: []].append(row)
    }
    var result: [(date: Int32, rows: [Int])] = []
    for date in rows.keys.sorted() {
      var kept: [Int] = []
      for row in rows[date] ?? [] {
        // Which of two rows is right, nobody knows; neither counts.
        if seen[date]?[bonds.names.codes[row]] == 1 {
          kept.append(row)
        } else {
          failures.append(
            RatesFailure(row: row, field: "position_id", reason: "is there twice on this date"))
        }
      }
      let names = bonds.names
      kept.sort { left, right in
        (names[left] ?? "").utf8.lexicographicallyPrecedes((names[right] ?? "").utf8)
      }
      result.append((date, kept))
    }
    return result
  }

  private static func outcome(_ row: Int, of bonds: BondRows, on day: CurveMarket.Day) -> Outcome {
    do throws(QuantError) {
      let name = try MarketTerms.present(bonds.curves[row], "discount_curve")
      let place = try day.book(of: name, "discount_curve")
      let position = try bonds.position(row, on: day.date.days)
      let curve = day.books[place.book].set.curves[place.curve]
      var risk: BondRisk?
      if let clean = position.cleanPrice {
        risk = try position.bond.risk(
          clean: clean, settlement: position.settlement, on: curve)
      }
      let curvePrice: Double
      let accrued: Double
      if let risk {
        (curvePrice, accrued) = (risk.curvePrice, risk.accrued)
      } else {
        curvePrice = try position.bond.dirtyPrice(on: curve, settlement: position.settlement)
        accrued = try position.bond.accrued(at: position.settlement)
      }
      // Who holds a position gets what is paid before a trade of today would settle.
      var flows = try position.bond.flows(
        from: max(day.date.days, position.bond.schedule.rule.start), face: position.face,
        discountCurve: place.curve)
      if let spread = risk?.zSpread {
        for index in flows.indices where flows[index].pay > position.settlement {
          let years = (Double(flows[index].pay) - Double(position.settlement)) / 365
          flows[index].amount *= PortableMath.exp(-spread * years)
        }
      }
      let bond = Bond(
        row: row, name: bonds.names[row] ?? "", face: position.face,
        settlement: position.settlement, accrued: accrued, curvePrice: curvePrice, market: risk)
      return .built(Built(bond: bond, book: place.book, flows: flows))
    } catch {
      let (field, reason) = error.cell
      return .failed(RatesFailure(row: row, field: field, reason: reason))
    }
  }
}
