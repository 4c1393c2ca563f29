import Columnar

/// CORR and COVAR; CORR is null when a side does not vary.
final class CovarianceAccumulator: Accumulator {
  private let function: AggregateFunction
  private var sums: PairSums

  init(_ function: AggregateFunction) {
    self.function = function
    sums = PairSums(keepsSquares: function == .correlation)
  }

  override var byteCount: Int { sums.byteCount }
  override func resize(_ count: Int) { sums.resize(to: count) }
  override func update(_ input: AggregateInput) { sums.add(input) }

  override func merge(_ other: Accumulator, groups: [Int32]) {
    guard let other = other as? CovarianceAccumulator else { return }
    sums.merge(other.sums, groups: groups)
  }

  override func finish(_ order: [Int32]) -> Column {
    Column.optionalDoubles(order.map { result(Int($0)) })
  }

  private func result(_ group: Int) -> Double? {
    let count = Double(sums.counts[group])
    guard count > (function == .covariancePopulation ? 0 : 1) else { return nil }
    switch function {
    case .covariancePopulation: return sums.spreadXY(group).divided(by: count * count)
    case .covarianceSample: return sums.spreadXY(group).divided(by: count * (count - 1))
    default: return sums.correlation(group)
    }
  }
}

/// The REGR family. Slope, intercept and R² are null when x does not vary; R² is 1 when y does not.
final class RegressionAccumulator: Accumulator {
  private let function: AggregateFunction
  private var sums = PairSums(keepsSquares: true)

  init(_ function: AggregateFunction) { self.function = function }

  override var byteCount: Int { sums.byteCount }
  override func resize(_ count: Int) { sums.resize(to: count) }
  override func update(_ input: AggregateInput) { sums.add(input) }

  override func merge(_ other: Accumulator, groups: [Int32]) {
    guard let other = other as? RegressionAccumulator else { return }
    sums.merge(other.sums, groups: groups)
  }

  override func finish(_ order: [Int32]) -> Column {
    if function == .regressionCount {
      return Column(.int64, .int64(mapValues(order) { sums.counts[Int($0)] }))
    }
    return Column.optionalDoubles(order.map { result(Int($0)) })
  }

  private func result(_ group: Int) -> Double? {
    let count = Double(sums.counts[group])
    guard count > 0 else { return nil }
    switch function {
    case .regressionAverageX: return sums.x.rounded(group) / count
    case .regressionAverageY: return sums.y.rounded(group) / count
    case .regressionSXX: return sums.spreadXX(group).divided(by: count)
    case .regressionSYY: return sums.spreadYY(group).divided(by: count)
    case .regressionSXY: return sums.spreadXY(group).divided(by: count)
    default: break
    }
    guard let slope = sums.slope(group) else { return nil }
    switch function {
    case .regressionSlope: return slope
    case .regressionIntercept:
      return (sums.y.rounded(group) - slope * sums.x.rounded(group)) / count
    default: return slope.isNaN ? slope : sums.determination(group) ?? 1
    }
  }
}

extension Column {
  fileprivate static func optionalDoubles(_ values: [Double?]) -> Column {
    Column(.double, .double(values.map { $0 ?? 0 }), validity: Bitmap(values.map { $0 != nil }))
  }
}
