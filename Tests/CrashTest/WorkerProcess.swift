import Glibc

/// A worker that was started, let work for a while, and killed.
struct WorkerProcess {
  /// What it said that it had done.
  private(set) var acknowledged: [Int] = []
  /// Why it ended before it was killed.
  private(set) var failure: String?

  private struct Failure: Error { let code: Int32 }

  /// - Parameters:
  ///   - changes: How many changes it makes before its last moments.
  ///   - microseconds: How long those are.
  init(lake: String, first: Int, seed: UInt64, changes: Int, microseconds: UInt32) throws {
    var ends: [Int32] = [0, 0]
    guard unsafe pipe(&ends) == 0 else { throw Failure(code: errno) }
    defer { close(ends[0]) }
    let process = try WorkerProcess.spawn(
      ["/proc/self/exe", "worker", lake, "\(first)", "\(seed)"], output: ends[1])
    close(ends[1])
    var text = ""
    for _ in 0...changes { text += WorkerProcess.firstLine(from: ends[0]) }
    usleep(microseconds)
    kill(process, SIGKILL)
    var status: Int32 = 0
    while unsafe waitpid(process, &status, 0) < 0, errno == EINTR {}
    text += WorkerProcess.everything(from: ends[0])
    for line in text.split(separator: "\n") where line != "ready" {
      if let number = Int(line) { acknowledged.append(number) } else { failure = String(line) }
    }
    if status & 0x7F != SIGKILL, failure == nil { failure = "a worker ended with \(status)" }
  }

  private static func spawn(_ arguments: [String], output: Int32) throws -> pid_t {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_adddup2(&actions, output, 1)
    var words = unsafe arguments.map { unsafe strdup($0) }
    unsafe words.append(nil)
    defer { unsafe words.forEach { unsafe free($0) } }
    var process: pid_t = 0
    // Safe: the words are terminated, and the list of them ends with nil.
    let code = unsafe posix_spawn(&process, arguments[0], &actions, nil, words, environ)
    guard code == 0 else { throw Failure(code: code) }
    return process
  }

  /// Waits until the worker is at work.
  private static func firstLine(from end: Int32) -> String {
    var text: [UInt8] = []
    var byte: UInt8 = 0
    while byte != UInt8(ascii: "\n") {
      let count = unsafe read(end, &byte, 1)
      if count > 0 { text.append(byte) } else if count == 0 || errno != EINTR { break }
    }
    return String(decoding: text, as: UTF8.self)
  }

  private static func everything(from end: Int32) -> String {
    var text: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = unsafe read(end, &buffer, buffer.count)
      if count > 0 { text += buffer[..<count] } else if count == 0 || errno != EINTR { break }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
