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

  /// The rows of a part; `nil` for failures, which do not go by parts.
  static func emit(
    _ output: BondRiskCalculator.Output, names: InputRows.Texts, labels: [String], schema: Schema
  ) -> (@Sendable (RatesPart<BondTrades.Figures>) -> Batch)? {
    let values = StringValues(names.values)
    switch output {
    case .results: return { resultRows($0, values, schema) }
    case .keyRates: return { KeyRateColumns.batch($0, names: values, labels: labels, schema) }
    case .failures: return nil
    }
  }

  private static func resultRows(
    _ part: RatesPart<BondTrades.Figures>, _ names: StringValues, _ schema: Schema
  ) -> Batch {
    let figures = part.figures
    func column(_ value: (BondTrades.Figures) -> Double) -> Column {
      Column(.double, .double(figures.map(value)))
    }
    let validity =
      figures.allSatisfy { $0.market != nil } ? nil : Bitmap(figures.map { $0.market != nil })
    func market(_ value: (BondRisk) -> Double) -> Column {
      Column(.double, .double(figures.map { $0.market.map(value) ?? 0 }), validity: validity)
    }
    func dirty(_ bond: BondTrades.Figures) -> Double { bond.market?.dirty ?? bond.curvePrice }
    let columns =
      part.keyColumns(names) + [
        Column(.date, .int32(figures.map(\.settlement))),
        column { $0.market?.clean ?? dirty($0) - $0.accrued }, column { $0.accrued },
        column(dirty), column { $0.curvePrice }, market { $0.yield }, market { $0.zSpread },
        market { $0.macaulayDuration }, market { $0.modifiedDuration }, market { $0.convexity },
        part.sensitivities.values,
        Column(
          .double,
          .double(figures.map { ($0.market?.basisPointValue ?? 0) * $0.face / 100 }),
          validity: validity),
        Column(
          .double, .double(figures.map { ($0.market?.bumped ?? 0) * $0.face / 100 }),
          validity: validity),
      ] + part.sensitivities.figures
    return Batch(schema: schema, columns: columns, rowCount: figures.count)
  }
}
