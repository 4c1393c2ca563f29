/// Tenors at which zero rates are bumped: tents that add to one, flat outside of the tenors.
package struct KeyRates: Sendable, Hashable {
  /// Years on ACT/365F from the curve's reference, ascending.
  package let years: [Double]

  /// - Throws: `invalidParameter` unless there is at least one tenor and they ascend.
  package init(years: [Double]) throws(QuantError) {
    guard !years.isEmpty, years.allSatisfy(\.isFinite),
      zip(years, years.dropFirst()).allSatisfy({ $0 < $1 })
    else {
      throw QuantError.invalidParameter(
        name: "key rates", found: "\(years)", expected: "one ascending tenor or more")
    }
    self.years = years
  }

  /// The two tents over a time and their heights.
  func weights(_ time: Double) -> (
    first: Int, second: Int, firstWeight: Double, secondWeight: Double
  ) {
    guard let above = years.firstIndex(where: { $0 >= time }) else {
      return (years.count - 1, years.count - 1, 1, 0)
    }
    if above == 0 { return (0, 0, 1, 0) }
    let part = (time - years[above - 1]) / (years[above] - years[above - 1])
    return (above - 1, above, 1 - part, part)
  }

  /// The height of one tent.
  package func weight(of key: Int, at time: Double) -> Double {
    let w = weights(time)
    return (w.first == key ? w.firstWeight : 0) + (w.second == key ? w.secondWeight : 0)
  }
}
