import Columnar
import Quant
package import QueryEngine

/// `bond_risk`: price, yield and rate sensitivities of bullet bonds.
package struct BondRiskCalculator: TableFunction {
  package init() {}

  package var name: String { "bond_risk" }
  package var methodVersion: Int { 1 }
  package var window: BusinessDateWindow { .same }

  package var parameters: [TableFunctionParameter] {
    [
      TableFunctionParameter(
        "bonds", .table(defaultName: nil), "one row for each position, on each business date")
    ] + RatesInputs.parameters + [
      RatesInputs.keyTenors,
      RatesInputs.bumped,
      TableFunctionParameter(
        "output", .scalar(.string, defaultValue: .string(Output.results.rawValue)),
        "'quality' (share of the rows computed, by date and reason), "
          + "'results' (one row a position), 'key_rates' (one row a position and key) or 'failures' "
          + "(positions that could not be valued, and why)"),
    ]
  }

  package var documentation: String {
    """
    Prices are for 100 of face at settlement, dirty = clean + accrued; yields compound with the \
    coupon's frequency on unrolled dates (street convention), durations are in years and convexity in \
    years squared. z_spread is continuous, over the curve's zero rates from settlement on. npv is the \
    value on the business date of all payments after it to who holds the bond, on the curve plus the \
    z-spread from settlement on (with a price) or on the curve alone; amounts are in the curve's currency. dv01_yield is the derivative by the yield \
    times 0.0001 and dv01_yield_bumped the value at a yield 0.0001 higher less the value; dv01 and key \
    rates are as in swap_risk, the z-spread held. A position that cannot be valued is listed by output \
    => 'failures'. Sources: METHODS §20, §22; ICMA rule 251; Fabozzi, "Bond Markets, Analysis and \
    Strategies", chapters 3 and 4.
    """
  }

  enum Output: String, CaseIterable {
    case results
    case keyRates = "key_rates"
    case failures
  }

  package func bind(_ arguments: TableFunctionArguments) throws(QueryError) -> BoundTableFunction {
    if let quality = try boundQuality(arguments, of: "bonds") { return quality }
    let output = try choice("output", of: arguments, default: Output.results)
    let keys = try RatesInputs.keyRates(arguments.scalars["key_tenors"], calculator: name)
    let detail = RatesInputs.detail(
      keyRates: output == .keyRates, bumped: arguments.scalars["bumped"])
    let columns = try boundColumns(arguments)
    let schema = Schema(BondRiskTables.columns(of: output).map(\.field))
    let tables = arguments.tables
    return BoundTableFunction(schema: schema, columns: columns, businessDate: 0) {
      inputs, context throws(QueryError) in
      var rates = try RatesInputs(calculator: "bond_risk", tables: tables, inputs: inputs)
      let rows = InputRows(
        name: "bond_risk: bonds", requirements: BondRows.columns,
        schema: tables["bonds"] ?? Schema([]), batches: inputs["bonds"] ?? [])
      let bonds = BondRows(rows, calendars: &rates.calendars)
      let run = try RatesRun(
        BondTrades(bonds: bonds), market: rates.market, keyRates: keys.keys, detail: detail,
        context: context,
        emit: BondRiskTables.emit(
          output, names: bonds.names, labels: keys.labels, schema: schema))
      guard output == .failures else { return run.batches }
      return try RatesFailure.batches(
        run.failures, days: bonds.days, names: bonds.names, calculator: "bond_risk",
        schema: schema)
    }
  }
}

extension BondRiskCalculator: DescribedCalculator {
  var inputs: [(parameter: String, columns: [ColumnRequirement])] {
    [("bonds", BondRows.columns)] + RatesInputs.columns
  }

  var outputs: [(name: String, columns: [OutputColumn])] {
    Output.allCases.map { ($0.rawValue, BondRiskTables.columns(of: $0)) }
      + [(InputQuality.name, InputQuality.columns)]
  }
}
