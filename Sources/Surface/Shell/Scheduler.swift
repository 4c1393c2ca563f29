import Columnar
import Glibc
import Lakehouse

/// `tarn scheduler`: ticks until a signal says to stop.
struct Scheduler {
  static let defaultPoll = 10

  let console: Console
  let conversation: any Conversation
  let pollSeconds: Int
  let targets: NoticeTargets
  var landing: LandingFolder?

  /// - Returns: 0 when it was told to stop.
  /// - Throws: What no later tick can put right: no lake, or one that can only be read.
  func run() throws(LakeError) -> Int32 {
    Interrupts.catchTermination()
    return try Interrupts.cancelling(conversation) { () throws(LakeError) in
      say("ticking every \(pollSeconds) seconds; SIGTERM or Ctrl-C ends this")
      var last: [String] = []
      while !Interrupts.wasInterrupted {
        try tick(&last)
        rest()
      }
      say("stopped")
      return 0
    }
  }

  /// Says what a tick did; what it only says again, as that something is late, is said once.
  private func tick(_ last: inout [String]) throws(LakeError) {
    var lines: [String]
    do throws(LakeError) {
      let outcome = try conversation.perform(.tick(targets, landing: landing)) { _ in }
      let isIdle = outcome.table == nil
      // The first line of an idle tick is that nothing is due.
      lines = isIdle ? Array(outcome.lines.dropFirst()) : outcome.lines
      if isIdle, lines == last { return }
      last = isIdle ? lines : []
    } catch {
      switch error.reason {
      case .cancelled: return
      case .noLake, .readOnly, .usage, .integrity: throw error
      case .statement, .data, .conflict, .breached, .stale, .storage:
        lines = ["this tick failed: \(error.message)"]
        if lines == last { return }
        last = lines
      }
    }
    for line in lines { say(line) }
  }

  private func rest() {
    var left = pollSeconds * 10
    while left > 0, !Interrupts.wasInterrupted {
      usleep(100_000)
      left -= 1
    }
  }

  private func say(_ text: String) {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    let now = Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000)
    console.words("\(now) \(text)\n")
  }
}
