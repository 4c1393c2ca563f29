/// Par yields by time to maturity, linear between the nodes and flat outside.
///
/// For US Treasury par yields the quotes are bond-equivalent: semiannual compounding. Times are
/// years, 1/12 per month of the tenor.
package struct ParYieldCurve: Sendable, Hashable {
  /// Ascending.
  package let years: [Double]
  /// As fractions: 0.0425 is 4.25 %.
  package let yields: [Double]

  /// - Parameter points: In any order; points without a yield are to be left out.
  /// - Throws: `invalidParameter` when there are none, a time repeats, or a number is not finite.
  package init(_ points: [(years: Double, yield: Double)]) throws(QuantError) {
    guard !points.isEmpty else {
      throw QuantError.invalidParameter(
        name: "par yields", found: "no points", expected: "one or more")
    }
    let sorted = points.sorted { $0.years < $1.years }
    for (index, point) in sorted.enumerated() {
      guard point.years.isFinite, point.yield.isFinite, point.years > 0 else {
        throw QuantError.invalidParameter(
          name: "par yield", found: "\(point.yield) at \(point.years) years",
          expected: "finite numbers and a time above 0")
      }
      if index > 0, sorted[index - 1].years == point.years {
        throw QuantError.invalidParameter(
          name: "par yields", found: "\(point.years) years twice", expected: "each time once")
      }
    }
    years = sorted.map(\.years)
    yields = sorted.map(\.yield)
  }

  package func yield(at time: Double) -> Double {
    guard let above = years.firstIndex(where: { $0 >= time }) else {
      return yields[yields.count - 1]
    }
    if above == 0 || years[above] == time { return yields[above] }
    let weight = (time - years[above - 1]) / (years[above] - years[above - 1])
    return yields[above - 1] + weight * (yields[above] - yields[above - 1])
  }
}

extension ParYieldCurve {
  /// Zero rates on the coupon grid up to `years`, by the bootstrap of bonds at par.
  ///
  /// Par yields between the nodes are interpolated on the grid 1/frequency, 2/frequency, …
  /// Sources: METHODS §20; Hull, "Options, Futures, and Other Derivatives", chapter 4.
  /// - Returns: Rates that compound `frequency` times a year, for each point of the grid.
  /// - Throws: `invalidParameter` where a par yield leaves no positive discount factor.
  package func zeroRates(frequency: Int, years: Int) throws(QuantError) -> [Double] {
    guard frequency > 0, years > 0, years <= 200 else {
      throw QuantError.invalidParameter(
        name: "grid", found: "\(years) years by \(frequency)", expected: "1 to 200 years")
    }
    let perYear = Double(frequency)
    var annuity = 0.0
    var rates: [Double] = []
    for period in 1...years * frequency {
      let coupon = self.yield(at: Double(period) / perYear) / perYear
      let discount = (1 - coupon * annuity) / (1 + coupon)
      guard discount > 0 else {
        throw QuantError.invalidParameter(
          name: "par yield", found: "\(coupon * perYear) at \(Double(period) / perYear) years",
          expected: "a yield that leaves a positive discount factor")
      }
      annuity += discount
      rates.append((PortableMath.pow(discount, -1 / Double(period)) - 1) * perYear)
    }
    return rates
  }
}
