import CSQLite
import FileStorage
import Glibc
import Synchronization

/// SQLite's file access, done by a `DatabaseStore`.
///
/// It does what SQLite's own VFS for Unix does, step for step: a log's directory is synced with a
/// connection's first sync of the log, sectors have 4096 bytes, and a write does not harm the bytes
/// beside it.
package enum SimulatedVFS {
  /// One VFS of the process. SQLite keeps pointers to it, so it stays registered and is used again
  /// for another store when its own is gone.
  package final class Slot: Sendable {
    package let name: String
    private let held = Mutex<Weak>(Weak(store: nil))

    private struct Weak { weak var store: (any DatabaseStore)? }

    fileprivate init(_ number: Int) { name = "tarn-simulated-\(number)" }

    package var store: (any DatabaseStore)? {
      get { held.withLock { $0.store } }
      set { held.withLock { $0 = Weak(store: newValue) } }
    }
  }

  private struct Pool {
    var count = 0
    var free: [Slot] = []
  }

  private static let pool = Mutex(Pool())

  package static func slot() -> Slot {
    pool.withLock { pool in
      if let slot = pool.free.popLast() { return slot }
      pool.count += 1
      let slot = Slot(pool.count)
      register(slot)
      return slot
    }
  }

  package static func giveBack(_ slot: Slot) {
    slot.store = nil
    pool.withLock { $0.free.append(slot) }
  }

  private static func register(_ slot: Slot) {
    // Safe: the name and the VFS are never freed, because SQLite keeps pointers to them; the slot is
    // retained once for them.
    let vfs = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
    unsafe vfs.initialize(to: sqlite3_vfs())
    unsafe vfs.pointee.iVersion = 2
    unsafe vfs.pointee.szOsFile = Int32(SimulatedFile.structureSize)
    unsafe vfs.pointee.mxPathname = 1024
    unsafe vfs.pointee.zName = UnsafePointer(strdup(slot.name))
    unsafe vfs.pointee.pAppData = Unmanaged.passRetained(slot).toOpaque()
    unsafe vfs.pointee.xOpen = openFile
    unsafe vfs.pointee.xDelete = deleteFile
    unsafe vfs.pointee.xAccess = accessFile
    unsafe vfs.pointee.xFullPathname = fullPathname
    unsafe vfs.pointee.xRandomness = randomness
    unsafe vfs.pointee.xSleep = { _, microseconds in
      usleep(UInt32(microseconds))
      return microseconds
    }
    unsafe vfs.pointee.xCurrentTimeInt64 = { _, result in
      // Milliseconds since noon of the first Julian day.
      unsafe result?.pointee = 210_866_760_000_000 + Int64(time(nil)) * 1000
      return SQLITE_OK
    }
    unsafe vfs.pointee.xCurrentTime = { _, result in
      unsafe result?.pointee = 2_440_587.5 + Double(time(nil)) / 86_400
      return SQLITE_OK
    }
    let code = unsafe sqlite3_vfs_register(vfs, 0)
    precondition(code == SQLITE_OK, "SQLite takes no VFS")
  }
}

/// Safe: `pAppData` is the slot that `register` retained for good.
private func store(of vfs: UnsafeMutablePointer<sqlite3_vfs>?) -> (any DatabaseStore)? {
  guard let data = unsafe vfs?.pointee.pAppData else { return nil }
  return unsafe Unmanaged<SimulatedVFS.Slot>.fromOpaque(data).takeUnretainedValue().store
}

private func text(_ name: UnsafePointer<CChar>?) -> String? {
  guard let name = unsafe name else { return nil }
  return unsafe String(cString: name)
}

private func openFile(
  _ vfs: UnsafeMutablePointer<sqlite3_vfs>?, _ name: UnsafePointer<CChar>?,
  _ file: UnsafeMutablePointer<sqlite3_file>?, _ flags: Int32,
  _ outFlags: UnsafeMutablePointer<Int32>?
) -> Int32 {
  guard let file = unsafe file else { return SQLITE_MISUSE }
  unsafe file.pointee.pMethods = nil
  guard let store = unsafe store(of: vfs) else { return SQLITE_CANTOPEN }
  let path = unsafe text(name)
  do throws(FileError) {
    let creates = flags & SQLITE_OPEN_CREATE != 0
    let (number, _) = try store.openInPlace(path, creates: creates)
    // A log that may be made is taken for a new one: a reader may have made it just before.
    let logs = SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL
    let opened = SimulatedFile(
      store, number, path, syncsDirectory: creates && path != nil && flags & logs != 0)
    unsafe opened.install(in: file)
    unsafe outFlags?.pointee = flags
    return SQLITE_OK
  } catch {
    return SQLITE_CANTOPEN
  }
}

private func deleteFile(
  _ vfs: UnsafeMutablePointer<sqlite3_vfs>?, _ name: UnsafePointer<CChar>?, _ syncs: Int32
) -> Int32 {
  guard let store = unsafe store(of: vfs), let path = unsafe text(name) else {
    return SQLITE_IOERR
  }
  do throws(FileError) {
    guard try store.status(path) != nil else { return SQLITE_IOERR | 23 << 8 }
    try store.remove(path)
    if syncs & 1 != 0 { try store.syncDirectory(parentDirectory(of: path)) }
    return SQLITE_OK
  } catch {
    return SQLITE_IOERR | 10 << 8
  }
}

private func accessFile(
  _ vfs: UnsafeMutablePointer<sqlite3_vfs>?, _ name: UnsafePointer<CChar>?, _ what: Int32,
  _ result: UnsafeMutablePointer<Int32>?
) -> Int32 {
  guard let store = unsafe store(of: vfs), let path = unsafe text(name) else {
    return SQLITE_IOERR
  }
  do throws(FileError) {
    let status = try store.status(path)
    // An empty file counts as absent, as it does for SQLite's own VFS.
    let isThere = status.map { what != SQLITE_ACCESS_EXISTS || $0.size > 0 } ?? false
    unsafe result?.pointee = isThere ? 1 : 0
    return SQLITE_OK
  } catch {
    return SQLITE_IOERR | 13 << 8
  }
}

private func fullPathname(
  _ vfs: UnsafeMutablePointer<sqlite3_vfs>?, _ name: UnsafePointer<CChar>?, _ room: Int32,
  _ result: UnsafeMutablePointer<CChar>?
) -> Int32 {
  guard let name = unsafe name, let result = unsafe result, unsafe strlen(name) < Int(room) else {
    return SQLITE_CANTOPEN
  }
  unsafe strcpy(result, name)
  return SQLITE_OK
}

private func randomness(
  _ vfs: UnsafeMutablePointer<sqlite3_vfs>?, _ count: Int32,
  _ result: UnsafeMutablePointer<CChar>?
) -> Int32 {
  var generator = SystemRandomNumberGenerator()
  for position in 0..<Int(count) {
    unsafe result?[position] = CChar(truncatingIfNeeded: generator.next())
  }
  return count
}
