import Columnar
import QueryEngine

/// `output => 'quality'`: what share of an input's rows a calculator could compute, by business date,
/// and why not the others.
enum InputQuality {
  static let name = "quality"

  static let columns = [
    OutputColumn("as_of_date", .date, "the business date; NULL: of rows without one"),
    OutputColumn("input", .string, "the table parameter that the rows are of"),
    OutputColumn("field", .string, "the column at fault; NULL: all rows of the date"),
    OutputColumn("reason", .string, "what is wrong with it; NULL: all rows of the date"),
    OutputColumn("rows", .int64, "of the date; trades where several rows are one"),
    OutputColumn("failed", .int64, "of them, for this reason or for any"),
    OutputColumn("score", .double, "the share that did not fail, 0 to 1"),
  ]

  /// Failures of one date, by field and reason.
  private struct Reason: Hashable {
    var field: String
    var reason: String
  }

  private struct Day {
    var rows: Int64 = 0
    var failed: Int64 = 0
    var reasons: [Reason: Int64] = [:]
  }

  /// - Parameters:
  ///   - failures: What `output => 'failures'` gives: `as_of_date`, `field` and `reason` among others.
  ///   - unit: Rows of one date with one value of it count once; nil: each row counts.
  static func batches(
    _ rows: InputRows, input: String, unit: String?, failures: [Batch], calculator: String
  ) throws(QueryError) -> [Batch] {
    let schema = Schema(columns.map(\.field))
    var days: [Int32?: Day] = [:]
    let dates = rows.days("as_of_date")
    let units = unit.map { rows.texts($0) }
    var seen: Set<Int64> = []
    for row in 0..<rows.count {
      if let units, units.codes[row] >= 0, let day = dates[row] {
        guard seen.insert(Int64(day) << 32 | Int64(units.codes[row])).inserted else { continue }
      }
      days[dates[row], default: Day()].rows += 1
    }
    for batch in failures {
      guard let date = batch.schema.index(of: "as_of_date"),
        let field = batch.schema.index(of: "field"), let reason = batch.schema.index(of: "reason")
      else { continue }
      for row in 0..<batch.rowCount {
        let cells = batch.row(row)
        var day: Int32?
        if case .date(let value) = cells[date] { day = value.days }
        let why = Reason(field: text(cells[field]), reason: text(cells[reason]))
        days[day, default: Day()].failed += 1
        days[day, default: Day()].reasons[why, default: 0] += 1
      }
    }
    var result = ResultRows(calculator, schema)
    for (date, day) in days.sorted(by: { ($0.key ?? .min) < ($1.key ?? .min) }) {
      let cell: Value = date.map { .date(CalendarDate(days: $0)) } ?? .null
      try result.append(line(cell, input, .null, .null, day.rows, day.failed))
      let reasons = day.reasons.sorted {
        ($1.value, $0.key.field, $0.key.reason) < ($0.value, $1.key.field, $1.key.reason)
      }
      for (why, count) in reasons {
        try result.append(
          line(cell, input, .string(why.field), .string(why.reason), day.rows, count))
      }
    }
    return result.batches()
  }

  private static func text(_ value: Value) -> String {
    if case .string(let text) = value { text } else { "" }
  }

  private static func line(
    _ date: Value, _ input: String, _ field: Value, _ reason: Value, _ rows: Int64, _ failed: Int64
  ) -> [Value] {
    let score = rows > 0 ? max(0, 1 - Double(failed) / Double(rows)) : 0
    return [
      date, .string(input), field, reason, .int64(rows), .int64(failed), .double(score),
    ]
  }
}

extension DescribedCalculator {
  /// The call for `output => 'quality'`; nil for other outputs.
  ///
  /// - Parameters:
  ///   - input: The table parameter whose rows are looked at.
  ///   - unit: Its column whose rows of one value and date count once; nil: each row counts.
  func boundQuality(
    _ arguments: TableFunctionArguments, of input: String, unit: String? = nil
  ) throws(QueryError) -> BoundTableFunction? {
    guard case .string(let output)? = arguments.scalars["output"],
      output.lowercased() == InputQuality.name
    else { return nil }
    var failing = arguments
    failing.scalars["output"] = .string("failures")
    let bound = try bind(failing)
    let (calculator, tables) = (name, arguments.tables)
    let requirements = inputs.first { $0.parameter == input }?.columns ?? []
    let schema = Schema(InputQuality.columns.map(\.field))
    return BoundTableFunction(schema: schema, columns: bound.columns, businessDate: 0) {
      inputs, context throws(QueryError) in
      let failures = try bound.run(inputs, context)
      let rows = InputRows(
        name: "\(calculator): \(input)", requirements: requirements,
        schema: tables[input] ?? Schema([]), batches: inputs[input] ?? [])
      return try InputQuality.batches(
        rows, input: input, unit: unit, failures: failures, calculator: calculator)
    }
  }
}
