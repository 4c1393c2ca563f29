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
