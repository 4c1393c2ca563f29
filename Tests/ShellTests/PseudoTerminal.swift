import Glibc

/// A program on a terminal of its own, driven by a test.
final class PseudoTerminal {
  private let master: Int32
  private let slavePath: String
  private var child = pid_t()
  /// Everything that the program wrote.
  private(set) var shown: [UInt8] = []
  /// Up to the end of what was expected last.
  private var searched = 0
  /// Milliseconds after which a silent program is taken for one that hangs.
  private static let patience: Int32 = 60_000

  var screen: String { String(decoding: shown, as: UTF8.self) }

  /// The program `tarn` as built beside these tests; nil where only the tests were built.
  static let tarn: String? = {
    let marker = Array("/tarnPackageTests.xctest".utf8)
    for argument in CommandLine.arguments {
      let bytes = Array(argument.utf8)
      guard bytes.count > marker.count, bytes.suffix(marker.count).elementsEqual(marker) else {
        continue
      }
      let path = String(decoding: bytes.dropLast(marker.count), as: UTF8.self) + "/tarn"
      if unsafe access(path, X_OK) == 0 { return path }
    }
    return nil
  }()

  // Linux's numbers for a new terminal pair, which the C library hides behind macros.
  private static let getNumber: UInt = 0x8004_5430
  private static let unlock: UInt = 0x4004_5431
  private static let spawnInNewSession: Int16 = 0x80

  init?(
    _ program: String, _ arguments: [String], environment: [String], width: Int = 80,
    height: Int = 24
  ) {
    master = unsafe open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)
    var number: Int32 = 0
    var isLocked: Int32 = 0
    guard master >= 0, unsafe ioctl(master, PseudoTerminal.unlock, &isLocked) == 0,
      unsafe ioctl(master, PseudoTerminal.getNumber, &number) == 0
    else { return nil }
    slavePath = "/dev/pts/\(number)"
    var size = winsize(
      ws_row: UInt16(height), ws_col: UInt16(width), ws_xpixel: 0, ws_ypixel: 0)
    guard unsafe ioctl(master, UInt(TIOCSWINSZ), &size) == 0 else { return nil }
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    for descriptor: Int32 in 0...2 {
      unsafe posix_spawn_file_actions_addopen(&actions, descriptor, slavePath, O_RDWR, 0)
    }
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    // A session of its own: the first terminal it opens becomes the one that Ctrl-C comes from.
    // The threads of a test runner block signals, which the program must not inherit.
    var mask = sigset_t()
    unsafe sigemptyset(&mask)
    unsafe posix_spawnattr_setsigmask(&attributes, &mask)
    let flags = PseudoTerminal.spawnInNewSession | Int16(POSIX_SPAWN_SETSIGMASK)
    unsafe posix_spawnattr_setflags(&attributes, flags)
    let argv = unsafe ([program] + arguments).map { unsafe strdup($0) } + [nil]
    let environ = unsafe environment.map { unsafe strdup($0) } + [nil]
    defer {
      for index in unsafe argv.indices { unsafe free(argv[index]) }
      for index in unsafe environ.indices { unsafe free(environ[index]) }
      unsafe posix_spawn_file_actions_destroy(&actions)
      unsafe posix_spawnattr_destroy(&attributes)
    }
    let status = unsafe posix_spawn(&child, program, &actions, &attributes, argv, environ)
    guard status == 0 else { return nil }
  }

  func type(_ text: String) { type(Array(text.utf8)) }

  /// Types as fast as the program takes it, and reads what it shows meanwhile: neither waits for the
  /// other for ever.
  func type(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      var event = pollfd(fd: master, events: Int16(POLLIN | POLLOUT), revents: 0)
      guard unsafe poll(&event, 1, PseudoTerminal.patience) > 0 else { return }
      if event.revents & Int16(POLLIN) != 0, !readSome() { return }
      guard event.revents & Int16(POLLOUT) != 0 else { continue }
      // Safe: the pointer lives through the call, and the count is that of the slice.
      let count = unsafe rest.withUnsafeBytes { unsafe write(master, $0.baseAddress, $0.count) }
      if count > 0 { rest = rest.dropFirst(count) }
    }
  }

  /// Reads until the text was seen after what was expected before; false when nothing more came for a
  /// minute, or when the program ended.
  func expect(_ text: String) -> Bool {
    let wanted = Array(text.utf8)
    while true {
      if let end = PseudoTerminal.end(of: wanted, in: shown, from: searched) {
        searched = end
        return true
      }
      var event = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
      guard unsafe poll(&event, 1, PseudoTerminal.patience) > 0, readSome() else { return false }
    }
  }

  /// Waits until the shell reads keys: it says so when it turns bracketed paste on.
  func expectPrompt() -> Bool { expect("\u{1b}[?2004h") }

  /// Reads to the end of what the program shows.
  func readToEnd() {
    while true {
      var event = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
      guard unsafe poll(&event, 1, PseudoTerminal.patience) > 0, readSome() else { return }
    }
  }

  private func readSome() -> Bool {
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    let count = unsafe chunk.withUnsafeMutableBytes {
      unsafe read(master, $0.baseAddress, $0.count)
    }
    if count > 0 { shown += chunk[..<count] }
    return count > 0 || errno == EAGAIN
  }

  private static func end(of wanted: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
    guard bytes.count >= wanted.count, start <= bytes.count - wanted.count else { return nil }
    for place in start...(bytes.count - wanted.count)
    where bytes[place] == wanted[0] && bytes[place..<place + wanted.count].elementsEqual(wanted) {
      return place + wanted.count
    }
    return nil
  }

  /// Whether the terminal edits and echoes lines itself, as a program finds it.
  var isCooked: Bool {
    var attributes = termios()
    guard unsafe tcgetattr(master, &attributes) == 0 else { return false }
    return attributes.c_lflag & tcflag_t(ICANON | ECHO | ISIG) == tcflag_t(ICANON | ECHO | ISIG)
  }

  /// Another size, of which the program is told.
  func resize(width: Int, height: Int) {
    var size = winsize(
      ws_row: UInt16(height), ws_col: UInt16(width), ws_xpixel: 0, ws_ypixel: 0)
    _ = unsafe ioctl(master, UInt(TIOCSWINSZ), &size)
  }

  func send(_ signal: Int32) { kill(child, signal) }

  /// Whether a signal has stopped the program, not ended it.
  func waitUntilStopped() -> Bool {
    var status: Int32 = 0
    return unsafe waitpid(child, &status, WUNTRACED) == child && status & 0xFF == 0x7F
  }

  /// The exit status, or minus the signal that ended the program; it is killed when it does not end
  /// within a minute.
  func wait() -> Int32 {
    var status: Int32 = 0
    for _ in 0..<6000 {
      if unsafe waitpid(child, &status, WNOHANG) == child {
        return status & 0x7F == 0 ? status >> 8 & 0xFF : -(status & 0x7F)
      }
      // A program that writes into a full terminal would never end.
      var event = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
      if unsafe poll(&event, 1, 10) > 0 { if !readSome() { usleep(10_000) } }
    }
    kill(child, SIGKILL)
    _ = unsafe waitpid(child, &status, 0)
    return -SIGKILL
  }

  deinit { close(master) }
}
