import Columnar

/// Some rows of an aggregate's arguments, with the group of each.
struct AggregateInput {
  var arguments: [Column]
  /// Nil: all rows belong to group 0.
  var groups: [Int32]?
  var rowCount: Int
  /// The place of the chunk's first row in the whole input.
  var base: Int64
  /// The places of the chunk's rows, when they do not follow one another.
  var positions: [Int64]?
  /// The rows of the chunk that are left; nil: all.
  var rows: [Int32]?

  /// The place of a row in the whole input; rises with the order of the rows, whatever the threads.
  func position(_ row: Int) -> Int64 {
    let row = rows.map { Int($0[row]) } ?? row
    return positions.map { $0[row] } ?? base &+ Int64(row)
  }

  func group(_ row: Int) -> Int { groups.map { Int($0[row]) } ?? 0 }

  /// Only the rows whose bit is set.
  func filtered(_ mask: Bitmap) -> AggregateInput {
    if mask.isAllSet { return self }
    let kept = mask.setIndices()
    return AggregateInput(
      arguments: arguments.map { $0.take(kept) },
      groups: groups.map { groups in mapValues(kept) { groups[Int($0)] } }, rowCount: kept.count,
      base: base, positions: positions,
      rows: rows.map { rows in mapValues(kept) { rows[Int($0)] } } ?? kept)
  }

  /// Only the rows where no argument is null.
  func withoutNulls() -> AggregateInput {
    let validity = arguments.reduce(nil as Bitmap?) { bothValid($0, $1.validity) }
    return validity.map { filtered($0) } ?? self
  }

  /// Calls `body` with each row's group.
  @inline(__always)
  func forEachGroup(_ body: (_ row: Int, _ group: Int) -> Void) {
    guard let groups else {
      for row in 0..<rowCount { body(row, 0) }
      return
    }
    for row in 0..<rowCount { body(row, Int(groups[row])) }
  }
}

/// The states of one aggregate call, one a group.
///
/// States merge, and the result depends neither on the order of updates nor on that of merges: what
/// depends on the rows' order keeps their positions.
class Accumulator {
  /// Makes room for groups `0..<count`.
  func resize(_ count: Int) {}
  func update(_ input: AggregateInput) throws(QueryError) {}
  /// Adds group `i` of `other` to group `groups[i]` here.
  func merge(_ other: Accumulator, groups: [Int32]) throws(QueryError) {}
  /// The results of the given groups.
  func finish(_ order: [Int32]) throws(QueryError) -> Column {
    throw QueryError(.unsupported, "an aggregate without a result")
  }
  var byteCount: Int { 0 }
}

/// The aggregate that a call asks for, without what wraps it (DISTINCT, FILTER, ORDER BY).
func makeAccumulator(
  _ function: AggregateFunction, _ arguments: [DataType], result: DataType
) throws(QueryError) -> Accumulator {
  let first = arguments.first ?? .boolean
  switch function {
  case .countStar, .count: return CountAccumulator()
  case .sum:
    if first.isFloating { return FloatSumAccumulator(result, isAverage: false) }
    return IntegerSumAccumulator(first, result: result, isAverage: false)
  case .avg:
    if first.isFloating { return FloatSumAccumulator(result, isAverage: true) }
    return IntegerSumAccumulator(first, result: result, isAverage: true)
  case .min, .max:
    let isMinimum = function == .min
    switch ColumnStorage.blank(for: first, count: 0) {
    case .int32: return ExtremeAccumulator<Int32>(result, isMinimum, \.int32) { .int32($0) }
    case .int64: return ExtremeAccumulator<Int64>(result, isMinimum, \.int64) { .int64($0) }
    case .int128: return ExtremeAccumulator<Int128>(result, isMinimum, \.int128) { .int128($0) }
    case .float: return ExtremeAccumulator<Float>(result, isMinimum, \.float) { .float($0) }
    case .double: return ExtremeAccumulator<Double>(result, isMinimum, \.double) { .double($0) }
    default: return PickAccumulator(isMinimum ? .least : .greatest, result)
    }
  case .boolAnd: return BooleanAccumulator(isAnd: true)
  case .boolOr: return BooleanAccumulator(isAnd: false)
  case .stddevSample, .stddevPopulation, .varianceSample, .variancePopulation:
    return MomentAccumulator(function)
  case .correlation, .covarianceSample, .covariancePopulation:
    return CovarianceAccumulator(function)
  case .argMin: return PickAccumulator(.leastKey, result)
  case .argMax: return PickAccumulator(.greatestKey, result)
  case .first: return PickAccumulator(.first, result)
  case .last: return PickAccumulator(.last, result)
  case .anyValue: return PickAccumulator(.firstPresent, result)
  case .stringAggregate, .list, .median, .quantileContinuous, .quantileDiscrete, .mode,
    .medianDistance:
    return CollectAccumulator(function, result)
  case .groupingID: return CountAccumulator()
  case .vectorSum: return VectorSumAccumulator(result)
  case .regressionSlope, .regressionIntercept, .regressionR2, .regressionCount,
    .regressionAverageX, .regressionAverageY, .regressionSXX, .regressionSYY, .regressionSXY:
    return RegressionAccumulator(function)
  case .approximateCountDistinct: return SketchAccumulator()
  }
}
