import Columnar
import Quant
import QueryEngine

/// The three tables that `lcr` can give.
enum LiquidityCoverageTables {
  static let money = DataType.decimal(precision: 38, scale: 2)
  static let fraction = DataType.decimal(precision: 38, scale: 6)

  static func columns(of output: LiquidityCoverageCalculator.Output) -> [OutputColumn] {
    let keys = [
      OutputColumn("as_of_date", .date, "the business date"),
      OutputColumn("legal_entity", .string, "whose ratio it is"),
    ]
    switch output {
    case .results: return keys + results
    case .failures: return keys + failures
    case .components: return keys + components
    case .currencies: return keys + currencies
    }
  }

  private static let results = [
    OutputColumn("level1", money, "Level 1 assets after haircuts, before the caps"),
    OutputColumn("level2a", money, "Level 2A assets after haircuts, before the caps"),
    OutputColumn("level2b", money, "Level 2B assets after haircuts, before the caps"),
    OutputColumn("cap_2b", money, "what the cap on Level 2B takes off"),
    OutputColumn("cap_2", money, "what the cap on Level 2 takes off"),
    OutputColumn("hqla", money, "level1 + level2a + level2b - cap_2b - cap_2"),
    OutputColumn("outflows", money, "after run-off and drawdown rates"),
    OutputColumn("inflows", money, "after inflow rates, before the cap"),
    OutputColumn("inflows_capped", money, "at most the capped part of outflows"),
    OutputColumn("net_outflows", money, "outflows - inflows_capped"),
    OutputColumn(
      "lcr", fraction, "hqla / net_outflows, 1 = 100 %; NULL without net outflows"),
    OutputColumn(
      "status", .string, "ok, breach (lcr as shown is under minimum_ratio) or no_outflows"),
  ]

  private static let failures = [
    OutputColumn("position_id", .string, "the row's own name"),
    OutputColumn("side", .string, "as given"),
    OutputColumn("item", .string, "as given"),
    OutputColumn("field", .string, "the column at fault"),
    OutputColumn("reason", .string, "what is wrong with it"),
  ]

  private static let components = [
    OutputColumn("section", .string, "hqla, outflow or inflow"),
    OutputColumn("category", .string, "the factor's heading; cap for what a cap takes off"),
    OutputColumn("item", .string, "the factor's code, or the name of the cap"),
    OutputColumn("balance", money, "what counts, before the rate; NULL for a cap"),
    OutputColumn(
      "not_counted", money, "encumbered, beyond the horizon or undated; NULL for a cap"),
    OutputColumn("rate", .decimal(precision: 38, scale: 18), "the part that counts"),
    OutputColumn(
      "weighted", money,
      "what it adds; the sum by section is hqla, outflows or inflows_capped up to rounding"),
    OutputColumn("paragraph", .string, "of the Basel Framework"),
  ]

  static func batch(
    _ output: LiquidityCoverageCalculator.Output, days: [LiquidityCoverageRun.Day],
    run: LiquidityCoverageRun, schema: Schema
  ) throws(QueryError) -> Batch {
    let rows: [[Value]] =
      switch output {
      case .results: resultRows(days)
      case .failures: failureRows(run)
      case .components: componentRows(days)
      case .currencies: try currencyRows(days)
      }
    var builders = schema.fields.map { ColumnBuilder($0.type) }
    for row in rows {
      for (index, value) in row.enumerated() where !builders[index].append(value) {
        throw QueryError(
          .arithmetic, "lcr: \(schema[index].name) does not fit \(schema[index].type.sqlName)")
      }
    }
    return Batch(
      schema: schema, columns: builders.map { $0.finish() }, rowCount: rows.count)
  }

  private static func resultRows(_ days: [LiquidityCoverageRun.Day]) -> [[Value]] {
    days.flatMap { day in
      day.entities.map { name, figures in
        [
          .date(day.date), .string(name), value(figures[.level1].afterHaircut),
          value(figures[.level2A].afterHaircut), value(figures.level2B),
          value(figures.adjustment15), value(figures.adjustment40), value(figures.stock),
          value(figures.outflows), value(figures.inflows), value(figures.countedInflows),
          value(figures.netOutflows), figures.ratio.map(value) ?? .null,
          .string(status(figures.ratio, minimum: day.regime.minimumRatio)),
        ]
      }
    }
  }

  private static func status(_ ratio: ExactDecimal?, minimum: ExactDecimal) -> String {
    guard let ratio else { return "no_outflows" }
    return Decimal128.compare(decimal(ratio), decimal(minimum)) < 0 ? "breach" : "ok"
  }

  private static func failureRows(_ run: LiquidityCoverageRun) -> [[Value]] {
    typealias Columns = LiquidityPositionColumns
    let rows = run.failures.map { failure -> [Value] in
      let columns = run.batches[failure.batch].columns
      let named = [
        Columns.asOfDate, Columns.legalEntity, Columns.positionID, Columns.side, Columns.item,
      ]
      return named.map { columns[$0].value(failure.row) }
        + [.string(failure.field), .string(failure.reason)]
    }
    return rows.map { (key: $0.map(sortKey), row: $0) }
      .sorted { $0.key.lexicographicallyPrecedes($1.key, by: precedes) }.map(\.row)
  }

  /// Dates by day, texts by bytes, nulls last.
  static func sortKey(_ value: Value) -> [UInt8] {
    switch value {
    case .date(let date):
      let ordered = UInt32(bitPattern: date.days) ^ 0x8000_0000
      return [0] + (0..<4).map { UInt8(truncatingIfNeeded: ordered >> UInt32(24 - 8 * $0)) }
    case .string(let text): return [0] + Array(text.utf8)
    default: return [1]
    }
  }

  static func precedes(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.lexicographicallyPrecedes(right)
  }

  private static func componentRows(_ days: [LiquidityCoverageRun.Day]) -> [[Value]] {
    var rows: [[Value]] = []
    for day in days {
      for (name, figures) in day.entities {
        let keys: [Value] = [.date(day.date), .string(name)]
        for section in LCRFactor.Section.allCases {
          for line in figures.lines where line.factor.section == section {
            rows.append(keys + self.line(line))
          }
          rows += caps(of: section, figures, day.regime).map { keys + $0 }
        }
      }
    }
    return rows
  }

  private static func line(_ line: LiquidityCoverage.Line) -> [Value] {
    let factor = line.factor
    let held = [line.encumbered, line.ineligible, line.beyondHorizon, line.undated]
    let notCounted = held.reduce(Int128(0)) { $0 + $1.mantissa }
    return [
      .string(factor.section.rawValue), .string(factor.category), .string(factor.code),
      value(line.balance), .decimal(Decimal128(mantissa: notCounted, scale: line.balance.scale)),
      factor.rate.map(value) ?? .null, value(line.weighted), .string(factor.paragraph),
    ]
  }

  private static func caps(
    of section: LCRFactor.Section, _ figures: LiquidityCoverage,
    _ regime: LiquidityCoverageParameters.Regime
  ) -> [[Value]] {
    func cap(_ item: String, _ mantissa: Int128, _ scale: Int, _ paragraph: String) -> [Value] {
      [
        .string(section.rawValue), .string("cap"), .string(item), .null, .null, .null,
        .decimal(Decimal128(mantissa: mantissa, scale: scale)), .string(paragraph),
      ]
    }
    switch section {
    case .stock:
      let (fifteen, forty) = (figures.adjustment15, figures.adjustment40)
      return [
        cap("cap_2b", -fifteen.mantissa, fifteen.scale, regime.level2BParagraph),
        cap("cap_2", -forty.mantissa, forty.scale, regime.level2Paragraph),
      ]
    case .outflow: return []
    case .inflow:
      let over = figures.countedInflows.mantissa - figures.inflows.mantissa
      return [cap("inflow_cap", over, figures.inflows.scale, regime.inflowParagraph)]
    }
  }

  static func value(_ number: ExactDecimal) -> Value { .decimal(decimal(number)) }

  static func decimal(_ number: ExactDecimal) -> Decimal128 {
    Decimal128(mantissa: number.mantissa, scale: number.scale)
  }
}
