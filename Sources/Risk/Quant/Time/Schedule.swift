/// The dates of a leg: period ends as the contract counts them, and as they roll to open days.
///
/// Every regular date is the anchor plus or minus whole periods, never a chain of rolled dates.
package struct Schedule: Sendable, Hashable {
  /// Where regular periods are counted from; the stub is at the other end.
  package enum Generation: String, Sendable, Hashable, CaseIterable {
    /// From the end: stub at the front, as in bonds.
    case backward
    /// From the start: stub at the back.
    case forward
  }

  /// What becomes of a period that is left over.
  package enum Stub: String, Sendable, Hashable, CaseIterable {
    /// A period of its own, shorter than a regular one.
    case short
    /// Joined to the regular period next to it.
    case long
  }

  /// The contract's terms.
  package struct Rule: Sendable, Hashable {
    package var start: Int32
    package var end: Int32
    /// Months of a regular period: 1, 3, 6 or 12, or any other positive number.
    package var months: Int
    package var generation: Generation
    package var stub: Stub
    /// The end of an explicit first stub, and the start of an explicit last one.
    package var firstRegular: Int32?
    package var lastRegular: Int32?
    /// All dates are month ends when the anchor is one.
    package var endOfMonth: Bool
    package var roll: RollConvention
    /// Whether the last date rolls too.
    package var rollsEnd: Bool

    package init(
      start: Int32, end: Int32, months: Int, generation: Generation = .backward,
      stub: Stub = .short, firstRegular: Int32? = nil, lastRegular: Int32? = nil,
      endOfMonth: Bool = false, roll: RollConvention = .unadjusted, rollsEnd: Bool = true
    ) {
      self.start = start
      self.end = end
      self.months = months
      self.generation = generation
      self.stub = stub
      self.firstRegular = firstRegular
      self.lastRegular = lastRegular
      self.endOfMonth = endOfMonth
      self.roll = roll
      self.rollsEnd = rollsEnd
    }
  }

  package let rule: Rule
  /// As counted, ascending: one more than there are periods.
  package let unadjusted: [Int32]
  /// As rolled. Never descending; two may be equal where a stub is shorter than a weekend.
  package let adjusted: [Int32]
  /// The periods from one date of the regular grid to the next; stubs are before and after.
  package let regularPeriods: Range<Int>

  /// - Throws: `invalidParameter` for dates out of order, explicit stubs that the period does not
  ///   lead to, or more than 12,000 periods.
  package init(_ rule: Rule, calendar: BusinessCalendar) throws(QuantError) {
    let first = rule.firstRegular ?? rule.start
    let last = rule.lastRegular ?? rule.end
    guard rule.start < rule.end, rule.start <= first, first <= last, last <= rule.end,
      rule.months > 0, rule.months <= 1200,
      Int(rule.end) - Int(rule.start) < 12_000 * 28 * rule.months
    else {
      throw QuantError.invalidParameter(
        name: "schedule", found: "days \(rule.start) to \(rule.end) by \(rule.months) months",
        expected: "ascending dates, a positive period and at most 12000 of them")
    }
    let (unadjusted, regular) = try Schedule.dates(rule, first: first, last: last)
    var adjusted: [Int32] = []
    adjusted.reserveCapacity(unadjusted.count)
    for (index, day) in unadjusted.enumerated() {
      let stays = index == unadjusted.count - 1 && !rule.rollsEnd
      guard let rolled = stays ? day : calendar.roll(day, rule.roll) else {
        throw QuantError.invalidParameter(
          name: "schedule", found: "day \(day), which cannot roll", expected: "a day in range")
      }
      adjusted.append(rolled)
    }
    self.rule = rule
    self.unadjusted = unadjusted
    self.adjusted = adjusted
    regularPeriods = regular
  }

  package var periodCount: Int { unadjusted.count - 1 }

  private static func dates(
    _ rule: Rule, first: Int32, last: Int32
  ) throws(QuantError) -> (days: [Int32], regular: Range<Int>) {
    var inner: [Int32] = []
    var count = 0
    let backward = rule.generation == .backward
    let anchor = CivilDate(dayNumber: backward ? last : first)
    var next = backward ? last : first
    while backward ? next > first : next < last {
      inner.append(next)
      count += 1
      next =
        anchor.adding(
          months: backward ? -rule.months * count : rule.months * count,
          endOfMonth: rule.endOfMonth
        ).dayNumber
    }
    let target = backward ? first : last
    if next != target {
      let isExplicit = (backward ? rule.firstRegular : rule.lastRegular) != nil
      if isExplicit {
        throw QuantError.invalidParameter(
          name: "schedule", found: "an explicit stub date off the grid of regular periods",
          expected: "a whole number of periods between the regular dates")
      }
      if rule.stub == .long, inner.count > 1 { inner.removeLast() }
    }
    let hasStub = next != target
    let regularCount = max(inner.count - (hasStub ? 1 : 0), 0)
    inner.append(target)
    if backward { inner.reverse() }
    var firstRegular = backward && hasStub ? 1 : 0
    if first != rule.start {
      inner.insert(rule.start, at: 0)
      firstRegular += 1
    }
    if last != rule.end { inner.append(rule.end) }
    return (inner, firstRegular..<firstRegular + regularCount)
  }
}

extension Schedule.Rule {
  /// The date `count` periods after the anchor, unrolled.
  func grid(_ count: Int) -> Int32 {
    let anchor = generation == .backward ? lastRegular ?? end : firstRegular ?? start
    return CivilDate(dayNumber: anchor).adding(months: months * count, endOfMonth: endOfMonth)
      .dayNumber
  }

  /// ACT/ACT ICMA of any span: days over those of each regular period that it touches, stubs
  /// included, by the notional periods that continue the grid.
  ///
  /// - Precondition: `months` is positive, and both days are within 9,000 years of the anchor.
  ///
  /// Source: ICMA rule 251; ISDA memorandum "EMU and market conventions" (1998).
  package func actualActualICMA(from start: Int32, to end: Int32) -> Double {
    if end < start { return -actualActualICMA(from: end, to: start) }
    let anchor = CivilDate(dayNumber: grid(0))
    let date = CivilDate(dayNumber: start)
    let distance = (date.year - anchor.year) * 12 + date.month - anchor.month
    var index = distance / months - 1
    while grid(index + 1) <= start { index += 1 }
    while grid(index) > start { index -= 1 }
    var years = 0.0
    var low = start
    while low < end {
      let (from, to) = (grid(index), grid(index + 1))
      let high = min(to, end)
      years += Double(Int(high) - Int(low)) * Double(months) / Double((Int(to) - Int(from)) * 12)
      low = high
      index += 1
    }
    return years
  }
}
