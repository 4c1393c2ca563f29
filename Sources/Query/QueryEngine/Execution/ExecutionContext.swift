package import Workers
import Synchronization

/// What a running statement shares with the outside: threads, memory, cancellation, progress.
package final class ExecutionContext: Sendable {
  package let pool: WorkerPool
  /// Bytes that operators may hold before they spill.
  package let memoryLimit: Int
  /// Where rows go that do not fit; nil refuses to spill.
  package let spill: SpillSpace?
  private let cancelled = Atomic<Bool>(false)
  private let morselsDone = Atomic<Int>(0)
  private let morselsPlanned = Atomic<Int>(0)
  private let rowsScanned = Atomic<Int>(0)

  package init(pool: WorkerPool, memoryLimit: Int = 4 << 30, spill: SpillSpace? = nil) {
    self.pool = pool
    self.memoryLimit = memoryLimit
    self.spill = spill
  }

  /// Asks the statement to stop; safe from a signal-handling thread.
  package func cancel() { cancelled.store(true, ordering: .relaxed) }

  package var isCancelled: Bool { cancelled.load(ordering: .relaxed) }

  /// Called at least once a batch by every operator.
  package func checkCancelled() throws(QueryError) {
    if isCancelled { throw QueryError(.cancelled, "cancelled") }
  }

  package func plan(morsels: Int) { morselsPlanned.wrappingAdd(morsels, ordering: .relaxed) }

  package func finishMorsel(rows: Int) {
    morselsDone.wrappingAdd(1, ordering: .relaxed)
    rowsScanned.wrappingAdd(rows, ordering: .relaxed)
  }

  /// Morsels done and planned so far, and rows scanned.
  package var progress: (done: Int, planned: Int, rows: Int) {
    (
      morselsDone.load(ordering: .relaxed), morselsPlanned.load(ordering: .relaxed),
      rowsScanned.load(ordering: .relaxed)
    )
  }
}
