/// Discount factors by day: 1 on the reference day, then as the nodes and the interpolation say.
///
/// Times are ACT/365F. P(t) = exp(−L(t)); L is a weighted sum of parameters, which are the nodes'
/// −log P and, with some interpolations, one for each knot (time 0 and the nodes): the zero rate's
/// second derivative, its slope, or the instantaneous forward rate. The weights are the derivatives.
package struct DiscountCurve: Sendable, Hashable {
  package let reference: Int32
  /// Ascending, after the reference.
  package let nodeDays: [Int32]
  package let interpolation: CurveInterpolation
  let times: [Double]
  /// The nodes' values of −log P, then the knots' parameters.
  let parameters: [Double]
  /// Derivatives of the knots' parameters by node values, row by row; empty without knots.
  let knotsByNode: [Double]
  /// The natural spline's second derivatives by node values; empty where none is needed.
  private let spline: [Double]

  /// What `L` at one time is made of: up to four parameters and their weights.
  struct Weights {
    var indices: (Int, Int, Int, Int)
    var weights: (Double, Double, Double, Double)
  }

  /// - Parameter logDiscounts: −log P at each node.
  /// - Throws: `invalidParameter` for no nodes, days out of order or numbers that are not finite.
  package init(
    reference: Int32, nodeDays: [Int32], logDiscounts: [Double],
    interpolation: CurveInterpolation
  ) throws(QuantError) {
    guard !nodeDays.isEmpty, nodeDays.count == logDiscounts.count,
      logDiscounts.allSatisfy(\.isFinite), nodeDays[0] > reference,
      zip(nodeDays, nodeDays.dropFirst()).allSatisfy({ $0 < $1 })
    else {
      throw QuantError.invalidParameter(
        name: "curve nodes", found: "\(nodeDays.count) days from \(nodeDays.first ?? reference)",
        expected: "ascending days after the reference \(reference), one finite value each")
    }
    self.reference = reference
    self.nodeDays = nodeDays
    self.interpolation = interpolation
    times = nodeDays.map { (Double($0) - Double(reference)) / 365 }
    spline =
      interpolation == .naturalCubicZero || interpolation == .monotoneCubicZero
      ? try DiscountCurve.splineMoments(times) : []
    let knots = DiscountCurve.knots(interpolation, times, logDiscounts, spline)
    parameters = logDiscounts + knots.values
    knotsByNode = knots.byNode
  }

  /// A curve with one continuous rate on ACT/365F.
  package init(reference: Int32, flatRate: Double) throws(QuantError) {
    let (node, overflow) = reference.addingReportingOverflow(365)
    try self.init(
      reference: reference, nodeDays: overflow ? [] : [node], logDiscounts: [flatRate],
      interpolation: .logLinearDiscount)
  }

  private init(_ other: DiscountCurve, logDiscounts: [Double]) {
    reference = other.reference
    nodeDays = other.nodeDays
    interpolation = other.interpolation
    times = other.times
    spline = other.spline
    let knots = DiscountCurve.knots(interpolation, times, logDiscounts, spline)
    parameters = logDiscounts + knots.values
    knotsByNode = knots.byNode
  }

  /// The same curve with other node values.
  func moved(to logDiscounts: [Double]) -> DiscountCurve {
    DiscountCurve(self, logDiscounts: logDiscounts)
  }

  package var nodeCount: Int { nodeDays.count }
  /// −log P at the nodes.
  package var logDiscounts: ArraySlice<Double> { parameters[..<nodeCount] }

  /// −log P; for days before the reference the curve runs on as a straight line through 1.
  package func logDiscount(_ day: Int32) -> Double {
    let w = weights(time: time(day))
    return parameters[w.indices.0] * w.weights.0 + parameters[w.indices.1] * w.weights.1
      + (parameters[w.indices.2] * w.weights.2 + parameters[w.indices.3] * w.weights.3)
  }

  package func discount(_ day: Int32) -> Double { PortableMath.exp(-logDiscount(day)) }

  /// The continuous zero rate, ACT/365F. On the reference day that of the day after.
  package func zeroRate(_ day: Int32) -> Double {
    let day = day == reference ? day + 1 : day
    return logDiscount(day) / time(day)
  }

  package func time(_ day: Int32) -> Double { (Double(day) - Double(reference)) / 365 }

  /// How parameters answer to node values, row by row: the identity above `knotsByNode`.
  var parametersByNode: [Double] {
    var matrix = [Double](repeating: 0, count: nodeCount * nodeCount)
    for node in 0..<nodeCount { matrix[node * nodeCount + node] = 1 }
    return matrix + knotsByNode
  }

  /// The knots' parameters and their derivatives by node values.
  private static func knots(
    _ interpolation: CurveInterpolation, _ times: [Double], _ logs: [Double], _ spline: [Double]
  ) -> (values: [Double], byNode: [Double]) {
    let forms: [NodeForm]
    switch interpolation {
    case .logLinearDiscount, .linearZero: return ([], [])
    case .naturalCubicZero: forms = NodeForm.rows(of: spline, at: logs)
    case .monotoneCubicZero: forms = monotoneSlopes(times, logs, spline)
    case .monotoneConvex: forms = monotoneForwards(times, logs)
    }
    return (forms.map(\.value), forms.flatMap(\.slopes))
  }
}
