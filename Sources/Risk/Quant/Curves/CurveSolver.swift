/// Newton's method for the nodes of one curve, with the curves before it fixed.
struct CurveSolver {
  let instruments: [QuotedInstrument]
  let index: Int
  let earlier: [DiscountCurve]
  let starts: [Int]

  /// The instrument's value and its derivatives by all parameters so far.
  private func value(
    _ instrument: QuotedInstrument, on curves: [DiscountCurve], gradient: inout [Double]
  ) -> (value: Double, byRate: Double) {
    var byRate = 0.0
    let rate = instrument.quote.rate
    for flow in instrument.perRate {
      byRate += self.value(flow, scale: rate, on: curves, gradient: &gradient)
    }
    var total = byRate * rate
    for flow in instrument.flows {
      total += self.value(flow, scale: 1, on: curves, gradient: &gradient)
    }
    return (total, byRate)
  }

  /// The flow's value; derivatives are scaled.
  private func value(
    _ flow: RateFlow, scale: Double, on curves: [DiscountCurve], gradient: inout [Double]
  ) -> Double {
    let discount = curves[flow.discountCurve].discount(flow.pay)
    var ratio = 0.0
    if flow.floating != 0 {
      let projection = curves[flow.projectionCurve]
      ratio =
        flow.growth
        * PortableMath.exp(projection.logDiscount(flow.end) - projection.logDiscount(flow.start))
      let part = scale * discount * flow.floating * ratio
      add(part, flow.projectionCurve, flow.end, curves, &gradient)
      add(-part, flow.projectionCurve, flow.start, curves, &gradient)
    }
    let value = discount * (flow.amount + flow.floating * (ratio - 1))
    add(-scale * value, flow.discountCurve, flow.pay, curves, &gradient)
    return value
  }

  private func add(
    _ amount: Double, _ curve: Int, _ day: Int32, _ curves: [DiscountCurve],
    _ gradient: inout [Double]
  ) {
    let w = curves[curve].weights(time: curves[curve].time(day))
    let start = starts[curve]
    gradient[start + w.indices.0] += amount * w.weights.0
    gradient[start + w.indices.1] += amount * w.weights.1
    gradient[start + w.indices.2] += amount * w.weights.2
    gradient[start + w.indices.3] += amount * w.weights.3
  }

  /// Values of all instruments, and the derivatives by earlier parameters and by own nodes.
  private func equations(
    _ curve: DiscountCurve
  ) -> (values: [Double], byRate: [Double], byEarlier: [[Double]], byNode: [Double]) {
    let before = starts[index]
    let nodes = curve.nodeCount
    let chain = curve.parametersByNode
    var values: [Double] = []
    var byRate: [Double] = []
    var byEarlier: [[Double]] = []
    var byNode: [Double] = []
    for instrument in instruments {
      var gradient = [Double](repeating: 0, count: before + curve.parameters.count)
      let result = value(instrument, on: earlier + [curve], gradient: &gradient)
      values.append(result.value)
      byRate.append(result.byRate)
      byEarlier.append(Array(gradient[..<before]))
      var own = Array(gradient[before..<before + nodes])
      for row in nodes..<curve.parameters.count where gradient[before + row] != 0 {
        for node in 0..<nodes { own[node] += gradient[before + row] * chain[row * nodes + node] }
      }
      byNode += own
    }
    return (values, byRate, byEarlier, byNode)
  }

  func solve(_ guess: DiscountCurve, name: String) throws(QuantError) -> DiscountCurve {
    var curve = guess
    var found = equations(curve)
    var worst = CurveSolver.worst(found.values)
    for _ in 0..<60 {
      if worst.miss == 0 { return curve }
      guard let system = LinearSystem(found.byNode, size: curve.nodeCount) else { break }
      let step = system.solve(found.values)
      // A step across a kink of the interpolation may lead away from the solution: half of it then.
      var scale = 1.0
      var next = curve
      var nextFound = found
      var nextWorst = (index: 0, miss: Double.infinity)
      for _ in 0..<(curve.interpolation.isLinear ? 1 : 12) {
        let logs = zip(curve.logDiscounts, step).map { $0 - scale * min(max($1, -1), 1) }
        guard logs.allSatisfy(\.isFinite) else { break }
        next = curve.moved(to: logs)
        nextFound = equations(next)
        nextWorst = CurveSolver.worst(nextFound.values)
        if nextWorst.miss < worst.miss { break }
        scale /= 2
      }
      // The last steps only move rounding errors about.
      if worst.miss < 1e-14, !(nextWorst.miss < worst.miss) { return curve }
      guard nextWorst.miss.isFinite else { break }
      (curve, found, worst) = (next, nextFound, nextWorst)
    }
    guard worst.miss < 1e-12 else {
      throw QuantError.invalidParameter(
        name: "quote '\(instruments[worst.index].name)' of \(name)",
        found: "\(instruments[worst.index].quote.rate), missed by \(worst.miss)",
        expected: "a quote that a curve can meet")
    }
    return curve
  }

  private static func worst(_ values: [Double]) -> (index: Int, miss: Double) {
    let misses = values.map(abs)
    let place = misses.indices.max { misses[$0] < misses[$1] } ?? 0
    return (place, misses[place])
  }

  /// Rows of d(parameter)/d(rate), by the implicit function theorem.
  func jacobian(
    of curve: DiscountCurve, earlierRows: [[Double]], quotes: Range<Int>, quoteCount: Int
  ) throws(QuantError) -> [[Double]] {
    let (_, byRate, byEarlier, byNode) = equations(curve)
    let nodes = curve.nodeCount
    guard let system = LinearSystem(byNode, size: nodes) else {
      throw QuantError.invalidParameter(
        name: "curve", found: "quotes that depend on each other", expected: "independent quotes")
    }
    let chain = curve.parametersByNode
    var rows = [[Double]](
      repeating: [Double](repeating: 0, count: quoteCount), count: curve.parameters.count)
    for quote in 0..<quotes.upperBound {
      var right = [Double](repeating: 0, count: nodes)
      if quotes.contains(quote) {
        right[quote - quotes.lowerBound] = -byRate[quote - quotes.lowerBound]
      } else {
        for equation in 0..<nodes {
          var sum = 0.0
          for (row, weight) in byEarlier[equation].enumerated() where weight != 0 {
            sum += weight * earlierRows[row][quote]
          }
          right[equation] = -sum
        }
      }
      let moves = system.solve(right)
      for row in rows.indices {
        var sum = 0.0
        for node in 0..<nodes { sum += chain[row * nodes + node] * moves[node] }
        rows[row][quote] = sum
      }
    }
    return rows
  }
}
