import Columnar
import QueryEngine
import RiskCalculators
import Workers

/// Tables for `lcr`, written as texts: empty is NULL.
struct LCRTables {
  static let positionSchema = Schema([
    Field("position_id", .string), Field("as_of_date", .date), Field("legal_entity", .string),
    Field("side", .string), Field("item", .string),
    Field("amount", .decimal(precision: 18, scale: 2)), Field("encumbered", .boolean),
    Field("maturity_date", .date), Field("collateral_item", .string),
    Field("collateral_amount", .decimal(precision: 18, scale: 2)), Field("trader", .string),
  ])
  static let factorSchema = Schema([
    Field("item", .string), Field("section", .string), Field("category", .string),
    Field("level", .string), Field("rate", .decimal(precision: 9, scale: 6)),
    Field("horizon", .string), Field("unwind", .string), Field("role", .string),
    Field("paragraph", .string), Field("description", .string), Field("valid_from", .date),
    Field("valid_to", .date),
  ])
  static let ruleSchema = Schema([
    Field("name", .string), Field("value", .decimal(precision: 9, scale: 6)),
    Field("paragraph", .string), Field("description", .string), Field("valid_from", .date),
    Field("valid_to", .date),
  ])

  var positions: [Batch]
  var factors: [Batch]
  var rules: [Batch]

  init(
    positions: [[String]], factors: [[String]] = LCRTables.factors,
    rules: [[String]] = LCRTables.rules
  ) {
    self.positions = [LCRTables.batch(positions, LCRTables.positionSchema)]
    self.factors = [LCRTables.batch(factors, LCRTables.factorSchema)]
    self.rules = [LCRTables.batch(rules, LCRTables.ruleSchema)]
  }

  /// A handful of factors, enough for every rule.
  static let factors: [[String]] = [
    [
      "cash", "hqla", "level1", "level1", "1", "any", "none", "cash", "LCR30.41(1)", "",
      "2015-01-01", "",
    ],
    [
      "covered_bond", "hqla", "level2a", "level2a", "0.85", "any", "none", "none", "LCR30.43(2)",
      "", "2015-01-01", "",
    ],
    [
      "equity", "hqla", "level2b_other", "level2b_other", "0.5", "any", "none", "none",
      "LCR30.45(3)", "", "2015-01-01", "",
    ],
    [
      "deposit", "outflow", "deposits", "", "0.4", "within", "none", "none", "LCR40.40", "",
      "2015-01-01", "",
    ],
    [
      "facility", "outflow", "facilities", "", "0.1", "any", "none", "none", "LCR40.64(2)", "",
      "2015-01-01", "",
    ],
    [
      "guarantee", "outflow", "contingent", "", "", "any", "none", "none", "LCR40.73(2)", "",
      "2015-01-01", "",
    ],
    [
      "repo", "outflow", "secured", "", "0.15", "within", "funding", "none", "LCR40.48", "",
      "2015-01-01", "",
    ],
    [
      "loan", "inflow", "receivables", "", "0.5", "within", "none", "client_receivable",
      "LCR40.87(2)", "", "2015-01-01", "",
    ],
  ]
  static let rules: [[String]] = [
    ["horizon_days", "30", "LCR30.37", "", "2015-01-01", ""],
    ["level2_cap", "0.40", "LCR30.31", "", "2015-01-01", ""],
    ["level2b_cap", "0.15", "LCR30.33", "", "2015-01-01", ""],
    ["inflow_cap", "0.75", "LCR40.77", "", "2015-01-01", ""],
    ["client_lending_share", "0.50", "LCR40.66", "", "2015-01-01", ""],
    ["minimum_ratio", "1.00", "LCR20.4", "", "2015-01-01", ""],
  ]

  /// A position; the id is the place of the row.
  static func position(
    _ id: String, _ side: String, _ item: String, _ amount: String, entity: String = "LE_A",
    day: String = "2025-06-13", encumbered: String = "false", maturity: String = "",
    collateral: String = "", collateralAmount: String = ""
  ) -> [String] {
    [
      id, day, entity, side, item, amount, encumbered, maturity, collateral, collateralAmount,
      "nobody",
    ]
  }

  static func value(_ text: String, _ type: DataType) -> Value {
    if text.isEmpty { return .null }
    switch type {
    case .date: return CalendarDate(text).map { .date($0) } ?? .null
    case .boolean: return .boolean(text == "true")
    case .decimal: return Decimal128(text).map { .decimal($0) } ?? .null
    case .double: return Double(text).map { .double($0) } ?? .null
    case .int32: return Int32(text).map { .int32($0) } ?? .null
    default: return .string(text)
    }
  }

  static func batch(_ rows: [[String]], _ schema: Schema) -> Batch {
    let columns = schema.fields.indices.map { index in
      var builder = ColumnBuilder(schema[index].type)
      for row in rows { builder.append(value(row[index], schema[index].type)) }
      return builder.finish()
    }
    return Batch(schema: schema, columns: columns, rowCount: rows.count)
  }

  /// Binds and runs as the engine does: each input projected to the columns that were asked for.
  func run(output: String = "results", threads: Int = 1) throws(QueryError) -> Batch {
    let calculator = LiquidityCoverageCalculator()
    let inputs = ["positions": positions, "factors": factors, "rules": rules]
    var schemas: [String: Schema] = [:]
    for (name, batches) in inputs { schemas[name] = batches.first?.schema ?? Schema([]) }
    let bound = try calculator.bind(
      TableFunctionArguments(tables: schemas, scalars: ["output": .string(output)]))
    var given: [String: [Batch]] = [:]
    for (name, batches) in inputs {
      given[name] = batches.map { $0.projected(to: bound.columns[name] ?? []) }
    }
    let context = ExecutionContext(pool: WorkerPool(threadCount: threads))
    return try Batch.joined(bound.run(given, context), schema: bound.schema)
  }
}

extension Batch {
  /// The rows as texts, NULL as an empty one.
  var texts: [[String]] {
    (0..<rowCount).map { row in
      self.row(row).map { value in
        switch value {
        case .date(let date): date.description
        case .string(let text): text
        case .decimal(let number): number.description
        case .double(let number): "\(number)"
        case .null: ""
        default: "\(value)"
        }
      }
    }
  }
}
