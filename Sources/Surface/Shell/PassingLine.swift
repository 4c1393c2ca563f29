import Glibc
import Reports

/// Sentences of progress: on a terminal each takes the place of the one before, elsewhere each is a
/// line of the log.
final class PassingLine {
  private let console: Console
  private let isQuiet: Bool
  private let isTerminal: Bool
  private var isShown = false

  init(console: Console, isQuiet: Bool) {
    self.console = console
    self.isQuiet = isQuiet
    isTerminal = console.wordsAreTerminal && console.environment("TERM") != "dumb"
  }

  func show(_ text: String) {
    if isQuiet { return }
    guard isTerminal else { return console.words(text + "\n") }
    let width = TerminalSize.columns(of: STDERR_FILENO) ?? 80
    console.words("\r\u{1b}[K" + DisplayWidth.truncated(text, to: max(1, width - 4)))
    isShown = true
  }

  func clear() {
    if isShown { console.words("\r\u{1b}[K") }
    isShown = false
  }
}
