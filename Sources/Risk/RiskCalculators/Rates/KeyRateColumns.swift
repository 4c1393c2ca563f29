import Columnar
import Quant
import QueryEngine

/// The long form of key rates: one row for each trade, convention, curve and key.
struct KeyRateColumns {
  static let columns = [
    OutputColumn(
      "convention", .string, "par: curves built again from moved quotes; zero: tents on zero rates"),
    OutputColumn("curve", .string, "whose quote or zero rate moves"),
    OutputColumn("key", .string, "the quote's name, or the tenor of the tent"),
    OutputColumn("dv01", .double, "derivative times 0.0001"),
    OutputColumn(
      "dv01_bumped", .double, "value after less before, 0.0001 up; NULL without bumped => true"),
  ]

  private var names: [String] = []
  private var codes: [String: Int32] = [:]
  private var dates: [Int32] = []
  private var owners: [Int32] = []
  private var conventions: [Int32] = []
  private var curves: [Int32] = []
  private var keys: [Int32] = []
  private var derivatives: [Double] = []
  private var bumps: [Double] = []

  private mutating func code(_ text: String) -> Int32 {
    if let code = codes[text] { return code }
    let code = Int32(names.count)
    names.append(text)
    codes[text] = code
    return code
  }

  /// Adds the keys of all trades of one currency and date.
  ///
  /// - Parameters:
  ///   - trades: Their names, in the order of the sensitivities.
  ///   - labels: Of the zero convention's tenors.
  mutating func append(
    _ sensitivities: RateSensitivities, of trades: [String], on book: CurveMarket.Book,
    date: CalendarDate, labels: [String]
  ) {
    let par = code("par")
    let zero = code("zero")
    let quotes = zip(book.terms, book.set.definitions).flatMap { terms, definition in
      definition.instruments.map { (curve: terms.curve, key: $0.name) }
    }.map { (curve: code($0.curve), key: code($0.key)) }
    let tents = book.terms.flatMap { terms in labels.map { (curve: terms.curve, key: $0) } }
      .map { (curve: code($0.curve), key: code($0.key)) }
    let values = sensitivities.keys
    for (place, name) in trades.enumerated() {
      let owner = code(name)
      for (index, quote) in quotes.enumerated() {
        let at = place * quotes.count + index
        add(
          date, owner, par, quote, values.par[at],
          values.parBumped.isEmpty ? nil : values.parBumped[at])
      }
      for (index, tent) in tents.enumerated() {
        let at = place * tents.count + index
        add(
          date, owner, zero, tent, values.zero[at],
          values.zeroBumped.isEmpty ? nil : values.zeroBumped[at])
      }
    }
  }

  private mutating func add(
    _ date: CalendarDate, _ owner: Int32, _ convention: Int32,
    _ place: (curve: Int32, key: Int32), _ derivative: Double, _ bumped: Double?
  ) {
    dates.append(date.days)
    owners.append(owner)
    conventions.append(convention)
    curves.append(place.curve)
    keys.append(place.key)
    derivatives.append(derivative)
    if let bumped { bumps.append(bumped) }
  }

  /// - Parameter schema: The date and the owner's name, then `columns`.
  consuming func batches(_ schema: Schema) -> [Batch] {
    let count = dates.count
    if count == 0 { return [] }
    let values = StringValues(names)
    func text(_ codes: [Int32]) -> Column {
      Column(.string, .string(StringColumn(values: values, codes: codes)))
    }
    let bumped =
      bumps.count == count
      ? Column(.double, .double(bumps)) : Column.nulls(.double, count: count)
    let columns = [
      Column(.date, .int32(dates)), text(owners), text(conventions), text(curves), text(keys),
      Column(.double, .double(derivatives)), bumped,
    ]
    return [Batch(schema: schema, columns: columns, rowCount: count)]
  }
}
