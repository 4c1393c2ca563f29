import Quant
import Testing

@Suite("Monotone interpolations")
struct MonotoneCurveTests {
  private static func curve(
    _ interpolation: CurveInterpolation, _ days: [Int32], zeros: [Double]
  ) throws -> DiscountCurve {
    try DiscountCurve(
      reference: 0, nodeDays: days,
      logDiscounts: zip(days, zeros).map { Double($0) / 365 * $1 }, interpolation: interpolation)
  }

  private static let days: [Int32] = [
    73, 146, 365, 730, 1095, 1825, 2555, 3650, 5475, 7300, 10950,
  ]
  private static let zeros = [
    0.021, 0.0195, 0.023, 0.018, 0.0185, 0.026, 0.0262, 0.024, 0.0275, 0.0274, 0.02,
  ]

  /// QuantLib 1.44: MonotonicCubicNaturalSpline over these zero rates, and the first at time 0.
  @Test(
    "the cubic is another engine's",
    arguments: [
      (30, 0.021),
      (110, 0.020362328356416572),
      (250, 0.02034587060921594),
      (547, 0.021361060697213094),
      (900, 0.017749708881616998),
      (1500, 0.023208160006503574),
      (2190, 0.026350000000000002),
      (3100, 0.025017468036215646),
      (4380, 0.024993011962163903),
      (6205, 0.0278896),
      (9125, 0.024311754510604508),
    ] as [(Int32, Double)])
  func cubic(day: Int32, zero: Double) throws {
    let curve = try Self.curve(.monotoneCubicZero, Self.days, zeros: Self.zeros)
    #expect(abs(curve.zeroRate(day) - zero) < 1e-15)
  }

  @Test("the cubic rises and falls as its nodes do")
  func between() throws {
    let zeros = [0.011, 0.0112, 0.0113, 0.018, 0.0181, 0.0182, 0.031, 0.0312, 0.0311, 0.024, 0.02]
    let curve = try Self.curve(.monotoneCubicZero, Self.days, zeros: zeros)
    let free = try Self.curve(.naturalCubicZero, Self.days, zeros: zeros)
    var turns = (monotone: 0, natural: 0)
    // The rates rise up to the eighth node; the last piece before it may already bend down.
    for day in 1..<Self.days[6] {
      if curve.zeroRate(day + 1) < curve.zeroRate(day) - 1e-15 { turns.monotone += 1 }
      if free.zeroRate(day + 1) < free.zeroRate(day) - 1e-15 { turns.natural += 1 }
    }
    #expect(turns.monotone == 0)
    #expect(turns.natural > 0)
  }

  /// Published with the reference implementation of Hagan and West's method in Google's TF Quant
  /// Finance (monotone_convex_test.py), rounded: zero rates of 5, 4.75, 4.533333 and 4.775 % at 1 to 4
  /// years.
  @Test(
    "the convex one reproduces published zero rates",
    arguments: [
      (250, 5.1171875), (500, 5.09375), (1000, 5), (2000, 4.75), (3000, 4.533333), (1100, 4.9746),
      (2500, 4.624082), (2900, 4.535422), (3600, 4.661777), (4000, 4.775),
    ] as [(Int32, Double)])
  func hagan(day: Int32, percent: Double) throws {
    // The method knows no unit of time: a year is 1000 days here.
    let curve = try DiscountCurve(
      reference: 0, nodeDays: [1000, 2000, 3000, 4000],
      logDiscounts: [0.05, 0.0475 * 2, 0.04533333 * 3, 0.04775 * 4],
      interpolation: .monotoneConvex)
    #expect(abs(curve.logDiscount(day) / (Double(day) / 1000) * 100 - percent) < 1e-5)
  }

  /// Dehlbom, "Interpolation of the yield curve" (Uppsala, 2020): forwards at the knots of discount
  /// factors 0.98, 0.955, 0.92, 0.88 and 0.83, to four digits.
  @Test("the convex one has published forward rates at its knots")
  func knots() throws {
    let logs = [0.020202707, 0.046043939, 0.083381609, 0.127833372, 0.186329578]
    let curve = try DiscountCurve(
      reference: 0, nodeDays: [100_000, 200_000, 300_000, 400_000, 500_000], logDiscounts: logs,
      interpolation: .monotoneConvex)
    let forwards = [0.0188, 0.0230, 0.0316, 0.0409, 0.0515, 0.0620]
    for (knot, forward) in forwards.enumerated() {
      let day = Int32(knot * 100_000)
      let found = (curve.logDiscount(day + 1) - curve.logDiscount(day)) * 100_000
      #expect(abs(found - forward) < 6e-5, "knot \(knot)")
    }
  }

  /// The rates of Hagan and West's figures, where other methods give negative forwards.
  @Test("positive discrete forwards give positive and continuous forwards")
  func positive() throws {
    let curve = try Self.curve(
      .monotoneConvex, [36, 365, 1460, 3285, 7300, 10950],
      zeros: [0.081, 0.07, 0.044, 0.07, 0.04, 0.03])
    var last: Double?
    for day in 0..<12_000 as Range<Int32> {
      let forward = (curve.logDiscount(day + 1) - curve.logDiscount(day)) * 365
      #expect(forward >= -1e-12)
      if let last { #expect(abs(forward - last) < 0.004, "day \(day)") }
      last = forward
    }
  }

  /// Rates below zero, a change of sign, equal neighbours.
  @Test(
    "the convex one passes through nodes of any sign",
    arguments: [
      [-0.005, -0.003, 0.001, 0.004], [0.03, 0.035, 0.035, 0.02], [0.02, 0.02, 0.02, 0.02],
      [0.02, -0.01, 0.015, -0.002],
    ])
  func signs(zeros: [Double]) throws {
    let days: [Int32] = [300, 700, 1500, 4000]
    let curve = try Self.curve(.monotoneConvex, days, zeros: zeros)
    for (day, zero) in zip(days, zeros) {
      let log = Double(day) / 365 * zero
      #expect(abs(curve.logDiscount(day) - log) < 1e-15)
      // From the left too: the forward's mean over the interval is the discrete one.
      #expect(abs(curve.logDiscount(day - 1) - log) < 1e-3)
      #expect(curve.logDiscount(day - 1).isFinite)
    }
  }

  /// All kinds of shapes between two knots come up; central differences on node values.
  @Test(
    "derivatives by quotes are those of rebuilt curves",
    arguments: [CurveInterpolation.monotoneCubicZero, .monotoneConvex])
  func derivatives(interpolation: CurveInterpolation) throws {
    var random = SplitMix(state: 11)
    for round in 0..<6 {
      let zeros = (0..<6).map { _ in Double.random(in: 0.005...0.06, using: &random) }
      let days: [Int32] = [200, 500, 1100, 2200, 4000, 9000]
      let quotes = zip(days, zeros).map { day, zero in
        QuotedInstrument(
          name: "Z\(day)", quote: .rate(zero),
          flows: [
            RateFlow(
              pay: 0, start: 0, end: day, floating: 1, discountCurve: 0, projectionCurve: 0)
          ], perRate: [RateFlow(pay: 0, amount: -Double(day) / 365)])
      }
      let set = try CurveSet(
        reference: 0,
        definitions: [
          CurveSet.Definition(name: "C", interpolation: interpolation, instruments: quotes)
        ])
      for day in stride(from: Int32(60), to: 12_000, by: 797) {
        let exact = set.logDiscountSensitivity(curve: 0, day: day)
        for quote in 0..<6 {
          let size = 2e-8
          let up = try set.rebuilt { $0 == quote ? size : 0 }.curves[0].logDiscount(day)
          let down = try set.rebuilt { $0 == quote ? -size : 0 }.curves[0].logDiscount(day)
          let difference = (up - down) / (2 * size)
          #expect(
            abs(exact[quote] - difference) < 2e-6 * max(1, abs(difference)),
            "round \(round), day \(day), quote \(quote)")
        }
      }
    }
  }
}
