import Glibc

/// Runs work on several threads and waits for all of them.
package func runThreads(_ count: Int, _ work: @escaping @Sendable (Int) -> Void) {
  final class Job: Sendable {
    let number: Int
    let work: @Sendable (Int) -> Void
    init(_ number: Int, _ work: @escaping @Sendable (Int) -> Void) {
      self.number = number
      self.work = work
    }
  }
  var threads: [pthread_t] = []
  for number in 0..<count {
    var thread = pthread_t()
    // Safe: the thread takes back the reference that is handed to it, once.
    let job = unsafe Unmanaged.passRetained(Job(number, work)).toOpaque()
    let code = unsafe pthread_create(
      &thread, nil,
      { argument in
        guard let argument = unsafe argument else { return nil }
        let job = unsafe Unmanaged<Job>.fromOpaque(argument).takeRetainedValue()
        job.work(job.number)
        return nil
      }, job)
    precondition(code == 0, "no thread to be had")
    threads.append(thread)
  }
  for thread in threads { _ = pthread_join(thread, nil) }
}

package func monotonicSeconds() -> Double {
  var time = timespec()
  unsafe _ = clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
