import Columnar
import Quant
import QueryEngine

/// The tables that `cash_ladder` gives of one group.
struct CashLadderTables {
  /// Which of the two ladders a row is of.
  enum Kind: String, CaseIterable {
    case contractual
    case behavioural
  }

  static let open = "open"

  let book: CashFlowBook
  let group: CashFlowBook.Group
  let scale: Int
  let buckets: [LadderBuckets.Bucket]

  /// Money in results has the decimals of the amounts, at least two.
  static func amountScale(of schema: Schema) -> Int {
    guard let place = schema.index(of: "amount"), case .decimal(_, let scale) = schema[place].type
    else { return 2 }
    return max(2, scale)
  }

  static let keys = [
    OutputColumn("as_of_date", .date, "the business date"),
    OutputColumn("legal_entity", .string, "whose ladder it is"),
    OutputColumn("currency", .string, "of all amounts; ALL where currencies are added up"),
  ]

  static func columns(of output: CashLadderCalculator.Output, scale: Int) -> [OutputColumn] {
    let money = DataType.decimal(precision: 38, scale: scale)
    let ladder = OutputColumn("ladder", .string, "contractual or behavioural")
    switch output {
    case .results:
      return keys + [
        ladder, OutputColumn("bucket", .string, "name of the bucket; open: without a date"),
        OutputColumn("from_day", .int32, "first day of the bucket; NULL: open"),
        OutputColumn("to_day", .int32, "last day; NULL: no end"),
        OutputColumn("inflow", money, "within the bucket"),
        OutputColumn("outflow", money, "within the bucket, not negative"),
        OutputColumn("net", money, "inflow - outflow"),
        OutputColumn("cumulative_net", money, "net of this and all earlier buckets; NULL: open"),
        OutputColumn("capacity", money, "counterbalancing capacity at its end; NULL: open"),
        OutputColumn("surplus", money, "capacity + cumulative_net at its end; NULL: open"),
      ]
    case .survival:
      return keys + [
        ladder,
        OutputColumn(
          "survival_days", .int32, "first day on which surplus is negative; NULL: there is none"),
        OutputColumn("shortfall_date", .date, "that day's date; NULL: there is none"),
        OutputColumn("least_surplus", money, "over all days from as_of_date on"),
        OutputColumn("least_surplus_day", .int32, "the first day with it"),
        OutputColumn("status", .string, "survives or shortfall"),
        OutputColumn("flows", .int64, "rows of the ladder"),
        OutputColumn("failed", .int64, "of these the rows that count nowhere"),
      ]
    case .daily:
      return keys + [
        ladder, OutputColumn("day", .int32, "calendar days after as_of_date"),
        OutputColumn("date", .date, "as_of_date + day"),
        OutputColumn("inflow", money, "on that day"),
        OutputColumn("outflow", money, "on that day, not negative"),
        OutputColumn("cumulative_net", money, "inflows less outflows up to that day"),
        OutputColumn("capacity", money, "counterbalancing capacity on that day"),
        OutputColumn("surplus", money, "capacity + cumulative_net"),
      ]
    case .components:
      return keys + [
        ladder, OutputColumn("side", .string, "inflow, outflow or capacity"),
        OutputColumn("category", .string, "the assumption's heading"),
        OutputColumn("item", .string, "the assumption's code"),
        OutputColumn("bucket", .string, "name of the bucket; open: without a date"),
        OutputColumn("amount", money, "within it; of capacity the change"),
        OutputColumn("method", .string, "what was assumed"),
        OutputColumn("rate", .decimal(precision: 38, scale: 18), "a part of the amount"),
        OutputColumn("days", .int32, "see method"),
        OutputColumn("source", .string, "rule paragraph, policy or study"),
      ]
    case .failures: return failures
    }
  }

  static let failures =
    [keys[0], keys[1]] + [
      OutputColumn("flow_id", .string, "the row's own name"),
      OutputColumn("item", .string, "as given"),
      OutputColumn("field", .string, "the column at fault"),
      OutputColumn("reason", .string, "what is wrong with it"),
    ]

  static func failureRows(_ book: CashFlowBook) -> [[Value]] {
    let days = book.rows.days("as_of_date")
    let texts = ["legal_entity", "flow_id", "item"].map { book.rows.texts($0) }
    let rows = book.failures.map { failure -> [Value] in
      [days[failure.row].map { .date(CalendarDate(days: $0)) } ?? .null]
        + texts.map { column in column[failure.row].map { .string($0) } ?? .null }
        + [.string(failure.field), .string(failure.reason)]
    }
    return rows.map { (key: $0.map(LiquidityCoverageTables.sortKey), row: $0) }
      .sorted {
        $0.key.lexicographicallyPrecedes($1.key, by: LiquidityCoverageTables.precedes)
      }.map(\.row)
  }

  func rows(_ output: CashLadderCalculator.Output) throws(QueryError) -> [[Value]] {
    var rows: [[Value]] = []
    for kind in Kind.allCases {
      let keys = book.keys(of: group) + [.string(kind.rawValue)]
      do throws(QuantError) {
        let placed = try book.placed(group, kind)
        let ladder = try CashLadder(placed.flatMap(\.entries))
        switch output {
        case .results: rows += try bucketRows(ladder).map { keys + $0 }
        case .survival: rows.append(keys + (try survival(ladder)))
        case .daily: rows += try dailyRows(ladder).map { keys + $0 }
        case .components: rows += try componentRows(placed).map { keys + $0 }
        case .failures: break
        }
      } catch {
        throw QueryError(
          .arithmetic,
          "cash_ladder of \(book.entities[Int(group.entity)]) on "
            + "\(CalendarDate(days: group.day)): \(error)")
      }
    }
    return rows
  }
}
