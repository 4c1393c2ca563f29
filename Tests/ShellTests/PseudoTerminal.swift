import Glibc

/// A program on a terminal of its own, driven by a test.
final class PseudoTerminal {
  private let master: Int32
  private let slavePath: String
  private var child = pid_t()
  private(set) var screen = ""
  /// Characters of the screen up to the end of what was expected last.
  private var readCount = 0

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

  init?(_ program: String, _ arguments: [String], environment: [String]) {
    master = unsafe open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var number: Int32 = 0
    var isLocked: Int32 = 0
    guard master >= 0, unsafe ioctl(master, PseudoTerminal.unlock, &isLocked) == 0,
      unsafe ioctl(master, PseudoTerminal.getNumber, &number) == 0
    else { return nil }
    slavePath = "/dev/pts/\(number)"
    var size = winsize(ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0)
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

  func type(_ text: String) {
    let bytes = Array(text.utf8)
    // Safe: the pointer lives through the call, and the count is that of the array.
    _ = unsafe bytes.withUnsafeBytes { unsafe write(master, $0.baseAddress, $0.count) }
  }

  /// Reads until the text was seen after what was expected before; false after thirty seconds without it,
  /// or when the program ended.
  func expect(_ text: String) -> Bool {
    var chunk = [UInt8](repeating: 0, count: 4096)
    for _ in 0..<300 {
      let unread = screen.dropFirst(readCount)
      if let found = unread.firstRange(of: text) {
        readCount += unread.distance(from: unread.startIndex, to: found.upperBound)
        return true
      }
      var event = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
      if unsafe poll(&event, 1, 100) <= 0 { continue }
      let count = unsafe chunk.withUnsafeMutableBytes {
        unsafe read(master, $0.baseAddress, $0.count)
      }
      if count <= 0 { return false }
      screen += String(decoding: chunk[..<count], as: UTF8.self)
    }
    return false
  }

  /// Whether the terminal edits and echoes lines itself, as a program finds it.
  var isCooked: Bool {
    var attributes = termios()
    guard unsafe tcgetattr(master, &attributes) == 0 else { return false }
    return attributes.c_lflag & tcflag_t(ICANON | ECHO | ISIG) == tcflag_t(ICANON | ECHO | ISIG)
  }

  func send(_ signal: Int32) { kill(child, signal) }

  /// The exit status, or minus the signal that ended the program; it is killed after thirty seconds.
  func wait() -> Int32 {
    var status: Int32 = 0
    for _ in 0..<3000 {
      if unsafe waitpid(child, &status, WNOHANG) == child {
        return status & 0x7F == 0 ? status >> 8 & 0xFF : -(status & 0x7F)
      }
      usleep(10_000)
    }
    kill(child, SIGKILL)
    _ = unsafe waitpid(child, &status, 0)
    return -SIGKILL
  }

  deinit { close(master) }
}
