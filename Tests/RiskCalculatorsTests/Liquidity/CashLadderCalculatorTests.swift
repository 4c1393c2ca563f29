import Columnar
import QueryEngine
import RiskCalculators
import Testing

@Suite struct CashLadderCalculatorTests {
  private typealias Tables = CashFlowTables
  private static let ladder = CashLadderCalculator()

  /// A small bank; every figure below is worked by hand from these rows.
  private static let bank = [
    Tables.flow("d", "outflow", "deposit", "1000.00"),
    Tables.flow("b", "outflow", "bond_issued", "300.00", due: "2025-06-20"),
    Tables.flow("r", "outflow", "repo", "200.00", due: "2025-06-14"),
    Tables.flow("f", "outflow", "facility", "400.00"),
    Tables.flow("l", "inflow", "loan", "500.00", due: "2025-08-01"),
    Tables.flow("p", "inflow", "receivable", "100.00", due: "2025-06-16"),
    Tables.flow("g", "capacity", "level1", "150.00"),
    Tables.flow("c", "capacity", "covered", "100.00", due: "2025-06-23"),
  ]

  private func run(
    _ rows: [[String]] = Self.bank, output: String = "results",
    assumptions: [[String]] = CashFlowTables.assumptions, scalars: [String: Value] = [:],
    threads: Int = 1, pieces: Int = 1
  ) throws(QueryError) -> [[String]] {
    try Tables.run(
      Self.ladder, rows, output: output, assumptions: assumptions, scalars: scalars,
      threads: threads, pieces: pieces)
  }

  @Test func theContractualLadderHasEachAmountWhereItIsDue() throws {
    let rows = try run().filter { $0[3] == "contractual" }.map { Array($0[4...]) }
    #expect(
      rows == [
        [
          "overnight", "int32(0)", "int32(1)", "0.00", "200.00", "-200.00", "-200.00", "250.00",
          "50.00",
        ],
        [
          "2-7 days", "int32(2)", "int32(7)", "100.00", "300.00", "-200.00", "-400.00", "250.00",
          "-150.00",
        ],
        [
          "8-30 days", "int32(8)", "int32(30)", "0.00", "0.00", "0.00", "-400.00", "150.00",
          "-250.00",
        ],
        [
          "over 30 days", "int32(31)", "", "500.00", "0.00", "500.00", "100.00", "150.00", "250.00",
        ],
        ["open", "", "", "0.00", "1400.00", "-1400.00", "", "", ""],
      ])
  }

  @Test func theBehaviouralLadderAppliesEachAssumption() throws {
    // Deposits: 10 a day on days 1 to 10. Repo: 50 on day 1. Facility: 5 a day on days 1 to 4.
    // Loan: 20 a day on days 1 to 5, 400 on day 49. Receivable: 50 on day 3. Covered: 85 from day 2
    // to day 9.
    let rows = try run().filter { $0[3] == "behavioural" }.map { Array($0[4...]) }
    #expect(
      rows == [
        [
          "overnight", "int32(0)", "int32(1)", "20.00", "65.00", "-45.00", "-45.00", "150.00",
          "105.00",
        ],
        [
          "2-7 days", "int32(2)", "int32(7)", "130.00", "375.00", "-245.00", "-290.00", "235.00",
          "-55.00",
        ],
        [
          "8-30 days", "int32(8)", "int32(30)", "0.00", "30.00", "-30.00", "-320.00", "150.00",
          "-170.00",
        ],
        ["over 30 days", "int32(31)", "", "400.00", "0.00", "400.00", "80.00", "150.00", "230.00"],
        ["open", "", "", "0.00", "1430.00", "-1430.00", "", "", ""],
      ])
  }

  @Test func survivalIsTheFirstDayWithoutEnoughCapacity() throws {
    let rows = try run(output: "survival").map { Array($0[3...]) }
    #expect(
      rows == [
        [
          "contractual", "int32(7)", "2025-06-20", "-250.00", "int32(10)", "shortfall", "int64(8)",
          "int64(0)",
        ],
        [
          "behavioural", "int32(7)", "2025-06-20", "-170.00", "int32(10)", "shortfall", "int64(8)",
          "int64(0)",
        ],
      ])
    let exact = [
      Tables.flow("o", "outflow", "bond_issued", "10.00", due: "2025-06-15"),
      Tables.flow("c", "capacity", "level1", "10.00"),
    ]
    // Net outflows equal to capacity can be paid; one cent more cannot.
    #expect(
      try run(exact, output: "survival")[0][4...8] == ["", "", "0.00", "int32(2)", "survives"])
    let more = exact + [Tables.flow("x", "outflow", "bond_issued", "0.01", due: "2025-06-15")]
    #expect(
      try run(more, output: "survival")[0][4...8]
        == ["int32(2)", "2025-06-15", "-0.01", "int32(2)", "shortfall"])
    // A hole in the middle counts although money comes back later.
    let hole = [
      Tables.flow("o", "outflow", "bond_issued", "10.00", due: "2025-06-15"),
      Tables.flow("i", "inflow", "loan", "10.00", due: "2025-06-16"),
    ]
    #expect(try run(hole, output: "survival")[0][4] == "int32(2)")
  }

  @Test func withoutAssumptionsBothLaddersAreOne() throws {
    for output in ["results", "survival", "daily", "components"] {
      let rows = try run(output: output, assumptions: Tables.contractual)
      let parts = ["contractual", "behavioural"].map { kind in
        rows.filter { $0[3] == kind }.map { row in row.indices.filter { $0 != 3 }.map { row[$0] } }
      }
      #expect(parts[0] == parts[1] && !parts[0].isEmpty, "\(output)")
    }
  }

  @Test func bucketsAddUpToTheBalancesWhateverTheRounding() throws {
    // 333.33 · 0.1 in ten parts and 100.01 · 0.05 in four do not divide evenly.
    let rows = [
      Tables.flow("d", "outflow", "deposit", "333.33"),
      Tables.flow("f", "outflow", "facility", "100.01"),
      Tables.flow("r", "outflow", "repo", "0.03", due: "2025-06-20"),
    ]
    let buckets = try run(rows)
    for kind in ["contractual", "behavioural"] {
      let outflows = buckets.filter { $0[3] == kind }.compactMap { Decimal128($0[8])?.mantissa }
      #expect(outflows.reduce(0, +) == 433_37)
    }
    let daily = try run(rows, output: "daily").filter { $0[3] == "behavioural" }
    // 3.333 a day: cumulative 3.33, 6.67 (6.666), 10.00 (9.999) and so on, never more than a cent off.
    #expect(daily.prefix(3).map { $0[7] } == ["4.58", "4.59", "4.58"])
    let components = try run(rows, output: "components").compactMap { Decimal128($0[8])?.mantissa }
    #expect(components.reduce(0, +) == 2 * 433_37)
  }

  @Test func currenciesAreSeparateOrAddedUp() throws {
    let rows = [
      Tables.flow("a", "outflow", "bond_issued", "5.00", due: "2025-06-14"),
      Tables.flow("b", "outflow", "bond_issued", "7.00", due: "2025-06-14", currency: "EUR"),
    ]
    let separate = try run(rows, output: "daily").filter { $0[3] == "contractual" }
    #expect(separate.map { [$0[2], $0[7]] } == [["EUR", "7.00"], ["USD", "5.00"]])
    let together = try run(
      rows, output: "daily", scalars: ["currencies": .string("together")])
    #expect(together.first.map { [$0[2], $0[7]] } == ["ALL", "12.00"])
  }

  @Test func rowsInNoLadderAreListed() throws {
    let rows = [
      Tables.flow("ok", "outflow", "deposit", "1.00"),
      Tables.flow("1", "outflow", "nothing", "1.00"),
      Tables.flow("2", "inflow", "deposit", "1.00"),
      Tables.flow("3", "outflow", "deposit", "-1.00"), Tables.flow("4", "outflow", "deposit", ""),
      Tables.flow("5", "outflow", "deposit", "1.00", due: "2025-06-12"),
      Tables.flow("6", "", "deposit", "1.00"),
      Tables.flow("7", "outflow", "deposit", "1.00", currency: ""),
      Tables.flow("8", "outflow", "deposit", "1.00", entity: ""),
      Tables.flow("9", "outflow", "deposit", "1.00", day: ""),
    ]
    #expect(
      try run(rows, output: "failures").map { "\($0[2]): \($0[4]) \($0[5])" } == [
        "1: item 'nothing' is not in the table of assumptions",
        "2: side is 'inflow', but 'deposit' is of the side outflow",
        "3: amount is negative, expected 0 or more", "4: amount has no value",
        "5: due_date is 2025-06-12, before as_of_date 2025-06-13", "6: side has no value",
        "7: currency has no value", "8: legal_entity has no value", "9: as_of_date has no value",
      ])
    #expect(try run(rows, output: "survival")[0][9...] == ["int64(7)", "int64(6)"])
  }

  @Test(arguments: ["results", "survival", "daily", "components", "failures"])
  func neitherOrderNorThreadsNorBatchesShow(output: String) throws {
    var random = SplitMix(state: 8)
    let items = Tables.assumptions.map { ($0[0], $0[1]) }
    var rows: [[String]] = []
    for id in 0..<3000 {
      let (item, side) = items[Int(random.next() % 8)]
      let due = CalendarDate("2025-06-13").map {
        CalendarDate(days: $0.days + Int32(random.next() % 400) - 1).description
      }
      rows.append(
        Tables.flow(
          "\(id)", side, item, "\(random.next() % 9999).\(10 + random.next() % 90)",
          due: random.next() % 3 == 0 ? "" : due ?? "",
          entity: ["A", "B"][Int(random.next() % 2)],
          currency: ["USD", "EUR"][Int(random.next() % 2)]))
    }
    let expected = try run(rows, output: output)
    #expect(!expected.isEmpty)
    let shuffled = rows.shuffled(using: &random)
    #expect(try run(shuffled, output: output, threads: 2, pieces: 7) == expected)
  }

  @Test func parametersThatContradictEachOtherAreNamed() throws {
    func message(
      assumptions: [[String]] = Tables.assumptions, buckets: [[String]] = Tables.buckets
    ) -> String? {
      do throws(QueryError) {
        _ = try Tables.run(Self.ladder, Self.bank, assumptions: assumptions, buckets: buckets)
        return nil
      } catch { return error.message }
    }
    #expect(message() == nil)
    #expect(message(assumptions: []) == "cash_ladder: no assumption is valid on 2025-06-13")
    #expect(
      message(assumptions: Tables.assumptions + [Tables.assumptions[0]])?.contains("'deposit'")
        == true)
    #expect(
      message(assumptions: [Tables.assumption("x", "outflow", "haircut", rate: "0.1")])?
        .contains("one for the side outflow") == true)
    #expect(
      message(assumptions: [Tables.assumption("x", "outflow", "loss", rate: "1.1")])?
        .contains("within 0...1") == true)
    #expect(
      message(assumptions: [Tables.assumption("x", "outflow", "roll_off", rate: "0.1")])?
        .contains("1...36600") == true)
    #expect(message(buckets: [])?.contains("do not hold all days") == true)
    var gap = Tables.buckets
    gap.remove(at: 1)
    #expect(message(buckets: gap)?.contains("expected day 2") == true)
    #expect(message(buckets: Array(Tables.buckets.dropLast()))?.contains("all days") == true)
  }

  @Test func assumptionsHoldOnTheirDatesOnly() throws {
    let old = Tables.assumption("bond_issued", "outflow", to: "2025-06-13")
    let new = Tables.assumption(
      "bond_issued", "outflow", "roll_over", rate: "1", from: "2025-06-14")
    let rows = ["2025-06-13", "2025-06-14"].map { day in
      Tables.flow("b", "outflow", "bond_issued", "10.00", due: "2025-06-20", day: day)
    }
    let daily = try run(rows, output: "results", assumptions: [old, new]).filter {
      $0[3] == "behavioural" && $0[8] != "0.00"
    }
    #expect(
      daily.map { [$0[0], $0[4]] } == [["2025-06-13", "2-7 days"], ["2025-06-14", "open"]])
  }
}
