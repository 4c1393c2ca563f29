import Columnar
package import QueryEngine

/// `lcr`: the liquidity coverage ratio of the Basel Framework (LCR10 to LCR40).
package struct LiquidityCoverageCalculator: TableFunction {
  package init() {}

  package var name: String { "lcr" }
  package var methodVersion: Int { 1 }
  package var window: BusinessDateWindow { .same }

  package var parameters: [TableFunctionParameter] {
    [
      TableFunctionParameter(
        "positions", .table(defaultName: nil),
        "one row for each asset, balance, commitment or payment due, on each business date"),
      TableFunctionParameter(
        "factors", .table(defaultName: "ref.lcr_factors"),
        "what each item counts with, with the paragraph of the rule and validity dates"),
      TableFunctionParameter(
        "rules", .table(defaultName: "ref.lcr_rules"),
        "the numbers of the rule that belong to no item: "
          + LiquidityCoverageParameters.ruleNames.joined(separator: ", ")),
      TableFunctionParameter(
        "output", .scalar(.string, defaultValue: .string(Output.results.rawValue)),
        "'quality' (share of the rows computed, by date and reason), "
          + "'results', 'failures' (rows that could not be counted, and why), 'components' (every "
          + "line of the ratio) or 'currencies' (the ratio of each currency)"),
    ]
  }

  package var documentation: String {
    """
    Liquidity coverage ratio = stock of high-quality liquid assets / net outflows over the next 30 \
    calendar days, for each as_of_date and legal_entity (Basel Framework LCR10 to LCR40). Amounts are \
    not negative and in the entity's reporting currency; the ratio is a fraction, 1 = 100 %. The caps \
    on Level 2 (40 %) and Level 2B (15 %) look at the stock with secured transactions within the \
    horizon unwound (LCR30.34-39); inflows count up to 75 % of outflows (LCR40.77). Factors and \
    rules are those valid on the as_of_date. Sums are exact; each figure is rounded once, half to \
    even. A row that cannot be counted counts nowhere and is listed by output => 'failures'; no \
    unknown item is taken for zero. By currency the ratio is a monitoring tool without a minimum \
    (BCBS 238, paragraphs 209-212): a currency is significant from significant_currency_share of the \
    entity's liabilities on, for which the balances of the items of the section outflow stand.
    """
  }

  /// What the call gives.
  enum Output: String, CaseIterable {
    case results
    case failures
    case components
    case currencies
  }

  package func bind(_ arguments: TableFunctionArguments) throws(QueryError) -> BoundTableFunction {
    if let quality = try boundQuality(arguments, of: "positions") { return quality }
    let output = try choice("output", of: arguments, default: Output.results)
    let all = LiquidityPositionColumns.all
    let required = [
      ("positions", output == .currencies ? all : all.filter { !$0.isOptional }),
      ("factors", LiquidityCoverageParameters.factors),
      ("rules", LiquidityCoverageParameters.rules),
    ]
    var columns: [String: [Int]] = [:]
    for (parameter, requirements) in required {
      let schema = arguments.tables[parameter] ?? Schema([])
      columns[parameter] = try requirements.bind(to: schema, of: parameter, calculator: name)
    }
    if output == .currencies, columns["positions"]?.count != all.count {
      throw QueryError(
        .name, "lcr: the table for positions has no column \"currency\"",
        help: "output => 'currencies' needs it")
    }
    let schema = Schema(LiquidityCoverageTables.columns(of: output).map(\.field))
    return BoundTableFunction(schema: schema, columns: columns, businessDate: 0) {
      inputs, context throws(QueryError) in
      let parameters = try LiquidityCoverageParameters(
        factors: inputs["factors"] ?? [], rules: inputs["rules"] ?? [])
      let run = LiquidityCoverageRun(
        parameters: parameters, batches: inputs["positions"] ?? [],
        keepsFailures: output == .failures, byCurrency: output == .currencies)
      let days = try run.days(context)
      let batch = try LiquidityCoverageTables.batch(
        output, days: days, run: run, schema: schema)
      return batch.rowCount == 0 ? [] : [batch]
    }
  }
}

extension LiquidityCoverageCalculator: DescribedCalculator {
  var inputs: [(parameter: String, columns: [ColumnRequirement])] {
    [
      ("positions", LiquidityPositionColumns.all),
      ("factors", LiquidityCoverageParameters.factors),
      ("rules", LiquidityCoverageParameters.rules),
    ]
  }

  var outputs: [(name: String, columns: [OutputColumn])] {
    Output.allCases.map { ($0.rawValue, LiquidityCoverageTables.columns(of: $0)) }
      + [(InputQuality.name, InputQuality.columns)]
  }
}
