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

  static func batches(
    _ output: SwapRiskCalculator.Output, _ run: SwapRiskRun, labels: [String], schema: Schema
  ) throws(QueryError) -> [Batch] {
    switch output {
    case .results: return try resultRows(run, schema)
    case .keyRates:
      var columns = KeyRateColumns()
      for group in run.groups {
        columns.append(
          group.sensitivities, of: group.trades.map(\.name), on: group.book, date: group.date,
          labels: labels)
      }
      return columns.batches(schema)
    case .failures:
      return try RatesFailure.batches(
        run.failures, days: run.legs.days, names: run.legs.trades, calculator: "swap_risk",
        schema: schema)
    }
  }

  private static func resultRows(_ run: SwapRiskRun, _ schema: Schema) throws(QueryError) -> [Batch]
  {
    var rows = ResultRows("swap_risk", schema)
    for group in run.groups {
      for (trade, value) in zip(group.trades, group.sensitivities.trades) {
        try rows.append(
          [
            .date(group.date), .string(trade.name), .string(group.book.currency),
            .double(value.npv),
          ] + value.figures + [
            trade.fairRate.map { .double($0) } ?? .null,
            trade.annuity.map { .double($0) } ?? .null, .boolean(trade.isProjected),
          ])
      }
    }
    return rows.batches()
  }
}
