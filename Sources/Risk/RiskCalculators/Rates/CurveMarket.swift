import Columnar
import Quant
import QueryEngine

/// Curves of each business date, from the quotes of that date and the conventions that hold on it.
///
/// All curves of one currency are built together, those that others discount on first. A curve with
/// a quote that cannot be read or met is not built at all, nor are those that need it.
struct CurveMarket {
  static let quoteColumns = [
    ColumnRequirement("as_of_date", .date, "the business date that the quote is of"),
    ColumnRequirement("curve", .text, "the curve that it belongs to"),
    ColumnRequirement("instrument", .text, "the quote's name, one a curve and date"),
    ColumnRequirement(
      "kind", .text, QuoteReader.Kind.allCases.map(\.rawValue).joined(separator: ", ")),
    ColumnRequirement(
      "start", .text, "FRAs: tenor from spot; futures: date or month code; else NULL",
      isOptional: true),
    ColumnRequirement("tenor", .text, "ON, TN, 2W, 3M, 10Y, …"),
    ColumnRequirement("quote", .number, "a rate or spread as a fraction; futures: the price"),
    ColumnRequirement(
      "convexity", .number, "futures: what comes off the rate; NULL: nothing", isOptional: true),
  ]

  /// The curves of one currency on one date.
  struct Book: Sendable {
    var currency: String
    var set: CurveSet
    /// By curve of the set.
    var terms: [CurveConventions.Terms]
    var numbers: [String: Int]
  }

  /// Where a curve is among all books of a date.
  struct Place: Sendable {
    var book: Int
    var curve: Int
  }

  /// All currencies on one date.
  struct Day: Sendable {
    var date: CalendarDate
    /// Sorted by currency.
    var books: [Book] = []
    /// Which book has a curve.
    var places: [String: Int] = [:]
    /// Why a curve was not built; sorted by name when listed.
    var failures: [String: (instrument: String?, field: String, reason: String)] = [:]

    /// - Throws: `invalidParameter` saying why there is no such curve.
    func place(of curve: String, _ field: String) throws(QuantError) -> Place {
      if let place = places[curve], let number = books[place].numbers[curve] {
        return Place(book: place, curve: number)
      }
      if let failure = failures[curve] {
        let part = failure.instrument.map { "quote '\($0)': " } ?? ""
        throw QuantError.invalidParameter(
          name: field,
          found: "'\(curve)', which could not be built (\(part)\(failure.field) "
            + "\(failure.reason))", expected: "a curve with quotes on \(date)")
      }
      throw QuantError.invalidParameter(
        name: field, found: "'\(curve)', which has no quotes on \(date)",
        expected: places.isEmpty
          ? "a curve with quotes" : "one of \(places.keys.sorted().joined(separator: ", "))")
    }
  }

  /// Where curves are that a column of texts names, by code.
  struct Places: Sendable {
    private let places: [Result<Place, QuantError>]
    private let codes: [Int32]
    private let field: String

    init(_ texts: InputRows.Texts, of day: Day, _ field: String) {
      places = texts.values.map { name in
        Result { () throws(QuantError) -> Place in try day.place(of: name, field) }
      }
      codes = texts.codes
      self.field = field
    }

    /// - Throws: `invalidParameter` saying why there is no such curve, or that none is named.
    subscript(row: Int) -> Place {
      get throws(QuantError) {
        try MarketTerms.present(codes[row] < 0 ? nil : places[Int(codes[row])].get(), field)
      }
    }

    func isNamed(_ row: Int) -> Bool { codes[row] >= 0 }
  }

  private let conventions: CurveConventions
  private let names: InputRows.Texts
  private let instruments: InputRows.Texts
  private let kinds: InputRows.Texts
  private let starts: InputRows.Texts
  private let tenors: InputRows.Texts
  private let quotes: InputRows.Values<Double>
  private let convexities: InputRows.Values<Double>
  private var rowsByDay: [Int32: [Int]] = [:]

  init(quotes rows: InputRows, conventions: CurveConventions) {
    self.conventions = conventions
    names = rows.texts("curve")
    instruments = rows.texts("instrument")
    kinds = rows.texts("kind")
    starts = rows.texts("start")
    tenors = rows.texts("tenor")
    quotes = rows.numbers("quote")
    convexities = rows.numbers("convexity")
    let days = rows.days("as_of_date")
    for row in 0..<rows.count {
      guard let day = days[row], names[row] != nil else { continue }
      rowsByDay[day, default: []].append(row)
    }
  }

  /// Days with quotes, ascending.
  var days: [Int32] { rowsByDay.keys.sorted() }

  func day(_ number: Int32) -> Day {
    var day = Day(date: CalendarDate(days: number))
    var rows: [String: [Int]] = [:]
    for row in rowsByDay[number] ?? [] { rows[names[row] ?? "", default: []].append(row) }
    let known = conventions.terms(on: day.date)
    var byCurrency: [String: [CurveConventions.Terms]] = [:]
    for curve in rows.keys.sorted() {
      switch known[curve] {
      case nil:
        day.failures[curve] = (nil, "curve", "has quotes, but no conventions on \(day.date)")
      case .failure(let error): day.failures[curve] = (nil, error.cell.field, error.cell.reason)
      case .success(let terms): byCurrency[terms.currency, default: []].append(terms)
      }
    }
    for currency in byCurrency.keys.sorted() {
      build(currency, byCurrency[currency] ?? [], rows, &day)
    }
    return day
  }

  private func build(
    _ currency: String, _ curves: [CurveConventions.Terms], _ rows: [String: [Int]],
    _ day: inout Day
  ) {
    var ready = ordered(curves, &day)
    while !ready.isEmpty {
      let (definitions, failed) = definitions(ready, rows, &day)
      if failed.isEmpty {
        do throws(QuantError) {
          let set = try CurveSet(reference: day.date.days, definitions: definitions)
          let numbers = Dictionary(
            uniqueKeysWithValues: ready.enumerated().map { ($1.curve, $0) })
          for curve in ready { day.places[curve.curve] = day.books.count }
          day.books.append(
            Book(currency: currency, set: set, terms: ready, numbers: numbers))
          return
        } catch {
          let culprit = culprit(definitions, reference: day.date.days)
          day.failures[culprit.name] = (nil, culprit.cell.field, culprit.cell.reason)
        }
      }
      ready = withoutFailed(ready, &day)
    }
  }

  /// The first definition that cannot be built on those before it.
  private func culprit(
    _ definitions: [CurveSet.Definition], reference: Int32
  ) -> (name: String, cell: (field: String, reason: String)) {
    for count in 1...definitions.count {
      do throws(QuantError) {
        _ = try CurveSet(reference: reference, definitions: Array(definitions[..<count]))
      } catch {
        return (definitions[count - 1].name, error.cell)
      }
    }
    return (definitions[definitions.count - 1].name, ("curve", "could not be built"))
  }

  /// Curves after those that they need; what is missing or goes in a circle fails.
  private func ordered(
    _ curves: [CurveConventions.Terms], _ day: inout Day
  ) -> [CurveConventions.Terms] {
    var result: [CurveConventions.Terms] = []
    var left = curves
    while !left.isEmpty {
      let placed = Set(result.map(\.curve))
      let next = left.filter { needs($0).isSubset(of: placed) }
      if next.isEmpty { break }
      result += next
      left.removeAll { term in next.contains { $0.curve == term.curve } }
    }
    for curve in left {
      let missing = needs(curve).subtracting(result.map(\.curve)).sorted()
      day.failures[curve.curve] = (
        nil, "discount_curve",
        "needs \(missing.joined(separator: " and ")), of the same currency, which needs it or is "
          + "not there"
      )
    }
    return result
  }

  private func needs(_ terms: CurveConventions.Terms) -> Set<String> {
    var needs: Set<String> = [terms.discountCurve]
    if let against = terms.againstCurve { needs.insert(against) }
    needs.remove(terms.curve)
    return needs
  }

  private func withoutFailed(
    _ curves: [CurveConventions.Terms], _ day: inout Day
  ) -> [CurveConventions.Terms] {
    var kept: [CurveConventions.Terms] = []
    for curve in curves where day.failures[curve.curve] == nil {
      if let bad = needs(curve).sorted().first(where: { day.failures[$0] != nil }) {
        day.failures[curve.curve] = (nil, "discount_curve", "needs \(bad), which failed")
      } else {
        kept.append(curve)
      }
    }
    return kept
  }

  private func definitions(
    _ curves: [CurveConventions.Terms], _ rows: [String: [Int]], _ day: inout Day
  ) -> (definitions: [CurveSet.Definition], failed: [String]) {
    let numbers = Dictionary(uniqueKeysWithValues: curves.enumerated().map { ($1.curve, $0) })
    var definitions: [CurveSet.Definition] = []
    var failed: [String] = []
    for terms in curves {
      let against = terms.againstCurve.flatMap { name in
        curves.first { $0.curve == name }
      }
      let reader = QuoteReader(
        terms: terms, reference: day.date.days, numbers: numbers, against: against)
      var read: [QuotedInstrument] = []
      for row in rows[terms.curve] ?? [] {
        let name = instruments[row] ?? tenors[row] ?? "row \(row + 1)"
        let quote = QuoteReader.Quote(
          name: name, kind: kinds[row], start: starts[row], tenor: tenors[row],
          value: quotes[row], convexity: convexities[row])
        do throws(QuantError) {
          read.append(try reader.instrument(quote))
        } catch {
          failed.append(terms.curve)
          day.failures[terms.curve] = (name, error.cell.field, error.cell.reason)
        }
      }
      definitions.append(
        CurveSet.Definition(
          name: terms.curve, interpolation: terms.interpolation, instruments: read))
    }
    return (definitions, failed)
  }
}
