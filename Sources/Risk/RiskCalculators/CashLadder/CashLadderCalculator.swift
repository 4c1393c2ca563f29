import Columnar
import Quant
package import QueryEngine

/// `cash_ladder`: contractual and behavioural maturity ladders and the survival horizon.
package struct CashLadderCalculator: TableFunction {
  package init() {}

  package var name: String { "cash_ladder" }
  package var methodVersion: Int { 1 }
  package var window: BusinessDateWindow { .same }

  package var parameters: [TableFunctionParameter] {
    [
      TableFunctionParameter(
        "cash_flows", .table(defaultName: nil),
        "one row for each payment due, balance, commitment or asset of the buffer"),
      TableFunctionParameter(
        "assumptions", .table(defaultName: "ref.cash_flow_assumptions"),
        "what is assumed of each item, with validity dates and source"),
      TableFunctionParameter(
        "buckets", .table(defaultName: "ref.ladder_buckets"),
        "the time buckets, with validity dates"),
      CashLadderCalculator.currencies,
      TableFunctionParameter(
        "output", .scalar(.string, defaultValue: .string(Output.results.rawValue)),
        "'quality' (share of the rows computed, by date and reason), "
          + "'results' (by bucket), 'survival' (one row a ladder), 'daily' (each day with a change), "
          + "'components' (by item and bucket) or 'failures' (rows in no ladder, and why)"),
    ]
  }

  static let currencies = TableFunctionParameter(
    "currencies", .scalar(.string, defaultValue: .string(Currencies.separate.rawValue)),
    "'separate' (a ladder for each currency) or 'together' (amounts are all in one currency)")

  package var documentation: String {
    """
    Maturity ladders of each as_of_date, legal_entity and currency: the contractual one (amounts on \
    the day the contract says, BCBS 238 paragraphs on contractual maturity mismatch; Basel \
    Framework SRP50) and the behavioural one, with the assumptions of each item. Days are calendar \
    days after as_of_date. Amounts without a date, and what is renewed, stand in the bucket 'open' \
    and in no cumulative figure. Counterbalancing capacity is no flow; the contractual ladder \
    counts it without haircut from day 0. The survival horizon is the first day on which cumulative \
    net outflows exceed capacity, looked for day by day. Sums are exact; parts of an amount add up to it. \
    A row that cannot be placed is in no ladder and is listed by output => 'failures'.
    """
  }

  enum Currencies: String, CaseIterable {
    case separate
    case together
  }

  /// What the call gives.
  enum Output: String, CaseIterable {
    case results
    case survival
    case daily
    case components
    case failures
  }

  package func bind(_ arguments: TableFunctionArguments) throws(QueryError) -> BoundTableFunction {
    if let quality = try boundQuality(arguments, of: "cash_flows") { return quality }
    let output = try choice("output", of: arguments, default: Output.results)
    let currencies = try choice("currencies", of: arguments, default: Currencies.separate)
    let columns = try boundColumns(arguments)
    let flows = arguments.tables["cash_flows"] ?? Schema([])
    let scale = CashLadderTables.amountScale(of: flows)
    let schema = Schema(CashLadderTables.columns(of: output, scale: scale).map(\.field))
    return BoundTableFunction(schema: schema, columns: columns, businessDate: 0) {
      inputs, context throws(QueryError) in
      let rows = InputRows(
        name: "cash_ladder: cash_flows", requirements: CashFlowBook.columns, schema: flows,
        batches: inputs["cash_flows"] ?? [])
      let book = try CashFlowBook(
        calculator: "cash_ladder", rows,
        assumptions: try CashFlowAssumptions(
          calculator: "cash_ladder", inputs["assumptions"] ?? []),
        scale: scale, addsCurrencies: currencies == .together, context: context)
      let buckets = try LadderBuckets(inputs["buckets"] ?? [])
      var result = ResultRows("cash_ladder", schema)
      if output == .failures {
        for row in CashLadderTables.failureRows(book) { try result.append(row) }
        return result.batches()
      }
      for group in book.groups {
        try context.checkCancelled()
        let tables = CashLadderTables(
          book: book, group: group, scale: scale,
          buckets: try buckets.valid(on: CalendarDate(days: group.day)))
        for row in try tables.rows(output) { try result.append(row) }
      }
      return result.batches()
    }
  }
}

extension CashLadderCalculator: DescribedCalculator {
  var inputs: [(parameter: String, columns: [ColumnRequirement])] {
    [
      ("cash_flows", CashFlowBook.columns), ("assumptions", CashFlowAssumptions.columns),
      ("buckets", LadderBuckets.columns),
    ]
  }

  var outputs: [(name: String, columns: [OutputColumn])] {
    Output.allCases.map { ($0.rawValue, CashLadderTables.columns(of: $0, scale: 2)) }
      + [(InputQuality.name, InputQuality.columns)]
  }
}
