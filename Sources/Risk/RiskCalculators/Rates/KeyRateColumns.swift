import Columnar
import Quant

/// The long form of key rates: one row for each trade, convention, curve and key.
enum KeyRateColumns {
  static let columns = [
    OutputColumn(
      "convention", .string, "par: curves built again from moved quotes; zero: tents on zero rates"),
    OutputColumn("curve", .string, "whose quote or zero rate moves"),
    OutputColumn("key", .string, "the quote's name, or the tenor of the tent"),
    OutputColumn("dv01", .double, "derivative times 0.0001"),
    OutputColumn(
      "dv01_bumped", .double, "value after less before, 0.0001 up; NULL without bumped => true"),
    OutputColumn("npv", .double, "value on the business date, the same on each row of the trade"),
  ]

  /// The keys of all trades of a part.
  ///
  /// - Parameters:
  ///   - names: Of all trades, by code.
  ///   - labels: Of the zero convention's tenors.
  static func batch<Figures>(
    _ part: RatesPart<Figures>, names: StringValues, labels: [String], _ schema: Schema
  ) -> Batch {
    let book = part.book
    var texts = ["par", "zero"]
    var codes: [String: Int32] = [:]
    func code(_ text: String) -> Int32 {
      if let code = codes[text] { return code }
      codes[text] = Int32(texts.count)
      texts.append(text)
      return Int32(texts.count - 1)
    }
    var (conventions, curves, keys): ([Int32], [Int32], [Int32]) = ([], [], [])
    for (terms, definition) in zip(book.terms, book.set.definitions) {
      for instrument in definition.instruments {
        conventions.append(0)
        curves.append(code(terms.curve))
        keys.append(code(instrument.name))
      }
    }
    let quoteCount = keys.count
    for terms in book.terms {
      for label in labels {
        conventions.append(1)
        curves.append(code(terms.curve))
        keys.append(code(label))
      }
    }
    let (width, tentCount) = (keys.count, keys.count - quoteCount)
    let count = part.names.count * width
    let shared = StringValues(texts)
    let values = part.sensitivities.keys
    func repeated(_ codes: [Int32]) -> Column {
      var column: [Int32] = []
      column.reserveCapacity(count)
      for _ in part.names { column += codes }
      return Column(.string, .string(StringColumn(values: shared, codes: column)))
    }
    func joined(_ par: [Double], _ zero: [Double]) -> Column {
      if par.isEmpty && zero.isEmpty { return Column.nulls(.double, count: count) }
      var column: [Double] = []
      column.reserveCapacity(count)
      for place in part.names.indices {
        column += par[place * quoteCount..<(place + 1) * quoteCount]
        column += zero[place * tentCount..<(place + 1) * tentCount]
      }
      return Column(.double, .double(column))
    }
    var owners: [Int32] = []
    owners.reserveCapacity(count)
    var npvs: [Double] = []
    npvs.reserveCapacity(count)
    for (name, npv) in zip(part.names, values.npv) {
      owners += repeatElement(name, count: width)
      npvs += repeatElement(npv, count: width)
    }
    let columns = [
      Column(.date, .int32([Int32](repeating: part.date.days, count: count))),
      Column(.string, .string(StringColumn(values: names, codes: owners))),
      repeated(conventions), repeated(curves), repeated(keys), joined(values.par, values.zero),
      joined(values.parBumped, values.zeroBumped), Column(.double, .double(npvs)),
    ]
    return Batch(schema: schema, columns: columns, rowCount: count)
  }
}

extension RatesPart {
  /// Date, name and currency of each trade.
  func keyColumns(_ values: StringValues) -> [Column] {
    [
      Column(.date, .int32([Int32](repeating: date.days, count: names.count))),
      Column(.string, .string(StringColumn(values: values, codes: names))),
      Column(
        .string,
        .string(
          StringColumn(
            values: StringValues([book.currency]),
            codes: [Int32](repeating: 0, count: names.count)))),
    ]
  }
}
