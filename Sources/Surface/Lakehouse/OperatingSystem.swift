import FileStorage
import Glibc

/// What the operating system says about who runs this.
enum OperatingSystem {
  /// The login name of the process's user, else `uid N`.
  ///
  /// The environment is not asked: the audit log must not take anybody's word for it. The user table
  /// is read here rather than by libc, whose name services cannot be linked into one file; users
  /// whom only a directory server knows appear by their number.
  static var userName: String {
    let id = getuid()
    let table = (try? LocalFileStore().read("/etc/passwd")) ?? []
    for line in table.split(separator: UInt8(ascii: "\n")) {
      // name:password:uid:…
      let fields = line.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
      if fields.count > 2, UInt32(String(decoding: fields[2], as: UTF8.self)) == id {
        return String(decoding: fields[0], as: UTF8.self)
      }
    }
    return "uid \(id)"
  }

  /// The directory for temporary files, as `TMPDIR` says it.
  static var temporaryDirectory: String {
    if let path = unsafe getenv("TMPDIR") {
      // Safe: the text is copied before anybody can change the environment.
      let text = unsafe String(cString: path)
      if !text.isEmpty { return text }
    }
    return "/tmp"
  }
}
