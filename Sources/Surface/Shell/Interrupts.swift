import Glibc
import Synchronization

/// Ctrl-C: the first one cancels the running statement, the second ends the process.
enum Interrupts {
  /// The write end of the pipe that the signal handler wakes the watcher with.
  private static let wakeDescriptor = Atomic<Int32>(-1)
  private static let running = Mutex<Running>(Running())

  private struct Running {
    var conversation: WatchedConversation?
    var count = 0
    var isInstalled = false
    var isInteractive = false
  }

  /// From now on Ctrl-C between two statements does nothing: the shell's prompt handles it.
  static func stayAtPrompt() {
    running.withLock { $0.isInteractive = true }
    // Also before the first statement, when the terminal is not yet raw.
    install()
  }

  /// Whether Ctrl-C came while the statement ran that ended last.
  static var wasInterrupted: Bool { running.withLock { $0.count > 0 } }

  /// Runs `body` so that Ctrl-C cancels the conversation meanwhile.
  static func cancelling<Result, Failure: Error>(
    _ conversation: any Conversation, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    install()
    let watched = WatchedConversation(conversation)
    running.withLock {
      $0.conversation = watched
      $0.count = 0
    }
    defer { running.withLock { $0.conversation = nil } }
    return try body()
  }

  /// A pipe whose reader goes away is an error of the write, not the end of the process.
  static func ignoreBrokenPipes() {
    _ = signal(SIGPIPE, SIG_IGN)
  }

  /// From now on SIGTERM counts as Ctrl-C.
  static func catchTermination() {
    install()
    handle(SIGTERM)
  }

  private static func install() {
    let isFirst = running.withLock { state in
      defer { state.isInstalled = true }
      return !state.isInstalled
    }
    guard isFirst else { return }
    var ends: [Int32] = [-1, -1]
    guard unsafe pipe(&ends) == 0 else { return }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    wakeDescriptor.store(ends[1], ordering: .releasing)
    let reader = ends[0]
    startThread { watch(reader) }
    handle(SIGINT)
  }

  private static func handle(_ signal: Int32) {
    var action = sigaction()
    unsafe action.__sigaction_handler.sa_handler = handleInterrupt
    unsafe sigemptyset(&action.sa_mask)
    action.sa_flags = SA_RESTART
    unsafe sigaction(signal, &action, nil)
  }

  /// Only what a signal handler may do: one write.
  fileprivate static func wake() {
    let saved = errno
    var byte: UInt8 = 1
    _ = unsafe write(wakeDescriptor.load(ordering: .acquiring), &byte, 1)
    errno = saved
  }

  private static func watch(_ reader: Int32) {
    var byte: UInt8 = 0
    while true {
      let count = unsafe read(reader, &byte, 1)
      if count < 0, errno == EINTR { continue }
      guard count == 1 else { return }
      let (conversation, presses, isInteractive) = running.withLock { state in
        state.count += 1
        return (state.conversation, state.count, state.isInteractive)
      }
      if conversation == nil, isInteractive { continue }
      guard let conversation, presses == 1 else {
        RawMode.restoreAtOnce()
        _exit(130)
      }
      conversation.cancel()
    }
  }
}

private func handleInterrupt(_ signal: Int32) { Interrupts.wake() }

/// Starts a thread of its own that nobody waits for, with all signals left to the others.
func startThread(_ body: @escaping @Sendable () -> Void) {
  final class Job: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
  var thread = pthread_t()
  // Safe: the reference taken here is given back once, by the thread.
  let job = unsafe Unmanaged.passRetained(Job(body)).toOpaque()
  let status = unsafe pthread_create(
    &thread, nil,
    { argument in
      guard let argument = unsafe argument else { return nil }
      unsafe Unmanaged<Job>.fromOpaque(argument).takeRetainedValue().body()
      return nil
    }, job)
  if status == 0 {
    pthread_detach(thread)
  } else {
    unsafe Unmanaged<Job>.fromOpaque(job).release()
  }
}
