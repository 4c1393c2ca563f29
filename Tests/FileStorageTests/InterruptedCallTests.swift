import FileStorage
import Glibc
import Synchronization
import TestSupport
import Testing

/// System calls that are interrupted or do a part of their work, as they may at any time.
@Suite("Interrupted and short system calls")
struct InterruptedCallTests {
  private final class Count: Sendable {
    private let counts = Mutex<[String: Int]>([:])
    func add(_ what: String) -> Int {
      counts.withLock { counts in
        counts[what, default: 0] += 1
        return counts[what] ?? 0
      }
    }
    subscript(_ what: String) -> Int { counts.withLock { $0[what] ?? 0 } }
  }

  /// Calls of which every other one is interrupted, and which write and read a few bytes at a time.
  private static func calls(_ count: Count) -> SystemCalls {
    let real = SystemCalls.real
    return unsafe SystemCalls(
      write: { descriptor, bytes, size in
        if count.add("write") % 2 == 1 {
          errno = EINTR
          return -1
        }
        return unsafe real.write(descriptor, bytes, min(size, 7))
      },
      read: { descriptor, buffer, size, offset in
        if count.add("read") % 2 == 1 {
          errno = EINTR
          return -1
        }
        return unsafe real.read(descriptor, buffer, min(size, 5), offset)
      },
      sync: { descriptor in
        if count.add("sync") % 3 != 0 {
          errno = EINTR
          return -1
        }
        return real.sync(descriptor)
      })
  }

  private let directory = TemporaryDirectory()

  @Test("every byte is written and read once, in order, and each sync is done in the end")
  func everything() throws {
    let count = Count()
    let store = LocalFileStore(calls: InterruptedCallTests.calls(count))
    let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let path = directory.path + "/file"
    let file = try store.create(path)
    try file.append(bytes)
    try file.append([])
    try file.append([1, 2, 3])
    try file.sync()
    try file.close()
    #expect(count["write"] == 2 * (143 + 1) && count["sync"] == 3)
    #expect(try store.read(path) == bytes + [1, 2, 3])
    #expect(try LocalFileStore().read(path) == bytes + [1, 2, 3])
    #expect(count["read"] > 2 * 200)
    #expect(try store.putIfAbsent(bytes, at: path + "2", modifiedMicroseconds: nil))
    #expect(try LocalFileStore().read(path + "2") == bytes)
    // Two files and the directory.
    #expect(count["sync"] == 3 + 3 + 3)
  }

  @Test("a disk that fills up after a part of a write is an error that says so")
  func full() throws {
    let count = Count()
    let calls = unsafe SystemCalls(write: { descriptor, bytes, size in
      if count.add("write") == 2 {
        errno = ENOSPC
        return -1
      }
      return unsafe SystemCalls.real.write(descriptor, bytes, min(size, 4))
    })
    let store = LocalFileStore(calls: calls)
    let path = directory.path + "/file"
    let error = #expect(throws: FileError.self) {
      try store.putIfAbsent([1, 2, 3, 4, 5, 6], at: path, modifiedMicroseconds: nil)
    }
    #expect(error?.reason == .noSpace && error?.operation == "write")
    #expect(try LocalFileStore().list(directory.path).isEmpty)
  }

  @Test("a sync that fails is not tried again: what it did not write is gone from memory too")
  func failedSync() throws {
    let count = Count()
    let store = LocalFileStore(
      calls: unsafe SystemCalls(sync: { _ in
        _ = count.add("sync")
        errno = EIO
        return -1
      }))
    let path = directory.path + "/file"
    let error = #expect(throws: FileError.self) {
      try store.putIfAbsent([1], at: path, modifiedMicroseconds: nil)
    }
    #expect(error?.reason == .system(code: EIO) && count["sync"] == 1)
    #expect(try LocalFileStore().list(directory.path).isEmpty)
  }
}
