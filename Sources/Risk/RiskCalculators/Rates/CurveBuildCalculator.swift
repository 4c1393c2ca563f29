import Columnar
import Quant
package import QueryEngine

/// `curve_build`: discount and projection curves from market quotes.
package struct CurveBuildCalculator: TableFunction {
  package init() {}

  package var name: String { "curve_build" }
  package var methodVersion: Int { 1 }
  package var window: BusinessDateWindow { .same }

  package var parameters: [TableFunctionParameter] {
    RatesInputs.parameters + [
      TableFunctionParameter(
        "tenors",
        .scalar(.string, defaultValue: .string("1M,3M,6M,1Y,2Y,3Y,5Y,7Y,10Y,15Y,20Y,30Y")),
        "the tenors of output => 'rates', counted from spot"),
      TableFunctionParameter(
        "output", .scalar(.string, defaultValue: .string(Output.nodes.rawValue)),
        "'nodes' (one row a quote), 'rates' (one row a tenor), 'jacobian' (each node's answer to "
          + "each quote) or 'failures' (curves that could not be built, and why)"),
    ]
  }

  package var documentation: String {
    """
    Curves by business date from quotes of deposits, FRAs, futures, par swaps (overnight or term) and \
    basis swaps. All quotes of a currency are met together by Newton's method with exact derivatives, \
    each within 1e-12, curves that discount others first; the discount factor is 1 on the business \
    date. Times are ACT/365F; zero and forward rates are continuous and, like par rates, fractions \
    (0.05 is 5 %). Interpolation is named by curve: loglinear_df (flat forwards), linear_zero, \
    natural_cubic_zero, monotone_cubic_zero (Hyman) and monotone_convex (Hagan and West); beyond the \
    last node the instantaneous forward rate stays. \
    Sources: METHODS §19, §21; Hull, "Options, Futures, and Other Derivatives", chapters 4 and 7; \
    Henrard, "Interest Rate Modelling in the Multi-Curve Framework" (2014).
    """
  }

  enum Output: String, CaseIterable {
    case nodes
    case rates
    case jacobian
    case failures
  }

  package func bind(_ arguments: TableFunctionArguments) throws(QueryError) -> BoundTableFunction {
    let output = try choice("output", of: arguments, default: Output.nodes)
    let tenors = try RatesInputs.keyRates(arguments.scalars["tenors"], calculator: name).labels
    let columns = try boundColumns(arguments)
    let schema = Schema(CurveBuildTables.columns(of: output).map(\.field))
    let tables = arguments.tables
    return BoundTableFunction(schema: schema, columns: columns, businessDate: 0) {
      inputs, context throws(QueryError) in
      let rates = try RatesInputs(calculator: "curve_build", tables: tables, inputs: inputs)
      var rows = ResultRows("curve_build", schema)
      for number in rates.market.days {
        try context.checkCancelled()
        let day = rates.market.day(number)
        for row in try CurveBuildTables.rows(output, day, tenors: tenors) { try rows.append(row) }
      }
      return rows.batches()
    }
  }
}

extension CurveBuildCalculator: DescribedCalculator {
  var inputs: [(parameter: String, columns: [ColumnRequirement])] { RatesInputs.columns }

  var outputs: [(name: String, columns: [OutputColumn])] {
    Output.allCases.map { ($0.rawValue, CurveBuildTables.columns(of: $0)) }
  }
}
