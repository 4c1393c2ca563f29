import Synchronization

/// The bytes that the operators of one statement hold, roughly, against its limit.
final class MemoryAccount: Sendable {
  private let used = Atomic<Int>(0)
  private let limit: Int

  init(limit: Int) { self.limit = limit }

  /// - Throws: `.memory` when the limit is exceeded; `what` names the holder.
  func change(from before: Int, to after: Int, _ what: String) throws(QueryError) {
    if before == after { return }
    let total = used.wrappingAdd(after - before, ordering: .relaxed).newValue
    if after > before, total > limit {
      throw QueryError(
        .memory,
        "\(what) needs more than the memory limit of \(limit >> 20) MiB (\(total >> 20) MiB held)",
        help: "raise --memory-limit, or filter or group by fewer rows")
    }
  }

  func release(_ bytes: Int) { used.wrappingSubtract(bytes, ordering: .relaxed) }
}
