import Columnar
import QueryEngine

/// The time buckets of all dates, from the table `buckets`.
struct LadderBuckets: Sendable {
  static let columns = [
    ColumnRequirement("bucket", .text, "its name in the results"),
    ColumnRequirement("from_day", .integer, "first calendar day after as_of_date, 0 is that date"),
    ColumnRequirement("to_day", .integer, "last one; NULL: no end"),
    ColumnRequirement("source", .text, "rule paragraph or policy"),
    ColumnRequirement("valid_from", .date, "first business date it holds for"),
    ColumnRequirement("valid_to", .date, "last one; NULL: until further notice"),
  ]

  struct Bucket: Sendable {
    var name: String
    var from: Int32
    var to: Int32?
    var validity: ValidityPeriod

    func contains(_ day: Int32) -> Bool {
      if day < from { return false }
      if let to { return day <= to }
      return true
    }
  }

  private var all: [Bucket] = []

  init(_ batches: [Batch]) throws(QueryError) {
    let table = ParameterRows(name: "cash_ladder: buckets", columns: Self.columns, batches: batches)
    for row in table.rows.indices {
      let from = Int32(clamping: try table.number(row, "from_day").mantissa)
      let to = try table.optionalNumber(row, "to_day").map { Int32(clamping: $0.mantissa) }
      all.append(
        Bucket(
          name: try table.text(row, "bucket"), from: from, to: to,
          validity: try table.validity(row)))
    }
    all.sort { ($0.from, $0.name) < ($1.from, $1.name) }
  }

  /// In the order of days.
  ///
  /// - Throws: `.type` unless they hold every day from 0 on exactly once, under one name each.
  func valid(on date: CalendarDate) throws(QueryError) -> [Bucket] {
    let valid = all.filter { $0.validity.contains(date) }
    var next: Int32? = 0
    for bucket in valid {
      guard let expected = next, bucket.from == expected, (bucket.to ?? bucket.from) >= bucket.from
      else {
        throw QueryError(
          .type,
          "cash_ladder: bucket '\(bucket.name)' starts on day \(bucket.from) on \(date), "
            + "expected " + (next.map { "day \($0)" } ?? "none after one without an end"),
          help: "buckets must follow each other without gap or overlap")
      }
      next = bucket.to.map { $0 == .max ? $0 : $0 + 1 }
    }
    guard !valid.isEmpty, next == nil, Set(valid.map(\.name)).count == valid.count else {
      throw QueryError(
        .type, "cash_ladder: the buckets of \(date) do not hold all days",
        help: "the last one has no to_day, and names differ")
    }
    return valid
  }
}
