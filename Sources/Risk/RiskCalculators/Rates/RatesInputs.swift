import Columnar
import Quant
import QueryEngine

/// What all rates calculators read besides their trades, and the parameters that they share.
struct RatesInputs {
  static let parameters = [
    TableFunctionParameter(
      "quotes", .table(defaultName: "silver.curve_quotes"),
      "market quotes of each business date, by curve"),
    TableFunctionParameter(
      "curves", .table(defaultName: "ref.curves"),
      "how each curve's quotes are to be read, with validity dates"),
    TableFunctionParameter(
      "holidays", .table(defaultName: "ref.holidays"),
      "closed days on top of the rules of WEEKENDS, TARGET, US_FED, US_GOVT and LONDON"),
  ]

  static let columns: [(parameter: String, columns: [ColumnRequirement])] = [
    ("quotes", CurveMarket.quoteColumns), ("curves", CurveConventions.columns),
    ("holidays", MarketCalendars.columns),
  ]

  static let keyTenors = TableFunctionParameter(
    "key_tenors",
    .scalar(.string, defaultValue: .string("3M,6M,1Y,2Y,3Y,5Y,7Y,10Y,15Y,20Y,30Y")),
    "where the tents of the zero convention peak, in ascending order")

  var calendars: MarketCalendars
  let market: CurveMarket

  /// - Throws: `.type` for a row of conventions without a name or a first day.
  init(
    calculator: String, tables: [String: Schema], inputs: [String: [Batch]]
  ) throws(QueryError) {
    func rows(_ index: Int) -> InputRows {
      let (parameter, columns) = RatesInputs.columns[index]
      return InputRows(
        name: "\(calculator): \(parameter)", requirements: columns,
        schema: tables[parameter] ?? Schema([]), batches: inputs[parameter] ?? [])
    }
    calendars = MarketCalendars(rows(2))
    let conventions = try CurveConventions(rows(1), calendars: &calendars)
    market = CurveMarket(quotes: rows(0), conventions: conventions)
  }

  /// - Throws: `.type` unless the text is a list of ascending tenors.
  static func keyRates(
    _ value: Value?, calculator: String
  ) throws(QueryError) -> (labels: [String], keys: KeyRates) {
    guard case .string(let text)? = value else {
      throw QueryError(.type, "\(calculator): key_tenors needs a list such as '1Y,5Y,10Y'")
    }
    let labels = text.split(separator: ",").map { part in String(part.filter { $0 != " " }) }
    do throws(QuantError) {
      var years: [Double] = []
      for label in labels {
        let tenor = try MarketTerms.tenor(label, "key_tenors")
        switch tenor.unit {
        case .days: years.append(Double(tenor.count) / 365)
        case .weeks: years.append(Double(tenor.count * 7) / 365)
        case .months: years.append(Double(tenor.count) / 12)
        }
      }
      return (labels, try KeyRates(years: years))
    } catch {
      throw QueryError(.type, "\(calculator): \(error)")
    }
  }

  static let bumped = TableFunctionParameter(
    "bumped", .scalar(.boolean, defaultValue: .boolean(false)),
    "output => 'key_rates': bump each quote and key too, which builds all curves again for each")

  /// What a call wants of each trade.
  static func detail(
    keyRates: Bool, bumped: Value?
  ) -> RateSensitivities.Detail {
    guard keyRates else { return .parallel }
    return bumped == .boolean(true) ? .bumpedKeys : .keys
  }
}
