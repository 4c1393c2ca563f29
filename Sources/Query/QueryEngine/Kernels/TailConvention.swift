import Glibc

/// How a value at risk is read off n scenarios. Names are those of METHODS §14 and of numpy.
///
/// P&L is gain positive; a value at risk is a loss, positive. The quantile is that of the P&L at
/// 1 − level, with its sign changed.
enum QuantileConvention: String, CaseIterable {
  /// Loss number k + 1 of the losses in descending order, k = ⌊n (1 − level)⌋.
  case next
  /// Order statistic ⌈n (1 − level)⌉ of the ascending P&L.
  case invertedCDF = "inverted_cdf"
  case averagedInvertedCDF = "averaged_inverted_cdf"
  case closestObservation = "closest_observation"
  case interpolatedInvertedCDF = "interpolated_inverted_cdf"
  case hazen
  case weibull
  case linear
  case medianUnbiased = "median_unbiased"
  case normalUnbiased = "normal_unbiased"
  case lower
  case higher
  case midpoint
  case nearest

  static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }

  /// The order statistics of the ascending P&L (from 0) and their weights, for the quantile at `p`.
  func statistics(_ count: Int, _ p: Double) -> [(place: Int, weight: Double)] {
    let n = Double(count)
    func snapped(_ x: Double) -> Double {
      abs(x - x.rounded()) <= 1e-9 * max(1, abs(x)) ? x.rounded() : x
    }
    func at(_ place: Double) -> Int { min(max(Int(place), 0), count - 1) }
    func between(_ place: Double) -> [(place: Int, weight: Double)] {
      let place = min(max(snapped(place), 0), n - 1)
      let below = place.rounded(.down)
      let share = place - below
      if share == 0 { return [(at(below), 1)] }
      return [(at(below), 1 - share), (at(below + 1), share)]
    }
    /// Hyndman and Fan's continuous family.
    func family(_ alpha: Double, _ beta: Double) -> [(place: Int, weight: Double)] {
      between(n * p + alpha + p * (1 - alpha - beta) - 1)
    }
    let cut = snapped(n * p)
    let place = snapped((n - 1) * p)
    switch self {
    case .next: return [(at(cut.rounded(.down)), 1)]
    case .invertedCDF: return [(at(cut.rounded(.up) - 1), 1)]
    case .averagedInvertedCDF:
      if cut == cut.rounded(), cut >= 1, cut < n { return [(at(cut - 1), 0.5), (at(cut), 0.5)] }
      return [(at(cut.rounded(.up) - 1), 1)]
    case .closestObservation:
      // Of two observations equally close the one with the even number counts, numbers from 1.
      let middle = snapped(n * p - 1.5)
      let below = middle.rounded(.down)
      let isOdd = below.truncatingRemainder(dividingBy: 2) != 0
      return [(at(middle == below && isOdd ? below : below + 1), 1)]
    case .interpolatedInvertedCDF: return family(0, 1)
    case .hazen: return family(0.5, 0.5)
    case .weibull: return family(0, 0)
    case .linear: return between(place)
    case .medianUnbiased: return family(1 / 3, 1 / 3)
    case .normalUnbiased: return family(3 / 8, 3 / 8)
    case .lower: return [(at(place.rounded(.down)), 1)]
    case .higher: return [(at(place.rounded(.up)), 1)]
    case .midpoint:
      if place == place.rounded() { return [(at(place), 1)] }
      return [(at(place.rounded(.down)), 0.5), (at(place.rounded(.up)), 0.5)]
    case .nearest: return [(at(place.rounded(.toNearestOrEven)), 1)]
    }
  }
}

/// How an expected shortfall is the mean of a tail.
enum ShortfallConvention: String, CaseIterable {
  /// [sum of the k largest losses + (n(1 − level) − k) × loss k + 1] ÷ (n(1 − level)).
  case fractional
  /// The plain mean of the losses that are at least the value at risk (`next`).
  case tailMean = "tail_mean"
  /// The mean of the ⌊n (1 − level)⌋ largest losses, at least one.
  case floor
  /// The mean of the ⌈n (1 − level)⌉ largest losses.
  case ceil

  static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }

  /// The weights of the scenarios, by their place in the ascending P&L; they add up to 1.
  func weights(_ ascending: [Double], _ p: Double) -> [Double] {
    let count = ascending.count
    let exact = Double(count) * p
    let tail = abs(exact - exact.rounded()) <= 1e-9 * max(1, exact) ? exact.rounded() : exact
    let whole = min(max(Int(tail.rounded(.down)), 0), count)
    func even(_ size: Int) -> [Double] {
      let size = min(max(size, 1), count)
      return [Double](repeating: 1 / Double(size), count: size)
    }
    switch self {
    case .fractional:
      let share = tail - Double(whole)
      let full = [Double](repeating: 1 / tail, count: whole)
      return share == 0 || whole == count ? full : full + [share / tail]
    case .tailMean:
      let value = ascending[min(whole, count - 1)]
      return even(ascending.prefix { $0 <= value }.count)
    case .floor: return even(whole)
    case .ceil: return even(Int(tail.rounded(.up)))
    }
  }
}

/// A tail measure: which scenarios of a P&L vector make it, with which weights.
enum TailMeasure {
  case valueAtRisk(QuantileConvention)
  case shortfall(ShortfallConvention)

  /// The scenarios that count (positions in `pnl`) and their weights. Equal P&Ls keep the order of
  /// the scenarios, so that the choice never depends on anything else.
  func scenarios(_ pnl: ArraySlice<Double>, _ tail: Double) -> [(scenario: Int, weight: Double)] {
    let order = pnl.indices.sorted { (pnl[$0], $0) < (pnl[$1], $1) }
    switch self {
    case .valueAtRisk(let convention):
      return convention.statistics(pnl.count, tail).map {
        (order[$0.place] - pnl.startIndex, $0.weight)
      }
    case .shortfall(let convention):
      let weights = convention.weights(order.map { pnl[$0] }, tail)
      return weights.indices.map { (order[$0] - pnl.startIndex, weights[$0]) }
    }
  }

  /// The measure of one vector, a loss positive.
  func value(_ pnl: ArraySlice<Double>, _ tail: Double) -> Double {
    loss(of: pnl, in: scenarios(pnl, tail))
  }

  /// The mean loss of a vector over weighted scenarios, added exactly and rounded once.
  func loss(
    of pnl: ArraySlice<Double>, in scenarios: [(scenario: Int, weight: Double)]
  ) -> Double {
    if scenarios.count == 1, scenarios[0].weight == 1 {
      return 0 - pnl[pnl.startIndex + scenarios[0].scenario]
    }
    if case .shortfall = self, let first = scenarios.first, let last = scenarios.last {
      // One division of the exact sum is closer than a sum of divided terms.
      var sums = ExactSums()
      sums.resize(to: 1)
      for one in scenarios.dropLast() {
        sums.add(0 - pnl[pnl.startIndex + one.scenario], group: 0)
      }
      let end = 0 - pnl[pnl.startIndex + last.scenario]
      let share = last.weight == first.weight ? 1 : last.weight / first.weight
      sums.add(share * end, group: 0)
      let size = Double(scenarios.count - 1) + share
      return sums.rounded(0) / size
    }
    return scenarios.reduce(0) { $0 - $1.weight * pnl[pnl.startIndex + $1.scenario] }
  }
}
