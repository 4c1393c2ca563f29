import Columnar
import Quant
import QueryEngine

/// Cash flows of all dates as exact sums by date, entity, currency, item and day due.
///
/// The sums are integers, so that nothing depends on the order of rows or on threads.
struct CashFlowBook: Sendable {
  static let columns = [
    ColumnRequirement(
      "as_of_date", .date, "the business date; with legal_entity and currency the ladder"),
    ColumnRequirement("legal_entity", .text, "whose ladder the row is in"),
    ColumnRequirement("flow_id", .text, "names the row in the failures"),
    ColumnRequirement("currency", .text, "the ladder's, when currencies are kept separate"),
    ColumnRequirement(
      "side", .text, "inflow, outflow or capacity; must be the side of the item"),
    ColumnRequirement("item", .text, "code in assumptions"),
    ColumnRequirement(
      "amount", .amount,
      "not negative; in the row's currency, or where currencies are added up in one of all rows"),
    ColumnRequirement(
      "due_date", .date,
      "outflows: earliest, inflows: latest date of payment; capacity: first day on which it no "
        + "longer counts; NULL: none"),
  ]

  /// What one ladder is of.
  struct Group: Hashable, Sendable {
    var day: Int32
    var entity: Int32
    /// −1 where currencies are added up.
    var currency: Int32
  }

  /// What is added up within a group.
  struct Line: Hashable, Sendable {
    var item: Int32
    /// Days from the business date; −1 without a date.
    var due: Int32
  }

  struct Failure: Sendable {
    var row: Int
    var field: String
    var reason: String
  }

  typealias Sums = [Group: [Line: Int128]]

  private(set) var sums: Sums = [:]
  /// Rows and failed rows of each group; a row without its keys is in none.
  private(set) var rowCounts: [Group: Int] = [:]
  private(set) var failureCounts: [Group: Int] = [:]
  private(set) var failures: [Failure] = []
  let entities: [String]
  let currencies: [String]
  let items: [String]
  private(set) var assumptions: [Int32: [String: CashFlowAssumptions.Assumption]] = [:]
  let rows: InputRows

  /// - Parameter scale: Of all sums; at least that of the column `amount`.
  /// - Throws: `.type` for assumptions that contradict each other or are missing for a date,
  ///   `.arithmetic` for a sum of more than 38 digits, `.cancelled`.
  init(
    calculator: String, _ rows: InputRows, assumptions all: CashFlowAssumptions, scale: Int,
    addsCurrencies: Bool, context: ExecutionContext
  ) throws(QueryError) {
    self.rows = rows
    let reader = CashFlowReader(rows, scale: scale, addsCurrencies: addsCurrencies)
    entities = reader.entities.values
    currencies = reader.currencies.values
    items = reader.items.values
    var sides: [Int32: [CashFlowSide?]] = [:]
    for day in Set(reader.days.values.indices.lazy.compactMap { reader.days[$0] }).sorted() {
      let valid = try all.valid(on: CalendarDate(days: day))
      assumptions[day] = valid
      sides[day] = items.map { valid[$0]?.side }
    }
    let known = sides
    let parts = try ParallelChunks.map(count: rows.count, context, size: 1 << 15) { range in
      reader.part(range, sides: known)
    }
    for part in parts {
      for (group, count) in part.rowCounts { rowCounts[group, default: 0] += count }
      for (group, count) in part.failureCounts { failureCounts[group, default: 0] += count }
      failures += part.failures
      for (group, lines) in part.sums {
        for (line, amount) in lines {
          let before = sums[group]?[line] ?? 0
          let (sum, overflow) = before.addingReportingOverflow(amount)
          if overflow {
            throw QueryError(
              .arithmetic, "\(calculator): the sum of '\(items[Int(line.item)])' is too large")
          }
          sums[group, default: [:]][line] = sum
        }
      }
    }
  }

  /// All groups in the order of results: by date, entity and currency.
  var groups: [Group] {
    rowCounts.keys.sorted {
      if $0.day != $1.day { return $0.day < $1.day }
      if $0.entity != $1.entity {
        return entities[Int($0.entity)].utf8.lexicographicallyPrecedes(
          entities[Int($1.entity)].utf8)
      }
      return name(ofCurrency: $0.currency).utf8.lexicographicallyPrecedes(
        name(ofCurrency: $1.currency).utf8)
    }
  }

  func name(ofCurrency code: Int32) -> String { code < 0 ? "ALL" : currencies[Int(code)] }

  /// Date, entity and currency.
  func keys(of group: Group) -> [Value] {
    [
      .date(CalendarDate(days: group.day)), .string(entities[Int(group.entity)]),
      .string(name(ofCurrency: group.currency)),
    ]
  }

  /// Lines of a group by item and day due, so that what is made of them has one order.
  func lines(of group: Group) -> [(item: String, balance: CashLadder.Balance)] {
    let valid = assumptions[group.day] ?? [:]
    let lines = (sums[group] ?? [:]).map { line, amount in
      (item: items[Int(line.item)], due: line.due, amount: amount)
    }
    return lines.sorted { ($0.item, $0.due) < ($1.item, $1.due) }.compactMap { line in
      guard let side = valid[line.item]?.side else { return nil }
      return (
        line.item,
        CashLadder.Balance(
          side: side, dueDay: line.due < 0 ? nil : line.due, amount: line.amount)
      )
    }
  }
}
