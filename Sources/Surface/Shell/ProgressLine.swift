import Glibc
import Reports
import Synchronization

/// A line on the terminal that tells how far a long statement is, gone when it ends.
///
/// Shown after a second, ten times a second.
enum ProgressLine {
  private struct State {
    var isOver = false
    var text = ""
  }

  /// Runs `body` with a progress line of the conversation's statement.
  static func showing<Result, Failure: Error>(
    _ conversation: any Conversation, isWanted: Bool, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    guard isWanted else { return try body() }
    let watched = WatchedConversation(conversation)
    let board = Board()
    var ends: [Int32] = [-1, -1]
    guard unsafe pipe(&ends) == 0 else { return try body() }
    let (reader, writer) = (ends[0], ends[1])
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    startThread {
      draw(watched, board, until: reader)
      close(reader)
    }
    defer {
      // Closing wakes the thread; the lock makes sure that it draws nothing afterwards.
      board.state.withLock { state in
        state.isOver = true
        if !state.text.isEmpty { writeError("\r\u{1b}[K") }
      }
      close(writer)
    }
    return try body()
  }

  private final class Board: Sendable {
    let state = Mutex(State())
  }

  private static func draw(
    _ conversation: WatchedConversation, _ board: Board, until reader: Int32
  ) {
    let start = nanoseconds()
    var wait: Int32 = 1000
    while true {
      var event = pollfd(fd: reader, events: Int16(POLLIN), revents: 0)
      let status = unsafe poll(&event, 1, wait)
      if status < 0, errno == EINTR { continue }
      if status != 0 { return }
      wait = 100
      let progress = conversation.progress
      let width = TerminalSize.columns(of: STDERR_FILENO) ?? 80
      let text = ProgressLine.text(progress, elapsed: nanoseconds() - start, width: width)
      board.state.withLock { state in
        guard !state.isOver else { return }
        state.text = text
        writeError("\r\u{1b}[K" + text)
      }
    }
  }

  /// ` 42% ████████▌          1.4 s, about 2 s left · 12,345,678 rows · 8.8 M rows/s`.
  static func text(
    _ progress: (done: Int, planned: Int, rows: Int), elapsed: UInt64, width: Int
  ) -> String {
    var parts: [String] = []
    let seconds = max(Double(elapsed) / 1e9, 0.001)
    var text = ""
    if progress.planned > 0 {
      let share = min(1, max(0, Double(progress.done) / Double(progress.planned)))
      let percent = String(Int(share * 100))
      text = String(repeating: " ", count: 3 - min(3, percent.count)) + percent + "% "
      text += bar(share, columns: 20) + " "
      if share > 0.02, share < 1 {
        let left = Int((seconds / share - seconds).rounded(.up))
        parts.append("about \(left) s left")
      }
    }
    parts.insert(Footer.duration(elapsed), at: 0)
    if progress.rows > 0 {
      parts.append(Footer.count(progress.rows, "row"))
      parts.append(Footer.grouped(String(Int(Double(progress.rows) / seconds))) + " rows/s")
    }
    // The terminal writes ^C behind the line; it must not wrap.
    return DisplayWidth.truncated(text + parts.joined(separator: " · "), to: max(1, width - 4))
  }

  private static func bar(_ share: Double, columns: Int) -> String {
    let eighths = Int(share * Double(columns * 8))
    let partial = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8]
    let full = eighths / 8
    let used = full + (partial.isEmpty ? 0 : 1)
    return String(repeating: "█", count: full) + partial
      + String(repeating: "░", count: max(0, columns - used))
  }
}

/// Nanoseconds of the monotonic clock.
func nanoseconds() -> UInt64 {
  var time = timespec()
  unsafe clock_gettime(CLOCK_MONOTONIC, &time)
  return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
