import Columnar
import Quant
import QueryEngine

/// Trades as the rows of a table give them, for the valuation that all of them share.
protocol RateTrades: Sendable {
  /// What a trade is besides its payments.
  associatedtype Figures: Sendable
  /// What the rows of one business date need, looked up once.
  associatedtype Terms: Sendable
  /// Memory of one worker that trades use one after the other.
  associatedtype Scratch

  static var calculator: String { get }
  static var nameColumn: String { get }
  /// Whether rows of one name and date are one trade; if not, none of them counts.
  static var joinsRows: Bool { get }

  var rows: InputRows { get }
  var days: InputRows.Values<Int32> { get }
  var names: InputRows.Texts { get }
  /// The last day that a row names, if any: payments come at most a few months later.
  func lastDay(_ row: Int) -> Int32?

  func terms(on day: CurveMarket.Day) -> Terms
  /// The book and curve that a row is discounted on.
  func place(of row: Int, in terms: Terms) throws(QuantError) -> CurveMarket.Place
  func scratch() -> Scratch

  /// Adds the payments of a trade to a portfolio, without ending it.
  ///
  /// - Parameter row: On an error the row at fault, the first one unless it is changed.
  func add(
    _ rows: ArraySlice<Int32>, in book: Int, _ terms: Terms, on pricer: RatePricer,
    to portfolio: inout RatePortfolio, scratch: inout Scratch, row: inout Int
  ) throws(QuantError) -> Figures
}

/// Some trades of one currency on one date, by name.
struct RatesPart<Figures: Sendable>: Sendable {
  var date: CalendarDate
  var book: CurveMarket.Book
  /// Codes of the names.
  var names: [Int32] = []
  var figures: [Figures] = []
  var sensitivities = RateSensitivities()
}

/// Trades of all dates to results, date by date, currency by currency and by name within.
struct RatesRun<Trades: RateTrades> {
  private let trades: Trades
  private let market: CurveMarket
  private let keyRates: KeyRates
  private let detail: RateSensitivities.Detail
  private let context: ExecutionContext
  private(set) var batches: [Batch] = []
  private(set) var failures: [RatesFailure] = []

  private struct Outcome: Sendable {
    var batch: Batch?
    var failures: [RatesFailure]
  }

  /// - Parameter emit: A part's rows of the result; `nil` when only failures are wanted.
  init(
    _ trades: Trades, market: CurveMarket, keyRates: KeyRates, detail: RateSensitivities.Detail,
    context: ExecutionContext, emit: (@Sendable (RatesPart<Trades.Figures>) -> Batch)?
  ) throws(QueryError) {
    self.trades = trades
    self.market = market
    self.keyRates = keyRates
    self.detail = detail
    self.context = context
    let groups = RateTradeGroups(days: trades.days, names: trades.names)
    for row in groups.nameless {
      failures.append(
        RatesFailure(
          row: row, field: trades.days[row] == nil ? "as_of_date" : Trades.nameColumn,
          reason: "has no value"))
    }
    for (date, range) in groups.dates {
      try value(groups, range, on: market.day(date), emit: emit)
    }
  }

  private mutating func value(
    _ groups: RateTradeGroups, _ range: Range<Int>, on day: CurveMarket.Day,
    emit: (@Sendable (RatesPart<Trades.Figures>) -> Batch)?
  ) throws(QueryError) {
    let terms = trades.terms(on: day)
    var byBook = [[Range<Int>]](repeating: [], count: day.books.count)
    var lastDays = [Int32](repeating: day.date.days, count: day.books.count)
    for trade in groups.trades[range] {
      let row = Int(groups.rows[trade.lowerBound])
      if trade.count > 1, !Trades.joinsRows {
        // Which of two rows is right, nobody knows; neither counts.
        for place in trade {
          failures.append(
            RatesFailure(
              row: Int(groups.rows[place]), field: Trades.nameColumn,
              reason: "is there twice on this date"))
        }
        continue
      }
      do throws(QuantError) {
        let book = try trades.place(of: row, in: terms).book
        byBook[book].append(trade)
        for place in trade {
          lastDays[book] = max(
            lastDays[book], trades.lastDay(Int(groups.rows[place])) ?? .min)
        }
      } catch {
        failures.append(RatesFailure(row: row, error))
      }
    }
    for book in byBook.indices where !byBook[book].isEmpty {
      try value(groups, byBook[book], terms, in: book, until: lastDays[book], of: day, emit)
    }
  }

  private mutating func value(
    _ groups: RateTradeGroups, _ members: [Range<Int>], _ terms: Trades.Terms, in book: Int,
    until last: Int32, of day: CurveMarket.Day,
    _ emit: (@Sendable (RatesPart<Trades.Figures>) -> Batch)?
  ) throws(QueryError) {
    let pricer: RatePricer
    do throws(QuantError) {
      // Lags and rolls carry payments a few months beyond the last day of the terms; a trade that
      // runs for centuries fails alone.
      let end = min(Int(last) + 150, Int(day.date.days) + 73_000, Int(Int32.max))
      pricer = try RatePricer(
        day.books[book].set, lastDay: Int32(end), keyRates: keyRates, detail: detail)
    } catch {
      throw QueryError(.arithmetic, "\(error)")
    }
    let trades = trades
    let rows = groups.rows
    let (date, curves) = (day.date, day.books[book])
    let outcomes = try ParallelChunks.map(count: members.count, context) { chunk in
      var portfolio = RatePortfolio(layout: pricer.layout)
      portfolio.reserve(trades: chunk.count, flows: chunk.count * 32)
      var scratch = trades.scratch()
      var part = RatesPart<Trades.Figures>(date: date, book: curves)
      part.names.reserveCapacity(chunk.count)
      part.figures.reserveCapacity(chunk.count)
      var failures: [RatesFailure] = []
      for place in chunk {
        let legs = rows[members[place]]
        var row = Int(legs[legs.startIndex])
        let name = trades.names.codes[row]
        do throws(QuantError) {
          let figures = try trades.add(
            legs, in: book, terms, on: pricer, to: &portfolio, scratch: &scratch, row: &row)
          portfolio.endTrade()
          part.names.append(name)
          part.figures.append(figures)
        } catch {
          portfolio.dropTrade()
          failures.append(RatesFailure(row: row, error))
        }
      }
      guard let emit, !part.names.isEmpty else { return Outcome(batch: nil, failures: failures) }
      part.sensitivities = pricer.price(portfolio)
      return Outcome(batch: emit(part), failures: failures)
    }
    for outcome in outcomes {
      if let batch = outcome.batch { batches.append(batch) }
      failures += outcome.failures
    }
  }
}
