import Columnar
import Quant
import QueryEngine

/// What an item's balances became, with the assumption that was made.
struct PlacedItem {
  var assumption: CashFlowAssumptions.Assumption
  var treatment: CashFlowTreatment
  var entries: [CashLadder.Entry]
}

extension CashFlowBook {
  /// Items of a group, in their order, with their entries.
  func placed(
    _ group: Group, _ kind: CashLadderTables.Kind
  ) throws(QuantError) -> [PlacedItem] {
    try placed(group) { assumption in
      kind == .contractual ? .contractual : assumption.treatment
    }
  }

  func placed(
    _ group: Group, treatment: (CashFlowAssumptions.Assumption) -> CashFlowTreatment
  ) throws(QuantError) -> [PlacedItem] {
    let valid = assumptions[group.day] ?? [:]
    var items: [PlacedItem] = []
    for (item, balance) in lines(of: group) {
      guard let assumption = valid[item] else { continue }
      if items.last?.assumption.item != item {
        items.append(
          PlacedItem(assumption: assumption, treatment: treatment(assumption), entries: []))
      }
      let last = items.count - 1
      items[last].entries += try CashLadder.entries(of: balance, under: items[last].treatment)
    }
    return items
  }
}

extension CashLadderTables {
  func money(_ amount: Int128) -> Value { .decimal(Decimal128(mantissa: amount, scale: scale)) }

  func bucketRows(_ ladder: CashLadder) throws(QuantError) -> [[Value]] {
    var rows: [[Value]] = []
    for bucket in buckets {
      var inflow: Int128 = 0
      var outflow: Int128 = 0
      for day in ladder.days where bucket.contains(day.day) {
        inflow = try inflow.checkedAdded(to: day.inflow, "inflows of a bucket")
        outflow = try outflow.checkedAdded(to: day.outflow, "outflows of a bucket")
      }
      let end = ladder.state(on: bucket.to ?? .max)
      rows.append([
        .string(bucket.name), .int32(bucket.from), bucket.to.map { .int32($0) } ?? .null,
        money(inflow), money(outflow), money(try inflow.checkedSubtracting(outflow, "net")),
        money(end.cumulative), money(end.capacity),
        money(try end.capacity.checkedAdded(to: end.cumulative, "surplus")),
      ])
    }
    rows.append([
      .string(CashLadderTables.open), .null, .null, money(ladder.openInflow),
      money(ladder.openOutflow),
      money(try ladder.openInflow.checkedSubtracting(ladder.openOutflow, "net")), .null, .null,
      .null,
    ])
    return rows
  }

  func survival(_ ladder: CashLadder) throws(QuantError) -> [Value] {
    let first = try ladder.survivalDay()
    // The surplus of a day on which nothing changes is that of the day before, and day 0 counts.
    let start = ladder.state(on: 0)
    var least = try start.capacity.checkedAdded(to: start.cumulative, "surplus")
    var leastDay: Int32 = 0
    for day in ladder.days {
      let surplus = try day.capacity.checkedAdded(to: day.cumulative, "surplus")
      if surplus < least { (least, leastDay) = (surplus, day.day) }
    }
    return [
      first.map { .int32($0) } ?? .null, first.map { date($0) } ?? .null, money(least),
      .int32(leastDay), .string(first == nil ? "survives" : "shortfall"),
      .int64(Int64(book.rowCounts[group] ?? 0)), .int64(Int64(book.failureCounts[group] ?? 0)),
    ]
  }

  func dailyRows(_ ladder: CashLadder) throws(QuantError) -> [[Value]] {
    var rows: [[Value]] = []
    for day in ladder.days {
      rows.append([
        .int32(day.day), date(day.day), money(day.inflow), money(day.outflow),
        money(day.cumulative), money(day.capacity),
        money(try day.capacity.checkedAdded(to: day.cumulative, "surplus")),
      ])
    }
    return rows
  }

  func componentRows(_ items: [PlacedItem]) throws(QuantError) -> [[Value]] {
    var rows: [[Value]] = []
    for item in items {
      // The last slot is for what has no date.
      var sums = [Int128](repeating: 0, count: buckets.count + 1)
      for entry in item.entries {
        let place = entry.day.flatMap { day in buckets.firstIndex { $0.contains(day) } }
        let slot = place ?? buckets.count
        sums[slot] = try sums[slot].checkedAdded(to: entry.amount, item.assumption.item)
      }
      for (place, sum) in sums.enumerated() where sum != 0 {
        let rate = item.treatment.rate
        rows.append([
          .string(item.assumption.side.rawValue), .string(item.assumption.category),
          .string(item.assumption.item),
          .string(place < buckets.count ? buckets[place].name : CashLadderTables.open), money(sum),
          .string(item.treatment.method.rawValue), LiquidityCoverageTables.value(rate),
          .int32(item.treatment.days), .string(item.assumption.source),
        ])
      }
    }
    return rows
  }

  func date(_ day: Int32) -> Value {
    .date(CalendarDate(days: Int32(clamping: Int64(group.day) + Int64(day))))
  }
}
