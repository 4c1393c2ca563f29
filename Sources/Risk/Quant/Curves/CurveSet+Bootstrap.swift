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
