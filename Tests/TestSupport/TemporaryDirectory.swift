import FileStorage
import Glibc

/// A directory of the real disk, gone with its content when the last owner lets go.
package final class TemporaryDirectory: Sendable {
  package let path: String

  package init() {
    var template = Array("/tmp/tarn-test-XXXXXX".utf8CString)
    // Safe: the template is a terminated, writable string, as mkdtemp asks.
    let made = unsafe template.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return false }
      return unsafe mkdtemp(base) != nil
    }
    precondition(made, "no temporary directory under /tmp")
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { TemporaryDirectory.removeTree(path) }

  private static func removeTree(_ path: String) {
    let store = LocalFileStore()
    for entry in (try? store.list(path)) ?? [] {
      let child = joinPath(path, entry.name)
      if entry.isDirectory { removeTree(child) } else { try? store.remove(child) }
    }
    try? store.remove(path)
  }
}
