import Columnar
import Quant
package import QueryEngine

/// `liquidity_stress`: outflows, inflows, buffer and survival under named scenarios.
package struct LiquidityStressCalculator: TableFunction {
  package init() {}

  package var name: String { "liquidity_stress" }
  package var methodVersion: Int { 1 }
  package var window: BusinessDateWindow { .same }

  package var parameters: [TableFunctionParameter] {
    [
      TableFunctionParameter(
        "cash_flows", .table(defaultName: nil),
        "one row for each payment due, balance, commitment or asset of the buffer"),
      TableFunctionParameter(
        "scenarios", .table(defaultName: "ref.stress_scenarios"),
        "the shocks of each named scenario, with validity dates and source"),
      TableFunctionParameter(
        "assumptions", .table(defaultName: "ref.cash_flow_assumptions"),
        "the items there are, and what is assumed of each with base => 'behavioural'"),
      CashLadderCalculator.currencies,
      TableFunctionParameter(
        "base", .scalar(.string, defaultValue: .string("contractual")),
        "what holds for items without a shock: 'contractual' or 'behavioural'"),
      TableFunctionParameter(
        "horizon_days", .scalar(.int64, defaultValue: .int64(30)),
        "calendar days after as_of_date that outflow, inflow and buffer look at"),
      TableFunctionParameter(
        "output", .scalar(.string, defaultValue: .string(Output.results.rawValue)),
        "'quality' (share of the rows computed, by date and reason), "
          + "'results' (one row a scenario and ladder), 'components' (by item) or 'failures' (rows "
          + "that count nowhere, and why)"),
    ]
  }

  package var documentation: String {
    """
    Stress tests of liquidity for each scenario, as_of_date, legal_entity and currency (Basel \
    Committee, "Principles for Sound Liquidity Risk Management and Supervision", 2008, principle \
    10). A shock takes the place of the contract for its item; a scenario without shocks gives the \
    contractual ladder. A scenario may include others: each item then has the highest rate and the \
    worst number of days of all. surplus = buffer - (outflow - inflow) at the end of the horizon; survival_days is \
    the first day, within the horizon or after, on which cumulative net outflows exceed what can be used \
    of the buffer. Sums are exact. A row that cannot be placed counts nowhere and is listed by \
    output => 'failures'.
    """
  }

  /// What the call gives.
  enum Output: String, CaseIterable {
    case results
    case components
    case failures
  }

  package func bind(_ arguments: TableFunctionArguments) throws(QueryError) -> BoundTableFunction {
    if let quality = try boundQuality(arguments, of: "cash_flows") { return quality }
    let output = try choice("output", of: arguments, default: Output.results)
    let currencies = try choice(
      "currencies", of: arguments, default: CashLadderCalculator.Currencies.separate)
    let base = try choice("base", of: arguments, default: CashLadderTables.Kind.contractual)
    let horizon = try Self.horizon(arguments.scalars["horizon_days"])
    let columns = try boundColumns(arguments)
    let flows = arguments.tables["cash_flows"] ?? Schema([])
    let scale = CashLadderTables.amountScale(of: flows)
    let schema = Schema(LiquidityStressTables.columns(of: output, scale: scale).map(\.field))
    return BoundTableFunction(schema: schema, columns: columns, businessDate: 1) {
      inputs, context throws(QueryError) in
      let rows = InputRows(
        name: "liquidity_stress: cash_flows", requirements: CashFlowBook.columns, schema: flows,
        batches: inputs["cash_flows"] ?? [])
      let book = try CashFlowBook(
        calculator: "liquidity_stress", rows,
        assumptions: try CashFlowAssumptions(
          calculator: "liquidity_stress", inputs["assumptions"] ?? []),
        scale: scale, addsCurrencies: currencies == .together, context: context)
      let scenarios = try StressScenarios(inputs["scenarios"] ?? [])
      var result = ResultRows("liquidity_stress", schema)
      if output == .failures {
        for row in CashLadderTables.failureRows(book) { try result.append([.null] + row) }
        return result.batches()
      }
      for group in book.groups {
        try context.checkCancelled()
        let valid = try scenarios.valid(
          on: CalendarDate(days: group.day), items: book.assumptions[group.day] ?? [:])
        let tables = LiquidityStressTables(
          book: book, group: group, scale: scale, horizon: horizon, base: base)
        for row in try tables.rows(output, valid) { try result.append(row) }
      }
      return result.batches()
    }
  }

  private static func horizon(_ value: Value?) throws(QueryError) -> Int32 {
    guard let value else { return 30 }
    var days: Int64?
    if case .int64(let number) = value { days = number }
    if case .int32(let number) = value { days = Int64(number) }
    guard let days, (0...36_600).contains(days) else {
      throw QueryError(
        .type, "liquidity_stress: horizon_days is \(value), expected a number of days, 0 to 36600")
    }
    return Int32(days)
  }
}

extension LiquidityStressCalculator: DescribedCalculator {
  var inputs: [(parameter: String, columns: [ColumnRequirement])] {
    [
      ("cash_flows", CashFlowBook.columns), ("scenarios", StressScenarios.columns),
      ("assumptions", CashFlowAssumptions.columns),
    ]
  }

  var outputs: [(name: String, columns: [OutputColumn])] {
    Output.allCases.map { ($0.rawValue, LiquidityStressTables.columns(of: $0, scale: 2)) }
      + [(InputQuality.name, InputQuality.columns)]
  }
}
