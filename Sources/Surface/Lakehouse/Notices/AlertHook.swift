import Glibc
import QueryEngine

/// A command that takes alerts on its standard input.
struct AlertHook {
  private let command: String

  /// A hook that has not ended by then is stopped, in seconds: the next tick waits for it.
  private static let patience: UInt64 = 30

  /// - Parameter command: For `/bin/sh`.
  init(_ command: String) { self.command = command }

  /// Runs it to its end; what it prints goes where the process's errors go.
  ///
  /// - Throws: `.source` when it cannot be started, ends with anything but 0, or does not end.
  func run(_ input: [UInt8]) throws(QueryError) {
    var ends: [Int32] = [-1, -1]
    guard unsafe pipe(&ends) == 0 else { throw fault("could not be given its input") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    // The end that the command reads stays open here, too: a command that ends without reading is
    // then no broken pipe, and a full pipe never blocks.
    _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
    var isOpen = true
    defer {
      close(ends[0])
      if isOpen { close(ends[1]) }
    }
    let process = try start(ends[0])
    var rest = input[...]
    let start = SystemClock.monotonicNanoseconds()
    var status: Int32 = 0
    while unsafe waitpid(process, &status, WNOHANG) == 0 {
      if isOpen {
        // Safe: only bytes of the slice are read.
        let count = unsafe rest.withUnsafeBytes { unsafe write(ends[1], $0.baseAddress, $0.count) }
        if count > 0 { rest = rest.dropFirst(count) }
        if rest.isEmpty {
          close(ends[1])
          isOpen = false
        }
      }
      if SystemClock.monotonicNanoseconds() - start > AlertHook.patience * 1_000_000_000 {
        kill(process, SIGKILL)
        _ = unsafe waitpid(process, &status, 0)
        throw fault("did not end within \(AlertHook.patience) seconds")
      }
      usleep(2000)
    }
    let signal = status & 0x7f
    guard signal == 0 else { throw fault("was ended by signal \(signal)") }
    let code = (status >> 8) & 0xff
    guard code == 0 else { throw fault("ended with status \(code)") }
  }

  private func fault(_ what: String) -> QueryError {
    QueryError(
      .source, "alerts were not taken: '\(command)' \(what)",
      help: "the next tick tells them again")
  }

  private func start(_ input: Int32) throws(QueryError) -> pid_t {
    // Safe: initialised here, destroyed at the end.
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_adddup2(&actions, input, 0)
    // Standard output is for the results of the tick.
    unsafe posix_spawn_file_actions_adddup2(&actions, 2, 1)
    var process: pid_t = 0
    let texts = ["/bin/sh", "-c", command]
    // Safe: the copies live until the process is started.
    var words: [UnsafeMutablePointer<CChar>?] = unsafe []
    for text in texts { unsafe words.append(unsafe strdup(text)) }
    unsafe words.append(nil)
    defer { for index in texts.indices { unsafe free(unsafe words[index]) } }
    let status = unsafe posix_spawn(&process, "/bin/sh", &actions, nil, words, environ)
    guard status == 0 else { throw fault("could not be started") }
    return process
  }
}
