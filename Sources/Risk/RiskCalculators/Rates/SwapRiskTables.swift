import Columnar
import Quant
import QueryEngine

/// The tables that `swap_risk` can give.
enum SwapRiskTables {
  static func columns(of output: SwapRiskCalculator.Output) -> [OutputColumn] {
    let keys = [
      OutputColumn("as_of_date", .date, "the business date"),
      OutputColumn("trade_id", .string, "which trade"),
    ]
    switch output {
    case .results: return keys + results
    case .keyRates: return keys + KeyRateColumns.columns
    case .failures: return keys + RatesFailure.columns
    }
  }

  private static let results =
    [
      OutputColumn("currency", .string, "of all amounts"),
      OutputColumn("npv", .double, "value on the business date"),
    ] + RateSensitivities.columns + [
      OutputColumn(
        "fair_rate", .double,
        "the fixed rate at which npv is 0; NULL without one fixed rate and a floating leg"),
      OutputColumn(
        "annuity", .double, "value of a fixed rate of 1 on the fixed legs; NULL without one"),
      OutputColumn(
        "is_projected", .boolean, "a fixing of the business date was wanted and not there"),
    ]

  /// The rows of a part; `nil` for failures, which do not go by parts.
  static func emit(
    _ output: SwapRiskCalculator.Output, names: InputRows.Texts, labels: [String], schema: Schema
  ) -> (@Sendable (RatesPart<SwapTrades.Figures>) -> Batch)? {
    let values = StringValues(names.values)
    switch output {
    case .results: return { resultRows($0, values, schema) }
    case .keyRates: return { KeyRateColumns.batch($0, names: values, labels: labels, schema) }
    case .failures: return nil
    }
  }

  private static func resultRows(
    _ part: RatesPart<SwapTrades.Figures>, _ names: StringValues, _ schema: Schema
  ) -> Batch {
    let trades = part.figures
    let fair = zip(trades, part.sensitivities.trades).map { trade, value -> Double? in
      guard let rate = trade.fixedRate, let annuity = trade.annuity, annuity != 0 else {
        return nil
      }
      return rate - value.value / annuity
    }
    func optional(_ values: [Double?]) -> Column {
      Column(
        .double, .double(values.map { $0 ?? 0 }),
        validity: values.contains { $0 == nil } ? Bitmap(values.map { $0 != nil }) : nil)
    }
    let columns =
      part.keyColumns(names) + [part.sensitivities.values] + part.sensitivities.figures + [
        optional(fair), optional(trades.map(\.annuity)),
        Column(.boolean, .boolean(Bitmap(trades.map(\.isProjected)))),
      ]
    return Batch(schema: schema, columns: columns, rowCount: trades.count)
  }
}
