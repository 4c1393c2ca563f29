import Synchronization

/// What this process has read from files of this machine, for people who ask what a statement cost.
///
/// Counted where reads are asked for, so it is the same whether the pages were in memory or not.
/// SQLite's own reads are not in it. Concurrent sessions of a process share the count.
package enum FileTraffic {
  private static let total = Atomic<Int>(0)

  static func add(_ bytes: Int) { total.wrappingAdd(bytes, ordering: .relaxed) }

  /// Bytes since the process started.
  package static var bytesRead: Int { total.load(ordering: .relaxed) }
}
