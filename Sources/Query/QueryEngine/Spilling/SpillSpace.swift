package import FileStorage
import Glibc
import Synchronization

/// Where one statement puts rows that do not fit into memory.
///
/// The first file makes a directory `spill-<process>-<number>` with a lock beside it. Files go when
/// their last reader is released, the directory with the space itself; what a killed process left is
/// recognised by its lock, which nobody holds any more.
package final class SpillSpace: Sendable {
  private struct Own {
    var path: String
    var lock: any FileLock
    var nextFile = 0
  }

  let store: any FileStore
  private let directory: String
  private let own = Mutex<Own?>(nil)
  private let written = Atomic<Int>(0)

  /// Nothing is touched before the first file.
  ///
  /// - Parameter directory: Made with the first file when it does not exist.
  package init(store: any FileStore, directory: String) {
    self.store = store
    self.directory = directory
  }

  deinit {
    guard let own = own.withLock({ $0 }) else { return }
    SpillSpace.remove(own.path, store)
    own.lock.release()
  }

  /// Bytes written so far, compressed.
  package var writtenBytes: Int { written.load(ordering: .relaxed) }

  func note(written bytes: Int) { written.wrappingAdd(bytes, ordering: .relaxed) }

  /// A path for a new file.
  func newPath() throws(QueryError) -> String {
    do throws(FileError) {
      return try own.withLock { own throws(FileError) -> String in
        var current: Own
        if let known = own { current = known } else { current = try claim() }
        current.nextFile += 1
        own = current
        return joinPath(current.path, "\(current.nextFile)")
      }
    } catch {
      throw QueryError(spilling: error)
    }
  }

  private func claim() throws(FileError) -> Own {
    try store.makeDirectory(directory)
    SpillSpace.sweep(directory, store: store)
    while true {
      let number = spaceNumber.wrappingAdd(1, ordering: .relaxed).newValue
      let path = joinPath(directory, "spill-\(getpid())-\(number)")
      let lock: any FileLock
      do throws(FileError) {
        lock = try store.lock(path + ".lock", waits: false)
      } catch {
        guard error.reason == .locked else { throw error }
        continue
      }
      // A sweep may have removed the name between our opening and our locking; and a directory may
      // be left of a dead process that had our number.
      guard try store.status(path + ".lock") != nil, try store.status(path) == nil else { continue }
      try store.makeDirectory(path)
      return Own(path: path, lock: lock)
    }
  }

  // MARK: Sweeping

  /// Removes what processes left that are no longer there; what cannot be removed stays.
  package static func sweep(_ directory: String, store: any FileStore) {
    guard let entries = try? store.list(directory) else { return }
    for entry in entries where entry.name.hasPrefix("spill-") && entry.name.hasSuffix(".lock") {
      let lockPath = joinPath(directory, entry.name)
      guard let lock = try? store.lock(lockPath, waits: false) else { continue }
      remove(String(lockPath.dropLast(".lock".utf8.count)), store)
      lock.release()
    }
  }

  /// The directory, its files and its lock file, which the caller holds.
  private static func remove(_ path: String, _ store: any FileStore) {
    for entry in (try? store.list(path)) ?? [] {
      try? store.remove(joinPath(path, entry.name))
    }
    try? store.remove(path)
    try? store.remove(path + ".lock")
  }
}

private let spaceNumber = Atomic<UInt64>(0)

extension QueryError {
  /// A temporary file that could not be written or read.
  init(spilling error: FileError) {
    let place = "the temporary file '\(error.path)'"
    switch error.reason {
    case .noSpace:
      self.init(
        .source, "there is no space left on the disk for \(place)",
        help: "raise --memory-limit, or name a larger disk with --temp-directory")
    case .readOnly, .permissionDenied:
      self.init(
        .source, "\(place) cannot be written",
        help: "name a directory that can be written with --temp-directory")
    default:
      self.init(.source, "\(error.operation) failed on \(place) (\(error.reason))")
    }
  }
}
