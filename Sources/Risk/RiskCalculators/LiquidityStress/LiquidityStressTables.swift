import Columnar
import Quant
import QueryEngine

/// The tables that `liquidity_stress` gives of one group.
struct LiquidityStressTables {
  let book: CashFlowBook
  let group: CashFlowBook.Group
  let scale: Int
  let horizon: Int32
  let base: CashLadderTables.Kind

  static func columns(of output: LiquidityStressCalculator.Output, scale: Int) -> [OutputColumn] {
    let money = DataType.decimal(precision: 38, scale: scale)
    let keys = [OutputColumn("scenario", .string, "its name")] + CashLadderTables.keys
    switch output {
    case .results:
      return keys + [
        OutputColumn("outflow", money, "within the horizon, not negative"),
        OutputColumn("inflow", money, "within the horizon"),
        OutputColumn("net_outflow", money, "outflow - inflow"),
        OutputColumn("buffer", money, "capacity at the end of the horizon"),
        OutputColumn("surplus", money, "buffer - net_outflow"),
        OutputColumn(
          "survival_days", .int32,
          "first day, within the horizon or after, without enough capacity; NULL: there is none"),
        OutputColumn("shortfall_date", .date, "that day's date; NULL: there is none"),
        OutputColumn(
          "status", .string, "survives, or shortfall: survival_days is within the horizon"),
        OutputColumn("flows", .int64, "rows of the ladder"),
        OutputColumn("failed", .int64, "of these the rows that count nowhere"),
      ]
    case .components:
      return keys + [
        OutputColumn("side", .string, "inflow, outflow or capacity"),
        OutputColumn("category", .string, "the assumption's heading"),
        OutputColumn("item", .string, "the assumption's code"),
        OutputColumn("contractual", money, "within the horizon, or capacity at its end"),
        OutputColumn("stressed", money, "the same in the scenario"),
        OutputColumn(
          "effect", money, "on surplus: negative is worse; their sum is the scenario's"),
        OutputColumn("shock", .string, "NULL without one"),
        OutputColumn("rate", .decimal(precision: 38, scale: 18), "of the shock"),
        OutputColumn("days", .int32, "of the shock"),
        OutputColumn("source", .string, "of the shock"),
      ]
    // The keyless first column keeps the business date in its place.
    case .failures:
      return [OutputColumn("scenario", .string, "NULL: in none")] + CashLadderTables.failures
    }
  }

  func rows(
    _ output: LiquidityStressCalculator.Output,
    _ scenarios: [(name: String, effects: [String: StressScenarios.Effect])]
  ) throws(QueryError) -> [[Value]] {
    var rows: [[Value]] = []
    do throws(QuantError) {
      let contract = try book.placed(group, .contractual)
      for (name, effects) in scenarios {
        let stressed = try book.placed(group) { assumption in
          effects[assumption.item]?.treatment
            ?? (base == .contractual ? .contractual : assumption.treatment)
        }
        let keys = [Value.string(name)] + book.keys(of: group)
        if output == .results {
          rows.append(keys + (try result(try CashLadder(stressed.flatMap(\.entries)))))
          continue
        }
        for (before, after) in zip(contract, stressed) {
          rows.append(
            keys + (try component(before, after, effects[before.assumption.item])))
        }
      }
    } catch {
      throw QueryError(
        .arithmetic,
        "liquidity_stress of \(book.entities[Int(group.entity)]) on "
          + "\(CalendarDate(days: group.day)): \(error)")
    }
    return rows
  }

  private func result(_ ladder: CashLadder) throws(QuantError) -> [Value] {
    var inflow: Int128 = 0
    var outflow: Int128 = 0
    for day in ladder.days where day.day <= horizon {
      inflow = try inflow.checkedAdded(to: day.inflow, "inflows")
      outflow = try outflow.checkedAdded(to: day.outflow, "outflows")
    }
    let net = try outflow.checkedSubtracting(inflow, "net outflow")
    let buffer = ladder.state(on: horizon).capacity
    let first = try ladder.survivalDay()
    let date = first.map { CalendarDate(days: Int32(clamping: Int64(group.day) + Int64($0))) }
    let isShort = first.map { $0 <= horizon } ?? false
    return [
      money(outflow), money(inflow), money(net), money(buffer),
      money(try buffer.checkedSubtracting(net, "surplus")), first.map { .int32($0) } ?? .null,
      date.map { .date($0) } ?? .null, .string(isShort ? "shortfall" : "survives"),
      .int64(Int64(book.rowCounts[group] ?? 0)), .int64(Int64(book.failureCounts[group] ?? 0)),
    ]
  }

  private func component(
    _ before: PlacedItem, _ after: PlacedItem, _ effect: StressScenarios.Effect?
  ) throws(QuantError) -> [Value] {
    func within(_ item: PlacedItem) throws(QuantError) -> Int128 {
      var sum: Int128 = 0
      for entry in item.entries {
        guard let day = entry.day, day <= horizon else { continue }
        sum = try sum.checkedAdded(to: entry.amount, item.assumption.item)
      }
      return sum
    }
    let (contractual, stressed) = (try within(before), try within(after))
    let more = try stressed.checkedSubtracting(contractual, "the effect of a shock")
    return [
      .string(before.assumption.side.rawValue), .string(before.assumption.category),
      .string(before.assumption.item), money(contractual), money(stressed),
      money(before.assumption.side == .outflow ? -more : more),
      effect.map { .string($0.shock) } ?? .null,
      effect.map { LiquidityCoverageTables.value($0.treatment.rate) } ?? .null,
      effect.map { .int32($0.treatment.days) } ?? .null, effect.map { .string($0.source) } ?? .null,
    ]
  }

  private func money(_ amount: Int128) -> Value {
    .decimal(Decimal128(mantissa: amount, scale: scale))
  }
}
