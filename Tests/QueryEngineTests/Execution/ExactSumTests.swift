import Columnar
import QueryEngine
import Testing

/// Shewchuk's exact partial sums with the last rounding half to even, as Python's `math.fsum` does.
func referenceSum(_ values: [Double]) -> Double {
  var partials: [Double] = []
  for value in values {
    var x = value
    var kept = 0
    for var y in partials {
      if x.magnitude < y.magnitude { swap(&x, &y) }
      let high = x + y
      let low = y - (high - x)
      if low != 0 {
        partials[kept] = low
        kept += 1
      }
      x = high
    }
    partials.removeSubrange(kept...)
    partials.append(x)
  }
  guard var high = partials.popLast() else { return 0 }
  var low = 0.0
  while let next = partials.popLast() {
    let x = high
    high = x + next
    low = next - (high - x)
    if low != 0 { break }
  }
  if let rest = partials.last, (low < 0 && rest < 0) || (low > 0 && rest > 0) {
    let doubled = low * 2
    let x = high + doubled
    if doubled == x - high { high = x }
  }
  return high
}

@Suite("Exact sums")
struct ExactSumTests {
  private let fields = [Field("g", .string), Field("x", .double)]

  private func sums(
    _ values: [(String, Double)], threads: Int, batch: Int, _ function: AggregateFunction = .sum
  ) throws -> [String: Double] {
    let input = table(fields, values.map { [.string($0.0), .double($0.1)] }, batch: batch)
    let plan = LogicalPlan.aggregate(
      AggregateNode(
        input: input, groups: [ProjectedExpression("g", col(0, .string))], groupingSets: [[0]],
        aggregates: [AggregateCall(function, [col(1, .double)], type: .double, name: "s")]))
    var result: [String: Double] = [:]
    for row in try rows(plan, threads: threads) {
      guard case .string(let group) = row[0], case .double(let sum) = row[1] else { continue }
      result[group] = sum
    }
    return result
  }

  static func values(_ kind: Int, _ random: inout Seeded) -> [Double] {
    let count = Int.random(in: 1...400, using: &random)
    return (0..<count).map { _ in
      let unit = Double.random(in: -1...1, using: &random)
      switch kind {
      case 0: return unit * 1e6
      case 1:
        return unit
          * Double(sign: .plus, exponent: .random(in: -300...300, using: &random), significand: 1)
      case 2:
        return Double(
          sign: .plus, exponent: -1074, significand: Double(Int.random(in: 0...9, using: &random)))
      case 3: return [1e100, 1, -1e100, 1e-100, -1, 0, -0.0].randomElement(using: &random) ?? 0
      case 4:
        return unit
          * Double(
            sign: .plus, exponent: .random(in: -1060...(-1000), using: &random), significand: 1)
      default: return (unit * 1e4).rounded() / 100
      }
    }
  }

  @Test("equal math.fsum whatever the order, threads and batches", arguments: 0..<6)
  func equalReference(kind: Int) throws {
    var random = Seeded(UInt64(kind) + 7)
    for round in 0..<12 {
      var all: [(String, Double)] = []
      var expected: [String: Double] = [:]
      for group in ["a", "b", "c"] {
        let values = ExactSumTests.values(kind, &random)
        expected[group] = referenceSum(values)
        all += values.map { (group, $0) }
      }
      for threads in [1, 2, 4] {
        all.shuffle(using: &random)
        let found = try sums(all, threads: threads, batch: [7, 64, 1000][round % 3])
        for (group, value) in expected {
          #expect(
            found[group]?.bitPattern == value.bitPattern || (found[group] == 0 && value == 0),
            "kind \(kind) round \(round) group \(group): \(found[group] ?? .nan) for \(value)")
        }
      }
    }
  }

  @Test("survive cancellation of the largest doubles")
  func huge() throws {
    let top = Double.greatestFiniteMagnitude
    #expect(
      try sums([("a", top), ("a", top), ("a", -top), ("a", -top), ("a", 1)], threads: 1, batch: 2)
        == ["a": 1])
    #expect(try sums([("a", top), ("a", top)], threads: 1, batch: 2) == ["a": .infinity])
  }

  @Test("follow IEEE for infinities and NaN")
  func specials() throws {
    let found = try sums(
      [
        ("inf", .infinity), ("inf", 1), ("neg", -.infinity), ("both", .infinity),
        ("both", -.infinity), ("nan", .nan), ("nan", 3), ("zero", -0.0),
      ], threads: 2, batch: 2)
    #expect(found["inf"] == .infinity)
    #expect(found["neg"] == -.infinity)
    #expect(found["both"]?.isNaN == true)
    #expect(found["nan"]?.isNaN == true)
    #expect(found["zero"]?.bitPattern == 0)
  }

  @Test("variance does not lose digits to a large mean")
  func variance() throws {
    // Values 0…9 shifted by 2^52: their sample variance stays 55/6.
    let values = (0..<10).map { ("a", 4_503_599_627_370_496.0 + Double($0)) }
    let found = try sums(values.shuffled(), threads: 2, batch: 3, .varianceSample)
    #expect(found["a"] == 55.0 / 6.0)
  }

  @Test("statistics have the same bits for any order and threads")
  func statistics() throws {
    var random = Seeded(5)
    var all = ExactSumTests.values(1, &random).map {
      ("a", $0.truncatingRemainder(dividingBy: 1e100))
    }
    for function in [AggregateFunction.varianceSample, .stddevPopulation, .avg] {
      let first = try sums(all, threads: 1, batch: 1000, function)
      for threads in [1, 2, 4] {
        all.shuffle(using: &random)
        let again = try sums(all, threads: threads, batch: 13, function)
        #expect(again["a"]?.bitPattern == first["a"]?.bitPattern)
      }
    }
  }
}
