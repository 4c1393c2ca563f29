import Columnar
import Quant
import QueryEngine

/// The tables that `curve_build` can give.
enum CurveBuildTables {
  static func columns(of output: CurveBuildCalculator.Output) -> [OutputColumn] {
    let keys = [
      OutputColumn("as_of_date", .date, "the business date"),
      OutputColumn("currency", .string, "of the curve; NULL for one without conventions"),
      OutputColumn("curve", .string, "which curve"),
    ]
    switch output {
    case .nodes: return keys + nodes
    case .rates: return keys + rates
    case .jacobian: return keys + jacobian
    case .failures: return keys + failures
    }
  }

  private static let nodes = [
    OutputColumn("instrument", .string, "the quote that the node comes from"),
    OutputColumn("node_date", .date, "the last day that the quote's payments look at"),
    OutputColumn("years", .double, "from the business date, ACT/365F"),
    OutputColumn("quote", .double, "as a rate"),
    OutputColumn("discount", .double, "discount factor of the node's day"),
    OutputColumn("zero_rate", .double, "continuous"),
    OutputColumn("forward_rate", .double, "continuous, from the node before to this one"),
    OutputColumn(
      "residual", .double, "value of the instrument on the curves for a notional of 1; about 0"),
  ]

  private static let rates = [
    OutputColumn("tenor", .string, "from spot"),
    OutputColumn("date", .date, "its last day"),
    OutputColumn("years", .double, "from the business date, ACT/365F"),
    OutputColumn("discount", .double, "discount factor"),
    OutputColumn("zero_rate", .double, "continuous"),
    OutputColumn("forward_rate", .double, "continuous, for the day that begins then"),
    OutputColumn("par_rate", .double, "of a swap from spot by the curve's conventions"),
  ]

  private static let jacobian = [
    OutputColumn("node_date", .date, "the node that answers"),
    OutputColumn("quote_curve", .string, "the curve whose quote moves"),
    OutputColumn("instrument", .string, "the quote that moves"),
    OutputColumn(
      "zero_rate_change", .double, "of the node, for a change of the quote's rate by 1"),
  ]

  private static let failures = [
    OutputColumn("instrument", .string, "the quote at fault; NULL when it is the curve"),
    OutputColumn("field", .string, "the column at fault"),
    OutputColumn("reason", .string, "what is wrong with it"),
  ]

  static func rows(
    _ output: CurveBuildCalculator.Output, _ day: CurveMarket.Day, tenors: [String]
  ) throws(QueryError) -> [[Value]] {
    if output == .failures { return failureRows(day) }
    var rows: [[Value]] = []
    for book in day.books {
      for number in book.set.curves.indices {
        let keys: [Value] = [
          .date(day.date), .string(book.currency), .string(book.terms[number].curve),
        ]
        let found: [[Value]]
        switch output {
        case .nodes: found = nodeRows(book, number)
        case .rates: found = try rateRows(book, number, day, tenors)
        case .jacobian: found = jacobianRows(book, number)
        case .failures: found = []
        }
        rows += found.map { keys + $0 }
      }
    }
    return rows
  }

  private static func failureRows(_ day: CurveMarket.Day) -> [[Value]] {
    day.failures.sorted { $0.key < $1.key }.map { curve, failure in
      [
        .date(day.date), .null, .string(curve), failure.instrument.map { .string($0) } ?? .null,
        .string(failure.field), .string(failure.reason),
      ]
    }
  }

  private static func nodeRows(_ book: CurveMarket.Book, _ number: Int) -> [[Value]] {
    let curve = book.set.curves[number]
    let instruments = book.set.definitions[number].instruments
    return instruments.indices.map { node in
      let day = curve.nodeDays[node]
      let before = node == 0 ? curve.reference : curve.nodeDays[node - 1]
      let forward =
        (curve.logDiscount(day) - curve.logDiscount(before))
        / (curve.time(day) - curve.time(before))
      let instrument = instruments[node]
      let residual =
        book.set.value(of: instrument.flows)
        + instrument.quote.rate * book.set.value(of: instrument.perRate)
      return [
        .string(instrument.name), .date(CalendarDate(days: day)), .double(curve.time(day)),
        .double(instrument.quote.rate), .double(curve.discount(day)),
        .double(curve.zeroRate(day)), .double(forward), .double(residual),
      ]
    }
  }

  private static func rateRows(
    _ book: CurveMarket.Book, _ number: Int, _ day: CurveMarket.Day, _ tenors: [String]
  ) throws(QueryError) -> [[Value]] {
    let curve = book.set.curves[number]
    let reader = QuoteReader(
      terms: book.terms[number], reference: curve.reference, numbers: book.numbers, against: nil)
    var rows: [[Value]] = []
    for label in tenors {
      do throws(QuantError) {
        let tenor = try MarketTerms.tenor(label, "tenors")
        let last = try reader.day(of: tenor)
        let forward = (curve.logDiscount(last + 1) - curve.logDiscount(last)) * 365
        rows.append([
          .string(label), .date(CalendarDate(days: last)), .double(curve.time(last)),
          .double(curve.discount(last)), .double(curve.zeroRate(last)), .double(forward),
          .double(try reader.parRate(tenor, on: book.set)),
        ])
      } catch {
        throw QueryError(.type, "curve_build on \(day.date), tenor \(label): \(error)")
      }
    }
    return rows
  }

  private static func jacobianRows(_ book: CurveMarket.Book, _ number: Int) -> [[Value]] {
    let curve = book.set.curves[number]
    let curves = zip(book.terms, book.set.definitions).flatMap { terms, definition in
      definition.instruments.map { (terms.curve, $0.name) }
    }
    return curve.nodeDays.flatMap { day -> [[Value]] in
      let changes = book.set.zeroRateSensitivity(curve: number, day: day)
      return zip(curves, changes).map { quote, change -> [Value] in
        [
          .date(CalendarDate(days: day)), .string(quote.0), .string(quote.1), .double(change),
        ]
      }
    }
  }
}
