import Glibc
import Synchronization

/// The modes of the terminal that the shell sits at.
///
/// At the prompt every key arrives at once, and unechoed. While a statement runs keys wait as they
/// were typed: the line discipline would take Ctrl-D and Ctrl-U out of what is typed ahead. A child
/// program finds the terminal as the shell found it.
///
/// The terminal is put right on every way out: at the end, and from the signals that end or stop the
/// process.
enum RawMode {
  private enum Mode: UInt8 {
    /// As it was found.
    case cooked
    /// Keys wait; Ctrl-C, Ctrl-Z and Ctrl-\ are signals.
    case resting
    /// All keys are bytes.
    case raw
  }

  /// Held while the mode changes; whether a shell uses the terminal at all.
  private static let isOwner = Mutex(false)
  private static let mode = Atomic<UInt8>(Mode.cooked.rawValue)
  // What a signal handler sets, which may take no lock; they are written while the mode is cooked,
  // when no handler reads them.
  nonisolated(unsafe) private static var original = termios()
  nonisolated(unsafe) private static var resting = termios()
  nonisolated(unsafe) private static var raw = termios()

  /// Every key as it comes. False when the descriptor is no terminal.
  static func enter(_ descriptor: Int32) -> Bool { change(to: .raw, descriptor) }

  /// Keys wait for the next prompt; nothing happens at what is no terminal.
  static func rest(_ descriptor: Int32) { _ = change(to: .resting, descriptor) }

  /// The terminal as it was found.
  static func leave(_ descriptor: Int32) {
    isOwner.withLock { isOwner in
      if isOwner { restore(descriptor) }
      isOwner = false
    }
  }

  /// Gives a child program the terminal as it was found, until `retake`.
  static func lend() {
    isOwner.withLock { if $0 { restore(STDIN_FILENO) } }
  }

  /// Takes the terminal back from a child program that has ended.
  static func retake() {
    if isOwner.withLock({ $0 }) { rest(STDIN_FILENO) }
  }

  private static func change(to wanted: Mode, _ descriptor: Int32) -> Bool {
    isOwner.withLock { isOwner in
      if mode.load(ordering: .acquiring) == Mode.cooked.rawValue {
        // A child may have set something for good, as stty does.
        var found = termios()
        guard unsafe tcgetattr(descriptor, &found) == 0 else { return false }
        unsafe original = found
        unsafe raw = rawAttributes(found)
        unsafe resting = restingAttributes(found)
        if !isOwner { catchSignals() }
        isOwner = true
      }
      var attributes = unsafe wanted == .raw ? raw : resting
      guard unsafe tcsetattr(descriptor, TCSADRAIN, &attributes) == 0 else { return false }
      mode.store(wanted.rawValue, ordering: .releasing)
      return true
    }
  }

  private static func restore(_ descriptor: Int32) {
    guard mode.load(ordering: .acquiring) != Mode.cooked.rawValue else { return }
    var attributes = unsafe original
    _ = unsafe tcsetattr(descriptor, TCSADRAIN, &attributes)
    mode.store(Mode.cooked.rawValue, ordering: .releasing)
  }

  private static func rawAttributes(_ found: termios) -> termios {
    var attributes = found
    unsafe cfmakeraw(&attributes)
    // Output keeps its newline translation: messages may come while the editor waits.
    attributes.c_oflag |= tcflag_t(OPOST | ONLCR)
    return attributes
  }

  private static func restingAttributes(_ found: termios) -> termios {
    var attributes = rawAttributes(found)
    attributes.c_lflag |= tcflag_t(ISIG)
    return attributes
  }

  private static func catchSignals() {
    let ending = [
      SIGTERM, SIGHUP, SIGQUIT, SIGABRT, SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE,
    ]
    for number in ending {
      handle(number, restoreAndEnd, Int32(bitPattern: UInt32(SA_RESETHAND)) | SA_NODEFER)
    }
    handle(SIGTSTP, restoreAndStop, SA_RESTART)
  }

  private static func handle(
    _ number: Int32, _ body: @escaping @convention(c) (Int32) -> Void, _ flags: Int32
  ) {
    var action = sigaction()
    unsafe action.__sigaction_handler.sa_handler = body
    unsafe sigemptyset(&action.sa_mask)
    action.sa_flags = flags
    unsafe sigaction(number, &action, nil)
  }

  /// For ways out that run no handler and take no lock.
  static func restoreAtOnce() {
    guard mode.load(ordering: .acquiring) != Mode.cooked.rawValue else { return }
    _ = unsafe tcsetattr(STDIN_FILENO, TCSANOW, &original)
  }

  /// Ctrl-Z: another program has the terminal until this one goes on in the foreground.
  fileprivate static func stop() {
    let saved = errno
    restoreAtOnce()
    // Nothing but SIGSTOP stops a process whose SIGTSTP is handled.
    raise(SIGSTOP)
    if tcgetpgrp(STDIN_FILENO) == getpgrp() {
      switch mode.load(ordering: .acquiring) {
      case Mode.resting.rawValue: _ = unsafe tcsetattr(STDIN_FILENO, TCSANOW, &resting)
      case Mode.raw.rawValue: _ = unsafe tcsetattr(STDIN_FILENO, TCSANOW, &raw)
      default: break
      }
    }
    errno = saved
  }
}

// Only what a signal handler may do: set the terminal, and let the signal do what it does.

private func restoreAndEnd(_ number: Int32) {
  RawMode.restoreAtOnce()
  raise(number)
}

private func restoreAndStop(_ number: Int32) { RawMode.stop() }
