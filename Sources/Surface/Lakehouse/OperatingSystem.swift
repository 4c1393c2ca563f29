import Glibc

/// What the operating system says about who runs this.
enum OperatingSystem {
  /// The login name of the process's user, else `uid N`.
  ///
  /// The environment is not asked: the audit log must not take anybody's word for it.
  static var userName: String {
    let id = getuid()
    // Safe: the entry is copied before another call can change it; sessions are one at a time.
    if let entry = unsafe getpwuid(id), let name = unsafe entry.pointee.pw_name {
      return unsafe String(cString: name)
    }
    return "uid \(id)"
  }
}
