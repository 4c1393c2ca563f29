package import Columnar

/// Runs plans: morsel-parallel on the context's pool, with the same rows in the same order and the
/// same bits for any number of threads.
///
/// Order: a scan's rows by morsel; a join's by its left side; groups by their first row; set
/// operations left before right.
package struct Executor: Sendable {
  package init() {}

  /// Delivers the result batch by batch, in order, on the calling thread; batches are never empty.
  ///
  /// - Throws: What the plan's expressions, sources or `sink` throw. Rows before an error may have
  ///   been delivered.
  package func run(
    _ plan: LogicalPlan, context: ExecutionContext,
    into sink: (Batch) throws(QueryError) -> Void
  ) throws(QueryError) {
    let schema = plan.schema
    let builder = PipelineBuilder(context: context)
    if case .limit(let input, let count, let offset) = plan, !builder.isTopN(plan) {
      var window = LimitWindow(count: count, offset: offset)
      if count == 0 { return }
      try MorselRunner(context: context).deliver(builder.pipeline(for: input)) {
        chunk throws(QueryError) in
        if let part = window.part(of: chunk) { try sink(part.batch(schema)) }
        return !window.isFull
      }
      return
    }
    try MorselRunner(context: context).deliver(builder.pipeline(for: plan)) {
      chunk throws(QueryError) in
      if chunk.rowCount > 0 { try sink(chunk.batch(schema)) }
      return true
    }
  }

  /// All batches of the result.
  package func collect(
    _ plan: LogicalPlan, context: ExecutionContext
  ) throws(QueryError) -> [Batch] {
    var batches: [Batch] = []
    try run(plan, context: context) { batches.append($0) }
    return batches
  }
}

/// What a LIMIT lets through.
struct LimitWindow {
  private var skip: Int
  private var left: Int

  init(count: Int?, offset: Int) {
    skip = max(0, offset)
    left = count.map { max(0, $0) } ?? .max
  }

  var isFull: Bool { left == 0 }

  mutating func part(of chunk: Chunk) -> Chunk? {
    let start = min(skip, chunk.rowCount)
    skip -= start
    let end = start + min(left, chunk.rowCount - start)
    if left != .max { left -= end - start }
    if start == end { return nil }
    return start == 0 && end == chunk.rowCount ? chunk : chunk.slice(start..<end)
  }
}
