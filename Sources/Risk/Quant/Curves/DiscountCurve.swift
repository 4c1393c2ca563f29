/// Discount factors by day: 1 on the reference day, then as the nodes and the interpolation say.
///
/// Times are ACT/365F. P(t) = exp(−L(t)); L is a linear function of the parameters, which are the
/// nodes' −log P and, for the cubic spline, the second derivatives of the zero rate at its knots.
package struct DiscountCurve: Sendable, Hashable {
  package let reference: Int32
  /// Ascending, after the reference.
  package let nodeDays: [Int32]
  package let interpolation: CurveInterpolation
  let times: [Double]
  /// The nodes' values of −log P, then the spline's second derivatives.
  let parameters: [Double]
  /// Second derivatives by node values, row by row; empty without a spline.
  let moments: [Double]

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
    moments =
      interpolation == .naturalCubicZero ? try DiscountCurve.splineMoments(times) : []
    parameters = DiscountCurve.parameters(logDiscounts, moments: moments)
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
    moments = other.moments
    parameters = DiscountCurve.parameters(logDiscounts, moments: other.moments)
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

  /// How parameters answer to node values, row by row: the identity above `moments`.
  var parametersByNode: [Double] {
    var matrix = [Double](repeating: 0, count: nodeCount * nodeCount)
    for node in 0..<nodeCount { matrix[node * nodeCount + node] = 1 }
    return matrix + moments
  }

  private static func parameters(_ logs: [Double], moments: [Double]) -> [Double] {
    var parameters = logs
    for row in 0..<moments.count / max(1, logs.count) {
      var sum = 0.0
      for node in logs.indices { sum += moments[row * logs.count + node] * logs[node] }
      parameters.append(sum)
    }
    return parameters
  }
}
