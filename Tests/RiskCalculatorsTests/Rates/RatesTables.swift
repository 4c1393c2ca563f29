import Columnar
import QueryEngine
import RiskCalculators
import Workers

/// Tables for the rates calculators, written as texts: empty is NULL.
enum RatesTables {
  static let legs = Schema([
    Field("as_of_date", .date), Field("trade_id", .string), Field("direction", .string),
    Field("kind", .string), Field("notional", .double), Field("rate", .double),
    Field("discount_curve", .string), Field("index_curve", .string), Field("start_date", .date),
    Field("end_date", .date), Field("months", .int32), Field("day_count", .string),
    Field("calendar", .string), Field("roll", .string),
  ])
  static let bonds = Schema([
    Field("as_of_date", .date), Field("position_id", .string), Field("face", .double),
    Field("coupon", .double), Field("frequency", .int32), Field("day_count", .string),
    Field("issue_date", .date), Field("maturity_date", .date), Field("calendar", .string),
    Field("settlement_days", .int32), Field("clean_price", .double),
    Field("discount_curve", .string),
  ])
  static let quotes = Schema([
    Field("as_of_date", .date), Field("curve", .string), Field("instrument", .string),
    Field("kind", .string), Field("start", .string), Field("tenor", .string),
    Field("quote", .double), Field("convexity", .double),
  ])
  static let curves = Schema([
    Field("curve", .string), Field("currency", .string), Field("discount_curve", .string),
    Field("against_curve", .string), Field("interpolation", .string), Field("calendar", .string),
    Field("spot_days", .int32), Field("roll", .string), Field("end_of_month", .boolean),
    Field("money_day_count", .string), Field("fixed_months", .int32),
    Field("fixed_day_count", .string), Field("floating_months", .int32),
    Field("floating_day_count", .string), Field("payment_lag", .int32),
    Field("valid_from", .date), Field("valid_to", .date),
  ])
  static let fixings = Schema([
    Field("index", .string), Field("fixing_date", .date), Field("rate", .double),
  ])
  static let holidays = Schema([Field("calendar", .string), Field("date", .date)])

  static let curveRows = [
    [
      "ESTR", "EUR", "", "", "loglinear_df", "TARGET", "2", "modified_following", "false",
      "ACT/360", "12", "ACT/360", "12", "ACT/360", "0", "2020-01-01", "",
    ],
    [
      "EURIBOR3M", "EUR", "ESTR", "", "loglinear_df", "TARGET", "2", "modified_following",
      "false", "ACT/360", "12", "30/360", "3", "ACT/360", "0", "2020-01-01", "",
    ],
  ]
  static let overnight = [
    ("1M", "0.0215"), ("3M", "0.0209"), ("6M", "0.0201"), ("1Y", "0.0192"), ("2Y", "0.0189"),
    ("3Y", "0.0197"), ("5Y", "0.0214"), ("7Y", "0.0229"), ("10Y", "0.0246"), ("20Y", "0.0262"),
    ("30Y", "0.0258"),
  ]
  static let term = [
    ("3M", "0.0212"), ("6M", "0.0208"), ("1Y", "0.0204"), ("2Y", "0.0202"), ("3Y", "0.0211"),
    ("5Y", "0.0229"), ("7Y", "0.0244"), ("10Y", "0.0261"), ("15Y", "0.0273"), ("20Y", "0.0275"),
    ("30Y", "0.0268"),
  ]

  static func quoteRows(_ date: String = "2025-06-13") -> [[String]] {
    overnight.map { [date, "ESTR", "ESTR \($0.0)", "swap", "", $0.0, $0.1, ""] }
      + term.enumerated().map { index, quote in
        [
          date, "EURIBOR3M", "3M \(quote.0)", index == 0 ? "deposit" : "swap", "", quote.0,
          quote.1, "",
        ]
      }
  }

  /// 2.1 % overnight and 2.25 % for three months on each weekday of 2025 before 13 June.
  static let fixingRows: [[String]] = (0..<163).flatMap { offset -> [[String]] in
    let day = CalendarDate(days: 20_089 + Int32(offset))
    return [["ESTR", "\(day)", "0.021"], ["EURIBOR3M", "\(day)", "0.0225"]]
  }

  /// What a call gives, as texts.
  static func call(
    _ calculator: any TableFunction, _ tables: [String: [Batch]], scalars: [String: Value] = [:],
    threads: Int = 1
  ) throws(QueryError) -> [[String]] {
    var given = tables
    let market: [(String, [[String]], Schema)] = [
      ("quotes", quoteRows(), quotes), ("curves", curveRows, curves),
      ("fixings", fixingRows, fixings), ("holidays", [["NONE", "2000-01-01"]], holidays),
    ]
    for (name, rows, schema) in market where given[name] == nil {
      given[name] = [LCRTables.batch(rows, schema)]
    }
    var defaults: [String: Value] = [:]
    for parameter in calculator.parameters {
      if case .scalar(_, let value) = parameter.kind { defaults[parameter.name] = value }
    }
    let bound = try calculator.bind(
      TableFunctionArguments(
        tables: given.compactMapValues { $0.first?.schema },
        scalars: defaults.merging(scalars) { _, new in new }))
    var inputs: [String: [Batch]] = [:]
    for (name, columns) in bound.columns {
      inputs[name] = given[name]?.map { $0.projected(to: columns) }
    }
    let context = ExecutionContext(pool: WorkerPool(threadCount: threads))
    return try Batch.joined(bound.run(inputs, context), schema: bound.schema).texts
  }
}
