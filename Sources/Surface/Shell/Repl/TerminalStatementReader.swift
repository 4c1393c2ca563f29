import Glibc
import Lakehouse
import Reports
import Synchronization

/// A small editor on a terminal: several lines, history, paste.
final class TerminalStatementReader: StatementReader {
  private var keys: KeyReader
  private var history: History
  private let write: (String) -> Void
  private let console: Console
  private let usesColor: Bool
  private let completer: StatementCompleter?
  private let descriptor: Int32

  /// Nil when the terminal cannot be edited on: input or words are no terminal, or TERM is missing
  /// or `dumb`.
  static func make(
    _ console: Console, usesColor: Bool = false, completions: (any CompletionSource)? = nil
  ) -> TerminalStatementReader? {
    let term = console.environment("TERM") ?? ""
    guard console.inputIsTerminal, console.outputIsTerminal, !term.isEmpty, term != "dumb" else {
      return nil
    }
    let home = console.environment("HOME") ?? ""
    return TerminalStatementReader(
      history: History(path: home.isEmpty ? nil : home + "/.tarn_history"), console: console,
      usesColor: usesColor, completions: completions)
  }

  private init(
    history: History, console: Console, usesColor: Bool, completions: (any CompletionSource)?
  ) {
    descriptor = STDIN_FILENO
    self.history = history
    self.console = console
    self.usesColor = usesColor
    completer = completions.map { StatementCompleter($0) }
    write = { writeAll(Array($0.utf8), to: STDOUT_FILENO) }
    keys = KeyReader { TerminalBytes.read(STDIN_FILENO, waiting: $0) }
    TerminalBytes.noticeResizes()
    // What is typed before the first prompt waits for it.
    RawMode.rest(descriptor)
  }

  func remember(_ text: String) { history.add(text) }

  func next(prompt: String, isComplete: (String) -> Bool) -> PromptEvent {
    guard RawMode.enter(descriptor) else { return .endOfInput }
    write("\u{1b}[?2004h")
    defer {
      write("\u{1b}[?2004l")
      RawMode.rest(descriptor)
    }
    var editor = LineEditor(
      prompt: TerminalStatementReader.shortened(prompt, to: console.width() / 2),
      history: history.entries, usesColor: usesColor)
    show(&editor)
    while true {
      let key = keys.next()
      let step = editor.take(key, isComplete: isComplete) { before, behind in
        completer?.complete(before, behind) ?? Completion()
      }
      switch step {
      case .goOn:
        if !keys.hasPending { show(&editor) }
      case .editElsewhere:
        editElsewhere(&editor)
      case .finished(let event):
        write(editor.leave(width: console.width(), height: console.height()))
        if event == .interrupted { write("^C") }
        write("\n")
        return event
      }
    }
  }

  private func show(_ editor: inout LineEditor) {
    write(editor.draw(width: console.width(), height: console.height()))
  }

  private func editElsewhere(_ editor: inout LineEditor) {
    write(editor.leave(width: console.width(), height: console.height()) + "\n\u{1b}[?2004l")
    do throws(LakeError) {
      editor.set(try ExternalEditor.edit(editor.text, console))
    } catch {
      console.words(ErrorRenderer(usesColor: usesColor).text(error))
      editor.set(editor.text)
    }
    _ = RawMode.enter(descriptor)
    write("\u{1b}[?2004h")
    show(&editor)
  }

  /// The end of a prompt tells more than its beginning.
  static func shortened(_ prompt: String, to limit: Int) -> String {
    guard DisplayWidth.of(prompt) > limit, limit > 4 else { return prompt }
    var kept = Substring(prompt)
    while DisplayWidth.of(String(kept)) > limit - 1 { kept.removeFirst() }
    return "…" + kept
  }
}

/// The bytes that a terminal has sent.
enum TerminalBytes {
  fileprivate static let wasResized = Atomic<Bool>(false)

  /// Makes a change of the terminal's size interrupt `read`.
  static func noticeResizes() {
    var action = sigaction()
    unsafe action.__sigaction_handler.sa_handler = { _ in
      TerminalBytes.wasResized.store(true, ordering: .relaxed)
    }
    unsafe sigemptyset(&action.sa_mask)
    unsafe sigaction(SIGWINCH, &action, nil)
  }

  /// - Parameter milliseconds: How long to wait for the first one; nil waits for ever.
  static func read(_ descriptor: Int32, waiting milliseconds: Int32?) -> [UInt8] {
    var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    while true {
      let status = unsafe poll(&event, 1, milliseconds ?? -1)
      if status < 0, errno == EINTR {
        // Another size of the terminal: a key that does nothing draws anew.
        if wasResized.exchange(false, ordering: .relaxed), milliseconds == nil { return [0] }
        continue
      }
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
