import Glibc

/// System calls with `EINTR`, short reads and short writes handled, here and nowhere else.
enum Syscalls {
  /// Runs `call` until it is not interrupted; a negative result becomes a `FileError`.
  @discardableResult
  static func retrying<Result: SignedInteger>(
    _ operation: String, _ path: String, _ call: () -> Result
  ) throws(FileError) -> Result {
    while true {
      let result = call()
      if result >= 0 { return result }
      let code = errno
      if code != EINTR { throw FileError(reason(code), path: path, operation: operation) }
    }
  }

  static func reason(_ code: Int32) -> FileError.Reason {
    switch code {
    case ENOENT: .notFound
    case EEXIST: .alreadyExists
    case EACCES, EPERM: .permissionDenied
    case ENOSPC, EDQUOT: .noSpace
    case EROFS: .readOnly
    case ENOTDIR: .notADirectory
    case EISDIR: .isADirectory
    case EWOULDBLOCK: .locked
    default: .system(code: code)
    }
  }

  static func open(_ path: String, _ flags: Int32, mode: mode_t = 0) throws(FileError) -> Int32 {
    try retrying("open", path) { unsafe Glibc.open(path, flags | O_CLOEXEC, mode) }
  }

  static func status(ofDescriptor descriptor: Int32, _ path: String) throws(FileError) -> stat {
    var info = stat()
    try retrying("status", path) { unsafe fstat(descriptor, &info) }
    return info
  }

  /// Fills the buffer from `offset` on, or says where the file ends.
  static func read(
    _ descriptor: Int32, at offset: Int, into buffer: UnsafeMutableRawBufferPointer, _ path: String,
    _ calls: SystemCalls
  ) throws(FileError) {
    guard let base = buffer.baseAddress else { return }
    var done = 0
    while done < buffer.count {
      // Safe: `done < buffer.count`, and the call is told how much room is left.
      let count = try retrying("read", path) {
        unsafe calls.read(descriptor, base + done, buffer.count - done, offset + done)
      }
      if count == 0 {
        throw FileError(.endOfFile(size: offset + done), path: path, operation: "read")
      }
      done += count
    }
  }

  static func write(
    _ descriptor: Int32, _ bytes: [UInt8], _ path: String, _ calls: SystemCalls
  ) throws(FileError) {
    var failure: FileError?
    unsafe bytes.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress else { return }
      var done = 0
      do throws(FileError) {
        while done < buffer.count {
          // Safe: `done < buffer.count`, and the call is told how much is left.
          done += try retrying("write", path) {
            unsafe calls.write(descriptor, base + done, buffer.count - done)
          }
        }
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
  }
}
