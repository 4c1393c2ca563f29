import Glibc
import Synchronization

/// The terminal without line editing of its own: every key arrives at once, and unechoed.
///
/// Left on every way out: after each statement, and from the signals that end the process.
enum RawMode {
  private struct Saved: @unchecked Sendable {
    var attributes = termios()
    var isSet = false
  }

  private static let saved = Mutex(Saved())
  /// What a signal handler restores, which may take no lock; written before the handler is set.
  nonisolated(unsafe) private static var original = termios()
  private static let isRaw = Atomic<Bool>(false)

  /// False when the descriptor is no terminal.
  static func enter(_ descriptor: Int32) -> Bool {
    var attributes = termios()
    guard unsafe tcgetattr(descriptor, &attributes) == 0 else { return false }
    let isFirst = saved.withLock { state in
      defer { state = Saved(attributes: attributes, isSet: true) }
      return !state.isSet
    }
    unsafe original = attributes
    if isFirst { for number in [SIGTERM, SIGHUP, SIGQUIT] { restoreOn(number) } }
    unsafe cfmakeraw(&attributes)
    // Output keeps its newline translation: messages may come while the editor waits.
    attributes.c_oflag |= tcflag_t(OPOST | ONLCR)
    guard unsafe tcsetattr(descriptor, TCSADRAIN, &attributes) == 0 else { return false }
    isRaw.store(true, ordering: .releasing)
    return true
  }

  static func leave(_ descriptor: Int32) {
    guard isRaw.exchange(false, ordering: .acquiringAndReleasing) else { return }
    saved.withLock { state in
      _ = unsafe tcsetattr(descriptor, TCSADRAIN, &state.attributes)
    }
  }

  private static func restoreOn(_ number: Int32) {
    var action = sigaction()
    unsafe action.__sigaction_handler.sa_handler = restoreAndEnd
    unsafe sigemptyset(&action.sa_mask)
    action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND)) | SA_NODEFER
    unsafe sigaction(number, &action, nil)
  }

  /// Only what a signal handler may do: restore the terminal, and let the signal end the process.
  fileprivate static func restoreInHandler() {
    if isRaw.load(ordering: .acquiring) { _ = unsafe tcsetattr(STDIN_FILENO, TCSANOW, &original) }
  }
}

private func restoreAndEnd(_ number: Int32) {
  RawMode.restoreInHandler()
  raise(number)
}
