import Columnar
import QueryEngine
import Testing

@Suite("Aggregates over many values")
struct ManyValuesTests {
  private func aggregate(
    _ fields: [Field], _ rows: [[Value]], groups: [Int], _ call: AggregateCall, threads: Int,
    batch: Int
  ) throws -> [[Value]] {
    let plan = LogicalPlan.aggregate(
      AggregateNode(
        input: table(fields, rows, batch: batch),
        groups: groups.map { ProjectedExpression("g\($0)", col($0, fields[$0].type)) },
        groupingSets: [Array(groups.indices)], aggregates: [call]))
    return try QueryEngineTests.rows(plan, threads: threads)
  }

  @Test(
    "an ungrouped sum of doubles is exact across zeros, outliers and the edges of blocks",
    arguments: [255, 256, 2047, 2048, 2049, 9001])
  func blocks(count: Int) throws {
    var random = Seeded(UInt64(count))
    for outliers in [0, 1, 40] {
      var values: [Double] = (0..<count).map { _ -> Double in
        Int.random(in: 0..<3, using: &random) == 0
          ? [0, -0.0].randomElement(using: &random) ?? 0
          : Double.random(in: -1e7...1e7, using: &random)
      }
      for _ in 0..<outliers {
        values[Int.random(in: 0..<count, using: &random)] =
          [1e250, -1e250, 1e-250, Double.leastNonzeroMagnitude, 3e40].randomElement(using: &random) ?? 1
      }
      for threads in [1, 3] {
        let found = try aggregate(
          [Field("x", .double)], values.map { [.double($0)] }, groups: [],
          AggregateCall(.sum, [col(0, .double)], type: .double, name: "s"), threads: threads,
          batch: threads == 1 ? count : 700)
        #expect(found == [[.double(referenceSum(values))]], "\(outliers) outliers")
      }
    }
  }

  @Test(
    "distinct values are counted by group, few or many of both",
    arguments: [(3, 40), (700, 9000), (20_000, 20_000)])
  func distinct(groups: Int, values: Int) throws {
    var random = Seeded(UInt64(groups))
    var expected: [Int32: Set<Int64>] = [:]
    var input: [[Value]] = []
    for row in 0..<30_000 {
      let group = Int32(row % groups)
      let value = Int64.random(in: 0..<Int64(values), using: &random)
      let isNull = row % 11 == 0
      if isNull {
        expected[group, default: []].formUnion([])
      } else {
        expected[group, default: []].insert(value)
      }
      input.append([.int32(group), isNull ? .null : .int64(value)])
    }
    for threads in [1, 2] {
      let found = try aggregate(
        [Field("g", .int32), Field("x", .int64)], input, groups: [0],
        AggregateCall(.count, [col(1, .int64)], isDistinct: true, type: .int64, name: "n"),
        threads: threads, batch: 4000)
      #expect(found.count == expected.count)
      for row in found {
        guard case .int32(let group) = row[0] else { continue }
        #expect(row[1] == .int64(Int64(expected[group]?.count ?? -1)))
      }
    }
  }

  @Test("texts that collide in length and ending stay apart, in keys and in joins")
  func texts() throws {
    // Lengths around the words that hashing reads, with equal beginnings and endings.
    let texts = (0..<3000).map { number in
      let padding = String(repeating: "x", count: number % 19)
      return "\(number % 7)\(padding)\(number / 19)\(padding)"
    }
    let found = try aggregate(
      [Field("t", .string)], (texts + texts).map { [.string($0)] }, groups: [0],
      AggregateCall(.countStar, [], type: .int64, name: "n"), threads: 2, batch: 500)
    var expected: [String: Int64] = [:]
    for text in texts { expected[text, default: 0] += 2 }
    #expect(found.count == expected.count)
    for row in found {
      guard case .string(let text) = row[0] else { continue }
      #expect(row[1] == .int64(expected[text] ?? -1))
    }
  }
}
