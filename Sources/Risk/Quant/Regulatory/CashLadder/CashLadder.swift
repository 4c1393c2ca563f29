/// Cash flows of one group after a treatment, by day. Day 0 is the business date.
///
/// All amounts are mantissas of one scale, and every sum is exact: a part of an amount is rounded
/// (half to even) so that the parts still add up to the amount.
///
/// Source: BCBS 238, III.A (contractual maturity mismatch), and the Basel Framework, SRP50.
package struct CashLadder: Sendable {
  /// What the contracts of one item give on one day.
  package struct Balance: Sendable, Hashable {
    package var side: CashFlowSide
    /// Days from the business date, not negative; `nil` without a date. Of capacity the first day
    /// on which it no longer counts.
    package var dueDay: Int32?
    package var amount: Int128

    package init(side: CashFlowSide, dueDay: Int32?, amount: Int128) {
      self.side = side
      self.dueDay = dueDay
      self.amount = amount
    }
  }

  /// Where an amount ends up.
  package struct Entry: Sendable, Hashable {
    package var side: CashFlowSide
    /// `nil` for what has no date, or is renewed.
    package var day: Int32?
    package var amount: Int128
  }

  /// Ascending; flows and changes of capacity of one day each.
  package struct Day: Sendable, Hashable {
    package var day: Int32
    package var inflow: Int128 = 0
    package var outflow: Int128 = 0
    /// Inflows less outflows up to and including this day.
    package var cumulative: Int128 = 0
    /// Capacity that can be used on this day.
    package var capacity: Int128 = 0
  }

  package private(set) var days: [Day] = []
  package private(set) var openInflow: Int128 = 0
  package private(set) var openOutflow: Int128 = 0

  /// - Throws: `overflow`.
  package init(_ entries: [Entry]) throws(QuantError) {
    var changes: [Int32: Day] = [:]
    for entry in entries {
      guard let number = entry.day else {
        switch entry.side {
        case .inflow: openInflow = try openInflow.checkedAdded(to: entry.amount, "open inflows")
        case .outflow: openOutflow = try openOutflow.checkedAdded(to: entry.amount, "open outflows")
        case .capacity: break
        }
        continue
      }
      var day = changes[number] ?? Day(day: number)
      switch entry.side {
      case .inflow: day.inflow = try day.inflow.checkedAdded(to: entry.amount, "inflows of a day")
      case .outflow:
        day.outflow = try day.outflow.checkedAdded(to: entry.amount, "outflows of a day")
      case .capacity: day.capacity = try day.capacity.checkedAdded(to: entry.amount, "capacity")
      }
      changes[number] = day
    }
    var cumulative: Int128 = 0
    var capacity: Int128 = 0
    for number in changes.keys.sorted() {
      guard var day = changes[number] else { continue }
      let net = try day.inflow.checkedSubtracting(day.outflow, "net flow of a day")
      cumulative = try cumulative.checkedAdded(to: net, "cumulative net flow")
      capacity = try capacity.checkedAdded(to: day.capacity, "capacity")
      day.cumulative = cumulative
      day.capacity = capacity
      days.append(day)
    }
  }

  /// The first day on which cumulative net outflows exceed capacity; `nil` where none does.
  package func survivalDay() throws(QuantError) -> Int32? {
    for day in days where try day.capacity.checkedAdded(to: day.cumulative, "surplus") < 0 {
      return day.day
    }
    return nil
  }

  /// The state at the end of a day: that of the last day with a change up to it.
  package func state(on day: Int32) -> Day {
    var found = Day(day: day)
    if let last = days.last(where: { $0.day <= day }) {
      found.cumulative = last.cumulative
      found.capacity = last.capacity
    }
    return found
  }

  /// What a balance becomes under a treatment, in the order of days.
  ///
  /// Of capacity the entries are changes: up on the day it can be used, down on the day it ends.
  ///
  /// - Precondition: the treatment passed `check`.
  /// - Throws: `overflow`.
  package static func entries(
    of balance: Balance, under treatment: CashFlowTreatment
  ) throws(QuantError) -> [Entry] {
    let rate = treatment.rate
    let unit = try Int128.powerOfTen(rate.scale)
    func part(_ numerator: Int128, _ denominator: Int128) throws(QuantError) -> Int128 {
      try balance.amount.scaled(
        by: try rate.mantissa.checkedMultiplied(by: numerator, "a part of an amount"),
        over: try unit.checkedMultiplied(by: denominator, "a part of an amount"),
        "a part of an amount")
    }
    let whole = try part(1, 1)
    if balance.side == .capacity { return capacity(balance, less: whole, treatment) }
    switch treatment.method {
    case .contractual, .haircut:
      return [Entry(side: balance.side, day: balance.dueDay, amount: balance.amount)]
    case .loss:
      return [Entry(side: balance.side, day: balance.dueDay, amount: balance.amount - whole)]
    case .rollOver:
      guard balance.dueDay != nil else {
        return [Entry(side: balance.side, day: nil, amount: balance.amount)]
      }
      return [
        Entry(side: balance.side, day: balance.dueDay, amount: balance.amount - whole),
        Entry(side: balance.side, day: nil, amount: whole),
      ]
    case .rollOff, .drawdown, .prepayment:
      let last = min(treatment.days, balance.dueDay ?? treatment.days)
      var result: [Entry] = []
      var gone: Int128 = 0
      if last > 0 {
        for day in 1...last {
          // Rounding the running total keeps the parts equal to within one unit and their sum exact.
          let total = try part(Int128(day), Int128(last))
          if total != gone {
            result.append(Entry(side: balance.side, day: day, amount: total - gone))
          }
          gone = total
        }
      }
      result.append(
        Entry(side: balance.side, day: balance.dueDay, amount: balance.amount - gone))
      return result
    }
  }

  private static func capacity(
    _ balance: Balance, less part: Int128, _ treatment: CashFlowTreatment
  ) -> [Entry] {
    let kept = balance.amount - part
    let first = treatment.method == .haircut ? treatment.days : 0
    if let end = balance.dueDay {
      guard end > first else { return [] }
      return [
        Entry(side: .capacity, day: first, amount: kept),
        Entry(side: .capacity, day: end, amount: -kept),
      ]
    }
    return [Entry(side: .capacity, day: first, amount: kept)]
  }
}
