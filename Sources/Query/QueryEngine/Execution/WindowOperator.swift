import Columnar

/// Window functions: the input's rows in their order, then a column a call.
///
/// Rows of equal order keys within a partition keep the input's order.
struct WindowOperator {
  let calls: [WindowCall]
  let context: ExecutionContext

  /// What a window needs for a row besides its columns: orders, bounds and frames.
  static let bytesPerRow = 160

  func run(_ all: Chunk) throws(QueryError) -> [Chunk] {
    if all.rowCount == 0 { return [] }
    var columns = all.columns
    var known: [(call: WindowCall, order: WindowOrder)] = []
    for call in calls {
      try context.checkCancelled()
      let order: WindowOrder
      if let same = known.first(where: {
        $0.call.partitionBy == call.partitionBy && $0.call.orderBy == call.orderBy
      }) {
        order = same.order
      } else {
        order = try WindowOrder(call, all)
        known.append((call, order))
      }
      let result = try WindowEvaluation(call, order, all, context).run()
      columns.append(result.take(order.inverse).retyped(call.type))
    }
    return [Chunk(columns: columns, rowCount: all.rowCount)]
  }
}

/// The rows of a window in partition and order; places below are positions in that order.
struct WindowOrder {
  let rowCount: Int
  /// The input row at each place.
  let permutation: [Int32]
  /// The place of each input row.
  let inverse: [Int32]
  /// Where each place's partition begins and ends.
  let partitionStart: [Int32]
  let partitionEnd: [Int32]
  /// Where each place's peers (rows of equal order keys) begin and end.
  let peerStart: [Int32]
  let peerEnd: [Int32]
  /// The order keys, by place.
  let keys: [Column]

  init(_ call: WindowCall, _ all: Chunk) throws(QueryError) {
    rowCount = all.rowCount
    var partitions: [Column] = []
    for expression in call.partitionBy {
      partitions.append(try ExpressionCompiler.compile(expression).column(all))
    }
    let table = KeyTable(partitions.map(\.type))
    let numbers = try table.insert(partitions, rowCount: rowCount, position: { Int64($0) })
    var columns = [Column(.int32, .int32(numbers))]
    for key in call.orderBy {
      columns.append(try ExpressionCompiler.compile(key.expression).column(all))
    }
    let orders = call.orderBy.map {
      SortOrder(isDescending: $0.isDescending, nullsFirst: $0.nullsFirst)
    }
    let sorter = Sorter(columns, [SortOrder()] + orders, rowCount: rowCount)
    let permutation = sorter.permutation()
    self.permutation = permutation
    var inverse = [Int32](repeating: 0, count: rowCount)
    for (place, row) in permutation.enumerated() { inverse[Int(row)] = Int32(place) }
    self.inverse = inverse
    keys = columns.dropFirst().map { $0.take(permutation) }
    (partitionStart, partitionEnd) = WindowOrder.runs(rowCount) {
      numbers[Int(permutation[$0])] == numbers[Int(permutation[$1])]
    }
    (peerStart, peerEnd) = WindowOrder.runs(rowCount) {
      sorter.areEqual(Int(permutation[$0]), Int(permutation[$1]))
    }
  }

  /// Where the run of equal neighbours around each place begins and ends.
  private static func runs(_ count: Int, _ areEqual: (Int, Int) -> Bool) -> ([Int32], [Int32]) {
    var starts = [Int32](repeating: 0, count: count)
    var ends = [Int32](repeating: 0, count: count)
    var start = 0
    for place in 0..<count {
      if place > 0, !areEqual(place - 1, place) { start = place }
      starts[place] = Int32(start)
    }
    var end = count
    for place in stride(from: count - 1, through: 0, by: -1) {
      if place < count - 1, starts[place + 1] != starts[place] { end = place + 1 }
      ends[place] = Int32(end)
    }
    return (starts, ends)
  }
}

/// One call over ordered rows; its result is by place.
struct WindowEvaluation {
  let call: WindowCall
  let order: WindowOrder
  let context: ExecutionContext
  /// The arguments, by place.
  let arguments: [Column]
  /// Distances of the frame's bounds, by place.
  let distances: [Column]
  /// Which places the FILTER keeps; nil for all.
  let mask: Bitmap?

  init(
    _ call: WindowCall, _ order: WindowOrder, _ all: Chunk, _ context: ExecutionContext
  ) throws(QueryError) {
    self.call = call
    self.order = order
    self.context = context
    func ordered(_ expressions: [BoundExpression]) throws(QueryError) -> [Column] {
      var columns: [Column] = []
      for expression in expressions {
        columns.append(
          try ExpressionCompiler.compile(expression).column(all).take(order.permutation))
      }
      return columns
    }
    arguments = try ordered(call.arguments)
    distances = try ordered(call.distances)
    mask = try call.filter.map { filter throws(QueryError) in
      selection(try ExpressionCompiler.compile(filter).evaluate(all), rowCount: all.rowCount)
        .take(order.permutation)
    }
  }

  func run() throws(QueryError) -> Column {
    let count = order.rowCount
    let (start, end) = (order.partitionStart, order.partitionEnd)
    switch call.function {
    case .rowNumber:
      return integers(makeValues(count) { Int64($0) - Int64(start[$0]) + 1 })
    case .rank:
      return integers(makeValues(count) { Int64(order.peerStart[$0] - start[$0]) + 1 })
    case .denseRank: return integers(denseRanks())
    case .percentRank:
      return doubles(
        makeValues(count) { place in
          let size = Int(end[place] - start[place])
          return size < 2
            ? 0 : Double(order.peerStart[place] - start[place]) / Double(size - 1)
        })
    case .cumulativeDistribution:
      return doubles(
        makeValues(count) { place in
          Double(order.peerEnd[place] - start[place]) / Double(end[place] - start[place])
        })
    case .tile: return try tiles()
    case .lag: return try shifted(by: -1)
    case .lead: return try shifted(by: 1)
    case .firstValue, .lastValue, .nthValue: return try picked(WindowFrames(call, order, distances))
    case .aggregate(let function):
      return try aggregated(function, WindowFrames(call, order, distances))
    }
  }

  private func integers(_ values: [Int64]) -> Column {
    call.type == .int32
      ? Column(.int32, .int32(mapValues(values) { Int32(clamping: $0) }))
      : Column(.int64, .int64(values)).retyped(call.type == .int64 ? .int64 : call.type)
  }

  private func doubles(_ values: [Double]) -> Column { Column(.double, .double(values)) }

  private func denseRanks() -> [Int64] {
    var ranks = [Int64](repeating: 0, count: order.rowCount)
    var rank: Int64 = 0
    for place in 0..<order.rowCount {
      if Int(order.partitionStart[place]) == place { rank = 0 }
      if Int(order.peerStart[place]) == place { rank += 1 }
      ranks[place] = rank
    }
    return ranks
  }

  /// NTILE: the first `size % n` tiles have one row more.
  private func tiles() throws(QueryError) -> Column {
    guard let argument = arguments.first else {
      throw QueryError(.type, "NTILE needs the number of tiles")
    }
    let wanted = argument.longs
    var values = [Int64](repeating: 0, count: order.rowCount)
    for place in 0..<order.rowCount where !argument.isNull(place) {
      let count = wanted[place]
      guard count > 0 else {
        throw QueryError(.arithmetic, "NTILE needs at least 1 tile, found \(count)")
      }
      let size = Int64(order.partitionEnd[place] - order.partitionStart[place])
      let row = Int64(place) - Int64(order.partitionStart[place])
      let (small, larger) = (size / count, size % count)
      let split = larger * (small + 1)
      values[place] =
        row < split ? row / (small + 1) + 1 : larger + (row - split) / max(small, 1) + 1
    }
    return integers(values).withValidity(argument.validity)
  }

  /// LAG and LEAD: value, offset (1 by default), and what stands in beyond the partition.
  private func shifted(by direction: Int) throws(QueryError) -> Column {
    let values = arguments[0]
    let offsets = arguments.count > 1 ? arguments[1].longs : nil
    var rows = [Int32](repeating: -1, count: order.rowCount)
    for place in 0..<order.rowCount {
      if arguments.count > 1, arguments[1].isNull(place) { continue }
      let distance = Int(clamping: offsets?[place] ?? 1)
      let partition = Int(order.partitionStart[place])..<Int(order.partitionEnd[place])
      if call.ignoresNulls {
        rows[place] = nthPresent(values, from: place, distance, direction, partition)
        continue
      }
      let (step, overflow) = distance.multipliedReportingOverflow(by: direction)
      let (target, carry) = place.addingReportingOverflow(step)
      if !overflow, !carry, partition.contains(target) { rows[place] = Int32(target) }
    }
    guard arguments.count > 2 else { return values.takeNullable(rows) }
    // The default is behind the values.
    let count = Int32(order.rowCount)
    let both = try Column.joined([values, arguments[2].retyped(values.type)])
    return both.take(makeValues(order.rowCount) { rows[$0] < 0 ? Int32($0) + count : rows[$0] })
  }

  private func nthPresent(
    _ values: Column, from place: Int, _ distance: Int, _ direction: Int, _ partition: Range<Int>
  ) -> Int32 {
    if distance == 0 { return Int32(place) }
    let step = distance < 0 ? -direction : direction
    var left = distance.magnitude
    var next = place + step
    while partition.contains(next) {
      if !values.isNull(next) {
        left -= 1
        if left == 0 { return Int32(next) }
      }
      next += step
    }
    return -1
  }

  private func picked(_ frames: WindowFrames) throws(QueryError) -> Column {
    let values = arguments[0]
    let wanted = arguments.count > 1 ? arguments[1].longs : nil
    var rows = [Int32](repeating: -1, count: order.rowCount)
    for place in 0..<order.rowCount {
      let ranges = frames.ranges(place)
      switch call.function {
      case .firstValue: rows[place] = nth(1, values, ranges)
      case .lastValue: rows[place] = last(values, ranges)
      default:
        if arguments.count > 1, arguments[1].isNull(place) { continue }
        let number = wanted?[place] ?? 1
        guard number > 0 else {
          throw QueryError(.arithmetic, "NTH_VALUE needs a row from 1, found \(number)")
        }
        rows[place] = nth(number, values, ranges)
      }
    }
    return values.takeNullable(rows)
  }

  private func nth(_ number: Int64, _ values: Column, _ ranges: [Range<Int>]) -> Int32 {
    var left = number
    for range in ranges {
      if !call.ignoresNulls, left > Int64(range.count) {
        left -= Int64(range.count)
        continue
      }
      for place in range where !call.ignoresNulls || !values.isNull(place) {
        if !call.ignoresNulls { return Int32(range.lowerBound + Int(left) - 1) }
        left -= 1
        if left == 0 { return Int32(place) }
      }
    }
    return -1
  }

  private func last(_ values: Column, _ ranges: [Range<Int>]) -> Int32 {
    for range in ranges.reversed() {
      for place in range.reversed() where !call.ignoresNulls || !values.isNull(place) {
        return Int32(place)
      }
    }
    return -1
  }
}
