import Glibc
package import Lakehouse

/// A pipe, terminal or device, by its descriptor, through a buffer of 64 KiB.
package final class DescriptorOutput: ByteOutput {
  private let descriptor: Int32
  private let name: String
  private var buffer: [UInt8] = []

  /// Whether the reader of the pipe went away (`| head`); a quiet end, not a failure. The write
  /// that met it threw `.cancelled`.
  package private(set) var isClosedByReader = false

  private static let capacity = 64 << 10

  /// - Parameter name: What messages call it, such as `standard output`.
  package init(_ descriptor: Int32, name: String) {
    self.descriptor = descriptor
    self.name = name
  }

  package static func standardOutput() -> DescriptorOutput {
    DescriptorOutput(STDOUT_FILENO, name: "standard output")
  }

  package func write(_ bytes: [UInt8]) throws(LakeError) {
    if buffer.count + bytes.count > DescriptorOutput.capacity { try flush() }
    if bytes.count >= DescriptorOutput.capacity {
      try writeAll(bytes)
    } else {
      buffer += bytes
    }
  }

  package func flush() throws(LakeError) {
    guard !buffer.isEmpty else { return }
    let pending = buffer
    buffer = []
    try writeAll(pending)
    buffer.reserveCapacity(DescriptorOutput.capacity)
  }

  package func finish() throws(LakeError) { try flush() }

  package func abandon() {
    // What was rendered before the failure belongs to the reader of a stream.
    do { try flush() } catch {}
  }

  private func writeAll(_ bytes: [UInt8]) throws(LakeError) {
    if isClosedByReader { throw closed() }
    var start = 0
    while start < bytes.count {
      // Safe: the pointer lives through the call, and the count is what is left behind it.
      let written = unsafe bytes.withUnsafeBytes { raw in
        unsafe Glibc.write(descriptor, raw.baseAddress.map { unsafe $0 + start }, raw.count - start)
      }
      if written >= 0 {
        start += written
        continue
      }
      switch errno {
      case EINTR: continue
      case EAGAIN:
        var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = unsafe poll(&waiting, 1, -1)
      case EPIPE:
        isClosedByReader = true
        throw closed()
      default:
        let code = errno
        throw LakeError(
          .storage, "could not write to \(name): \(systemMessage(code))",
          help: code == ENOSPC ? "free some space, or write elsewhere with -o FILE" : nil)
      }
    }
  }

  private func closed() -> LakeError {
    LakeError(.cancelled, "the reader of \(name) went away")
  }
}

/// The operating system's sentence for an `errno`.
package func systemMessage(_ code: Int32) -> String {
  // Safe: strerror returns a terminated string that is copied before the next call.
  guard let text = unsafe strerror(code) else { return "error \(code)" }
  return unsafe String(cString: text)
}
