import Columnar

/// By group, what the statistics of pairs (y, x) without nulls are made of: exact sums of both, of
/// their products and of their squares, so that neither order nor cancellation changes a bit.
struct PairSums {
  /// Both sides' squares, which a covariance does not need.
  private let keepsSquares: Bool
  private(set) var y = ExactSums()
  private(set) var x = ExactSums()
  private var xy = ExactProducts()
  private var xx = ExactProducts()
  private var yy = ExactProducts()
  private(set) var counts: [Int64] = []

  init(keepsSquares: Bool) { self.keepsSquares = keepsSquares }

  var byteCount: Int { x.byteCount * (keepsSquares ? 5 : 3) + counts.count * 8 }

  mutating func resize(to count: Int) {
    y.resize(to: count)
    x.resize(to: count)
    xy.resize(to: count)
    if keepsSquares {
      xx.resize(to: count)
      yy.resize(to: count)
    }
    counts.append(contentsOf: repeatElement(0, count: max(0, count - counts.count)))
  }

  mutating func add(_ input: AggregateInput) {
    let input = input.withoutNulls()
    let (a, b) = (input.arguments[0].doubles, input.arguments[1].doubles)
    let groups = input.groups ?? [Int32](repeating: 0, count: a.count)
    y.add(a, groups: groups)
    x.add(b, groups: groups)
    xy.add(a, b, groups: groups)
    if keepsSquares {
      xx.add(b, b, groups: groups)
      yy.add(a, a, groups: groups)
    }
    for group in groups { counts[Int(group)] += 1 }
  }

  mutating func merge(_ other: PairSums, groups: [Int32]) {
    for (source, group) in groups.enumerated() {
      let target = Int(group)
      y.merge(other.y, source: source, into: target)
      x.merge(other.x, source: source, into: target)
      xy.merge(other.xy, source: source, into: target)
      if keepsSquares {
        xx.merge(other.xx, source: source, into: target)
        yy.merge(other.yy, source: source, into: target)
      }
      counts[target] += other.counts[source]
    }
  }

  /// n·Σxy − Σx·Σy; this and the two after it are nil when a value was not finite.
  func spreadXY(_ group: Int) -> WideInteger? { spread(x, y, xy, group) }
  func spreadXX(_ group: Int) -> WideInteger? { spread(x, x, xx, group) }
  func spreadYY(_ group: Int) -> WideInteger? { spread(y, y, yy, group) }

  private func spread(
    _ a: ExactSums, _ b: ExactSums, _ products: ExactProducts, _ group: Int
  ) -> WideInteger? {
    exactSpread(Int(counts[group]), a, b, products, group)
  }

  /// Between −1 and 1; nil when a side does not vary, NaN when a value was not finite.
  func correlation(_ group: Int) -> Double? {
    guard let xx = spreadXX(group), let yy = spreadYY(group), let xy = spreadXY(group) else {
      return .nan
    }
    if xx.isZero || yy.isZero { return nil }
    let square = PairSums.square(xx, yy, xy)
    let root = Double(
      sign: .plus, exponent: square.exponent / 2, significand: square.significand.squareRoot())
    return min(1, root) * (xy.isNegative ? -1 : 1)
  }

  /// The square of the correlation, with its nil and NaN.
  func determination(_ group: Int) -> Double? {
    guard let xx = spreadXX(group), let yy = spreadYY(group), let xy = spreadXY(group) else {
      return .nan
    }
    if xx.isZero || yy.isZero { return nil }
    let square = PairSums.square(xx, yy, xy)
    return min(
      1, Double(sign: .plus, exponent: square.exponent, significand: square.significand))
  }

  /// The correlation's square as one quotient of exact products: points on a line give exactly 1.
  private static func square(
    _ xx: WideInteger, _ yy: WideInteger, _ xy: WideInteger
  ) -> (exponent: Int, significand: Double) {
    let (square, whole) = ((xy * xy).scaled, (xx * yy).scaled)
    return (square.exponent - whole.exponent, square.significand / whole.significand)
  }

  /// Σxy-spread over Σxx-spread; nil when x does not vary, NaN when a value was not finite.
  func slope(_ group: Int) -> Double? {
    guard let xx = spreadXX(group), let xy = spreadXY(group) else { return .nan }
    if xx.isZero { return nil }
    let (x, both) = (xx.scaled, xy.scaled)
    return Double(
      sign: .plus, exponent: both.exponent - x.exponent,
      significand: both.significand / x.significand)
  }
}

/// n·Σxy − Σx·Σy, formed in integers; nil when a value was not finite.
func exactSpread(
  _ count: Int, _ x: ExactSums, _ y: ExactSums, _ products: ExactProducts, _ group: Int
) -> WideInteger? {
  guard let sumX = x.exact(group), let sumY = y.exact(group),
    let sumXY = products.exact(group)
  else { return nil }
  return WideInteger(count) * sumXY - sumX * sumY
}

extension WideInteger? {
  /// The quotient, rounded twice; infinite when it is too large, NaN of nil.
  func divided(by divisor: Double) -> Double {
    guard let scaled = self?.scaled else { return .nan }
    return Double(
      sign: .plus, exponent: scaled.exponent, significand: scaled.significand / divisor)
  }

  /// The root of the quotient; NaN of nil.
  func rootOfQuotient(by divisor: Double) -> Double {
    guard let scaled = self?.scaled else { return .nan }
    return Double(
      sign: .plus, exponent: scaled.exponent / 2,
      significand: (scaled.significand / divisor).squareRoot())
  }
}
