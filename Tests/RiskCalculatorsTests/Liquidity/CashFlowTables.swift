import Columnar
import QueryEngine
import RiskCalculators
import Workers

/// Tables for `cash_ladder` and `liquidity_stress`, written as texts: empty is NULL.
struct CashFlowTables {
  static let flowSchema = Schema([
    Field("flow_id", .string), Field("as_of_date", .date), Field("legal_entity", .string),
    Field("currency", .string), Field("side", .string), Field("item", .string),
    Field("amount", .decimal(precision: 18, scale: 2)), Field("due_date", .date),
  ])
  static let assumptionSchema = Schema([
    Field("item", .string), Field("side", .string), Field("category", .string),
    Field("method", .string), Field("rate", .decimal(precision: 9, scale: 6)),
    Field("days", .int32), Field("source", .string), Field("valid_from", .date),
    Field("valid_to", .date),
  ])
  static let bucketSchema = Schema([
    Field("bucket", .string), Field("from_day", .int32), Field("to_day", .int32),
    Field("source", .string), Field("valid_from", .date), Field("valid_to", .date),
  ])
  static let scenarioSchema = Schema([
    Field("scenario", .string), Field("item", .string), Field("shock", .string),
    Field("rate", .decimal(precision: 9, scale: 6)), Field("days", .int32),
    Field("source", .string), Field("valid_from", .date), Field("valid_to", .date),
  ])

  static func assumption(
    _ item: String, _ side: String, _ method: String = "contractual", rate: String = "",
    days: String = "", from: String = "2015-01-01", to: String = ""
  ) -> [String] { [item, side, side + "s", method, rate, days, "policy", from, to] }

  static let assumptions = [
    assumption("deposit", "outflow", "roll_off", rate: "0.1", days: "10"),
    assumption("bond_issued", "outflow"),
    assumption("repo", "outflow", "roll_over", rate: "0.75"),
    assumption("facility", "outflow", "drawdown", rate: "0.05", days: "4"),
    assumption("loan", "inflow", "prepayment", rate: "0.2", days: "5"),
    assumption("receivable", "inflow", "loss", rate: "0.5"),
    assumption("level1", "capacity"),
    assumption("covered", "capacity", "haircut", rate: "0.15", days: "2"),
  ]
  static let contractual = assumptions.map { row in
    assumption(row[0], row[1])
  }
  static let buckets = [
    ["overnight", "0", "1", "", "2015-01-01", ""], ["2-7 days", "2", "7", "", "2015-01-01", ""],
    ["8-30 days", "8", "30", "", "2015-01-01", ""],
    ["over 30 days", "31", "", "", "2015-01-01", ""],
  ]

  static func shock(
    _ scenario: String, _ item: String, _ shock: String, rate: String = "", days: String = ""
  ) -> [String] { [scenario, item, shock, rate, days, "policy", "2015-01-01", ""] }

  static let scenarios = [
    shock("base", "", "none"),
    shock("idiosyncratic", "deposit", "run_off", rate: "0.5", days: "5"),
    shock("idiosyncratic", "facility", "draw_down", rate: "0.2", days: "1"),
    shock("market", "covered", "haircut", rate: "0.4", days: "7"),
    shock("market", "receivable", "inflow_loss", rate: "1"),
    shock("market", "deposit", "run_off", rate: "0.1", days: "2"),
    shock("combined", "idiosyncratic", "include"),
    shock("combined", "market", "include"),
  ]

  static func flow(
    _ id: String, _ side: String, _ item: String, _ amount: String, due: String = "",
    entity: String = "LE_A", currency: String = "USD", day: String = "2025-06-13"
  ) -> [String] { [id, day, entity, currency, side, item, amount, due] }

  static func run(
    _ calculator: any TableFunction, _ flows: [[String]], output: String = "results",
    assumptions: [[String]] = Self.assumptions, buckets: [[String]] = Self.buckets,
    scenarios: [[String]] = Self.scenarios, scalars: [String: Value] = [:], threads: Int = 1,
    pieces: Int = 1
  ) throws(QueryError) -> [[String]] {
    let size = max(1, (flows.count + pieces - 1) / pieces)
    let flowBatches = stride(from: 0, to: flows.count, by: size).map { start in
      LCRTables.batch(Array(flows[start..<min(flows.count, start + size)]), flowSchema)
    }
    let inputs = [
      "cash_flows": flowBatches, "assumptions": [LCRTables.batch(assumptions, assumptionSchema)],
      "buckets": [LCRTables.batch(buckets, bucketSchema)],
      "scenarios": [LCRTables.batch(scenarios, scenarioSchema)],
    ]
    var tables: [String: Schema] = [:]
    for parameter in calculator.parameters {
      if case .table = parameter.kind {
        tables[parameter.name] = inputs[parameter.name]?.first?.schema ?? flowSchema
      }
    }
    let bound = try calculator.bind(
      TableFunctionArguments(
        tables: tables, scalars: scalars.merging(["output": .string(output)]) { $1 }))
    var given: [String: [Batch]] = [:]
    for name in tables.keys {
      given[name] = (inputs[name] ?? []).map { $0.projected(to: bound.columns[name] ?? []) }
    }
    let context = ExecutionContext(pool: WorkerPool(threadCount: threads))
    return try Batch.joined(bound.run(given, context), schema: bound.schema).texts
  }
}
