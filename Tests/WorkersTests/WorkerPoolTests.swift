import Synchronization
import Testing
import Workers

@Suite("WorkerPool")
struct WorkerPoolTests {
  @Test("every morsel runs once, by a worker in range", arguments: [1, 2, 4, 7])
  func eachOnce(threads: Int) {
    let pool = WorkerPool(threadCount: threads)
    for count in [0, 1, 2, 100, 10_000] {
      let seen = Mutex([Int](repeating: 0, count: count))
      let isInRange = Atomic<Bool>(true)
      pool.run(count: count) { worker, morsel in
        if worker < 0 || worker >= threads { isInRange.store(false, ordering: .relaxed) }
        seen.withLock { $0[morsel] += 1 }
      }
      #expect(seen.withLock { $0 }.allSatisfy { $0 == 1 })
      let allInRange = isInRange.load(ordering: .relaxed)
      #expect(allInRange)
    }
  }

  @Test("a job inside a job runs on its caller alone, and all of it runs")
  func nested() {
    let pool = WorkerPool(threadCount: 3)
    let total = Atomic<Int>(0)
    pool.run(count: 20) { _, _ in
      pool.run(count: 10) { worker, _ in
        total.wrappingAdd(worker == 0 ? 1 : 1000, ordering: .relaxed)
      }
    }
    let sum = total.load(ordering: .relaxed)
    #expect(sum == 200)
  }

  @Test("many short jobs one after the other lose nothing")
  func manyJobs() {
    let pool = WorkerPool(threadCount: 4)
    let total = Atomic<Int>(0)
    for _ in 0..<2000 {
      pool.run(count: 5) { _, morsel in total.wrappingAdd(morsel, ordering: .relaxed) }
    }
    let sum = total.load(ordering: .relaxed)
    #expect(sum == 2000 * 10)
  }
}
