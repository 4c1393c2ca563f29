import Glibc
import Reports

/// Pipes and devices as targets of `-o`: they cannot be replaced by a file of the same name.
enum DeviceOutput {
  /// Nil when the path is no pipe, socket or device, or cannot be opened.
  static func open(_ path: String) -> DescriptorOutput? {
    var info = stat()
    guard unsafe stat(path, &info) == 0 else { return nil }
    let kind = info.st_mode & S_IFMT
    guard kind == S_IFIFO || kind == S_IFCHR || kind == S_IFSOCK else { return nil }
    let descriptor = unsafe Glibc.open(path, O_WRONLY | O_CLOEXEC)
    return descriptor < 0 ? nil : DescriptorOutput(descriptor, name: "'\(path)'")
  }
}
