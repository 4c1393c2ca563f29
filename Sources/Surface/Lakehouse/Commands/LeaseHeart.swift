import Glibc
import LakeCatalog
import MaterializedViews
import Synchronization

/// Keeps the leases of one tick for as long as it lives, however long a view takes; when the process
/// dies its leases are free to whoever sees that; else they end by themselves.
final class LeaseHeart: Sendable {
  private let lake: Lake
  private let holder: String
  /// In microseconds.
  private let length: Int64
  private let beat: Int64
  private let state = Mutex(State())

  /// Holders of this process whose commands still run.
  private static let living = Mutex<Set<String>>([])

  private struct State {
    var held: Set<String> = []
    var isBeating = false
    var isStopped = false
  }

  /// Of this process; leases are prolonged every quarter of their length.
  init(lake: Lake) {
    self.lake = lake
    let holder = LeaseHeart.newHolder()
    self.holder = holder
    LeaseHeart.living.withLock { _ = $0.insert(holder) }
    length = Tick.leaseLength
    beat = Tick.leaseLength / 4
  }

  /// The process and one of its commands, as leases name them.
  private static func newHolder() -> String {
    var generator = SystemRandomNumberGenerator()
    let process = ProcessMark.current?.text ?? "\(getpid())"
    return process + "/" + String(generator.next(), radix: 16)
  }

  /// - Returns: false when somebody else holds it.
  func take(_ name: String, until: Int64) throws(CatalogError) -> Bool {
    try !take([name], until: until).isEmpty
  }

  /// - Returns: Those that nobody else holds.
  func take(_ names: [String], until: Int64) throws(CatalogError) -> Set<String> {
    try state.withLock { state throws(CatalogError) in
      let taken = try lake.catalog.takeLeases(
        names, holder: holder, untilMicroseconds: until, isGone: LeaseHeart.isGone)
      state.held.formUnion(taken)
      if !state.isBeating, !taken.isEmpty {
        state.isBeating = true
        start()
      }
      return taken
    }
  }

  func release(_ name: String) throws(CatalogError) { try release([name]) }

  func release(_ names: [String]) throws(CatalogError) {
    try state.withLock { state throws(CatalogError) in
      state.held.subtract(names)
      try lake.catalog.releaseLeases(names, holder: holder)
    }
  }

  func stop() {
    state.withLock { $0.isStopped = true }
    LeaseHeart.living.withLock { _ = $0.remove(holder) }
  }

  /// Whether the process of a holder is gone, or is this one and the command that held has ended
  /// without being able to give its lease back.
  private static func isGone(_ holder: String) -> Bool {
    guard let mark = ProcessMark(holder) else { return false }
    if mark == ProcessMark.current { return !living.withLock { $0.contains(holder) } }
    return mark.isGone
  }

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
        // A beat that fails is made good by the next; three may fail.
        _ = try? lake.catalog.takeLeases(
          state.held.sorted(), holder: holder, untilMicroseconds: until)
        return true
      }
      if !goesOn { return }
      if isDue { last = now }
    }
  }
}
