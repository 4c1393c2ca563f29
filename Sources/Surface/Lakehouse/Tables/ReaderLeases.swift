import FileStorage
import LakeCatalog
import Synchronization

/// Tells vacuums, of this and other processes, which snapshots are being read.
///
/// A lease is a locked file `readers/<snapshot>.<random>`. The lock ends with its process, so a reader
/// that died holds nothing; whoever comes by removes its file. Nothing is synced: what a power loss
/// takes, it takes with its reader. A reader takes the lease before it asks for the list of files, and
/// a vacuum looks at leases once more after its commit, so one of the two sees the other.
///
/// Where the directory cannot be written there are no leases, and reading goes on.
final class ReaderLeases: Sendable {
  private let store: any FileStore
  private let directory: String
  private let held = Mutex(Held())

  private struct Held {
    /// A few at most, one a snapshot.
    var leases: [Lease] = []
    /// Stays after the statement: the snapshot of an open transaction.
    var pinned: Int64?
    var isRefused = false
  }

  private struct Lease: Sendable {
    var snapshot: Int64
    var path: String
    var lock: any FileLock
  }

  /// What stands for every snapshot: nothing at all may be removed meanwhile.
  static let everything: Int64 = -1

  /// - Parameter isReadOnly: Takes no leases, because nothing may be written.
  init(root: String, store: any FileStore, isReadOnly: Bool = false) {
    self.store = store
    directory = ReaderLeases.directory(of: root)
    held.withLock { $0.isRefused = isReadOnly }
  }

  deinit {
    let leases = held.withLock { $0.leases }
    for lease in leases { drop(lease) }
  }

  private static func directory(of root: String) -> String { joinPath(root, "readers") }

  /// Registers a snapshot until `release`; costs three calls of the file system once a statement.
  func hold(_ snapshot: Int64) {
    held.withLock { held in
      guard !held.isRefused, !held.leases.contains(where: { $0.snapshot == snapshot }) else {
        return
      }
      guard let lease = take(snapshot) else {
        held.isRefused = true
        return
      }
      held.leases.append(lease)
    }
  }

  /// Registers the snapshot of a transaction, over the ends of its statements; nil ends it.
  func pin(_ snapshot: Int64?) {
    held.withLock { $0.pinned = snapshot }
    if let snapshot { hold(snapshot) }
  }

  /// Ends what the statement held.
  func release() {
    let ended = held.withLock { held in
      let ended = held.leases.filter { $0.snapshot != held.pinned }
      held.leases.removeAll { $0.snapshot != held.pinned }
      return ended
    }
    for lease in ended { drop(lease) }
  }

  private func take(_ snapshot: Int64) -> Lease? {
    var generator = SystemRandomNumberGenerator()
    // A vacuum that comes by between creating and locking can take a name away.
    for attempt in 0..<8 {
      let path = joinPath(directory, "\(snapshot).\(String(generator.next(), radix: 36))")
      do throws(FileError) {
        let lock = try store.lock(path, waits: false)
        if try store.status(path) != nil {
          return Lease(snapshot: snapshot, path: path, lock: lock)
        }
      } catch {
        guard error.reason == .notFound || error.reason == .locked, attempt < 7 else { return nil }
        if error.reason == .notFound, (try? store.makeDirectory(directory)) == nil { return nil }
      }
    }
    return nil
  }

  private func drop(_ lease: Lease) {
    try? store.remove(lease.path)
    lease.lock.release()
  }

  /// The snapshots that living readers of a lake look at; removes what dead ones left.
  static func snapshots(
    of root: String, in store: any FileStore
  ) throws(FileError) -> [Int64] {
    let directory = directory(of: root)
    guard try store.status(directory) != nil else { return [] }
    var found: Set<Int64> = []
    for entry in try store.list(directory) where !entry.isDirectory {
      guard let text = entry.name.split(separator: ".").first, let snapshot = Int64(text) else {
        continue
      }
      let path = joinPath(directory, entry.name)
      do throws(FileError) {
        // Whoever reads holds it. A lock of ours makes a name, so what just went is not asked for.
        guard try store.status(path) != nil else { continue }
        let lock = try store.lock(path, waits: false)
        try? store.remove(path)
        lock.release()
      } catch {
        if error.reason == .locked { found.insert(snapshot) } else { throw error }
      }
    }
    return found.sorted()
  }
}
