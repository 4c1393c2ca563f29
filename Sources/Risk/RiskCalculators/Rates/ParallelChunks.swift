import Quant
import QueryEngine
import Synchronization
import Workers

/// Work on ranges of trades, on all threads of a statement; results in the order of the ranges.
enum ParallelChunks {
  static let size = 256

  /// - Throws: `.cancelled`.
  static func map<Output: Sendable>(
    count: Int, _ context: ExecutionContext, size: Int = ParallelChunks.size,
    _ work: @escaping @Sendable (Range<Int>) -> Output
  ) throws(QueryError) -> [Output] {
    let chunks = (count + size - 1) / size
    let slots = Slots<Output>(count: chunks)
    context.pool.run(count: chunks) { _, chunk in
      if context.isCancelled { return }
      slots.set(chunk, work(chunk * size..<min(count, (chunk + 1) * size)))
    }
    try context.checkCancelled()
    return slots.all
  }

  private final class Slots<Output: Sendable>: Sendable {
    private let slots: Mutex<[Output?]>

    init(count: Int) { slots = Mutex([Output?](repeating: nil, count: count)) }

    func set(_ index: Int, _ output: Output) { slots.withLock { $0[index] = output } }

    var all: [Output] { slots.withLock { $0.compactMap { $0 } } }
  }
}
