/// Curves that were built together, and how they answer to their quotes.
package struct CurveSet: Sendable {
  package struct Definition: Sendable {
    package var name: String
    package var interpolation: CurveInterpolation
    /// May use this curve and those before it in the set. One node each.
    package var instruments: [QuotedInstrument]

    package init(
      name: String, interpolation: CurveInterpolation = .logLinearDiscount,
      instruments: [QuotedInstrument]
    ) {
      self.name = name
      self.interpolation = interpolation
      self.instruments = instruments
    }
  }

  package let reference: Int32
  /// With their instruments in order of nodes.
  package let definitions: [Definition]
  package let curves: [DiscountCurve]
  /// All quotes, curve by curve, in the order of nodes.
  package let quoteNames: [String]
  /// The change of each curve parameter for a change of each quote's rate by 1, row by row; quotes
  /// in columns.
  let jacobian: [Double]
  /// Where each curve's parameters begin among all.
  let parameterStarts: [Int]

  package var quoteCount: Int { quoteNames.count }
  var parameterCount: Int { parameterStarts[curves.count] }

  init(
    reference: Int32, definitions: [Definition], curves: [DiscountCurve], jacobian: [Double],
    parameterStarts: [Int]
  ) {
    self.reference = reference
    self.definitions = definitions
    self.curves = curves
    quoteNames = definitions.flatMap { $0.instruments.map(\.name) }
    self.jacobian = jacobian
    self.parameterStarts = parameterStarts
  }

  /// Curves without quotes, for example flat ones: no par sensitivities.
  package init(curves: [DiscountCurve]) throws(QuantError) {
    guard let first = curves.first, curves.allSatisfy({ $0.reference == first.reference }) else {
      throw QuantError.invalidParameter(
        name: "curves", found: "\(curves.count) curves", expected: "one or more of one reference")
    }
    var starts = [0]
    for curve in curves { starts.append(starts[starts.count - 1] + curve.parameters.count) }
    self.init(
      reference: first.reference, definitions: [], curves: curves, jacobian: [],
      parameterStarts: starts)
  }

  /// The change of −log P on a day for a change of each quote's rate by 1.
  package func logDiscountSensitivity(curve: Int, day: Int32) -> [Double] {
    let w = curves[curve].weights(time: curves[curve].time(day))
    let start = parameterStarts[curve]
    return (0..<quoteCount).map { quote in
      func term(_ index: Int, _ weight: Double) -> Double {
        weight * jacobian[(start + index) * quoteCount + quote]
      }
      return term(w.indices.0, w.weights.0) + term(w.indices.1, w.weights.1)
        + (term(w.indices.2, w.weights.2) + term(w.indices.3, w.weights.3))
    }
  }

  /// The change of the continuous zero rate on a day for a change of each quote's rate by 1.
  package func zeroRateSensitivity(curve: Int, day: Int32) -> [Double] {
    let time = curves[curve].time(day)
    return logDiscountSensitivity(curve: curve, day: day).map { $0 / time }
  }

  /// The same quotes with the rate of some of them changed, built again.
  ///
  /// - Parameter changes: By the quote's index in `quoteNames`, in rate.
  package func rebuilt(rateChanges: (Int) -> Double) throws(QuantError) -> CurveSet {
    var changed = definitions
    var index = 0
    for curve in changed.indices {
      for place in changed[curve].instruments.indices {
        let quote = changed[curve].instruments[place].quote
        let change = rateChanges(index) / quote.slope
        changed[curve].instruments[place].quote = quote.shifted(by: change)
        index += 1
      }
    }
    return try CurveSet(reference: reference, definitions: changed)
  }
}
