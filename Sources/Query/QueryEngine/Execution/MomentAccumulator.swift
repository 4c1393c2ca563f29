import Columnar
import Glibc

/// VAR and STDDEV from the exact sums of x and x², so that neither order nor cancellation changes a
/// bit: the difference n·Σx² − (Σx)² is formed in integers and rounded once.
///
/// Exact for all finite values: squares beyond the range of doubles are kept apart. One row gives
/// null for the sample forms and 0 for the population forms; a value that is not finite gives NaN.
final class MomentAccumulator: Accumulator {
  private let function: AggregateFunction
  private var sums = ExactSums()
  private var squares = ExactProducts()
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
    squares.add(values, values, groups: groups)
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
      let spread = exactSpread(count, sums, sums, squares, group)
      let divisor = Double(count) * Double(isSample ? count - 1 : count)
      return isRoot ? spread.rootOfQuotient(by: divisor) : spread.divided(by: divisor)
    }
    return Column(
      .double, .double(values), validity: packBits(order) { counts[Int($0)] > (isSample ? 1 : 0) })
  }
}
