import Columnar

extension WindowEvaluation {
  /// An aggregate over each place's frame.
  ///
  /// Counts and sums of integers and decimals by prefix sums, sums of doubles by adding what enters
  /// and taking out what leaves (both exact), quantiles of values kept in order; other aggregates over frames that only grow by one
  /// running state, the rest frame by frame.
  func aggregated(
    _ function: AggregateFunction, _ frames: WindowFrames
  ) throws(QueryError) -> Column {
    if !call.isDistinct {
      switch function {
      case .count, .countStar, .sum, .avg:
        if let result = try prefixed(function, frames) { return result }
        if function != .count, function != .countStar, arguments[0].type.isFloating,
          frames.exclusion == .none
        {
          return slidingFloats(function, frames)
        }
      case .min, .max:
        if let result = slidingExtremes(frames, isMinimum: function == .min) { return result }
      default:
        if let result = try slidingOrder(function, frames) { return result }
      }
    }
    return try frameByFrame(function, frames)
  }

  // MARK: Prefix sums

  private func prefixed(
    _ function: AggregateFunction, _ frames: WindowFrames
  ) throws(QueryError) -> Column? {
    let count = order.rowCount
    var validity = arguments.first?.validity
    if let mask { validity = validity.map { $0 & mask } ?? mask }
    var counts = [Int64](repeating: 0, count: count + 1)
    for place in 0..<count {
      counts[place + 1] = counts[place] + (isPresent(validity, place) ? 1 : 0)
    }
    let frameCounts: [Int64] = makeValues(count) { place in
      frames.ranges(place).reduce(0) { $0 + counts[$1.upperBound] - counts[$1.lowerBound] }
    }
    if function == .count || function == .countStar {
      return Column(.int64, .int64(frameCounts))
    }
    let argument = arguments[0]
    guard argument.type.decimalShape != nil else { return nil }
    let values = argument.wideValues
    var sums = [Int128](repeating: 0, count: count + 1)
    for place in 0..<count {
      let (sum, overflow) = sums[place].addingReportingOverflow(
        isPresent(validity, place) ? values[place] : 0)
      if overflow { return nil }
      sums[place + 1] = sum
    }
    let frameSums: [Int128] = makeValues(count) { place in
      frames.ranges(place).reduce(0) { $0 &+ sums[$1.upperBound] &- sums[$1.lowerBound] }
    }
    return try IntegerSumAccumulator(
      argument.type, result: call.type, isAverage: function == .avg, sums: frameSums,
      counts: frameCounts
    ).finish(Array(0..<Int32(count)))
  }

  // MARK: Doubles

  private func slidingFloats(_ function: AggregateFunction, _ frames: WindowFrames) -> Column {
    let values = arguments[0].doubles
    var validity = arguments[0].validity
    if let mask { validity = validity.map { $0 & mask } ?? mask }
    var window = SlidingSum()
    var (start, end) = (0, 0)
    var results = [Double](repeating: 0, count: order.rowCount)
    var isDefined = Bitmap(repeating: true, count: order.rowCount)
    for place in 0..<order.rowCount {
      let (newStart, newEnd) = (Int(frames.starts[place]), Int(frames.ends[place]))
      if newStart < start || newEnd < end || newStart >= end {
        window = SlidingSum()
        start = newStart
        end = newStart
      }
      while start < newStart {
        if isPresent(validity, start) { window.remove(values[start]) }
        start += 1
      }
      while end < newEnd {
        if isPresent(validity, end) { window.add(values[end]) }
        end += 1
      }
      if window.count == 0 { isDefined[place] = false }
      results[place] = window.sum / (function == .avg ? Double(max(window.count, 1)) : 1)
    }
    let column = Column(.double, .double(results), validity: isDefined)
    return call.type == .float
      ? Column(.float, .float(mapValues(results) { Float($0) }), validity: isDefined) : column
  }

  // MARK: Any aggregate

  private func frameByFrame(
    _ function: AggregateFunction, _ frames: WindowFrames
  ) throws(QueryError) -> Column {
    let types = arguments.map(\.type)
    let positional = call.arguments.indices.map { BoundExpression.column($0, types[$0]) }
    let template = AggregateCall(
      function, positional, isDistinct: call.isDistinct, type: call.type, name: call.name)
    if frames.exclusion == .none, isRunning(frames), !function.isExpensiveToFinish,
      !call.isDistinct
    {
      return try running(template, frames)
    }
    var results: [Column] = []
    var resultOf = [Int32](repeating: 0, count: order.rowCount)
    var batch = FrameBatch()
    var resultCount: Int32 = 0
    for place in 0..<order.rowCount {
      let isSame =
        place > 0 && frames.exclusion == .none && frames.starts[place] == frames.starts[place - 1]
        && frames.ends[place] == frames.ends[place - 1]
      if !isSame {
        if batch.rows.count > 262_144 || batch.frameCount > 65_536 {
          results.append(try finish(batch, template))
          batch = FrameBatch()
          try context.checkCancelled()
        }
        for range in frames.ranges(place) {
          for row in range where mask.map({ $0[row] }) ?? true { batch.rows.append(Int32(row)) }
        }
        let added = batch.rows.count - batch.groups.count
        batch.groups.append(contentsOf: repeatElement(Int32(batch.frameCount), count: added))
        batch.frameCount += 1
        resultCount += 1
      }
      resultOf[place] = resultCount - 1
    }
    results.append(try finish(batch, template))
    return try Column.joined(results).take(resultOf)
  }

  /// Frames whose aggregates are computed together: a group each.
  private struct FrameBatch {
    var rows: [Int32] = []
    var groups: [Int32] = []
    var frameCount = 0
  }

  private func finish(
    _ batch: FrameBatch, _ template: AggregateCall
  ) throws(QueryError) -> Column {
    let states = try template.makeAccumulator()
    states.resize(batch.frameCount)
    if !batch.rows.isEmpty {
      try states.update(
        AggregateInput(
          arguments: arguments.map { $0.take(batch.rows) }, groups: batch.groups,
          rowCount: batch.rows.count, base: 0, rows: nil))
    }
    return try states.finish(Array(0..<Int32(batch.frameCount))).retyped(call.type)
  }

  /// Whether every frame begins with its partition and ends no earlier than the one before.
  private func isRunning(_ frames: WindowFrames) -> Bool {
    for place in 0..<order.rowCount {
      if frames.starts[place] != order.partitionStart[place] { return false }
      if place > 0, order.partitionStart[place] == order.partitionStart[place - 1],
        frames.ends[place] < frames.ends[place - 1]
      {
        return false
      }
    }
    return true
  }

  private func running(
    _ template: AggregateCall, _ frames: WindowFrames
  ) throws(QueryError) -> Column {
    var results: [Column] = []
    var resultOf = [Int32](repeating: 0, count: order.rowCount)
    var states = try template.makeAccumulator()
    var end = 0
    for place in 0..<order.rowCount {
      let start = Int(frames.starts[place])
      let isFirst = place == 0 || start != Int(frames.starts[place - 1])
      if isFirst {
        states = try template.makeAccumulator()
        states.resize(1)
        end = start
      }
      let newEnd = Int(frames.ends[place])
      if newEnd > end || isFirst {
        if newEnd > end {
          var input = AggregateInput(
            arguments: arguments.map { $0.slice(end..<newEnd) }, groups: nil,
            rowCount: newEnd - end, base: Int64(end), rows: nil)
          if let mask { input = input.filtered(mask.slice(end..<newEnd)) }
          try states.update(input)
        }
        end = newEnd
        results.append(try states.finish([0]).retyped(call.type))
      }
      resultOf[place] = Int32(results.count - 1)
    }
    return try Column.joined(results).take(resultOf)
  }
}

extension AggregateFunction {
  /// Whether a result costs a pass over all values of the group.
  fileprivate var isExpensiveToFinish: Bool {
    switch self {
    case .list, .stringAggregate, .median, .quantileContinuous, .quantileDiscrete, .mode,
      .medianDistance:
      true
    default: false
    }
  }
}

/// The exact sum of doubles that come and go.
struct SlidingSum {
  private var finite = ExactSums()
  private var nans = 0
  private var positiveInfinities = 0
  private var negativeInfinities = 0
  private(set) var count = 0

  init() { finite.resize(to: 1) }

  mutating func add(_ value: Double) { change(value, by: 1) }
  /// Takes out a value that was added.
  mutating func remove(_ value: Double) { change(value, by: -1) }

  private mutating func change(_ value: Double, by step: Int) {
    count += step
    if value.isNaN {
      nans += step
    } else if value.isInfinite {
      if value > 0 { positiveInfinities += step } else { negativeInfinities += step }
    } else {
      finite.add(step > 0 ? value : -value, group: 0)
    }
  }

  var sum: Double {
    if nans > 0 || (positiveInfinities > 0 && negativeInfinities > 0) { return .nan }
    if positiveInfinities > 0 { return .infinity }
    if negativeInfinities > 0 { return -.infinity }
    return finite.rounded(0)
  }
}
