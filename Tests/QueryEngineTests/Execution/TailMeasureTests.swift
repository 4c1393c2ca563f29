import Columnar
import QueryEngine
import QueryLanguage
import Testing

/// Values at risk and expected shortfalls of vectors, against numpy 2.4 and the definitions.
@Suite("Tail measures")
struct TailMeasureTests {
  private static let pnl =
    "[3.1, -7.25, 0.5, -2.0, 11.0, -0.75, 4.5, -9.5, 1.25, -3.5, 6.0, 2.25, -1.5, 0.25, -5.0]"

  private func number(_ text: String) throws -> Double {
    let bound = try Binder.bind(try SyntaxParser.query(in: text), resolver: TestLake.book)
    let result = try Executor().collect(bound.plan, context: context())
    guard case .double(let value)? = result.first?.row(0).first else { return .nan }
    return value
  }

  /// `-numpy.quantile(pnl, 1 - level, method=convention)`.
  static let witnesses: [(convention: String, level: String, value: Double)] = [
    ("inverted_cdf", "0.9", 7.25),
    ("averaged_inverted_cdf", "0.9", 7.25),
    ("closest_observation", "0.9", 7.25),
    ("interpolated_inverted_cdf", "0.9", 8.375),
    ("hazen", "0.9", 7.25),
    ("weibull", "0.9", 8.15),
    ("linear", "0.9", 6.35),
    ("median_unbiased", "0.9", 7.55),
    ("normal_unbiased", "0.9", 7.4750000000000005),
    ("lower", "0.9", 7.25),
    ("higher", "0.9", 5.0),
    ("midpoint", "0.9", 6.125),
    ("nearest", "0.9", 7.25),
    ("inverted_cdf", "0.75", 3.5),
    ("averaged_inverted_cdf", "0.75", 3.5),
    ("closest_observation", "0.75", 3.5),
    ("interpolated_inverted_cdf", "0.75", 3.875),
    ("hazen", "0.75", 3.125),
    ("weibull", "0.75", 3.5),
    ("linear", "0.75", 2.75),
    ("median_unbiased", "0.75", 3.2499999999999996),
    ("normal_unbiased", "0.75", 3.21875),
    ("lower", "0.75", 3.5),
    ("higher", "0.75", 2.0),
    ("midpoint", "0.75", 2.75),
    ("nearest", "0.75", 2.0),
    ("inverted_cdf", "0.95", 9.5),
    ("averaged_inverted_cdf", "0.95", 9.5),
    ("closest_observation", "0.95", 9.5),
    ("interpolated_inverted_cdf", "0.95", 9.5),
    ("hazen", "0.95", 8.9375),
    ("weibull", "0.95", 9.5),
    ("linear", "0.95", 7.925),
    ("median_unbiased", "0.95", 9.275),
    ("normal_unbiased", "0.95", 9.190625),
    ("lower", "0.95", 9.5),
    ("higher", "0.95", 7.25),
    ("midpoint", "0.95", 8.375),
    ("nearest", "0.95", 7.25),
    ("inverted_cdf", "0.8", 5.0),
    ("averaged_inverted_cdf", "0.8", 4.25),
    ("closest_observation", "0.8", 5.0),
    ("interpolated_inverted_cdf", "0.8", 5.0),
    ("hazen", "0.8", 4.25),
    ("weibull", "0.8", 4.699999999999999),
    ("linear", "0.8", 3.8),
    ("median_unbiased", "0.8", 4.4),
    ("normal_unbiased", "0.8", 4.362500000000001),
    ("lower", "0.8", 5.0),
    ("higher", "0.8", 3.5),
    ("midpoint", "0.8", 4.25),
    ("nearest", "0.8", 3.5),
  ]

  @Test("read quantiles as numpy does, with its names of the conventions")
  func conventions() throws {
    for witness in TailMeasureTests.witnesses {
      let value = try number(
        "SELECT vector_var(\(TailMeasureTests.pnl), \(witness.level), '\(witness.convention)')")
      #expect(
        abs(value - witness.value) < 1e-12, "\(witness.convention) \(witness.level): \(value)")
    }
  }

  @Test("take the loss behind ⌊n (1 − level)⌋ larger ones by default")
  func standard() throws {
    // 15 scenarios: 1.5, 3.75 and 3 losses in the tail.
    #expect(try number("SELECT vector_var(\(TailMeasureTests.pnl), 0.9)") == 7.25)
    #expect(try number("SELECT vector_var(\(TailMeasureTests.pnl), 0.75)") == 3.5)
    #expect(try number("SELECT vector_var(\(TailMeasureTests.pnl), 0.8, 'next')") == 3.5)
    // 1 − 0.9 is not 0.1 in doubles: ten scenarios have one in the tail, not none.
    #expect(try number("SELECT vector_var([-9.0,-8.0,1.0,2.0,3.0,4.0,5.0,6.0,7.0,8.0], 0.9)") == 8)
  }

  @Test("average the tail by the convention that is named")
  func shortfall() throws {
    func es(_ level: String, _ convention: String) throws -> Double {
      try number("SELECT vector_es(\(TailMeasureTests.pnl), \(level), '\(convention)')")
    }
    #expect(try abs(es("0.9", "fractional") - (9.5 + 0.5 * 7.25) / 1.5) < 1e-12)
    #expect(try es("0.9", "floor") == 9.5)
    #expect(try es("0.9", "ceil") == (9.5 + 7.25) / 2)
    #expect(try es("0.9", "tail_mean") == (9.5 + 7.25) / 2)
    #expect(try abs(es("0.8", "fractional") - (9.5 + 7.25 + 5) / 3) < 1e-12)
  }

  @Test("components add up to the measure of the whole, incrementals are differences")
  func identities() throws {
    for (kind, level) in [("var", "0.8"), ("es", "0.7"), ("var", "0.55"), ("es", "0.93")] {
      for convention in kind == "var" ? ["next", "linear", "hazen"] : ["fractional", "tail_mean"] {
        let parts = [
          "[1.0,-2.5,3.0,-4.0,0.5]", "[-1.0,2.0,-3.5,1.0,0.25]", "[0.5,0.5,-0.5,-0.5,2.0]",
        ]
        let whole = "[0.5,0.0,-1.0,-3.5,2.75]"
        var sum = 0.0
        for part in parts {
          sum += try number(
            "SELECT vector_component_\(kind)(\(part), \(whole), \(level), '\(convention)')")
        }
        let total = try number("SELECT vector_\(kind)(\(whole), \(level), '\(convention)')")
        #expect(abs(sum - total) < 1e-12, "\(kind) \(level) \(convention)")
        let without = try number(
          "SELECT vector_\(kind)([-0.5,2.5,-4.0,0.5,2.25], \(level), '\(convention)')")
        let incremental = try number(
          "SELECT vector_incremental_\(kind)(\(parts[0]), \(whole), \(level), '\(convention)')")
        #expect(incremental == total - without, "\(kind) \(level) \(convention)")
      }
    }
  }

  @Test("vector sums are the exact sums of the members, whatever the threads and the order")
  func exactSums() throws {
    let length = 7
    let field = Field("v", .vector(length: length))
    let schema = Schema([Field("g", .int32), field])
    var state: UInt64 = 88_172_645_463_325_252
    func random() -> Double {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      let scale = Int(state % 60) - 30
      return (Double(state >> 11) / 9_007_199_254_740_992 - 0.5)
        * Double(sign: .plus, exponent: scale, significand: 1)
    }
    let rows: [[Value]] = (0..<4_000).map { row in
      [.int32(Int32(row % 5)), .list((0..<length).map { _ in .double(random()) })]
    }
    func lake(_ rows: [[Value]]) throws -> TestLake {
      let batches = try stride(from: 0, to: rows.count, by: 613).map { start in
        let part = rows[start..<min(start + 613, rows.count)]
        let columns = try schema.fields.indices.map { index in
          try #require(Column.of(schema[index].type, part.map { $0[index] }))
        }
        return Batch(schema: schema, columns: columns)
      }
      var lake = TestLake()
      lake.tables["silver.v"] = PinnedTable(
        name: "silver.v", source: MemoryTable(schema: schema, batches: batches))
      return lake
    }
    func answer(_ text: String, _ lake: TestLake, threads: Int) throws -> [[Value]] {
      let bound = try Binder.bind(try SyntaxParser.query(in: text), resolver: lake)
      let result = try Executor().collect(bound.plan, context: context(threads: threads))
      return result.flatMap { batch in (0..<batch.rowCount).map { batch.row($0) } }
    }
    let members = (1...length).map { "SUM(v[\($0)])" }.joined(separator: ", ")
    let expected = try answer(
      "SELECT g, [\(members)] AS s FROM v GROUP BY g ORDER BY g", try lake(rows), threads: 1)
    for (threads, order) in [(1, rows), (4, rows), (3, Array(rows.reversed()))] {
      let sums = try answer(
        "SELECT g, vsum(v) AS s FROM v GROUP BY g ORDER BY g", try lake(order), threads: threads)
      #expect(sums == expected, "\(threads) threads")
    }
  }
}
