import Columnar

/// GROUP BY: every worker fills its own table, the tables merge, grouping sets merge from the finest.
///
/// Groups come in the order of their first row in the input, set by set.
struct AggregateOperator {
  let node: AggregateNode
  let context: ExecutionContext
  let memory: MemoryAccount

  func run(_ pipeline: Pipeline) throws(QueryError) -> [Chunk] {
    let runner = MorselRunner(context: context)
    var sinks: [AggregateSink] = []
    for _ in 0..<runner.laneCount { sinks.append(try AggregateSink(node, memory)) }
    try runner.drain(pipeline, into: sinks)
    let total = sinks[0]
    for other in sinks.dropFirst() where other.table.count > 0 { try total.merge(other) }
    defer { for sink in sinks { sink.release() } }
    var results: [Chunk] = []
    for set in node.groupingSets {
      try context.checkCancelled()
      results.append(try result(of: set, total))
    }
    return results.filter { $0.rowCount > 0 }
  }

  private func result(of set: [Int], _ finest: AggregateSink) throws(QueryError) -> Chunk {
    var sink = finest
    let isWhole = set.sorted() == Array(node.groups.indices)
    if !isWhole {
      sink = try AggregateSink(node, memory, groups: set)
      try sink.mergeCoarser(finest)
    }
    if set.isEmpty, sink.table.count == 0 { try sink.addEmptyGroup() }
    let order = sink.table.order()
    let keys = sink.table.columns(order)
    let positions = isWhole ? Array(node.groups.indices) : set
    var columns: [Column] = node.groups.indices.map { group in
      positions.firstIndex(of: group).map { keys[$0] }
        ?? .nulls(node.groups[group].expression.type, count: order.count)
    }
    for (index, call) in node.aggregates.enumerated() {
      columns.append(
        call.function == .groupingID
          ? groupingID(set, call, count: order.count)
          : try sink.accumulators[index].finish(order).retyped(call.type))
    }
    return Chunk(columns: columns, rowCount: order.count)
  }

  private func groupingID(_ set: [Int], _ call: AggregateCall, count: Int) -> Column {
    var bits: Int64 = 0
    for group in node.groups.indices where !set.contains(group) { bits |= 1 << Int64(group & 63) }
    return call.type == .int32
      ? Column(.int32, .int32([Int32](repeating: Int32(truncatingIfNeeded: bits), count: count)))
      : Column(call.type, .int64([Int64](repeating: bits, count: count)))
  }
}

/// One worker's groups and states.
final class AggregateSink: Sink {
  let table: KeyTable
  let accumulators: [Accumulator]
  private let node: AggregateNode
  private let memory: MemoryAccount
  private let groups: [Evaluator]
  private let arguments: [[Evaluator]]
  private let filters: [Evaluator?]
  private let groupSet: [Int]
  private var accounted = 0

  /// - Parameter groups: Positions of the group columns; nil for all.
  init(
    _ node: AggregateNode, _ memory: MemoryAccount, groups set: [Int]? = nil
  ) throws(QueryError) {
    self.node = node
    self.memory = memory
    groupSet = set ?? Array(node.groups.indices)
    table = KeyTable(groupSet.map { node.groups[$0].expression.type })
    groups = try ExpressionCompiler.compile(node.groups.map(\.expression))
    var arguments: [[Evaluator]] = []
    var filters: [Evaluator?] = []
    var accumulators: [Accumulator] = []
    for call in node.aggregates {
      let expressions = call.inputs
      arguments.append(try ExpressionCompiler.compile(expressions))
      filters.append(
        try call.filter.map { filter throws(QueryError) in
          try ExpressionCompiler.compile(filter)
        })
      accumulators.append(try call.makeAccumulator())
    }
    self.arguments = arguments
    self.filters = filters
    self.accumulators = accumulators
  }

  func add(_ chunk: Chunk, position: Int64) throws(QueryError) {
    var keys: [Column] = []
    for group in groups { keys.append(try group.column(chunk)) }
    let numbers = try table.insert(
      keys, rowCount: chunk.rowCount, position: { position + Int64($0) })
    for (index, accumulator) in accumulators.enumerated() {
      accumulator.resize(table.count)
      if node.aggregates[index].function == .groupingID { continue }
      var input = AggregateInput(
        arguments: [], groups: groups.isEmpty ? nil : numbers, rowCount: chunk.rowCount,
        base: position, rows: nil)
      var source = chunk
      if let filter = filters[index] {
        let mask = selection(try filter.evaluate(chunk), rowCount: chunk.rowCount)
        if mask.isAllClear { continue }
        input = input.filtered(mask)
        if let rows = input.rows { source = chunk.take(rows) }
      }
      for argument in arguments[index] { input.arguments.append(try argument.column(source)) }
      try accumulator.update(input)
    }
    try account()
  }

  private func account() throws(QueryError) {
    let bytes = accumulators.reduce(table.byteCount) { $0 + $1.byteCount }
    try memory.change(from: accounted, to: bytes, "the groups of an aggregate")
    accounted = bytes
  }

  func release() {
    memory.release(accounted)
    accounted = 0
  }

  func merge(_ other: AggregateSink) throws(QueryError) {
    let numbers = try table.merge(other.table)
    for (own, theirs) in zip(accumulators, other.accumulators) {
      own.resize(table.count)
      try own.merge(theirs, groups: numbers)
    }
  }

  /// Adds the groups of the finest set; some of its key columns are not of this set.
  func mergeCoarser(_ finest: AggregateSink) throws(QueryError) {
    let set = groupSet
    let numbers = try table.merge(finest.table) { columns in set.map { columns[$0] } }
    for (own, theirs) in zip(accumulators, finest.accumulators) {
      own.resize(table.count)
      try own.merge(theirs, groups: numbers)
    }
  }

  /// The one group of an input without rows.
  func addEmptyGroup() throws(QueryError) {
    _ = try table.insert([], rowCount: 1, position: { _ in 0 })
    for accumulator in accumulators { accumulator.resize(1) }
  }
}

extension AggregateCall {
  /// What its accumulator gets: the arguments, then the ORDER BY keys when they matter.
  var inputs: [BoundExpression] {
    arguments + (isCollected ? orderBy.map(\.expression) : [])
  }

  /// Whether all values of a group are kept until the end.
  private var isCollected: Bool {
    switch function {
    case .list, .stringAggregate: true
    case .first, .last, .anyValue: !orderBy.isEmpty
    default: false
    }
  }

  /// The states of the call, DISTINCT included.
  func makeAccumulator() throws(QueryError) -> Accumulator {
    let orders = orderBy.map { SortOrder(isDescending: $0.isDescending, nullsFirst: $0.nullsFirst) }
    let inner =
      isCollected
      ? CollectAccumulator(function, type, keys: orders)
      : try QueryEngine.makeAccumulator(function, arguments.map(\.type), result: type)
    guard isDistinct, !arguments.isEmpty else { return inner }
    if function == .count, inputs.count == 1 { return DistinctCountAccumulator(inputs[0].type) }
    return DistinctAccumulator(inner, inputs.map(\.type))
  }
}
