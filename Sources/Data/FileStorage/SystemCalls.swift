import Glibc

/// The system calls that can be interrupted, or do less than they were asked for.
///
/// Tests hand in others to see that what is built on them goes on where a call left off.
@safe package struct SystemCalls: Sendable {
  /// Arguments and result of `write(2)`; a negative result leaves the reason in `errno`.
  package var write: @Sendable (Int32, UnsafeRawPointer, Int) -> Int
  /// Of `pread(2)`.
  package var read: @Sendable (Int32, UnsafeMutableRawPointer, Int, Int) -> Int
  /// Of `fsync(2)`.
  package var sync: @Sendable (Int32) -> Int32

  package init(
    write: @escaping @Sendable (Int32, UnsafeRawPointer, Int) -> Int = { descriptor, bytes, count in
      unsafe Glibc.write(descriptor, bytes, count)
    },
    read: @escaping @Sendable (Int32, UnsafeMutableRawPointer, Int, Int) -> Int = {
      descriptor, buffer, count, offset in unsafe pread(descriptor, buffer, count, off_t(offset))
    },
    sync: @escaping @Sendable (Int32) -> Int32 = { fsync($0) }
  ) {
    unsafe self.write = write
    unsafe self.read = read
    self.sync = sync
  }

  /// The machine's.
  package static let real = unsafe SystemCalls()
}
