import Columnar

// Operators over whole rows: sort, top-n, limit, distinct, set operations.

extension PipelineBuilder {
  /// Whether the plan is a limit over a sort that a top-n can answer.
  func isTopN(_ plan: LogicalPlan) -> Bool {
    guard case .limit(.sort, let count?, let offset) = plan else { return false }
    return count <= 1_000_000 && offset <= 1_000_000
  }

  func sort(
    _ input: LogicalPlan, _ keys: [SortKey], limit: Int?, _ needed: Set<Int>?, _ types: [DataType]
  ) throws(QueryError) -> Pipeline {
    let below = needed.map { needed in
      keys.reduce(into: needed) { $0.formUnion($1.expression.columns) }
    }
    let source = try pipeline(for: input, needed: below)
    guard let limit else { return try sorted(source, keys, needed) }
    let runner = MorselRunner(context: context)
    var sinks: [TopSink] = []
    let account = memory.part()
    for _ in 0..<runner.laneCount { sinks.append(try TopSink(keys, limit: limit, account)) }
    do throws(QueryError) { try runner.drain(source, into: sinks) } catch {
      guard error.reason == .memory, account.isExceeded, context.spill != nil else { throw error }
      return try sorted(source, keys, needed)
    }
    for other in sinks.dropFirst() { sinks[0].merge(other) }
    return PipelineBuilder.memoryPipeline([try sinks[0].finish(types)], types)
  }

  func limit(
    _ input: LogicalPlan, _ count: Int?, _ offset: Int, _ needed: Set<Int>?, _ types: [DataType]
  ) throws(QueryError) -> Pipeline {
    var window = LimitWindow(count: count, offset: offset)
    if count == 0 { return PipelineBuilder.memoryPipeline([], types) }
    if isTopN(.limit(input, count: count, offset: offset)), case .sort(let below, let keys) = input,
      let count
    {
      let top = try sort(below, keys, limit: count + offset, needed, types)
      return try limited(top, &window, types)
    }
    return try limited(try pipeline(for: input, needed: needed), &window, types)
  }

  private func limited(
    _ source: Pipeline, _ window: inout LimitWindow, _ types: [DataType]
  ) throws(QueryError) -> Pipeline {
    var kept: [Chunk] = []
    var bytes = 0
    let hold = MemoryHold(memory)
    var own = window
    var fits = true
    try MorselRunner(context: context).deliver(source) { chunk throws(QueryError) in
      if let part = own.part(of: chunk) {
        bytes += part.byteCount
        fits = bytes <= memory.budget
        kept.append(part)
      }
      return fits && !own.isFull
    }
    if !fits {
      // The rows are read again, and pass by.
      return Pipeline(
        source: LimitedSource(source: source, window: window, context: context), types: types)
    }
    window = own
    hold.keep(bytes)
    return PipelineBuilder.memoryPipeline(kept, types, hold)
  }

  func distinct(_ input: LogicalPlan, _ types: [DataType]) throws(QueryError) -> Pipeline {
    try distinct(try pipeline(for: input), types)
  }

  /// The rows of a pipeline without those that were there before: their groups.
  private func distinct(_ source: Pipeline, _ types: [DataType]) throws(QueryError) -> Pipeline {
    let columns = types.enumerated().map { index, type in
      ProjectedExpression("", .column(index, type))
    }
    // Of its node the operator uses groups and calls, not the input.
    let node = AggregateNode(
      input: .values(Batch(schema: Schema([]), columns: [], rowCount: 0)), groups: columns,
      groupingSets: [Array(types.indices)], aggregates: [])
    return try AggregateOperator(node: node, context: context, memory: memory).run(source)
  }

  func setOperation(_ node: SetOperationNode, _ types: [DataType]) throws(QueryError) -> Pipeline {
    switch node.kind {
    case .unionAll, .union:
      let both = Pipeline(
        source: UnionSource(parts: [try part(node.left), try part(node.right)]), types: types)
      return node.kind == .union ? try distinct(both, types) : both
    case .intersect, .intersectAll, .except, .exceptAll:
      let right = try pipeline(for: node.right)
      let left = try pipeline(for: node.left)
      guard let theirs = try gather(right, "a set operation", weight: 6),
        let ours = try gather(left, "a set operation", weight: 6)
      else {
        guard let spiller = Spiller(context, memory) else { return left }
        return try SpilledSetOperation(node.kind, types, spiller).run(left, right)
      }
      let all = try Chunk.concatenate(ours.chunks, types: types)
      let rows = try PipelineBuilder.matchedRows(
        node.kind, all, try Chunk.concatenate(theirs.chunks, types: types), types)
      return PipelineBuilder.memoryPipeline([all.take(rows)], types, ours.hold)
    }
  }

  /// A pipeline that can be read morsel by morsel, without a tail.
  private func part(_ plan: LogicalPlan) throws(QueryError) -> Pipeline {
    let pipeline = try pipeline(for: plan)
    return pipeline.hasTail
      ? try materialized(pipeline, "a union") : pipeline
  }

  /// The rows of the left side that INTERSECT or EXCEPT keeps, the first of equals first.
  static func matchedRows(
    _ kind: SetOperationNode.Kind, _ left: Chunk, _ right: Chunk, _ types: [DataType]
  ) throws(QueryError) -> [Int32] {
    let table = KeyTable(types)
    let theirs = try table.insert(
      Array(right.columns.prefix(types.count)), rowCount: right.rowCount,
      position: { Int64($0) })
    let ours = try table.insert(
      Array(left.columns.prefix(types.count)), rowCount: left.rowCount,
      position: { Int64($0) })
    var onRight = [Int](repeating: 0, count: table.count)
    for key in theirs { onRight[Int(key)] += 1 }
    var seen = [Bool](repeating: false, count: table.count)
    var rows: [Int32] = []
    for (row, key) in ours.enumerated() {
      let key = Int(key)
      let isKept: Bool
      switch kind {
      case .intersect: isKept = onRight[key] > 0 && !seen[key]
      case .except: isKept = onRight[key] == 0 && !seen[key]
      case .intersectAll:
        isKept = onRight[key] > 0
        onRight[key] -= 1
      default:
        isKept = onRight[key] <= 0
        onRight[key] -= 1
      }
      seen[key] = true
      if isKept { rows.append(Int32(row)) }
    }
    return rows
  }
}

/// The rows of a pipeline that a LIMIT lets through, in order, as one morsel.
private struct LimitedSource: MorselSource {
  let source: Pipeline
  let window: LimitWindow
  let context: ExecutionContext

  var morselCount: Int { 1 }
  func makeReader() -> any MorselReader { Reader(self) }

  private final class Reader: MorselReader {
    private let limited: LimitedSource
    init(_ limited: LimitedSource) { self.limited = limited }

    func read(_ morsel: Int, _ emit: (Chunk) throws(QueryError) -> Void) throws(QueryError) {
      var window = limited.window
      try MorselRunner(context: limited.context).deliver(limited.source) {
        chunk throws(QueryError) in
        if let part = window.part(of: chunk) { try emit(part) }
        return !window.isFull
      }
    }
  }
}

/// Keeps the first rows in sort order: rows gather until there are a few times the limit, then all
/// but the best are dropped.
final class TopSink: Sink {
  private let keys: [Evaluator]
  private let orders: [SortOrder]
  private let limit: Int
  private let memory: MemoryAccount
  /// Columns of the rows, then their sort keys, then their places in the input.
  private var parts: [Chunk] = []
  private var rowCount = 0
  private var accounted = 0
  /// The first key of the worst row kept at the last cut: what is behind it cannot come in.
  private var threshold: Column?

  init(_ keys: [SortKey], limit: Int, _ memory: MemoryAccount) throws(QueryError) {
    self.keys = try ExpressionCompiler.compile(keys.map(\.expression))
    orders = keys.map { SortOrder(isDescending: $0.isDescending, nullsFirst: $0.nullsFirst) }
    self.limit = limit
    self.memory = memory
  }

  func add(_ chunk: Chunk, position: Int64) throws(QueryError) {
    var columns = chunk.columns
    for key in keys { columns.append(try key.column(chunk)) }
    columns.append(
      Column(.int64, .int64(makeValues(chunk.rowCount) { position + Int64($0) })))
    var part = Chunk(columns: columns, rowCount: chunk.rowCount)
    if let mask = candidates(part.columns[chunk.columns.count]) {
      if mask.isAllClear { return }
      if !mask.isAllSet { part = part.take(mask.setIndices()) }
    }
    parts.append(part)
    rowCount += part.rowCount
    let bytes = part.byteCount
    try memory.change(from: 0, to: bytes, "a sort with a limit")
    accounted += bytes
    if rowCount > limit * 2 + 65_536 { try cut() }
  }

  private func cut() throws(QueryError) {
    guard let first = parts.first else { return }
    let all = try Chunk.concatenate(parts, types: first.columns.map(\.type))
    let keyColumns = Array(all.columns.suffix(keys.count + 1))
    let sorter = Sorter(keyColumns, orders + [SortOrder()], rowCount: all.rowCount)
    let kept = Array(sorter.permutation().prefix(limit))
    parts = [all.take(kept)]
    rowCount = kept.count
    memory.release(accounted)
    accounted = 0
    guard kept.count == limit, let worst = kept.last, !keyColumns[0].isNull(Int(worst)) else {
      return
    }
    threshold = keyColumns[0].take([worst])
  }

  /// The rows whose first key is not behind the threshold; nil for all.
  private func candidates(_ column: Column) -> Bitmap? {
    guard let threshold else { return nil }
    let comparison: ComparisonOperator = orders[0].isDescending ? .greaterOrEqual : .lessOrEqual
    let bits = compareBits(comparison, column, threshold, isScalar: true)
    guard let validity = column.validity else { return bits }
    return orders[0].nullsFirst ? bits | ~validity : bits & validity
  }

  func merge(_ other: TopSink) {
    parts += other.parts
    rowCount += other.rowCount
  }

  func finish(_ types: [DataType]) throws(QueryError) -> Chunk {
    try cut()
    guard let rows = parts.first else { return try Chunk.concatenate([], types: types) }
    return Chunk(columns: Array(rows.columns.dropLast(keys.count + 1)), rowCount: rows.rowCount)
  }
}
