import Glibc

/// Which process something belongs to, as text that another process of the machine can judge.
///
/// A number alone is not enough: numbers are used again. The boot, the process's namespace, its
/// number and its start (in clock ticks since the boot) name one process for good.
struct ProcessMark: Sendable, Hashable {
  var boot: String
  /// Numbers of processes mean something only within their namespace, such as a container.
  var space: String
  var number: Int32
  var start: UInt64

  /// Of this process; nil where /proc does not tell.
  static let current: ProcessMark? = {
    guard let boot = line("/proc/sys/kernel/random/boot_id"), let space = ownSpace,
      let start = start(of: "self")
    else { return nil }
    return ProcessMark(boot: boot, space: space, number: getpid(), start: start)
  }()

  init(boot: String, space: String, number: Int32, start: UInt64) {
    (self.boot, self.space, self.number, self.start) = (boot, space, number, start)
  }

  /// `boot/space/number/start`, and anything after another slash.
  init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count >= 4, !parts[0].isEmpty, let number = Int32(parts[2]), number > 0,
      let start = UInt64(parts[3])
    else { return nil }
    self.init(boot: parts[0], space: parts[1], number: number, start: start)
  }

  var text: String { "\(boot)/\(space)/\(number)/\(start)" }

  /// Whether the process surely runs no more.
  ///
  /// Of another boot it cannot: the catalog's log is shared through memory, so whoever writes to a
  /// lake runs under one kernel. Of another namespace nothing is known.
  var isGone: Bool {
    guard let own = ProcessMark.current else { return false }
    if boot != own.boot { return true }
    guard space == own.space else { return false }
    return ProcessMark.start(of: String(number)) != start
  }

  /// Whether a text names a process that surely runs no more; never for a text that names none.
  static func isGone(_ text: String) -> Bool { ProcessMark(text)?.isGone ?? false }

  /// The first line of a file of /proc, whose size nobody knows before it is read.
  private static func line(_ path: String) -> String? {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 4096)
    // Safe: the buffer is as long as is said, and lives through the call.
    let count = unsafe bytes.withUnsafeMutableBytes { unsafe read(file, $0.baseAddress, $0.count) }
    guard count > 0 else { return nil }
    let text = String(decoding: bytes.prefix(count), as: UTF8.self)
    return text.split(separator: "\n").first.map(String.init)
  }

  private static var ownSpace: String? {
    var status = stat()
    guard unsafe stat("/proc/self/ns/pid", &status) == 0 else { return nil }
    return String(status.st_ino)
  }

  /// Nil when there is no such process, or when it has ended and is only waited for.
  private static func start(of process: String) -> UInt64? {
    // The second field is the program's name, which may hold anything but ends with the last ")".
    guard let line = line("/proc/\(process)/stat"), let end = line.lastIndex(of: ")") else {
      return nil
    }
    let fields = line[line.index(after: end)...].split(separator: " ")
    guard fields.count > 19, fields[0] != "Z", fields[0] != "X" else { return nil }
    return UInt64(fields[19])
  }
}
