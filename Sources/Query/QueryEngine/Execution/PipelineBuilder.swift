import Columnar

/// Turns a plan into a pipeline; operators that need all their input run while it is built.
///
/// `needed` is the set of output columns that are read above; others may be placeholders.
struct PipelineBuilder {
  let context: ExecutionContext
  let memory: MemoryAccount
  let commonResults = CommonResults()
  /// Inside a recursive query: the rows of its step before.
  var workingRows: [Int: [Chunk]] = [:]

  /// - Parameter budget: Bytes for all operators, the context's limit by default.
  init(context: ExecutionContext, budget: Int? = nil) {
    self.context = context
    memory = MemoryAccount(limit: budget ?? context.memoryLimit, of: context.memoryLimit)
  }

  func pipeline(
    for plan: LogicalPlan, needed: Set<Int>? = nil
  ) throws(QueryError) -> Pipeline {
    try context.checkCancelled()
    let types = plan.schema.fields.map(\.type)
    switch plan {
    case .scan(let node): return try scan(node, needed, types)
    case .values(let batch):
      return Pipeline(
        source: ChunkSource(chunks: batch.rowCount > 0 ? [Chunk(batch)] : []), types: types)
    case .filter(let input, let predicate):
      let below = needed.map { $0.union(predicate.columns) }
      return try pipeline(for: input, needed: below).adding(
        FilterStage(predicate: predicate, needed: flags(needed, count: types.count)), types: types)
    case .project(let input, let expressions): return try project(input, expressions, needed, types)
    case .aggregate(let node):
      if let row = MetadataAnswer.row(of: node) {
        return PipelineBuilder.memoryPipeline([row], types)
      }
      var reads: Set<Int> = []
      for group in node.groups { reads.formUnion(group.expression.columns) }
      for call in node.aggregates {
        for expression in call.inputs { reads.formUnion(expression.columns) }
        if let filter = call.filter { reads.formUnion(filter.columns) }
      }
      let input = try pipeline(for: node.input, needed: reads)
      return try AggregateOperator(node: node, context: context, memory: memory).run(input)
    case .join(let node): return try join(node, needed, types)
    case .sort(let input, let keys): return try sort(input, keys, limit: nil, needed, types)
    case .limit(let input, let count, let offset):
      return try limit(input, count, offset, needed, types)
    case .distinct(let input): return try distinct(input, types)
    case .setOperation(let node): return try setOperation(node, types)
    case .window(let node):
      var reads = needed.map { $0.filter { $0 < node.input.schema.count } }
      for call in node.calls { reads?.formUnion(call.columns) }
      return try window(node, try pipeline(for: node.input, needed: reads), types)
    case .unnest(let node):
      let width = node.input.schema.count
      let below = needed.map { needed in
        node.lists.reduce(into: needed.filter { $0 < width }) {
          $0.formUnion($1.expression.columns)
        }
      }
      return try pipeline(for: node.input, needed: below).adding(
        UnnestStage(
          lists: node.lists.map(\.expression), hasOrdinality: node.hasOrdinality,
          keepsEmpty: node.keepsEmpty, needed: flags(needed, count: types.count)), types: types)
    case .tableFunction(let node): return try tableFunction(node, types)
    case .common(let node): return try common(node, types)
    case .recursive(let node): return try recursive(node, types)
    case .working(let node): return try working(node, types)
    }
  }

  // MARK: Parts

  private func scan(
    _ node: ScanNode, _ needed: Set<Int>?, _ types: [DataType]
  ) throws(QueryError) -> Pipeline {
    let below = node.filter.map { filter in needed.map { $0.union(filter.columns) } } ?? needed
    let source = Pipeline(
      source: try ScanSource(node, needed: below, context: context), types: types)
    guard let filter = node.filter else { return source }
    return source.adding(
      FilterStage(predicate: filter, needed: flags(needed, count: types.count)), types: types)
  }

  private func project(
    _ input: LogicalPlan, _ expressions: [ProjectedExpression], _ needed: Set<Int>?,
    _ types: [DataType]
  ) throws(QueryError) -> Pipeline {
    var reads: Set<Int> = []
    for (position, expression) in expressions.enumerated()
    where needed?.contains(position) ?? true {
      reads.formUnion(expression.expression.columns)
    }
    return try pipeline(for: input, needed: reads).adding(
      ProjectStage(
        expressions: expressions.map(\.expression), needed: flags(needed, count: types.count)),
      types: types)
  }

  private func window(
    _ node: WindowNode, _ input: Pipeline, _ types: [DataType]
  ) throws(QueryError) -> Pipeline {
    guard let all = try gather(input, "a window", weight: 4) else {
      guard let spiller = Spiller(context, memory) else { return input }
      return try SpilledWindow(node, input.types, types: types, spiller).run(input)
    }
    let rows = try Chunk.concatenate(all.chunks, types: input.types)
    return PipelineBuilder.memoryPipeline(
      try WindowOperator(calls: node.calls, context: context).run(rows), types, all.hold)
  }

  static func memoryPipeline(
    _ chunks: [Chunk], _ types: [DataType], _ hold: MemoryHold? = nil
  ) -> Pipeline {
    // Large results are cut, so that what comes above runs in parallel and within caches.
    var pieces: [Chunk] = []
    for chunk in chunks where chunk.rowCount > 0 {
      if chunk.rowCount <= 65_536 {
        pieces.append(chunk)
        continue
      }
      for start in stride(from: 0, to: chunk.rowCount, by: 32_768) {
        pieces.append(chunk.slice(start..<min(chunk.rowCount, start + 32_768)))
      }
    }
    return Pipeline(source: ChunkSource(chunks: pieces, hold: hold), types: types)
  }

  private func join(
    _ node: JoinNode, _ needed: Set<Int>?, _ types: [DataType]
  ) throws(QueryError) -> Pipeline {
    let leftTypes = node.left.schema.fields.map(\.type)
    let rightTypes = node.right.schema.fields.map(\.type)
    let isLeftOnly = node.kind == .semi || node.kind == .anti || node.kind == .mark
    // The mark is made by the join itself.
    let needed = node.kind == .mark ? needed?.filter { $0 < leftTypes.count } : needed
    // Read above or by the residual, over left then right columns.
    let pairs =
      needed.map { $0.union(node.residual?.columns ?? []) }
      ?? (isLeftOnly
        ? Set(leftTypes.indices).union(node.residual?.columns ?? [])
        : Set(0..<(leftTypes.count + rightTypes.count)))
    var left = pairs.filter { $0 < leftTypes.count }
    var right = Set(pairs.filter { $0 >= leftTypes.count }.map { $0 - leftTypes.count })
    for key in node.keys {
      left.formUnion(key.left.columns)
      right.formUnion(key.right.columns)
    }
    if let asOf = node.asOf {
      left.formUnion(asOf.left.columns)
      right.formUnion(asOf.right.columns)
    }
    let pairFlags = flags(pairs, count: leftTypes.count + rightTypes.count)
    let rightSide = try pipeline(for: node.right, needed: right)
    guard let all = try gather(rightSide, "the right side of a join", weight: 4) else {
      return try spilledJoin(
        node, pairFlags, try pipeline(for: node.left, needed: left), rightSide, types)
    }
    let build = try Chunk.concatenate(all.chunks, types: rightSide.types)
    var keys: [Column] = []
    for key in node.keys { keys.append(try ExpressionCompiler.compile(key.right).column(build)) }
    let asOfColumn = try node.asOf.map { asOf throws(QueryError) in
      try ExpressionCompiler.compile(asOf.right).column(build)
    }
    let nullsMatch = node.keys.map(\.nullsMatch)
    let table = try JoinTable(
      build, keys: keys, nullsMatch: nullsMatch, order: asOfColumn, hold: all.hold)
    all.hold.keep(table.byteCount)
    if node.kind == .mark {
      let stage = MarkStage(
        table: table, leftKeys: node.keys.map(\.left), nullsMatch: nullsMatch,
        residual: node.residual, isNullAware: node.isNullAware,
        hasNullKey: keys.contains { $0.nullCount > 0 }, isRightEmpty: build.rowCount == 0,
        needed: pairFlags)
      return try pipeline(for: node.left, needed: left).adding(stage, types: types)
    }
    let ranges =
      node.asOf != nil
      ? nil : JoinRangeIndex.make(table, residual: node.residual, leftCount: leftTypes.count)
    all.hold.keep(table.byteCount + (ranges?.byteCount ?? 0))
    let stage = JoinStage(
      kind: node.kind, table: table, leftKeys: node.keys.map(\.left), nullsMatch: nullsMatch,
      residual: node.residual, asOf: node.asOf, asOfColumn: asOfColumn, leftTypes: leftTypes,
      rightTypes: rightTypes, ranges: ranges, needed: pairFlags)
    return try pipeline(for: node.left, needed: left).adding(stage, types: types)
  }

  private func spilledJoin(
    _ node: JoinNode, _ pairs: [Bool]?, _ left: Pipeline, _ right: Pipeline, _ types: [DataType]
  ) throws(QueryError) -> Pipeline {
    guard !node.keys.isEmpty, let spiller = Spiller(context, memory) else {
      throw QueryError(
        .memory,
        "the right side of a join without equal keys needs more than the memory limit of "
          + "\(context.memoryLimit >> 20) MiB",
        help: "raise --memory-limit, or put the smaller table on the right")
    }
    return try SpilledJoin(node, pairs: pairs, left.types, right.types, types: types, spiller)
      .run(left, right)
  }

  private func tableFunction(
    _ node: TableFunctionNode, _ types: [DataType]
  ) throws(QueryError) -> Pipeline {
    var inputs: [String: [Batch]] = [:]
    for (parameter, plan) in node.inputs {
      inputs[parameter] = try Executor().collect(plan, context: context)
    }
    let batches = try node.bound.run(inputs, context)
    return PipelineBuilder.memoryPipeline(batches.map { Chunk($0) }, types)
  }
}

/// Keeps chunks with their places.
final class CollectSink: Sink {
  private(set) var chunks: [(position: Int64, chunk: Chunk)] = []
  private(set) var bytes = 0
  private let memory: MemoryAccount
  private let what: String
  private var meter = ChunkMeter()

  init(_ memory: MemoryAccount, _ what: String) {
    self.memory = memory
    self.what = what
  }

  deinit { memory.release(bytes) }

  func add(_ chunk: Chunk, position: Int64) throws(QueryError) {
    let chunk = chunk.compacted()
    let more = meter.bytes(of: chunk)
    try memory.change(from: 0, to: more, what)
    bytes += more
    chunks.append((position, chunk))
  }
}
