import Columnar
import QueryEngine
import RiskCalculators
import Testing

/// Expected values: QuantLib 1.44 on the same quotes, conventions and fixings (Benchmarks/rates.py).
@Suite("swap_risk") struct SwapRiskCalculatorTests {
  private static func leg(
    _ trade: String, _ direction: String, _ kind: String, _ notional: String, _ rate: String,
    _ index: String, _ start: String, _ end: String, _ months: String, _ count: String
  ) -> [String] {
    [
      "2025-06-13", trade, direction, kind, notional, rate, "ESTR", index, start, end, months,
      count, "TARGET", "modified_following",
    ]
  }

  private static let term = [
    leg("A", "pay", "fixed", "1e7", "0.0231", "", "2025-06-17", "2030-06-17", "12", "30/360"),
    leg(
      "A", "receive", "term", "1e7", "", "EURIBOR3M", "2025-06-17", "2030-06-17", "3", "ACT/360"),
  ]
  private static let overnight = [
    leg(
      "B", "receive", "fixed", "2.5e7", "0.0242", "", "2025-03-03", "2032-03-03", "12", "ACT/360"),
    leg("B", "pay", "overnight", "2.5e7", "", "ESTR", "2025-03-03", "2032-03-03", "12", "ACT/360"),
  ]
  private static let basis = [
    leg(
      "C", "receive", "term", "4e7", "", "EURIBOR3M", "2025-02-10", "2035-08-10", "3", "ACT/360"),
    leg(
      "C", "pay", "overnight", "4e7", "0.0011", "ESTR", "2025-02-10", "2035-08-10", "3",
      "ACT/360"),
  ]

  private static func call(
    _ rows: [[String]], _ output: String = "results", scalars: [String: Value] = [:],
    threads: Int = 1
  ) throws(QueryError) -> [[String]] {
    try RatesTables.call(
      SwapRiskCalculator(), ["legs": [LCRTables.batch(rows, RatesTables.legs)]],
      scalars: scalars.merging(["output": .string(output)]) { old, _ in old }, threads: threads)
  }

  private static func number(_ text: String) throws -> Double { try #require(Double(text)) }

  @Test("values and bumped values are those of another engine")
  func againstQuantLib() throws {
    let rows = try Self.call(Self.term + Self.overnight + Self.basis)
    let expected = [
      ("A", -9405.18345800764, 4703.980346067809),
      ("B", 250313.21751885628, -15797.284667854197),
      // The start on 10 February precedes the running period's fixing, which is known.
      ("C", 17311.812739392743, -1190.627391828224),
    ]
    #expect(rows.map { $0[1] } == ["A", "B", "C"])
    for (row, (name, npv, bumped)) in zip(rows, expected) {
      #expect(abs(try Self.number(row[3]) - npv) < 1e-6, "\(name)")
      #expect(abs(try Self.number(row[5]) - bumped) < 1e-6, "\(name)")
      // The derivative differs from the bump by half the second derivative.
      #expect(abs(try Self.number(row[4]) / bumped - 1) < 2e-3, "\(name)")
      #expect(abs(try Self.number(row[6]) / Self.number(row[7]) - 1) < 2e-3, "\(name)")
    }
  }

  @Test("at its fair rate a swap is worth nothing")
  func fairRate() throws {
    let rate = try Self.call(Self.term)[0][8]
    var legs = Self.term
    legs[0][5] = rate
    #expect(abs(try Self.number(try Self.call(legs)[0][3])) < 1e-6)
    #expect(try Self.call(Self.basis)[0][8] == "")
  }

  @Test("key rates add up to the parallel numbers, bumps to second order")
  func keyRates() throws {
    let total = try Self.call(Self.term)[0]
    let keys = try Self.call(Self.term, "key_rates", scalars: ["bumped": .boolean(true)])
    for (convention, column, count) in [("par", 4, 22), ("zero", 6, 22)] {
      let rows = keys.filter { $0[2] == convention }
      #expect(rows.count == count)
      let sum = try rows.reduce(0) { try $0 + Self.number($1[5]) }
      #expect(abs(sum - (try Self.number(total[column]))) < 1e-9)
      for row in rows {
        let (derivative, bumped) = (try Self.number(row[5]), try Self.number(row[6]))
        #expect(abs(derivative - bumped) < 5, "\(row)")
      }
    }
    // A spot swap of a quoted tenor answers to its own quote and, by discounting, hardly to others.
    let own = try #require(keys.first { $0[2] == "par" && $0[4] == "3M 5Y" })
    #expect(abs(try Self.number(own[5]) / Self.number(total[4]) - 1) < 0.01)
  }

  @Test("neither threads nor the order of rows change a bit")
  func reproducible() throws {
    var rows: [[String]] = []
    for number in 0..<700 {
      for var leg in Self.term + Self.overnight + Self.basis {
        leg[1] += "\(number)"
        leg[4] = "\(1_000_000 + number * 37)"
        rows.append(leg)
      }
    }
    let once = try Self.call(rows)
    #expect(once.count == 2100)
    #expect(try Self.call(rows, threads: 2) == once)
    #expect(try Self.call(rows.reversed(), threads: 2) == once)
  }

  @Test("a trade with a leg that cannot be read is listed, and the others are valued")
  func failures() throws {
    var bad = Self.overnight
    bad[0][11] = "ACT/361"
    var unknown = Self.basis
    unknown[1][6] = "SONIA"
    let early = Self.term.map { leg in
      var leg = leg
      leg[1] = "D"
      leg[8] = "2024-09-17"
      leg[10] = "12"
      return leg
    }
    let rows = bad + unknown + Self.term + early
    #expect(try Self.call(rows).map { $0[1] } == ["A"])
    let failures = try Self.call(rows, "failures")
    #expect(
      failures.map { $0[1...2].joined(separator: " ") } == [
        "B day_count", "C discount_curve", "D fixing",
      ])
    #expect(failures[0][3].hasPrefix("is 'ACT/361', expected one of ACT/360, ACT/365F"))
    #expect(failures[1][3].contains("'SONIA', which has no quotes on 2025-06-13"))
  }
}
