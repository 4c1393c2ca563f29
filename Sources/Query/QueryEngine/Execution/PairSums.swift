import CKernels
import Columnar

/// By group, what the statistics of pairs (y, x) without nulls are made of: exact sums of both, of
/// their products and of their squares, so that neither order nor cancellation changes a bit.
struct PairSums {
  /// Both sides' squares, which a covariance does not need.
  private let keepsSquares: Bool
  private(set) var y = ExactSums()
  private(set) var x = ExactSums()
  private var xy = ExactSums()
  private var xx = ExactSums()
  private var yy = ExactSums()
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
    xy.addProducts(a, b, groups: groups)
    if keepsSquares {
      xx.addProducts(b, b, groups: groups)
      yy.addProducts(a, a, groups: groups)
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

  /// n·Σxy − Σx·Σy; this and the two after it are NaN when a sum is not finite.
  func spreadXY(_ group: Int) -> Double { spread(x, y, xy, group) }
  func spreadXX(_ group: Int) -> Double { spread(x, x, xx, group) }
  func spreadYY(_ group: Int) -> Double { spread(y, y, yy, group) }

  private func spread(
    _ a: ExactSums, _ b: ExactSums, _ products: ExactSums, _ group: Int
  ) -> Double {
    scaledCovariance(Int(counts[group]), a, b, products, group)
  }

  /// Between −1 and 1; nil when a side does not vary.
  func correlation(_ group: Int) -> Double? {
    let (spreadX, spreadY) = (spreadXX(group), spreadYY(group))
    guard spreadX != 0, spreadY != 0 else { return nil }
    let ratio = spreadXY(group) / (spreadX.squareRoot() * spreadY.squareRoot())
    return ratio.isNaN ? ratio : min(1, max(-1, ratio))
  }
}

/// n·Σxy − Σx·Σy, formed in integers and rounded once; NaN when a sum is not finite.
func scaledCovariance(
  _ count: Int, _ x: ExactSums, _ y: ExactSums, _ products: ExactSums, _ group: Int
) -> Double {
  guard let sumX = x.exact(group), let sumY = y.exact(group),
    let sumXY = products.exact(group)
  else { return .nan }
  return (WideInteger(count) * sumXY - sumX * sumY).double
}

extension ExactSums {
  /// Adds the exact products `a[i] · b[i]`, each as its rounded value and the rounding error.
  mutating func addProducts(_ a: [Double], _ b: [Double], groups: [Int32]) {
    let products = zipValues(a, b) { $0 * $1 }
    add(products, groups: groups)
    let errors: [Double] = makeValues(products.count) { row in
      products[row].isFinite ? ck_product_error(a[row], b[row], products[row]) : 0
    }
    add(errors, groups: groups)
  }
}
