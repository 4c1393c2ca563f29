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

  /// One of the cases that a scalar parameter spells.
  static func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ value: Value?, _ parameter: String, calculator: String, default: Choice
  ) throws(QueryError) -> Choice {
    guard case .string(let text)? = value else { return `default` }
    guard let choice = Choice(rawValue: text.lowercased()) else {
      let known = Choice.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
      throw QueryError(
        .type, "\(calculator): \(parameter) is '\(text)', expected one of \(known)")
    }
    return choice
  }
}

/// Columns of a result, a value at a time; for results with few columns a row.
struct ResultRows {
  private let calculator: String
  private let schema: Schema
  private var builders: [ColumnBuilder]
  private var count = 0

  init(_ calculator: String, _ schema: Schema) {
    self.calculator = calculator
    self.schema = schema
    builders = schema.fields.map { ColumnBuilder($0.type) }
  }

  /// - Throws: `.arithmetic` naming the column whose type the value does not fit.
  mutating func append(_ row: [Value]) throws(QueryError) {
    for (index, value) in row.enumerated() where !builders[index].append(value) {
      throw QueryError(
        .arithmetic,
        "\(calculator): \(schema[index].name) does not fit \(schema[index].type.sqlName)")
    }
    count += 1
  }

  consuming func batches() -> [Batch] {
    count == 0
      ? []
      : [Batch(schema: schema, columns: builders.map { $0.finish() }, rowCount: count)]
  }
}
