import Synchronization

/// A clock that moves only when it is told to, or by a fixed step at each reading.
package final class FixedClock: Sendable {
  private let microseconds: Mutex<Int64>
  private let step: Int64

  package init(microseconds: Int64, step: Int64 = 0) {
    self.microseconds = Mutex(microseconds)
    self.step = step
  }

  /// Microseconds since the epoch.
  package func now() -> Int64 {
    microseconds.withLock { time in
      defer { time += step }
      return time
    }
  }

  package func advance(microseconds delta: Int64) { microseconds.withLock { $0 += delta } }
}
