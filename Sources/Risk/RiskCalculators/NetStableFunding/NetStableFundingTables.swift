import Columnar
import Quant
import QueryEngine

/// The three tables that `nsfr` can give.
enum NetStableFundingTables {
  private static let money = DataType.decimal(precision: 38, scale: 2)
  private static let fraction = DataType.decimal(precision: 38, scale: 6)

  static func columns(of output: NetStableFundingCalculator.Output) -> [OutputColumn] {
    let keys = [
      OutputColumn("as_of_date", .date, "the business date"),
      OutputColumn("legal_entity", .string, "whose ratio it is"),
    ]
    switch output {
    case .results: return keys + results
    case .failures: return keys + failures
    case .components: return keys + components
    }
  }

  private static let results = [
    OutputColumn("asf", money, "available stable funding"),
    OutputColumn("rsf", money, "required stable funding"),
    OutputColumn("net_derivatives", money, "the part of rsf for net derivative assets"),
    OutputColumn("nsfr", fraction, "asf / rsf, 1 = 100 %; NULL where nothing is required"),
    OutputColumn(
      "status", .string, "ok, breach (nsfr as shown is under minimum_ratio) or no_requirement"),
    OutputColumn("positions", .int64, "rows of the entity"),
    OutputColumn("failed", .int64, "of these the rows that count nowhere"),
  ]

  private static let failures = [
    OutputColumn("position_id", .string, "the row's own name"),
    OutputColumn("item", .string, "as given"),
    OutputColumn("field", .string, "the column at fault"),
    OutputColumn("reason", .string, "what is wrong with it"),
  ]

  private static let components = [
    OutputColumn("section", .string, "asf, rsf or off_balance"),
    OutputColumn("category", .string, "the factor's heading"),
    OutputColumn("item", .string, "the factor's code"),
    OutputColumn("balance", money, "before the factor, encumbered assets included"),
    OutputColumn("encumbered_6_to_12_months", money, "of the balance"),
    OutputColumn("encumbered_1_year_or_more", money, "of the balance"),
    OutputColumn("rate", .decimal(precision: 38, scale: 18), "the factor without encumbrance"),
    OutputColumn("weighted", money, "what it adds to asf or rsf"),
    OutputColumn("paragraph", .string, "of the Basel Framework"),
  ]

  static func batch(
    _ output: NetStableFundingCalculator.Output, run: NetStableFundingRun, schema: Schema
  ) throws(QueryError) -> Batch {
    let rows: [[Value]] =
      switch output {
      case .results: resultRows(run.days)
      case .failures: failureRows(run)
      case .components: componentRows(run.days)
      }
    var builders = schema.fields.map { ColumnBuilder($0.type) }
    for row in rows {
      for (index, value) in row.enumerated() where !builders[index].append(value) {
        throw QueryError(
          .arithmetic, "nsfr: \(schema[index].name) does not fit \(schema[index].type.sqlName)")
      }
    }
    return Batch(schema: schema, columns: builders.map { $0.finish() }, rowCount: rows.count)
  }

  private static func resultRows(_ days: [NetStableFundingRun.Day]) -> [[Value]] {
    days.flatMap { day in
      day.entities.map { name, figures in
        [
          .date(day.date), .string(name), value(figures.available), value(figures.required),
          value(figures.netDerivatives), figures.ratio.map(value) ?? .null,
          .string(status(figures.ratio, minimum: day.minimumRatio)),
          .int64(Int64(figures.rowCount)), .int64(Int64(figures.failureCount)),
        ]
      }
    }
  }

  private static func status(_ ratio: ExactDecimal?, minimum: ExactDecimal) -> String {
    guard let ratio else { return "no_requirement" }
    typealias Tables = LiquidityCoverageTables
    return Decimal128.compare(Tables.decimal(ratio), Tables.decimal(minimum)) < 0 ? "breach" : "ok"
  }

  private static func failureRows(_ run: NetStableFundingRun) -> [[Value]] {
    let rows = run.failures.map { failure -> [Value] in
      let columns = run.batches[failure.batch].columns
      return (0..<4).map { columns[$0].value(failure.row) }
        + [.string(failure.field), .string(failure.reason)]
    }
    return rows.map { (key: $0.map(LiquidityCoverageTables.sortKey), row: $0) }
      .sorted {
        $0.key.lexicographicallyPrecedes($1.key, by: LiquidityCoverageTables.precedes)
      }.map(\.row)
  }

  private static func componentRows(_ days: [NetStableFundingRun.Day]) -> [[Value]] {
    days.flatMap { day in
      day.entities.flatMap { name, figures in
        figures.lines.map { line in
          [
            .date(day.date), .string(name), .string(line.factor.section.rawValue),
            .string(line.factor.category), .string(line.factor.code), value(line.balance),
            value(line.encumberedMiddle), value(line.encumberedLong),
            line.factor.rate.map(value) ?? .null, value(line.weighted),
            .string(line.factor.paragraph),
          ]
        }
      }
    }
  }

  private static func value(_ number: ExactDecimal) -> Value {
    LiquidityCoverageTables.value(number)
  }
}
