import CKernels
import Columnar

/// The REGR family over pairs (y, x) without nulls, from exact sums, as `MomentAccumulator`.
///
/// Slope, intercept and R² are null when x does not vary; R² is 1 when y does not.
final class RegressionAccumulator: Accumulator {
  private let function: AggregateFunction
  private var y = ExactSums()
  private var x = ExactSums()
  private var xy = ExactSums()
  private var xx = ExactSums()
  private var yy = ExactSums()
  private var counts: [Int64] = []

  init(_ function: AggregateFunction) { self.function = function }

  override var byteCount: Int { x.byteCount * 5 + counts.count * 8 }

  override func resize(_ count: Int) {
    y.resize(to: count)
    x.resize(to: count)
    xy.resize(to: count)
    xx.resize(to: count)
    yy.resize(to: count)
    counts.append(contentsOf: repeatElement(0, count: max(0, count - counts.count)))
  }

  override func update(_ input: AggregateInput) {
    let input = input.withoutNulls()
    let (a, b) = (input.arguments[0].doubles, input.arguments[1].doubles)
    let groups = input.groups ?? [Int32](repeating: 0, count: a.count)
    y.add(a, groups: groups)
    x.add(b, groups: groups)
    xy.addProducts(a, b, groups: groups)
    xx.addProducts(b, b, groups: groups)
    yy.addProducts(a, a, groups: groups)
    for group in groups { counts[Int(group)] += 1 }
  }

  override func merge(_ other: Accumulator, groups: [Int32]) {
    guard let other = other as? RegressionAccumulator else { return }
    for (source, group) in groups.enumerated() {
      let target = Int(group)
      y.merge(other.y, source: source, into: target)
      x.merge(other.x, source: source, into: target)
      xy.merge(other.xy, source: source, into: target)
      xx.merge(other.xx, source: source, into: target)
      yy.merge(other.yy, source: source, into: target)
      counts[target] += other.counts[source]
    }
  }

  override func finish(_ order: [Int32]) -> Column {
    if function == .regressionCount {
      return Column(.int64, .int64(mapValues(order) { counts[Int($0)] }))
    }
    let values = order.map { result(Int($0)) }
    return Column(
      .double, .double(values.map { $0 ?? 0 }), validity: Bitmap(values.map { $0 != nil }))
  }

  private func result(_ group: Int) -> Double? {
    let count = Int(counts[group])
    guard count > 0 else { return nil }
    let n = Double(count)
    func spread(_ a: ExactSums, _ b: ExactSums, _ products: ExactSums) -> Double {
      guard let sumA = a.exact(group), let sumB = b.exact(group),
        let sum = products.exact(group)
      else { return .nan }
      return (WideInteger(count) * sum - sumA * sumB).double
    }
    switch function {
    case .regressionAverageX: return x.rounded(group) / n
    case .regressionAverageY: return y.rounded(group) / n
    case .regressionSXX: return spread(x, x, xx) / n
    case .regressionSYY: return spread(y, y, yy) / n
    case .regressionSXY: return spread(x, y, xy) / n
    default: break
    }
    let (sxx, sxy) = (spread(x, x, xx), spread(x, y, xy))
    guard sxx != 0 else { return nil }
    switch function {
    case .regressionSlope: return sxy / sxx
    case .regressionIntercept: return (y.rounded(group) - (sxy / sxx) * x.rounded(group)) / n
    default:
      let syy = spread(y, y, yy)
      guard syy != 0 else { return 1 }
      let ratio = sxy / (sxx.squareRoot() * syy.squareRoot())
      return min(1, ratio * ratio)
    }
  }
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
