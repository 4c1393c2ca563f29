import Quant
import Testing

@Suite("Schedules")
struct ScheduleTests {
  private static func target() throws -> BusinessCalendar {
    var days: [Int32] = []
    for year in 2023...2027 { days += try targetHolidays(year: year).map(\.day) }
    return try BusinessCalendar(holidays: days)
  }

  /// QuantLib 1.44, Schedule over TARGET with the same conventions.
  @Test(
    "have the dates that QuantLib gives",
    arguments: [
      (
        "2024-01-31", "2026-03-15", 6, Schedule.Generation.backward, false,
        RollConvention.modifiedFollowing,
        "2024-01-31 2024-03-15 2024-09-16 2025-03-17 2025-09-15 2026-03-16"
      ),
      (
        "2024-01-31", "2025-08-31", 3, Schedule.Generation.backward, true,
        RollConvention.modifiedFollowing,
        "2024-01-31 2024-02-29 2024-05-31 2024-08-30 2024-11-29 2025-02-28 2025-05-30 2025-08-29"
      ),
      (
        "2024-08-31", "2026-02-28", 6, Schedule.Generation.forward, true, RollConvention.following,
        "2024-09-02 2025-02-28 2025-09-01 2026-03-02"
      ),
      (
        "2024-05-20", "2025-02-10", 3, Schedule.Generation.forward, false,
        RollConvention.modifiedFollowing,
        "2024-05-20 2024-08-20 2024-11-20 2025-02-10"
      ),
      (
        "2023-11-30", "2025-12-24", 12, Schedule.Generation.backward, false,
        RollConvention.preceding,
        "2023-11-30 2023-12-22 2024-12-24 2025-12-24"
      ),
    ])
  func quantLib(
    start: String, end: String, months: Int, generation: Schedule.Generation, endOfMonth: Bool,
    roll: RollConvention, expected: String
  ) throws {
    let schedule = try Schedule(
      Schedule.Rule(
        start: day(start), end: day(end), months: months, generation: generation,
        endOfMonth: endOfMonth, roll: roll), calendar: try Self.target())
    #expect(schedule.adjusted == expected.split(separator: " ").map { day(String($0)) })
  }

  @Test("join the stub to its neighbour when it is long")
  func longStub() throws {
    let calendar = try Self.target()
    var rule = Schedule.Rule(
      start: day("2024-02-20"), end: day("2025-06-15"), months: 6, stub: .long)
    #expect(
      try Schedule(rule, calendar: calendar).unadjusted
        == ["2024-02-20", "2024-12-15", "2025-06-15"].map(day))
    rule.generation = .forward
    #expect(
      try Schedule(rule, calendar: calendar).unadjusted
        == ["2024-02-20", "2024-08-20", "2025-06-15"].map(day))
  }

  @Test("keep explicit stubs, and refuse those that regular periods do not lead to")
  func explicitStubs() throws {
    let calendar = try Self.target()
    var rule = Schedule.Rule(
      start: day("2024-01-10"), end: day("2025-08-01"), months: 6,
      firstRegular: day("2024-06-30"), lastRegular: day("2025-06-30"))
    #expect(
      try Schedule(rule, calendar: calendar).unadjusted
        == ["2024-01-10", "2024-06-30", "2024-12-30", "2025-06-30", "2025-08-01"].map(day))
    rule.firstRegular = day("2024-06-29")
    #expect(throws: QuantError.self) { try Schedule(rule, calendar: calendar) }
  }

  /// ISDA memorandum "EMU and market conventions" (1998), its examples with stubs.
  @Test(
    "split stubs over notional periods for ACT/ACT ICMA",
    arguments: [
      ("1999-02-01", "1999-07-01", "2000-07-01", 12, Schedule.Generation.backward, 0.410958904110),
      ("2002-08-15", "2003-07-15", "2004-01-15", 6, .backward, 0.915760869565),
      ("2000-01-30", "2000-06-30", "2000-01-30", 6, .forward, 0.417582417582),
      ("1999-11-30", "2000-04-30", "1999-11-30", 3, .forward, 0.415760869565),
    ])
  func stubFractions(
    start: String, end: String, anchor: String, months: Int, generation: Schedule.Generation,
    expected: Double
  ) {
    let backward = generation == .backward
    let rule = Schedule.Rule(
      start: backward ? day(start) : day(anchor), end: backward ? day(anchor) : day(end),
      months: months, generation: generation, endOfMonth: anchor == "1999-11-30")
    #expect(abs(rule.actualActualICMA(from: day(start), to: day(end)) - expected) < 1e-10)
  }

  @Test("refuse an end before the start and periods of no length")
  func refusals() throws {
    let calendar = try Self.target()
    for (start, end, months) in [(10, 10, 6), (10, 5, 6), (5, 10, 0)] as [(Int32, Int32, Int)] {
      #expect(throws: QuantError.self) {
        try Schedule(Schedule.Rule(start: start, end: end, months: months), calendar: calendar)
      }
    }
  }
}

/// What regular periods may leave out: counting days of a period against themselves.
@Suite struct RegularPeriodTests {
  @Test func fractionsOfRegularPeriodsHaveTheBitsOfTheGeneralRule() throws {
    var random = SplitMix(state: 31)
    let calendar = try BusinessCalendar(holidays: [])
    for _ in 0..<400 {
      let start = Int32(random.next() % 12_000)
      let months = [1, 2, 3, 4, 6, 12][Int(random.next() % 6)]
      let rule = Schedule.Rule(
        start: start, end: start + 40 + Int32(random.next() % 9000), months: months,
        generation: random.next() % 2 == 0 ? .backward : .forward,
        stub: random.next() % 2 == 0 ? .short : .long, endOfMonth: random.next() % 2 == 0)
      let schedule = try Schedule(rule, calendar: calendar)
      let periods = try schedule.periods(nil, calendar: calendar)
      let count = schedule.regularPeriods.count
      // All but at most one are regular, and the general rule gives a whole period for them only.
      #expect(count >= schedule.periodCount - 1)
      for index in 0..<schedule.periodCount {
        let (low, high) = (schedule.unadjusted[index], schedule.unadjusted[index + 1])
        #expect(periods[index].fraction == rule.actualActualICMA(from: low, to: high))
        if schedule.regularPeriods.contains(index) {
          #expect(periods[index].fraction == Double(months) / 12)
        }
      }
      let bond = try CouponBond(schedule: rule, coupon: 0.05, calendar: calendar)
      for _ in 0..<4 {
        let day = start + Int32(random.next() % UInt64(rule.end - start))
        let dates = schedule.unadjusted
        let from = dates.last { $0 <= day } ?? start
        #expect(
          try bond.accrued(at: day) == 100 * 0.05 * rule.actualActualICMA(from: from, to: day))
      }
    }
  }
}
