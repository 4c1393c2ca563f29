import Columnar
import FileStorage
import LakeCatalog
import QueryEngine
import Workers

/// Runs plans with a statement's threads, memory and cancellation.
struct PlanRunner: Sendable {
  let context: ExecutionContext

  /// All rows, in the plan's order.
  func collect(_ plan: LogicalPlan) throws(QueryError) -> [Batch] {
    var batches: [Batch] = []
    try run(plan) { batch throws(QueryError) in batches.append(batch) }
    return batches
  }

  func run(
    _ plan: LogicalPlan, into sink: (Batch) throws(QueryError) -> Void
  ) throws(QueryError) {
    try Executor().run(plan, context: context, into: sink)
  }
}

extension Workspace {
  func runner(
    threads: Int?, memoryLimit: Int?, temporaryDirectory: String? = nil
  ) -> PlanRunner {
    PlanRunner(
      context: ExecutionContext(
        pool: pool(threads: threads), memoryLimit: memoryLimit ?? 4 << 30,
        spill: SpillSpace(
          store: store, directory: temporaryDirectory ?? self.temporaryDirectory)))
  }

  /// The lake's own, so that rows stay where the lake's rows may be; without a lake that can be
  /// written to, the system's.
  private var temporaryDirectory: String {
    if let lake = openedLake, !lake.catalog.isReadOnly { return joinPath(lake.root, "temp") }
    return OperatingSystem.temporaryDirectory
  }
}
