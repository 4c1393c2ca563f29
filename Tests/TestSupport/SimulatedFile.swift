import CSQLite
import FileStorage
import Synchronization

/// A file that SQLite has open on a `DatabaseStore`.
///
/// SQLite's structure for it holds the methods and, behind them, one retained reference to this; it
/// keeps the store alive until SQLite closes the file.
final class SimulatedFile: @unchecked Sendable {
  // Safe: SQLite uses a file from one thread at a time.
  let store: any DatabaseStore
  let number: Int
  let path: String
  let user: Int
  var level = 0
  private var syncsDirectory: Bool

  static let structureSize = unsafe 2 * MemoryLayout<UnsafeRawPointer>.size
  private static let users = Atomic<Int>(0)

  init(_ store: any DatabaseStore, _ number: Int, _ path: String?, syncsDirectory: Bool) {
    self.store = store
    self.number = number
    self.path = path ?? ""
    self.syncsDirectory = syncsDirectory
    user = SimulatedFile.users.wrappingAdd(1, ordering: .relaxed).newValue
  }

  var sharing: DatabaseSharing { store.sharing }

  func install(in file: UnsafeMutablePointer<sqlite3_file>) {
    // Safe: SQLite allocated `structureSize` bytes, the second word is ours.
    let reference = unsafe Unmanaged.passRetained(self).toOpaque()
    unsafe UnsafeMutableRawPointer(file).storeBytes(
      of: reference, toByteOffset: MemoryLayout<UnsafeRawPointer>.size,
      as: UnsafeMutableRawPointer.self)
    unsafe file.pointee.pMethods = UnsafePointer(methods)
  }

  func sync() throws(FileError) {
    if path.isEmpty { return }
    try store.sync(number, path)
    if syncsDirectory { try store.syncDirectory(parentDirectory(of: path)) }
    syncsDirectory = false
  }
}

/// Safe: `install` put a retained reference there.
private func reference(
  _ file: UnsafeMutablePointer<sqlite3_file>
) -> Unmanaged<SimulatedFile> {
  let word = unsafe UnsafeRawPointer(file).load(
    fromByteOffset: MemoryLayout<UnsafeRawPointer>.size, as: UnsafeMutableRawPointer.self)
  return unsafe Unmanaged<SimulatedFile>.fromOpaque(word)
}

private func with(
  _ file: UnsafeMutablePointer<sqlite3_file>?, _ failure: Int32,
  _ work: (SimulatedFile) throws(FileError) -> Int32
) -> Int32 {
  guard let file = unsafe file else { return SQLITE_MISUSE }
  do throws(FileError) {
    return unsafe try work(reference(file).takeUnretainedValue())
  } catch {
    return error.reason == .noSpace ? SQLITE_FULL : SQLITE_IOERR | failure << 8
  }
}

/// Safe: made once and never changed.
private nonisolated(unsafe) let methods: UnsafeMutablePointer<sqlite3_io_methods> = {
  let methods = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
  unsafe methods.initialize(to: sqlite3_io_methods())
  unsafe methods.pointee.iVersion = 2
  unsafe methods.pointee.xClose = { file in
    guard let file = unsafe file else { return SQLITE_MISUSE }
    let held = unsafe reference(file)
    let closed = unsafe held.takeUnretainedValue()
    closed.sharing.unlock(closed.path, by: closed.user, to: 0)
    unsafe held.release()
    unsafe file.pointee.pMethods = nil
    return SQLITE_OK
  }
  unsafe methods.pointee.xRead = { file, buffer, count, offset in
    unsafe with(file, 1) { file throws(FileError) in
      let room = unsafe UnsafeMutableRawBufferPointer(start: buffer, count: Int(count))
      let found = unsafe try file.store.read(
        file.number, file.path, at: Int(offset), into: room)
      if found == room.count { return SQLITE_OK }
      // SQLite wants the rest as zeros.
      for position in found..<room.count { unsafe room[position] = 0 }
      return SQLITE_IOERR | 2 << 8
    }
  }
  unsafe methods.pointee.xWrite = { file, bytes, count, offset in
    unsafe with(file, 3) { file throws(FileError) in
      let content = unsafe UnsafeRawBufferPointer(start: bytes, count: Int(count))
      try file.store.write(file.number, file.path, at: Int(offset), unsafe Array(content))
      return SQLITE_OK
    }
  }
  unsafe methods.pointee.xTruncate = { file, size in
    unsafe with(file, 6) { file throws(FileError) in
      try file.store.truncate(file.number, file.path, to: Int(size))
      return SQLITE_OK
    }
  }
  unsafe methods.pointee.xSync = { file, _ in
    unsafe with(file, 4) { file throws(FileError) in
      try file.sync()
      return SQLITE_OK
    }
  }
  unsafe methods.pointee.xFileSize = { file, size in
    unsafe with(file, 7) { file throws(FileError) in
      unsafe size?.pointee = Int64(file.store.sizeInPlace(file.number))
      return SQLITE_OK
    }
  }
  unsafe methods.pointee.xLock = { file, level in
    unsafe with(file, 15) { file throws(FileError) in
      if file.level >= Int(level) { return SQLITE_OK }
      guard
        file.sharing.lock(file.path, by: file.user, from: file.level, to: Int(level))
      else { return SQLITE_BUSY }
      file.level = Int(level)
      return SQLITE_OK
    }
  }
  unsafe methods.pointee.xUnlock = { file, level in
    unsafe with(file, 8) { file throws(FileError) in
      if file.level <= Int(level) { return SQLITE_OK }
      file.sharing.unlock(file.path, by: file.user, to: Int(level))
      file.level = Int(level)
      return SQLITE_OK
    }
  }
  unsafe methods.pointee.xCheckReservedLock = { file, result in
    unsafe with(file, 14) { file throws(FileError) in
      unsafe result?.pointee = file.sharing.isReserved(file.path) ? 1 : 0
      return SQLITE_OK
    }
  }
  unsafe methods.pointee.xFileControl = { _, _, _ in SQLITE_NOTFOUND }
  unsafe methods.pointee.xSectorSize = { _ in 4096 }
  unsafe methods.pointee.xDeviceCharacteristics = { _ in SQLITE_IOCAP_POWERSAFE_OVERWRITE }
  unsafe setSharedMemory(methods)
  return unsafe methods
}()

private func setSharedMemory(_ methods: UnsafeMutablePointer<sqlite3_io_methods>) {
  unsafe methods.pointee.xShmMap = { file, region, size, extends, result in
    unsafe with(file, 21) { file throws(FileError) in
      let address = file.sharing.map(
        file.path, by: file.user, region: Int(region), size: Int(size), extends: extends != 0)
      // Safe: the region lives until its last user unmaps it.
      unsafe result?.pointee = address.flatMap {
        unsafe UnsafeMutableRawPointer(bitPattern: $0)
      }
      return SQLITE_OK
    }
  }
  unsafe methods.pointee.xShmLock = { file, first, count, flags in
    unsafe with(file, 20) { file throws(FileError) in
      let slots = Int(first)..<Int(first + count)
      if flags & SQLITE_SHM_UNLOCK != 0 {
        file.sharing.unlockMemory(file.path, by: file.user, slots)
        return SQLITE_OK
      }
      let isFree = file.sharing.lockMemory(
        file.path, by: file.user, slots, isExclusive: flags & SQLITE_SHM_EXCLUSIVE != 0)
      return isFree ? SQLITE_OK : SQLITE_BUSY
    }
  }
  unsafe methods.pointee.xShmBarrier = { _ in atomicMemoryFence(ordering: .sequentiallyConsistent) }
  unsafe methods.pointee.xShmUnmap = { file, _ in
    unsafe with(file, 19) { file throws(FileError) in
      file.sharing.unmap(file.path, by: file.user)
      return SQLITE_OK
    }
  }
}
