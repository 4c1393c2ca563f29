import Columnar

/// Groups whose states alone exceed the memory: distinct values go through an aggregate of their
/// own, values of quantiles through a sort.
struct CollectedGroups: Sendable {
  private let node: AggregateNode
  private let layout: RowLayout
  private let spiller: Spiller

  init(_ node: AggregateNode, _ layout: RowLayout, _ spiller: Spiller) {
    self.node = node
    self.layout = layout
    self.spiller = spiller.share
  }

  /// The groups of a partition with the places of their first rows, in that order.
  func results(of partition: SpilledPartition) throws(QueryError) -> [SpillStream] {
    var plain = node
    // What is held for the group as long as it is read; the count of values stands for a quantile.
    plain.aggregates = node.aggregates.map { call in
      if isByDistinct(call) || isByOrder(call) {
        return AggregateCall(
          .count, [call.arguments[0]], filter: call.filter, type: .int64, name: call.name)
      }
      return call
    }
    let memory = MemoryAccount(limit: spiller.budget, of: spiller.context.memoryLimit)
    let sink = try AggregateSink(plain, memory)
    for stream in partition.streams {
      let reader = stream.reader
      while let chunk = try reader.read() {
        try spiller.context.checkCancelled()
        try sink.add(chunk, positions: chunk.columns[layout.positionPlace].storage.int64 ?? [])
      }
    }
    let order = sink.table.order()
    var columns = sink.table.columns(order)
    for (index, call) in node.aggregates.enumerated() {
      if isByDistinct(call) {
        columns.append(try distinct(call, partition))
      } else if isByOrder(call) {
        columns.append(try quantile(call, partition, sink.table, sink.accumulators[index], order))
      } else {
        columns.append(try sink.accumulators[index].finish(order).retyped(call.type))
      }
    }
    columns.append(Column(.int64, .int64(sink.table.positions(order))))
    let result = Chunk(columns: columns, rowCount: order.count)
    return [
      try spiller.write(columns.map(\.type)) { writer, compressor throws(QueryError) in
        try writer.writeCut(result, compressor)
      }
    ]
  }

  private func source(_ partition: SpilledPartition) throws(QueryError) -> Pipeline {
    try spiller.pipeline(
      partition.streams, keys: [RunKey(place: layout.positionPlace)], types: layout.types)
  }

  /// The argument, null where the filter does not hold.
  private func value(_ call: AggregateCall, _ argument: BoundExpression) -> BoundExpression {
    guard let filter = call.filter else { return argument }
    return .caseWhen(
      [BoundExpression.CaseBranch(condition: filter, result: argument)], otherwise: nil,
      argument.type)
  }

  // MARK: DISTINCT

  private func isByDistinct(_ call: AggregateCall) -> Bool {
    guard call.isDistinct, call.arguments.count == 1, call.orderBy.isEmpty else { return false }
    switch call.function {
    case .count, .sum, .avg, .stddevSample, .stddevPopulation, .varianceSample,
      .variancePopulation:
      return true
    default: return false
    }
  }

  private func distinct(
    _ call: AggregateCall, _ partition: SpilledPartition
  ) throws(QueryError) -> Column {
    var pairs = node
    pairs.groups.append(ProjectedExpression("", value(call, call.arguments[0])))
    pairs.groupingSets = [Array(pairs.groups.indices)]
    pairs.aggregates = []
    let distinct = try SpilledAggregate(pairs, spiller).run(try source(partition))
    var outer = node
    for index in outer.groups.indices {
      outer.groups[index].expression = .column(index, outer.groups[index].expression.type)
    }
    var own = call
    own.isDistinct = false
    own.filter = nil
    own.arguments = [.column(node.groups.count, call.arguments[0].type)]
    outer.aggregates = [own]
    let memory = MemoryAccount(limit: spiller.budget, of: spiller.context.memoryLimit)
    let builder = PipelineBuilder(context: spiller.context)
    let result = try AggregateOperator(node: outer, context: spiller.context, memory: memory)
      .run(distinct)
    let all = try builder.gatherAll(result, "the groups of an aggregate")
    return try Chunk.concatenate(all.chunks, types: result.types).columns[node.groups.count]
  }

  // MARK: Quantiles

  private func isByOrder(_ call: AggregateCall) -> Bool {
    guard !call.isDistinct else { return false }
    guard call.arguments[safely: 0]?.type.isNested == false else { return false }
    switch call.function {
    case .median, .quantileContinuous:
      return call.arguments.count < 2 || layoutConstant(call.arguments[1]) != nil
    default: return false
    }
  }

  /// The constant behind a column on disk.
  private func layoutConstant(_ expression: BoundExpression) -> Value? {
    guard case .column(let place, _) = expression, place < layout.expressions.count else {
      return nil
    }
    return layout.expressions[place].constant
  }

  private func fraction(_ call: AggregateCall) throws(QueryError) -> Double {
    guard call.function != .median, call.arguments.count > 1 else { return 0.5 }
    return try CollectAccumulator.fraction(
      call.function, layoutConstant(call.arguments[1]) ?? .null)
  }

  /// The values in the order of group and value pass by; of each group those next to the wanted
  /// place are kept.
  private func quantile(
    _ call: AggregateCall, _ partition: SpilledPartition, _ table: KeyTable,
    _ counts: Accumulator, _ order: [Int32]
  ) throws(QueryError) -> Column {
    let groupCount = table.count
    let sizes = try counts.finish(Array(0..<Int32(groupCount))).storage.int64 ?? []
    let fraction = try fraction(call)
    let keys = node.groups.map(\.expression)
    let shown = keys + [value(call, call.arguments[0])]
    let projected = try source(partition).adding(
      ProjectStage(expressions: shown, needed: nil), types: shown.map(\.type))
    let present = BoundExpression.isNull(
      .column(keys.count, call.arguments[0].type), negated: true)
    let filtered = projected.adding(
      FilterStage(predicate: present, needed: nil), types: projected.types)
    let sorted = try PipelineBuilder(context: spiller.context, budget: spiller.budget).sorted(
      filtered,
      projected.types.enumerated().map { index, type in
        SortKey(.column(index, type), isDescending: false, nullsFirst: false)
      }, nil)
    var seen = [Int](repeating: 0, count: groupCount)
    var low = [Double](repeating: 0, count: groupCount)
    var high = low
    try MorselRunner(context: spiller.context).deliver(sorted) { chunk throws(QueryError) in
      let numbers = try table.insert(
        Array(chunk.columns.prefix(keys.count)), rowCount: chunk.rowCount, position: { _ in 0 })
      let values = chunk.columns[keys.count].doubles
      for (row, number) in numbers.enumerated() {
        let group = Int(number)
        let place = Int((fraction * Double(sizes[group] - 1)).rounded(.down))
        if seen[group] == place { low[group] = values[row] }
        if seen[group] == place + 1 { high[group] = values[row] }
        seen[group] += 1
      }
      return true
    }
    let results: [Double] = mapValues(order) { number in
      let group = Int(number)
      guard sizes[group] > 0 else { return 0 }
      let size = Int(sizes[group])
      let below = Int((fraction * Double(size - 1)).rounded(.down))
      return interpolate(size, fraction) { $0 == below ? low[group] : high[group] }
    }
    let column = Column(
      .double, .double(results), validity: packBits(order) { sizes[Int($0)] > 0 })
    return call.type == .double ? column : try cast(column, to: call.type, isTry: false)
  }
}

extension Array {
  fileprivate subscript(safely index: Int) -> Element? {
    indices.contains(index) ? self[index] : nil
  }
}
