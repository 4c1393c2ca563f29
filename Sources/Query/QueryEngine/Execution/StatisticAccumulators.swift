import Columnar
import Glibc

/// VAR and STDDEV from the exact sums of x and x², so that neither order nor cancellation changes a
/// bit: the difference n·Σx² − (Σx)² is formed in integers and rounded once.
///
/// Exact for |x| between 2^-480 and 2^511; a square beyond that overflows to infinity. One row gives
/// null for the sample forms and 0 for the population forms; a value that is not finite gives NaN.
final class MomentAccumulator: Accumulator {
  private let function: AggregateFunction
  private var sums = ExactSums()
  private var squares = ExactSums()
  private var counts: [Int64] = []

  init(_ function: AggregateFunction) { self.function = function }

  override var byteCount: Int { sums.byteCount + squares.byteCount + counts.count * 8 }

  override func resize(_ count: Int) {
    sums.resize(to: count)
    squares.resize(to: count)
    counts.append(contentsOf: repeatElement(0, count: max(0, count - counts.count)))
  }

  override func update(_ input: AggregateInput) {
    let input = input.withoutNulls()
    let values = input.arguments[0].doubles
    let groups = input.groups ?? [Int32](repeating: 0, count: values.count)
    sums.add(values, groups: groups)
    squares.addProducts(values, values, groups: groups)
    for group in groups { counts[Int(group)] += 1 }
  }

  override func merge(_ other: Accumulator, groups: [Int32]) {
    guard let other = other as? MomentAccumulator else { return }
    for (source, group) in groups.enumerated() {
      sums.merge(other.sums, source: source, into: Int(group))
      squares.merge(other.squares, source: source, into: Int(group))
      counts[Int(group)] += other.counts[source]
    }
  }

  override func finish(_ order: [Int32]) -> Column {
    let isSample = function == .varianceSample || function == .stddevSample
    let isRoot = function == .stddevSample || function == .stddevPopulation
    let values: [Double] = mapValues(order) { number in
      let group = Int(number)
      let count = Int(counts[group])
      if count == 0 || (isSample && count == 1) { return 0 }
      let spread = scaledCovariance(count, sums, sums, squares, group)
      let variance = spread / (Double(count) * Double(isSample ? count - 1 : count))
      return isRoot ? variance.squareRoot() : variance
    }
    return Column(
      .double, .double(values), validity: packBits(order) { counts[Int($0)] > (isSample ? 1 : 0) })
  }
}

/// CORR and COVAR of pairs without nulls, in the manner of `MomentAccumulator`. CORR is null when a
/// side does not vary.
final class CovarianceAccumulator: Accumulator {
  private let function: AggregateFunction
  private var x = ExactSums()
  private var y = ExactSums()
  private var products = ExactSums()
  private var squaresX = ExactSums()
  private var squaresY = ExactSums()
  private var counts: [Int64] = []

  init(_ function: AggregateFunction) { self.function = function }

  override var byteCount: Int { x.byteCount * 5 + counts.count * 8 }

  override func resize(_ count: Int) {
    x.resize(to: count)
    y.resize(to: count)
    products.resize(to: count)
    squaresX.resize(to: count)
    squaresY.resize(to: count)
    counts.append(contentsOf: repeatElement(0, count: max(0, count - counts.count)))
  }

  override func update(_ input: AggregateInput) {
    let input = input.withoutNulls()
    let (a, b) = (input.arguments[0].doubles, input.arguments[1].doubles)
    let groups = input.groups ?? [Int32](repeating: 0, count: a.count)
    x.add(a, groups: groups)
    y.add(b, groups: groups)
    products.addProducts(a, b, groups: groups)
    if function == .correlation {
      squaresX.addProducts(a, a, groups: groups)
      squaresY.addProducts(b, b, groups: groups)
    }
    for group in groups { counts[Int(group)] += 1 }
  }

  override func merge(_ other: Accumulator, groups: [Int32]) {
    guard let other = other as? CovarianceAccumulator else { return }
    for (source, group) in groups.enumerated() {
      let target = Int(group)
      x.merge(other.x, source: source, into: target)
      y.merge(other.y, source: source, into: target)
      products.merge(other.products, source: source, into: target)
      squaresX.merge(other.squaresX, source: source, into: target)
      squaresY.merge(other.squaresY, source: source, into: target)
      counts[target] += other.counts[source]
    }
  }

  override func finish(_ order: [Int32]) -> Column {
    var isPresent: [Bool] = []
    var values: [Double] = []
    for number in order {
      let value = result(Int(number))
      isPresent.append(value != nil)
      values.append(value ?? 0)
    }
    return Column(.double, .double(values), validity: Bitmap(isPresent))
  }

  private func result(_ group: Int) -> Double? {
    let count = Int(counts[group])
    guard count > (function == .covariancePopulation ? 0 : 1) else { return nil }
    let spread = scaledCovariance(count, x, y, products, group)
    switch function {
    case .covariancePopulation: return spread / (Double(count) * Double(count))
    case .covarianceSample: return spread / (Double(count) * Double(count - 1))
    default:
      let spreadX = scaledCovariance(count, x, x, squaresX, group)
      let spreadY = scaledCovariance(count, y, y, squaresY, group)
      guard spreadX != 0, spreadY != 0 else { return nil }
      let ratio = spread / (spreadX.squareRoot() * spreadY.squareRoot())
      return ratio.isNaN ? ratio : min(1, max(-1, ratio))
    }
  }
}

/// n·Σxy − Σx·Σy, rounded once; NaN when a sum is not finite.
private func scaledCovariance(
  _ count: Int, _ x: ExactSums, _ y: ExactSums, _ products: ExactSums, _ group: Int
) -> Double {
  guard let sumX = x.exact(group), let sumY = y.exact(group),
    let sumXY = products.exact(group)
  else { return .nan }
  return (WideInteger(count) * sumXY - sumX * sumY).double
}
