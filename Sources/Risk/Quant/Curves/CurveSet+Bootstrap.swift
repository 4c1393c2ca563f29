extension CurveSet {
  /// Finds the curves on which every quote prices to zero, one curve after the other.
  ///
  /// All nodes of a curve are found together by Newton's method with exact derivatives; the
  /// Jacobian follows from the implicit function theorem at the solution.
  /// - Throws: `invalidParameter` naming the quote that is not finite, shares its node with another
  ///   or is not met within 1e-12.
  package init(reference: Int32, definitions: [Definition]) throws(QuantError) {
    guard !definitions.isEmpty else {
      throw QuantError.invalidParameter(
        name: "curves", found: "none", expected: "one definition or more")
    }
    var curves: [DiscountCurve] = []
    var starts = [0]
    var rows: [[Double]] = []
    let quoteCount = definitions.reduce(0) { $0 + $1.instruments.count }
    var firstQuote = 0
    var ordered: [Definition] = []
    for (index, definition) in definitions.enumerated() {
      let sorted = try CurveSet.sorted(definition, curve: index, reference: reference)
      let solver = CurveSolver(
        instruments: sorted.instruments, index: index, earlier: curves, starts: starts)
      let curve = try solver.solve(
        try CurveSet.guess(sorted, curve: index, reference: reference), name: definition.name)
      curves.append(curve)
      starts.append(starts[index] + curve.parameters.count)
      let quotes = firstQuote..<firstQuote + sorted.instruments.count
      rows += try solver.jacobian(
        of: curve, earlierRows: rows, quotes: quotes, quoteCount: quoteCount)
      firstQuote = quotes.upperBound
      ordered.append(sorted)
    }
    self.init(
      reference: reference, definitions: ordered, curves: curves,
      jacobian: rows.flatMap { $0 }, parameterStarts: starts)
  }

  private static func sorted(
    _ definition: Definition, curve: Int, reference: Int32
  ) throws(QuantError) -> Definition {
    var nodes: [(day: Int32, instrument: QuotedInstrument)] = []
    for instrument in definition.instruments {
      let name = "quote '\(instrument.name)' of \(definition.name)"
      guard instrument.quote.rate.isFinite else {
        throw QuantError.invalidParameter(
          name: name, found: "\(instrument.quote.rate)", expected: "a finite number")
      }
      let known = (instrument.flows + instrument.perRate).allSatisfy {
        (0...curve).contains($0.discountCurve) && (0...curve).contains($0.projectionCurve)
          && $0.pay >= reference && $0.start >= reference && $0.end >= $0.start
      }
      guard known, let day = instrument.lastDay(onCurve: curve), day > reference else {
        throw QuantError.invalidParameter(
          name: name, found: "payments on other curves or in the past",
          expected: "this curve or earlier ones, days after the reference")
      }
      nodes.append((day, instrument))
    }
    nodes.sort { ($0.day, $0.instrument.name) < ($1.day, $1.instrument.name) }
    for (left, right) in zip(nodes, nodes.dropFirst()) where left.day == right.day {
      throw QuantError.invalidParameter(
        name: "quote '\(right.instrument.name)' of \(definition.name)",
        found: "the same last day as '\(left.instrument.name)'", expected: "one quote a node")
    }
    var sorted = definition
    sorted.instruments = nodes.map(\.instrument)
    return sorted
  }

  private static func guess(
    _ definition: Definition, curve: Int, reference: Int32
  ) throws(QuantError) -> DiscountCurve {
    let days = definition.instruments.compactMap { $0.lastDay(onCurve: curve) }
    // A basis quote is a spread, not a rate; any small rate will do to begin with.
    let logs = zip(days, definition.instruments).map { day, instrument in
      (Double(day) - Double(reference)) / 365 * min(max(instrument.quote.rate, -0.05), 0.2)
    }
    return try DiscountCurve(
      reference: reference, nodeDays: days, logDiscounts: logs,
      interpolation: definition.interpolation)
  }
}

/// Newton's method for the nodes of one curve, with the curves before it fixed.
private struct CurveSolver {
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
    var worst = (index: 0, miss: Double.infinity)
    for _ in 0..<60 {
      let (values, _, _, byNode) = equations(curve)
      let misses = values.map(abs)
      let place = misses.indices.max { misses[$0] < misses[$1] } ?? 0
      let isBetter = misses[place] < worst.miss
      // The last steps only move rounding errors about.
      if misses[place] == 0 || (misses[place] < 1e-14 && !isBetter) { return curve }
      worst = (place, misses[place])
      guard let system = LinearSystem(byNode, size: curve.nodeCount) else { break }
      let step = system.solve(values)
      let logs = zip(curve.logDiscounts, step).map { $0 - min(max($1, -1), 1) }
      guard logs.allSatisfy(\.isFinite) else { break }
      curve = curve.moved(to: logs)
    }
    guard worst.miss < 1e-12 else {
      throw QuantError.invalidParameter(
        name: "quote '\(instruments[worst.index].name)' of \(name)",
        found: "\(instruments[worst.index].quote.rate), missed by \(worst.miss)",
        expected: "a quote that a curve can meet")
    }
    return curve
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
