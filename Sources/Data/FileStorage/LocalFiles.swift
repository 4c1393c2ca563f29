import Glibc
import Synchronization

/// A file of this machine, open for positioned reads until it is released.
final class LocalReadableFile: ReadableFile {
  let path: String
  let size: Int
  private let descriptor: Int32
  private let calls: SystemCalls

  init(_ path: String, _ calls: SystemCalls) throws(FileError) {
    self.calls = calls
    descriptor = try Syscalls.open(path, O_RDONLY)
    self.path = path
    let info: stat
    do throws(FileError) {
      info = try Syscalls.status(ofDescriptor: descriptor, path)
    } catch {
      Glibc.close(descriptor)
      throw error
    }
    guard info.st_mode & S_IFMT == S_IFREG else {
      Glibc.close(descriptor)
      let isDirectory = info.st_mode & S_IFMT == S_IFDIR
      throw FileError(
        isDirectory ? .isADirectory : .system(code: EINVAL), path: path, operation: "open")
    }
    size = Int(info.st_size)
  }

  deinit { Glibc.close(descriptor) }

  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(FileError) {
    guard offset >= 0 else {
      throw FileError(.endOfFile(size: size), path: path, operation: "read")
    }
    unsafe try Syscalls.read(descriptor, at: offset, into: buffer, path, calls)
    FileTraffic.add(buffer.count)
  }
}

/// A new file of this machine.
final class LocalWritableFile: WritableFile {
  private(set) var size = 0
  private let path: String
  private var descriptor: Int32
  private let calls: SystemCalls

  init(descriptor: Int32, path: String, _ calls: SystemCalls) {
    self.calls = calls
    self.descriptor = descriptor
    self.path = path
  }

  deinit { if descriptor >= 0 { Glibc.close(descriptor) } }

  func append(_ bytes: [UInt8]) throws(FileError) {
    try Syscalls.write(descriptor, bytes, path, calls)
    size += bytes.count
  }

  func sync() throws(FileError) {
    try Syscalls.retrying("sync", path) { calls.sync(descriptor) }
  }

  /// After `EINTR` the descriptor is gone on Linux, so a close is never repeated.
  func close() throws(FileError) {
    guard descriptor >= 0 else { return }
    let result = Glibc.close(descriptor)
    descriptor = -1
    if result < 0, errno != EINTR {
      throw FileError(Syscalls.reason(errno), path: path, operation: "close")
    }
  }
}

/// Closing the descriptor releases the lock, because nobody shares it.
final class LocalFileLock: FileLock {
  private let descriptor: Mutex<Int32>

  init(descriptor: Int32) { self.descriptor = Mutex(descriptor) }

  deinit { release() }

  func release() {
    descriptor.withLock { descriptor in
      if descriptor >= 0 { Glibc.close(descriptor) }
      descriptor = -1
    }
  }
}
