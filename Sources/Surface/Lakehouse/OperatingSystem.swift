import Glibc

/// What the operating system says about who runs this.
enum OperatingSystem {
  /// The user's login name, else `uid N`.
  static var userName: String {
    if let name = unsafe getenv("USER").flatMap({ unsafe String(validatingCString: $0) }),
      !name.isEmpty
    {
      return name
    }
    return "uid \(getuid())"
  }
}
