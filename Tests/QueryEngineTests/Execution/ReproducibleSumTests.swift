import Columnar
import QueryEngine
import Testing

@Suite("Aggregates of doubles")
struct ReproducibleSumTests {
  private static let calls: [(AggregateFunction, [Int])] = [
    (.sum, [0]), (.avg, [0]), (.varianceSample, [0]), (.variancePopulation, [0]),
    (.stddevSample, [0]), (.stddevPopulation, [0]), (.correlation, [0, 1]),
    (.covarianceSample, [0, 1]), (.covariancePopulation, [0, 1]),
  ]

  private func answer(_ values: [(Double, Double)], threads: Int, batch: Int) throws -> [UInt64] {
    let fields = [Field("x", .double), Field("y", .double)]
    let plan = LogicalPlan.aggregate(
      AggregateNode(
        input: table(fields, values.map { [.double($0.0), .double($0.1)] }, batch: batch),
        groups: [], groupingSets: [[]],
        aggregates: ReproducibleSumTests.calls.map { function, arguments in
          AggregateCall(
            function, arguments.map { col($0, .double) }, type: .double, name: function.rawValue)
        }))
    return try rows(plan, threads: threads)[0].map { value in
      if case .double(let number) = value { number.bitPattern } else { 0 }
    }
  }

  @Test("have one result in 200 runs over any order, threads and cuts; the sum is the exact one")
  func oneResult() throws {
    var random = Seeded(42)
    var values = (0..<500).map { index -> (Double, Double) in
      let exponent = Double.Exponent.random(in: -40...40, using: &random)
      let x = Double.random(in: -1...1, using: &random)
      let y = Double.random(in: -1e3...1e3, using: &random)
      return (index % 7 == 0 ? x : x * Double(sign: .plus, exponent: exponent, significand: 1), y)
    }
    let exact = referenceSum(values.map(\.0))
    let first = try answer(values, threads: 1, batch: 500)
    #expect(first[0] == exact.bitPattern)
    #expect(Set(first).count > 5, "the functions give different numbers")
    for run in 0..<200 {
      values.shuffle(using: &random)
      let batch = [3, 17, 64, 250][run / 4 % 4]
      #expect(try answer(values, threads: [1, 2, 4, 8][run % 4], batch: batch) == first)
    }
  }
}
