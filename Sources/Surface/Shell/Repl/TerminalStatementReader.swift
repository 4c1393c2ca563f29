import Glibc
import Reports

/// A small editor on a terminal: several lines, history, paste.
final class TerminalStatementReader: StatementReader {
  private var keys: KeyReader
  private var history: History
  private let write: (String) -> Void
  private let width: () -> Int
  private let descriptor: Int32

  /// Nil when the terminal cannot be edited on: input or words are no terminal, or TERM is missing
  /// or `dumb`.
  static func make(_ console: Console) -> TerminalStatementReader? {
    let term = console.environment("TERM") ?? ""
    guard console.inputIsTerminal, console.outputIsTerminal, !term.isEmpty, term != "dumb" else {
      return nil
    }
    let home = console.environment("HOME") ?? ""
    return TerminalStatementReader(
      history: History(path: home.isEmpty ? nil : home + "/.tarn_history"), width: console.width)
  }

  private init(history: History, width: @escaping () -> Int) {
    descriptor = STDIN_FILENO
    self.history = history
    self.width = width
    write = { writeAll(Array($0.utf8), to: STDOUT_FILENO) }
    keys = KeyReader { TerminalBytes.read(STDIN_FILENO, waiting: $0) }
  }

  func remember(_ text: String) { history.add(text) }

  func next(prompt: String, isComplete: (String) -> Bool) -> PromptEvent {
    guard RawMode.enter(descriptor) else { return .endOfInput }
    write("\u{1b}[?2004h")
    defer {
      write("\u{1b}[?2004l")
      RawMode.leave(descriptor)
    }
    var editor = LineEditor(prompt: prompt, history: history.entries)
    write(editor.draw(width: width()))
    while true {
      let key = keys.next()
      switch editor.take(key, isComplete: isComplete) {
      case .goOn:
        if !keys.hasPending { write(editor.draw(width: width())) }
      case .finished(let event):
        write(editor.leave(width: width()))
        if event == .interrupted { write("^C") }
        write("\n")
        return event
      }
    }
  }
}

/// The bytes that a terminal has sent.
enum TerminalBytes {
  /// - Parameter milliseconds: How long to wait for the first one; nil waits for ever.
  static func read(_ descriptor: Int32, waiting milliseconds: Int32?) -> [UInt8] {
    var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    while true {
      let status = unsafe poll(&event, 1, milliseconds ?? -1)
      if status < 0, errno == EINTR { continue }
      if status <= 0 { return [] }
      break
    }
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      // Safe: the pointer lives through the call, and the count is that of the array.
      let count = unsafe chunk.withUnsafeMutableBytes { raw in
        unsafe Glibc.read(descriptor, raw.baseAddress, raw.count)
      }
      if count < 0, errno == EINTR { continue }
      return count > 0 ? Array(chunk[..<count]) : []
    }
  }
}
