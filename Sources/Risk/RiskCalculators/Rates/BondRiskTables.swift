import Columnar
import Quant
import QueryEngine

/// The tables that `bond_risk` can give.
enum BondRiskTables {
  static func columns(of output: BondRiskCalculator.Output) -> [OutputColumn] {
    let keys = [
      OutputColumn("as_of_date", .date, "the business date"),
      OutputColumn("position_id", .string, "which position"),
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
      OutputColumn("settlement_date", .date, "to which prices refer"),
      OutputColumn("clean_price", .double, "for 100 of face; without one given: on the curve"),
      OutputColumn("accrued", .double, "for 100 of face; negative from the ex-coupon day on"),
      OutputColumn("dirty_price", .double, "clean_price + accrued"),
      OutputColumn("curve_price", .double, "dirty, on the curve without a spread"),
      OutputColumn("yield", .double, "a fraction; NULL without a price, as all that need one"),
      OutputColumn("z_spread", .double, "a fraction, continuous"),
      OutputColumn("macaulay_duration", .double, "years"),
      OutputColumn("modified_duration", .double, "years"),
      OutputColumn("convexity", .double, "years squared"),
      OutputColumn("npv", .double, "value on the business date of the face held"),
      OutputColumn("dv01_yield", .double, "derivative by the yield, times 0.0001"),
      OutputColumn(
        "dv01_yield_bumped", .double, "value after the yield rises by 0.0001, less before"),
    ] + RateSensitivities.columns

  static func batches(
    _ output: BondRiskCalculator.Output, _ run: BondRiskRun, labels: [String], schema: Schema
  ) throws(QueryError) -> [Batch] {
    switch output {
    case .results: return try resultRows(run, schema)
    case .keyRates:
      var columns = KeyRateColumns()
      for group in run.groups {
        columns.append(
          group.sensitivities, of: group.bonds.map(\.name), on: group.book, date: group.date,
          labels: labels)
      }
      return columns.batches(schema)
    case .failures:
      return try RatesFailure.batches(
        run.failures, days: run.bonds.days, names: run.bonds.names, calculator: "bond_risk",
        schema: schema)
    }
  }

  private static func resultRows(_ run: BondRiskRun, _ schema: Schema) throws(QueryError) -> [Batch]
  {
    var rows = ResultRows("bond_risk", schema)
    for group in run.groups {
      for (bond, value) in zip(group.bonds, group.sensitivities.trades) {
        let risk = bond.market
        let dirty = risk?.dirty ?? bond.curvePrice
        func market(_ number: Double?) -> Value { number.map { .double($0) } ?? .null }
        try rows.append(
          [
            .date(group.date), .string(bond.name), .string(group.book.currency),
            .date(CalendarDate(days: bond.settlement)),
            .double(risk?.clean ?? dirty - bond.accrued),
            .double(bond.accrued), .double(dirty), .double(bond.curvePrice), market(risk?.yield),
            market(risk?.zSpread), market(risk?.macaulayDuration), market(risk?.modifiedDuration),
            market(risk?.convexity), .double(value.npv),
            market(risk.map { $0.basisPointValue * bond.face / 100 }),
            market(risk.map { $0.bumped * bond.face / 100 }),
          ] + value.figures)
      }
    }
    return rows.batches()
  }
}
