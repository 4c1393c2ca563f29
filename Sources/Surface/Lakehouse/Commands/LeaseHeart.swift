import Glibc
import LakeCatalog
import Synchronization

/// Keeps the leases of one tick for as long as it lives, however long a view takes; when the process
/// dies the beat stops, and the leases end by themselves.
final class LeaseHeart: Sendable {
  private let lake: Lake
  private let holder: String
  /// In microseconds.
  private let length: Int64
  private let beat: Int64
  private let state = Mutex(State())

  private struct State {
    var held: Set<String> = []
    var isBeating = false
    var isStopped = false
  }

  init(lake: Lake, holder: String, length: Int64, beat: Int64) {
    self.lake = lake
    self.holder = holder
    self.length = length
    self.beat = beat
  }

  /// - Returns: false when somebody else holds it.
  func take(_ name: String, until: Int64) throws(CatalogError) -> Bool {
    try state.withLock { state throws(CatalogError) in
      guard
        try lake.catalog.takeLease(name, holder: holder, untilMicroseconds: until)
      else { return false }
      state.held.insert(name)
      if !state.isBeating {
        state.isBeating = true
        start()
      }
      return true
    }
  }

  func release(_ name: String) throws(CatalogError) {
    try state.withLock { state throws(CatalogError) in
      state.held.remove(name)
      try lake.catalog.releaseLease(name, holder: holder)
    }
  }

  func stop() { state.withLock { $0.isStopped = true } }

  /// A thread that ends within a tenth of a second after `stop`, or when nothing is held any more.
  private func start() {
    var thread = pthread_t()
    // Safe: the reference taken here is given back once, by the thread.
    let heart = unsafe Unmanaged.passRetained(self).toOpaque()
    let status = unsafe pthread_create(
      &thread, nil,
      { argument in
        guard let argument = unsafe argument else { return nil }
        unsafe Unmanaged<LeaseHeart>.fromOpaque(argument).takeRetainedValue().run()
        return nil
      }, heart)
    if status == 0 {
      pthread_detach(thread)
    } else {
      unsafe Unmanaged<LeaseHeart>.fromOpaque(heart).release()
    }
  }

  private func run() {
    var last = SystemClock.monotonicNanoseconds()
    while true {
      usleep(50_000)
      let now = SystemClock.monotonicNanoseconds()
      let isDue = now - last >= UInt64(beat) * 1000
      let goesOn = state.withLock { state in
        if state.isStopped || state.held.isEmpty {
          state.isBeating = false
          return false
        }
        guard isDue else { return true }
        let until = lake.clock() + length
        for name in state.held {
          // A beat that fails is made good by the next; three may fail.
          _ = try? lake.catalog.takeLease(name, holder: holder, untilMicroseconds: until)
        }
        return true
      }
      if !goesOn { return }
      if isDue { last = now }
    }
  }
}
