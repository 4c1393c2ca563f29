import Glibc
import Synchronization

/// A fixed set of threads that work through numbered morsels of one job at a time.
///
/// Exactly `threadCount` threads work on a job, the caller's among them, so one thread means no
/// second thread at all. The others start with the first job that has work for them. Morsels are
/// claimed in ascending order; each runs once.
package final class WorkerPool: Sendable {
  /// The work of one morsel; `worker` lies in `0..<threadCount` and names the scratch space to use.
  package typealias Body = @Sendable (_ worker: Int, _ morsel: Int) -> Void

  package let threadCount: Int
  private let shared: Shared
  /// One job at a time; nested jobs run on the caller alone.
  private let isBusy = Atomic<Bool>(false)
  /// Written by whoever has set `isBusy`.
  private let isStarted = Atomic<Bool>(false)

  package init(threadCount: Int) {
    self.threadCount = max(1, threadCount)
    shared = Shared()
  }

  deinit { shared.stop() }

  /// Processors that are online.
  package static var availableProcessors: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

  /// Runs `body` for every morsel in `0..<count` and returns when all are done.
  package func run(count: Int, _ body: @escaping Body) {
    guard count > 0 else { return }
    let isOwner =
      threadCount > 1 && count > 1
      && isBusy.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged
    guard isOwner else {
      for morsel in 0..<count { body(0, morsel) }
      return
    }
    if !isStarted.exchange(true, ordering: .relaxed) {
      for worker in 1..<threadCount { startThread(worker, shared) }
    }
    shared.run(count: count, helpers: threadCount - 1, body)
    isBusy.store(false, ordering: .releasing)
  }
}

/// One job: the next morsel to claim and the helpers still inside.
private final class Job: Sendable {
  let count: Int
  let body: WorkerPool.Body
  let next = Atomic<Int>(0)

  init(count: Int, body: @escaping WorkerPool.Body) {
    self.count = count
    self.body = body
  }

  func work(as worker: Int) {
    while true {
      let morsel = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard morsel < count else { return }
      body(worker, morsel)
    }
  }
}

/// The state that the threads wait on. Guarded by `mutex`, signalled by `changed`.
@safe private final class Shared: @unchecked Sendable {
  // Safe: allocated in `init`, freed never (a pool lives as long as its process or test).
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private let finished = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var generation = 0
  private var job: Job?
  private var helpersWanted = 0
  private var helpersInside = 0
  private var isStopped = false

  init() {
    unsafe pthread_mutex_init(mutex, nil)
    unsafe pthread_cond_init(changed, nil)
    unsafe pthread_cond_init(finished, nil)
  }

  func run(count: Int, helpers: Int, _ body: @escaping WorkerPool.Body) {
    let job = Job(count: count, body: body)
    unsafe pthread_mutex_lock(mutex)
    self.job = job
    helpersWanted = helpers
    generation += 1
    unsafe pthread_cond_broadcast(changed)
    unsafe pthread_mutex_unlock(mutex)
    job.work(as: 0)
    unsafe pthread_mutex_lock(mutex)
    // A helper that has not woken by now finds no morsel left: it need not be waited for.
    self.job = nil
    while helpersInside > 0 { unsafe pthread_cond_wait(finished, mutex) }
    unsafe pthread_mutex_unlock(mutex)
  }

  /// The life of one helper thread.
  func serve(as worker: Int) {
    var seen = 0
    unsafe pthread_mutex_lock(mutex)
    while !isStopped {
      if generation == seen {
        unsafe pthread_cond_wait(changed, mutex)
        continue
      }
      seen = generation
      guard let job, worker <= helpersWanted else { continue }
      helpersInside += 1
      unsafe pthread_mutex_unlock(mutex)
      job.work(as: worker)
      unsafe pthread_mutex_lock(mutex)
      helpersInside -= 1
      if helpersInside == 0 { unsafe pthread_cond_signal(finished) }
    }
    unsafe pthread_mutex_unlock(mutex)
  }

  func stop() {
    unsafe pthread_mutex_lock(mutex)
    isStopped = true
    unsafe pthread_cond_broadcast(changed)
    unsafe pthread_mutex_unlock(mutex)
  }
}

private final class ThreadStart {
  let worker: Int
  let shared: Shared
  init(worker: Int, shared: Shared) {
    self.worker = worker
    self.shared = shared
  }
}

private func startThread(_ worker: Int, _ shared: Shared) {
  var thread = pthread_t()
  let start = unsafe Unmanaged.passRetained(ThreadStart(worker: worker, shared: shared)).toOpaque()
  let status = unsafe pthread_create(&thread, nil, threadMain, start)
  // With fewer threads than asked for the caller does the work alone; nothing is lost.
  guard status == 0 else { return unsafe Unmanaged<ThreadStart>.fromOpaque(start).release() }
  pthread_detach(thread)
}

private func threadMain(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  if let argument = unsafe argument {
    let start = unsafe Unmanaged<ThreadStart>.fromOpaque(argument).takeRetainedValue()
    start.shared.serve(as: start.worker)
  }
  return nil
}
