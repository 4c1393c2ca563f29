import Glibc

/// A program on a terminal of its own, driven by a test.
final class PseudoTerminal {
  private let master: Int32
  private let slavePath: String
  private var child = pid_t()
  private(set) var screen = ""

  /// The program `tarn` as built beside these tests; nil where only the tests were built.
  static let tarn: String? = {
    guard let own = CommandLine.arguments.first,
      let bundle = own.range(of: "/tarnPackageTests.xctest")
    else { return nil }
    let path = own[..<bundle.lowerBound] + "/tarn"
    return unsafe access(String(path), X_OK) == 0 ? String(path) : nil
  }()

  init?(_ program: String, _ arguments: [String], environment: [String]) {
    master = posix_openpt(O_RDWR | O_NOCTTY)
    // Safe: ptsname's text is copied before another call.
    guard master >= 0, grantpt(master) == 0, unlockpt(master) == 0,
      let name = unsafe ptsname(master)
    else { return nil }
    slavePath = unsafe String(cString: name)
    var size = winsize(ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0)
    guard unsafe ioctl(master, UInt(TIOCSWINSZ), &size) == 0 else { return nil }
    var actions = posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    for descriptor: Int32 in 0...2 {
      unsafe posix_spawn_file_actions_addopen(&actions, descriptor, slavePath, O_RDWR, 0)
    }
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    // A session of its own: the first terminal it opens becomes the one that Ctrl-C comes from.
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSID))
    let argv = unsafe ([program] + arguments).map { unsafe strdup($0) } + [nil]
    let environ = unsafe environment.map { unsafe strdup($0) } + [nil]
    defer {
      for unsafepointer in unsafe argv + environ { unsafe free(pointer) }
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

  /// Reads until the text was seen; false after ten seconds without it, or when the program ended.
  func expect(_ text: String) -> Bool {
    let start = screen.endIndex
    var chunk = [UInt8](repeating: 0, count: 4096)
    for _ in 0..<100 {
      if screen[start...].contains(text) { return true }
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

  /// The exit status, or minus the signal that ended the program.
  func wait() -> Int32 {
    var status: Int32 = 0
    while unsafe waitpid(child, &status, 0) < 0, errno == EINTR {}
    return status & 0x7F == 0 ? status >> 8 & 0xFF : -(status & 0x7F)
  }

  deinit { close(master) }
}
