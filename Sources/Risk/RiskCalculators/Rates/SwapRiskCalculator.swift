import Columnar
import Quant
package import QueryEngine

/// `swap_risk`: value and rate sensitivities of interest rate swaps.
package struct SwapRiskCalculator: TableFunction {
  package init() {}

  package var name: String { "swap_risk" }
  package var methodVersion: Int { 1 }
  package var window: BusinessDateWindow { .same }

  package var parameters: [TableFunctionParameter] {
    [
      TableFunctionParameter(
        "legs", .table(defaultName: nil),
        "one row for each leg of each swap, on each business date on which it is valued"),
      TableFunctionParameter(
        "fixings", .table(defaultName: "silver.fixings"), "past rates of the legs' indices"),
    ] + RatesInputs.parameters + [
      RatesInputs.keyTenors,
      RatesInputs.bumped,
      TableFunctionParameter(
        "output", .scalar(.string, defaultValue: .string(Output.results.rawValue)),
        "'quality' (share of the rows computed, by date and reason), "
          + "'results' (one row a trade), 'key_rates' (one row a trade and key) or 'failures' (trades "
          + "that could not be valued, and why)"),
    ]
  }

  package var documentation: String {
    """
    Value on the business date of fixed, term-rate and compounded overnight legs, projected and \
    discounted on the curves of that date (see curve_build); basis swaps are two floating legs. \
    Amounts are in the curves' currency, positive to the bank's favour. A payment on or before the \
    business date is left out; the running period needs its fixing, and one of the business date \
    itself is used when it is there and projected when not. dv01 is the derivative by all quotes times \
    0.0001, all curves built again (par); dv01_zero the derivative by all zero rates; dv01_bumped and \
    dv01_zero_bumped are the value after less the value before 0.0001 up. Key rates: par by quote, zero \
    by tents on key_tenors that add up to one, flat outside. Term rates are projected over accrual \
    periods. A trade with a leg that cannot be read is valued nowhere and is listed by output => \
    'failures'. Sources: METHODS §21, §22; Henrard, "Interest Rate Modelling in the Multi-Curve \
    Framework" (2014), chapters 2 and 3.
    """
  }

  enum Output: String, CaseIterable {
    case results
    case keyRates = "key_rates"
    case failures
  }

  package func bind(_ arguments: TableFunctionArguments) throws(QueryError) -> BoundTableFunction {
    if let quality = try boundQuality(arguments, of: "legs", unit: "trade_id") { return quality }
    let output = try choice("output", of: arguments, default: Output.results)
    let keys = try RatesInputs.keyRates(arguments.scalars["key_tenors"], calculator: name)
    let detail = RatesInputs.detail(
      keyRates: output == .keyRates, bumped: arguments.scalars["bumped"])
    let columns = try boundColumns(arguments)
    let schema = Schema(SwapRiskTables.columns(of: output).map(\.field))
    let tables = arguments.tables
    return BoundTableFunction(schema: schema, columns: columns, businessDate: 0) {
      inputs, context throws(QueryError) in
      let (trades, market) = try Self.trades(tables, inputs)
      let run = try RatesRun(
        trades, market: market, keyRates: keys.keys, detail: detail, context: context,
        emit: SwapRiskTables.emit(
          output, names: trades.names, labels: keys.labels, schema: schema))
      guard output == .failures else { return run.batches }
      return try RatesFailure.batches(
        run.failures, days: trades.days, names: trades.names, calculator: "swap_risk",
        schema: schema)
    }
  }

  private static func trades(
    _ tables: [String: Schema], _ inputs: [String: [Batch]]
  ) throws(QueryError) -> (SwapTrades, CurveMarket) {
    func rows(_ parameter: String, _ columns: [ColumnRequirement]) -> InputRows {
      InputRows(
        name: "swap_risk: \(parameter)", requirements: columns,
        schema: tables[parameter] ?? Schema([]), batches: inputs[parameter] ?? [])
    }
    var rates = try RatesInputs(calculator: "swap_risk", tables: tables, inputs: inputs)
    let legs = SwapLegRows(rows("legs", SwapLegRows.columns), calendars: &rates.calendars)
    let fixings: FixingTable
    do throws(QuantError) {
      fixings = try FixingTable(rows("fixings", FixingTable.columns))
    } catch {
      throw QueryError(.type, "swap_risk: \(error)")
    }
    return (SwapTrades(legs: legs, fixings: fixings), rates.market)
  }
}

extension SwapRiskCalculator: DescribedCalculator {
  var inputs: [(parameter: String, columns: [ColumnRequirement])] {
    [("legs", SwapLegRows.columns), ("fixings", FixingTable.columns)] + RatesInputs.columns
  }

  var outputs: [(name: String, columns: [OutputColumn])] {
    Output.allCases.map { ($0.rawValue, SwapRiskTables.columns(of: $0)) }
      + [(InputQuality.name, InputQuality.columns)]
  }
}
