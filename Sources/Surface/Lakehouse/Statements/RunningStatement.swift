import QueryEngine
import Synchronization

/// What a session runs now, for cancelling and progress from other threads.
final class RunningStatement: Sendable {
  /// Weak, because what a statement has put into temporary files goes with its context.
  private struct State {
    weak var main: ExecutionContext?
    /// A query whose answer the statement's plan needs, such as the values of a PIVOT.
    weak var lookup: ExecutionContext?
  }

  private let state = Mutex(State())

  func begin(_ context: ExecutionContext) { state.withLock { $0.main = context } }
  func beginLookup(_ context: ExecutionContext) { state.withLock { $0.lookup = context } }
  func endLookup() { state.withLock { $0.lookup = nil } }

  func cancel() {
    let state = state.withLock { $0 }
    state.main?.cancel()
    state.lookup?.cancel()
  }

  /// Morsels done and planned and rows scanned.
  var progress: (done: Int, planned: Int, rows: Int) {
    state.withLock { $0.main }?.progress ?? (0, 0, 0)
  }
}
