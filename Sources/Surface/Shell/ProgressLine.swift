import Columnar
import Glibc
import Lakehouse
import Reports
import Synchronization

/// A line on the terminal that tells how far a long statement is, gone when it ends.
///
/// Shown after a second, ten times a second.
package enum ProgressLine {
  private struct State {
    var isOver = false
    var text = ""
    var start = nanoseconds()

    /// Takes the line off the terminal.
    mutating func clear() {
      if !text.isEmpty { writeError("\r\u{1b}[K") }
      text = ""
    }
  }

  /// Nothing is shown of what takes less, in nanoseconds.
  private static let patience: UInt64 = 990_000_000

  /// Of the statement that runs; there is one at a time.
  private static let current = Mutex<Board?>(nil)

  /// Takes the line away: what runs shows itself from now on.
  static func end() {
    current.withLock { $0 }?.state.withLock { state in
      state.isOver = true
      state.clear()
    }
  }

  /// Begins again, for the next statement of the same text.
  static func beginAgain() {
    current.withLock { $0 }?.state.withLock { state in
      state.isOver = false
      state.start = nanoseconds()
    }
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
    current.withLock { $0 = board }
    defer {
      // Closing wakes the thread; the lock makes sure that it draws nothing afterwards.
      end()
      current.withLock { $0 = nil }
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
    var wait: Int32 = 1000
    while true {
      var event = pollfd(fd: reader, events: Int16(POLLIN), revents: 0)
      let status = unsafe poll(&event, 1, wait)
      if status < 0, errno == EINTR { continue }
      if status != 0 { return }
      wait = 100
      let progress = conversation.progress
      let width = TerminalSize.columns(of: STDERR_FILENO) ?? 80
      let memory = ProcessMemory.resident
      board.state.withLock { state in
        let elapsed = nanoseconds() - state.start
        guard !state.isOver, elapsed >= patience else { return }
        let text = ProgressLine.text(progress, elapsed: elapsed, memory: memory, width: width)
        state.text = text
        writeError("\r\u{1b}[K" + text)
      }
    }
  }

  /// ` 42% ████████▌          1.4 s · about 2 s left · 8.8 M rows/s · 12.3 M rows · 310 MB`: on a narrow
  /// terminal what stands last goes first.
  ///
  /// - Parameter memory: What the process holds, in bytes.
  package static func text(
    _ progress: (done: Int, planned: Int, rows: Int), elapsed: UInt64, memory: Int?, width: Int
  ) -> String {
    var parts: [String] = []
    let seconds = max(Double(elapsed) / 1e9, 0.001)
    var text = ""
    if progress.planned > 0 {
      let share = min(1, max(0, Double(progress.done) / Double(progress.planned)))
      let percent = String(Int(share * 100))
      text = String(repeating: " ", count: 3 - min(3, percent.count)) + percent + "% "
      text += bar(share, columns: width < 100 ? 12 : 20) + " "
      if share > 0.02, share < 1 {
        let left = Int((seconds / share - seconds).rounded(.up))
        parts.append("about \(left) s left")
      }
    }
    parts.insert(Footer.duration(elapsed), at: 0)
    if progress.rows > 0 {
      parts.append(short(Double(progress.rows) / seconds) + " rows/s")
    }
    if let memory { parts.append(Footer.bytes(memory)) }
    if progress.rows > 0 { parts.append(short(Double(progress.rows)) + " rows") }
    // The terminal writes ^C behind the line; it must not wrap.
    return DisplayWidth.truncated(text + parts.joined(separator: " · "), to: max(1, width - 4))
  }

  /// `940`, `12.3 k`, `8.8 M`, `1.2 bn`.
  private static func short(_ number: Double) -> String {
    var value = number
    for unit in ["", " k", " M"] {
      if value < 999.5 { return fixed(value, isWhole: unit.isEmpty) + unit }
      value /= 1000
    }
    return fixed(value, isWhole: false) + " bn"
  }

  private static func fixed(_ value: Double, isWhole: Bool) -> String {
    if isWhole { return String(Int(value.rounded())) }
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
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

/// Takes the progress line off the terminal before a result is drawn there.
final class ProgressClearing: ResultSink {
  private let sink: any ResultSink
  /// Whether rows are drawn as they come, rather than kept until the end.
  private let drawsRows: Bool

  init(_ sink: any ResultSink, drawsRows: Bool) {
    self.sink = sink
    self.drawsRows = drawsRows
  }

  func begin(_ schema: Schema) throws(LakeError) {
    if drawsRows { ProgressLine.end() }
    try sink.begin(schema)
  }

  func rows(_ batch: Batch) throws(LakeError) { try sink.rows(batch) }

  func end(_ summary: ResultSummary) throws(LakeError) {
    ProgressLine.end()
    defer { ProgressLine.beginAgain() }
    try sink.end(summary)
  }

  func outline(_ tree: Batch) throws(LakeError) -> Bool {
    ProgressLine.end()
    defer { ProgressLine.beginAgain() }
    return try sink.outline(tree)
  }

  func done(_ message: String, _ summary: ResultSummary) throws(LakeError) {
    ProgressLine.end()
    defer { ProgressLine.beginAgain() }
    try sink.done(message, summary)
  }
}

/// Nanoseconds of the monotonic clock.
func nanoseconds() -> UInt64 {
  var time = timespec()
  unsafe clock_gettime(CLOCK_MONOTONIC, &time)
  return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
