import Quant
import Testing

@Suite("Overnight compounding")
struct OvernightCompoundingTests {
  /// New York Fed, SOFR, in percent by days since 2024-02-20.
  private static let sofr: [(Int, Double)] = [
    (0, 5.3), (1, 5.3), (2, 5.3), (3, 5.31), (6, 5.31), (7, 5.31), (8, 5.31), (9, 5.32), (10, 5.31),
    (13, 5.31), (14, 5.31), (15, 5.31), (16, 5.31), (17, 5.31), (20, 5.31), (21, 5.31), (22, 5.31),
    (23, 5.31), (24, 5.31), (27, 5.31), (28, 5.31), (29, 5.31), (30, 5.31), (31, 5.31), (34, 5.31),
    (35, 5.32), (36, 5.33), (37, 5.34), (41, 5.35), (42, 5.34), (43, 5.32), (44, 5.32), (45, 5.32),
    (48, 5.31), (49, 5.31), (50, 5.31), (51, 5.31), (52, 5.31), (55, 5.32), (56, 5.31), (57, 5.31),
    (58, 5.3), (59, 5.31), (62, 5.31), (63, 5.31), (64, 5.31), (65, 5.31), (66, 5.32), (69, 5.32),
    (70, 5.34), (71, 5.32), (72, 5.31), (73, 5.31), (76, 5.31), (77, 5.31), (78, 5.31), (79, 5.31),
    (80, 5.31), (83, 5.31), (84, 5.31), (85, 5.31), (86, 5.31), (87, 5.31), (90, 5.31), (91, 5.31),
    (92, 5.31), (93, 5.31), (94, 5.32), (98, 5.32), (99, 5.33), (100, 5.33), (101, 5.34),
    (104, 5.35),
  ]

  private let fixings: Fixings
  private let calendar: BusinessCalendar

  init() throws {
    fixings = try Fixings(Self.sofr.map { (day("2024-02-20") + Int32($0.0), $0.1 / 100) })
    calendar = try BusinessCalendar(
      holidays: try governmentSecuritiesHolidays(year: 2024).map(\.day))
  }

  /// Case sofr-comp-2024-03-01: the New York Fed's SOFR index.
  @Test("reproduces the growth of the published index")
  func index() throws {
    let result = try OvernightCompounding().compound(
      from: day("2024-03-01"), to: day("2024-06-03"), fixings: fixings, calendar: calendar)
    #expect(result.days == 94)
    #expect(abs(result.growth - 1.14075319 / 1.12503155) < 1e-8)
    #expect(abs(result.rate - 0.0535189756858041) < 2e-7)
    #expect(abs(result.rate - 0.0535189485748497) < 1e-14)
  }

  /// A plain product over days written out, with the convention's own words.
  @Test("observes earlier days, with or without their weights, and freezes the last ones")
  func variants() throws {
    // Thursday to Tuesday over the Easter weekend: Good Friday is closed.
    let (start, end) = (day("2024-03-27"), day("2024-04-03"))
    func rate(_ text: String) throws -> Double { try #require(fixings[day(text)]) }
    func growth(_ terms: [(String, Double)]) throws -> Double {
      try terms.reduce(1) { $0 * (1 + (try rate($1.0)) * $1.1 / 360) }
    }
    func computed(_ terms: OvernightCompounding) throws -> OvernightCompounding.Result {
      try terms.compound(from: start, to: end, fixings: fixings, calendar: calendar)
    }
    let lookback = try growth([
      ("2024-03-25", 1), ("2024-03-26", 4), ("2024-03-27", 1), ("2024-03-28", 1),
    ])
    #expect(abs(try computed(OvernightCompounding(lookback: 2)).growth - lookback) < 1e-15)
    let shifted = try computed(OvernightCompounding(lookback: 2, shiftsObservation: true))
    #expect(shifted.days == 7)
    let observed = try growth([
      ("2024-03-25", 1), ("2024-03-26", 1), ("2024-03-27", 1), ("2024-03-28", 4),
    ])
    #expect(abs(shifted.growth - observed) < 1e-15)
    let locked = try growth([
      ("2024-03-27", 1), ("2024-03-28", 4), ("2024-03-28", 1), ("2024-03-28", 1),
    ])
    #expect(abs(try computed(OvernightCompounding(lockout: 2)).growth - locked) < 1e-15)
    let delayed = try computed(OvernightCompounding(paymentDelay: 2))
    #expect(delayed.paymentDay == day("2024-04-05"))
  }

  @Test("names a missing fixing")
  func missing() {
    #expect(throws: QuantError.self) {
      try OvernightCompounding().compound(
        from: day("2024-06-03"), to: day("2024-06-05"), fixings: fixings, calendar: calendar)
    }
  }
}
