import Columnar
package import QueryEngine

/// `nsfr`: the net stable funding ratio of the Basel Framework (NSF20 and NSF30).
package struct NetStableFundingCalculator: TableFunction {
  package init() {}

  package var name: String { "nsfr" }
  package var methodVersion: Int { 1 }
  package var window: BusinessDateWindow { .same }

  package var parameters: [TableFunctionParameter] {
    [
      TableFunctionParameter(
        "positions", .table(defaultName: nil),
        "one row for each liability, asset or commitment, on each business date"),
      TableFunctionParameter(
        "factors", .table(defaultName: "ref.nsfr_factors"),
        "what each item counts with, with the paragraph of the rule and validity dates"),
      TableFunctionParameter(
        "rules", .table(defaultName: "ref.nsfr_rules"),
        "the numbers of the rule that belong to no item: "
          + NetStableFundingParameters.ruleNames.joined(separator: ", ")),
      TableFunctionParameter(
        "output", .scalar(.string, defaultValue: .string(Output.results.rawValue)),
        "'quality' (share of the rows computed, by date and reason), "
          + "'results', 'failures' (rows that could not be counted, and why) or 'components' (every "
          + "line of the ratio)"),
    ]
  }

  package var documentation: String {
    """
    Net stable funding ratio = available stable funding / required stable funding, for each \
    as_of_date and legal_entity (Basel Framework NSF20 and NSF30; BCBS 295). Amounts are carrying \
    values, not negative and in the entity's reporting currency; the ratio is a fraction, 1 = 100 %. \
    Assets encumbered for 6 months or more count with at least the rules' factors (NSF30.20); \
    derivative assets and liabilities are netted before weighting (NSF30.8, NSF30.32). Factors and \
    rules are those valid on the as_of_date. Sums are exact; each figure is rounded once, half to \
    even. A row that cannot be counted counts nowhere and is listed by output => 'failures'.
    """
  }

  /// What the call gives.
  enum Output: String, CaseIterable {
    case results
    case failures
    case components
  }

  package func bind(_ arguments: TableFunctionArguments) throws(QueryError) -> BoundTableFunction {
    if let quality = try boundQuality(arguments, of: "positions") { return quality }
    let output = try choice("output", of: arguments, default: Output.results)
    let columns = try boundColumns(arguments)
    let schema = Schema(NetStableFundingTables.columns(of: output).map(\.field))
    return BoundTableFunction(schema: schema, columns: columns, businessDate: 0) {
      inputs, context throws(QueryError) in
      let parameters = try NetStableFundingParameters(
        factors: inputs["factors"] ?? [], rules: inputs["rules"] ?? [])
      let run = try NetStableFundingRun(
        parameters: parameters, batches: inputs["positions"] ?? [], context: context)
      let batch = try NetStableFundingTables.batch(output, run: run, schema: schema)
      return batch.rowCount == 0 ? [] : [batch]
    }
  }
}

extension NetStableFundingCalculator: DescribedCalculator {
  var inputs: [(parameter: String, columns: [ColumnRequirement])] {
    [
      ("positions", NetStableFundingRun.columns),
      ("factors", NetStableFundingParameters.factors),
      ("rules", NetStableFundingParameters.rules),
    ]
  }

  var outputs: [(name: String, columns: [OutputColumn])] {
    Output.allCases.map { ($0.rawValue, NetStableFundingTables.columns(of: $0)) }
      + [(InputQuality.name, InputQuality.columns)]
  }
}
