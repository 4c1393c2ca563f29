import Columnar
import QueryEngine
import Testing

@Suite("Quantiles")
struct QuantileTests {
  static let fractions = [0, 0.01, 0.05, 0.1, 0.25, 0.333, 0.5, 0.75, 0.9, 0.975, 0.99, 1]

  /// `numpy.quantile(values, fraction)` of numpy 2.4.6, method "linear", at `fractions`.
  static let cases: [(values: [Double], expected: [Double])] = [
    (
      [0.1, 0.2, 0.3],
      [
        0.1, 0.10200000000000001, 0.11000000000000001, 0.12000000000000001, 0.15000000000000002,
        0.16660000000000003, 0.2, 0.25, 0.28, 0.295, 0.298, 0.3,
      ]
    ),
    (
      [1e16, 1.0, -1e16, 3.0],
      [
        -1e16, -9700000000000000.0, -8500000000000000.0, -7000000000000000.0, -2499999999999999.0,
        -9999999999997.898, 2.0, 2500000000000002.0, 7000000000000003.0, 9249999999999998.0,
        9699999999999998.0, 1e16,
      ]
    ),
    (
      [
        -95.24089298036276, 71.37260127694991, -963.353588008693, -620.1959373852561,
        -484.7352758224743, 5.859537450399053e-05, -0.00010681369448600319,
      ],
      [
        -963.353588008693, -942.7641289712868, -860.406292821662, -757.4589976346308,
        -552.4656066038652, -485.00619714559986, -95.24089298036276, -2.4109159991006326e-05,
        28.549075668004694, 60.66671987471357, 67.09024871605534, 71.37260127694991,
      ]
    ),
    (
      [
        1.5337857286814511, 0.9824589072499044, -0.10178149710749891, -0.2742366218853893,
        2.5705280509823467, -0.2888019556653029, -0.7849353784015642, -1.1383433665031757,
        0.09546082324696264, 0.1453134652743637,
      ],
      [
        -1.1383433665031757, -1.1065366475740306, -0.9793097718574505, -0.8202761772117254,
        -0.2851606222203245, -0.274280317886729, -0.003160336930268126, 0.7731725467560192,
        1.6374599609115403, 2.3372610284646456, 2.477221241975266, 2.5705280509823467,
      ]
    ),
    (
      [.leastNonzeroMagnitude, .greatestFiniteMagnitude, -.greatestFiniteMagnitude],
      [
        -1.7976931348623157e308, -1.7617392721650694e308, -1.6179238213760842e308,
        -1.4381545078898526e308, -8.988465674311579e307, -6.004295070440133e307,
        .leastNonzeroMagnitude,
        8.988465674311579e307, 1.4381545078898526e308, 1.7078084781191998e308,
        1.7617392721650694e308, 1.7976931348623157e308,
      ]
    ),
    ([2.0], [Double](repeating: 2.0, count: 12)),
  ]

  private func quantile(_ values: [Double], _ fraction: Double) throws -> [Value] {
    let input = table([Field("x", .double)], values.map { [.double($0)] }, batch: 3)
    let calls = [
      AggregateCall(
        .quantileContinuous, [col(0, .double), .constant(.double(fraction), .double)],
        type: .double, name: "q"),
      AggregateCall(.median, [col(0, .double)], type: .double, name: "m"),
    ]
    let plan = LogicalPlan.aggregate(
      AggregateNode(input: input, groups: [], groupingSets: [[]], aggregates: calls))
    return try rows(plan, threads: 2)[0]
  }

  @Test("have the bits of numpy's linear method", arguments: cases.indices)
  func equalNumpy(index: Int) throws {
    let (values, expected) = QuantileTests.cases[index]
    for (fraction, wanted) in zip(QuantileTests.fractions, expected) {
      let found = try quantile(values, fraction)
      #expect(found[0] == .double(wanted), "\(values) at \(fraction)")
      if fraction == 0.5 { #expect(found[1] == .double(wanted)) }
    }
  }
}
