import Columnar
import Quant
import QueryEngine

/// A row that is valued nowhere, and why.
struct RatesFailure: Sendable {
  var row: Int
  var field: String
  var reason: String

  init(row: Int, field: String, reason: String) {
    self.row = row
    self.field = field
    self.reason = reason
  }

  init(row: Int, _ error: QuantError) {
    self.init(row: row, field: error.cell.field, reason: error.cell.reason)
  }

  /// Behind the date and the row's name.
  static let columns = [
    OutputColumn("field", .string, "the column at fault"),
    OutputColumn("reason", .string, "what is wrong with it"),
  ]

  /// The table of failures: date, name, field and reason, in an order that the rows' does not show in.
  static func batches(
    _ failures: [RatesFailure], days: InputRows.Values<Int32>, names: InputRows.Texts,
    calculator: String, schema: Schema
  ) throws(QueryError) -> [Batch] {
    let sorted = failures.map { failure in
      (day: days[failure.row] ?? .max, name: names[failure.row] ?? "", failure: failure)
    }.sorted {
      ($0.day, $0.name, $0.failure.field, $0.failure.reason)
        < ($1.day, $1.name, $1.failure.field, $1.failure.reason)
    }
    var rows = ResultRows(calculator, schema)
    for (_, _, failure) in sorted {
      try rows.append([
        days[failure.row].map { .date(CalendarDate(days: $0)) } ?? .null,
        names[failure.row].map { .string($0) } ?? .null, .string(failure.field),
        .string(failure.reason),
      ])
    }
    return rows.batches()
  }
}
