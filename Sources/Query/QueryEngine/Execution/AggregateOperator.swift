import Columnar
import Synchronization

/// GROUP BY: every worker fills its own table, the tables merge, grouping sets merge from the finest.
///
/// Groups come in the order of their first row in the input, set by set.
struct AggregateOperator {
  let node: AggregateNode
  let context: ExecutionContext
  let memory: MemoryAccount

  func run(_ pipeline: Pipeline) throws(QueryError) -> Pipeline {
    let account = memory.part()
    do throws(QueryError) {
      if let result = try runInMemory(pipeline, account) { return result }
      let rows = try RadixAggregate(node: node, context: context, account: account).run(pipeline)
      return inMemory(rows.rowCount > 0 ? [rows] : [])
    } catch {
      guard error.reason == .memory, account.isExceeded, let spiller = Spiller(context, memory)
      else { throw error }
      return try runSpilled(pipeline, spiller)
    }
  }

  private var types: [DataType] { node.schema.fields.map(\.type) }

  /// Nil when there are so many groups that the rows are better cut into parts first.
  private func runInMemory(
    _ pipeline: Pipeline, _ account: MemoryAccount
  ) throws(QueryError) -> Pipeline? {
    let runner = MorselRunner(context: context)
    var sinks: [AggregateSink] = []
    let watch = node.isRadixable ? GroupWatch() : nil
    for _ in 0..<runner.laneCount {
      sinks.append(try AggregateSink(node, account, watch: watch))
    }
    do throws(QueryError) { try runner.drain(pipeline, into: sinks) } catch {
      if error.reason == .cancelled, !context.isCancelled, watch?.isManyGroups == true {
        return nil
      }
      throw error
    }
    let total = sinks.removeFirst()
    while let other = sinks.popLast() {
      if other.table.count > 0 { try total.merge(other) }
    }
    var results: [Chunk] = []
    for set in node.groupingSets {
      try context.checkCancelled()
      results.append(try result(of: set, total, account))
    }
    return inMemory(results.filter { $0.rowCount > 0 })
  }

  private func inMemory(_ results: [Chunk]) -> Pipeline {
    let hold = MemoryHold(memory, keeping: results.reduce(0) { $0 + $1.byteCount })
    return PipelineBuilder.memoryPipeline(results, types, hold)
  }

  /// One grouping set after the other, each of them in memory when it fits.
  private func runSpilled(_ pipeline: Pipeline, _ spiller: Spiller) throws(QueryError) -> Pipeline {
    let isWhole = node.groupingSets.count == 1 && isWhole(node.groupingSets[0])
    if isWhole { return try SpilledAggregate(node, spiller).run(pipeline) }
    var parts: [Pipeline] = []
    for set in node.groupingSets {
      if set.isEmpty, node.groups.isEmpty {
        parts.append(try SpilledAggregate(node, spiller).run(pipeline))
        continue
      }
      var own = node
      own.groups = set.map { node.groups[$0] }
      own.groupingSets = [Array(set.indices)]
      let part = try AggregateOperator(node: own, context: context, memory: memory).run(pipeline)
      let stage = GroupingSetStage(node: node, set: set)
      parts.append(part.adding(stage, types: types))
    }
    return Pipeline(source: UnionSource(parts: parts), types: types)
  }

  private func isWhole(_ set: [Int]) -> Bool { set.sorted() == Array(node.groups.indices) }

  private func result(
    of set: [Int], _ finest: AggregateSink, _ account: MemoryAccount
  ) throws(QueryError) -> Chunk {
    var sink = finest
    let isWhole = isWhole(set)
    if !isWhole {
      sink = try AggregateSink(node, account, groups: set)
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
          ? AggregateOperator.groupingID(set, node, call, order.count)
          : try sink.accumulators[index].finish(order).retyped(call.type))
    }
    return Chunk(columns: columns, rowCount: order.count)
  }

  static func groupingID(
    _ set: [Int], _ node: AggregateNode, _ call: AggregateCall, _ count: Int
  ) -> Column {
    var bits: Int64 = 0
    for group in node.groups.indices where !set.contains(group) { bits |= 1 << Int64(group & 63) }
    return call.type == .int32
      ? Column(.int32, .int32([Int32](repeating: Int32(truncatingIfNeeded: bits), count: count)))
      : Column(call.type, .int64([Int64](repeating: bits, count: count)))
  }
}

/// Puts the groups of one grouping set in their places: nulls for the columns of the others.
private struct GroupingSetStage: Stage {
  let node: AggregateNode
  let set: [Int]

  func makeWorker() -> any StageWorker { Worker(node, set) }

  private final class Worker: StageWorker {
    private let node: AggregateNode
    private let set: [Int]
    init(_ node: AggregateNode, _ set: [Int]) {
      self.node = node
      self.set = set
    }

    func process(
      _ chunk: Chunk, _ emit: (Chunk) throws(QueryError) -> Void
    ) throws(QueryError) {
      var columns: [Column] = node.groups.indices.map { group in
        set.firstIndex(of: group).map { chunk.columns[$0] }
          ?? .nulls(node.groups[group].expression.type, count: chunk.rowCount)
      }
      for (index, call) in node.aggregates.enumerated() {
        columns.append(
          call.function == .groupingID
            ? AggregateOperator.groupingID(set, node, call, chunk.rowCount)
            : chunk.columns[set.count + index])
      }
      try emit(Chunk(columns: columns, rowCount: chunk.rowCount))
    }
  }
}

/// Notices early that most rows make groups of their own.
final class GroupWatch: Sendable {
  private let many = Atomic<Bool>(false)

  var isManyGroups: Bool { many.load(ordering: .relaxed) }

  /// - Throws: When it is better to begin anew; `isManyGroups` then.
  func look(groups: Int, rows: Int) throws(QueryError) {
    guard groups > 12_288, rows < 262_144, groups * 3 > rows else { return }
    many.store(true, ordering: .relaxed)
    throw QueryError(.cancelled, "many groups")
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
  private var rowCount = 0
  private let watch: GroupWatch?

  /// - Parameter groups: Positions of the group columns; nil for all.
  init(
    _ node: AggregateNode, _ memory: MemoryAccount, groups set: [Int]? = nil,
    watch: GroupWatch? = nil
  ) throws(QueryError) {
    self.watch = watch
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

  deinit { memory.release(accounted) }

  func add(_ chunk: Chunk, position: Int64) throws(QueryError) {
    var keys: [Column] = []
    for group in groups { keys.append(try group.column(chunk)) }
    let numbers = try table.insert(
      keys, rowCount: chunk.rowCount, position: { position + Int64($0) })
    rowCount += chunk.rowCount
    try watch?.look(groups: table.count, rows: rowCount)
    try update(chunk, numbers, base: position, positions: nil)
  }

  /// Rows that do not follow one another in the input.
  func add(_ chunk: Chunk, positions: [Int64]) throws(QueryError) {
    var keys: [Column] = []
    for group in groups { keys.append(try group.column(chunk)) }
    precondition(positions.count == chunk.rowCount)
    let numbers = try table.insert(keys, rowCount: chunk.rowCount, position: { positions[$0] })
    // Rows come in any order here.
    table.lowerPositions(numbers, positions)
    try update(chunk, numbers, base: 0, positions: positions)
  }

  private func update(
    _ chunk: Chunk, _ numbers: [Int32], base: Int64, positions: [Int64]?
  ) throws(QueryError) {
    for (index, accumulator) in accumulators.enumerated() {
      accumulator.resize(table.count)
      if node.aggregates[index].function == .groupingID { continue }
      var input = AggregateInput(
        arguments: [], groups: groups.isEmpty ? nil : numbers, rowCount: chunk.rowCount,
        base: base, positions: positions, rows: nil)
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

  func merge(_ other: AggregateSink) throws(QueryError) {
    let numbers = try table.merge(other.table)
    for (own, theirs) in zip(accumulators, other.accumulators) {
      own.resize(table.count)
      try own.merge(theirs, groups: numbers)
    }
    try account()
  }

  /// Adds the groups of the finest set; some of its key columns are not of this set.
  func mergeCoarser(_ finest: AggregateSink) throws(QueryError) {
    let set = groupSet
    let numbers = try table.merge(finest.table) { columns in set.map { columns[$0] } }
    for (own, theirs) in zip(accumulators, finest.accumulators) {
      own.resize(table.count)
      try own.merge(theirs, groups: numbers)
    }
    try account()
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
