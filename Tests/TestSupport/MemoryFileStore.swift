package import FileStorage
import Glibc
import Synchronization

/// A disk in memory that remembers what was made durable and what was not.
package final class MemoryFileStore: SteppedFileStore {
  private let state: Mutex<MemoryDisk>
  private let locks = Mutex<Set<Int>>([])
  private let observer = Mutex<(@Sendable (String, MemoryDisk) -> Void)?>(nil)
  /// What connections to the databases on this disk share.
  package let sharing = DatabaseSharing()
  private let vfs: SimulatedVFS.Slot?

  /// - Parameter holdsDatabases: Whether SQLite's databases are on this disk too; otherwise they are
  ///   on the machine's.
  package init(_ disk: MemoryDisk = MemoryDisk(), holdsDatabases: Bool = false) {
    state = Mutex(disk)
    vfs = holdsDatabases ? SimulatedVFS.slot() : nil
    vfs?.store = self
  }

  deinit { if let vfs { SimulatedVFS.giveBack(vfs) } }

  package var databases: DatabaseDisk {
    vfs.map { DatabaseDisk(vfs: $0.name, files: self) } ?? .local
  }

  /// Called before each step that changes the disk, with its name and the disk as it then is.
  package func observe(_ observer: (@Sendable (String, MemoryDisk) -> Void)?) {
    self.observer.withLock { $0 = observer }
  }

  /// A step that changes the disk.
  func change<Result: Sendable>(
    _ operation: String, _ path: String,
    _ body: (inout MemoryDisk) throws(FileError) -> Result
  ) throws(FileError) -> Result {
    if let observer = observer.withLock({ $0 }) { observer("\(operation) \(path)", disk) }
    return try with(body)
  }

  /// The disk as it is now, unsynced changes apart.
  package var disk: MemoryDisk { state.withLock { $0 } }

  /// Puts a file on the disk without any of the steps of a writer: for damage and for fixtures.
  package func plant(_ bytes: [UInt8], at path: String) throws(FileError) {
    try makeDirectory(parentDirectory(of: path))
    if try status(path) != nil { try remove(path) }
    let file = try create(path)
    try file.append(bytes)
    try file.sync()
    try syncDirectory(parentDirectory(of: path))
  }

  /// `withLock` with a typed error.
  func with<Result: Sendable>(
    _ body: (inout MemoryDisk) throws(FileError) -> Result
  ) throws(FileError) -> Result {
    try state.withLock { disk throws(FileError) in try body(&disk) }
  }

  package func read(_ path: String) throws(FileError) -> [UInt8] {
    try with { disk throws(FileError) in
      disk.inodes[try disk.inode(path, "read")]?.bytes ?? []
    }
  }

  package func open(_ path: String) throws(FileError) -> any ReadableFile {
    let inode = try with { disk throws(FileError) in try disk.inode(path, "open") }
    return MemoryReadableFile(store: self, inode: inode, path: path)
  }

  package func create(_ path: String) throws(FileError) -> any WritableFile {
    let inode = try change("create", path) { disk throws(FileError) in
      if disk.entry(path) != nil {
        throw FileError(.alreadyExists, path: path, operation: "create")
      }
      let inode = disk.nextInode
      try disk.set(.file(inode), at: path, "create")
      disk.nextInode += 1
      disk.inodes[inode] = MemoryDisk.Inode()
      return inode
    }
    return MemoryWritableFile(store: self, inode: inode, path: path)
  }

  package func list(_ directory: String) throws(FileError) -> [DirectoryEntry] {
    try with { disk throws(FileError) in
      guard let entries = disk.directories[directory]?.entries else {
        throw FileError(.notFound, path: directory, operation: "list")
      }
      return entries.map { DirectoryEntry(name: $0.key, isDirectory: $0.value == .directory) }
        .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }
  }

  package func status(_ path: String) throws(FileError) -> FileStatus? {
    try with { disk throws(FileError) in
      switch disk.entry(path) {
      case nil: return nil
      case .directory: return FileStatus(size: 0, isDirectory: true, modifiedMicroseconds: 0)
      case .file(let number):
        let inode = disk.inodes[number] ?? MemoryDisk.Inode()
        return FileStatus(
          size: inode.bytes.count, isDirectory: false,
          modifiedMicroseconds: inode.modifiedMicroseconds)
      }
    }
  }

  package func makeDirectory(_ path: String) throws(FileError) {
    if let status = try status(path) {
      if status.isDirectory { return }
      throw FileError(.notADirectory, path: path, operation: "makeDirectory")
    }
    let parent = parentDirectory(of: path)
    if parent != path { try makeDirectory(parent) }
    try change("makeDirectory", path) { disk throws(FileError) in
      try disk.set(.directory, at: path, "makeDirectory")
      disk.directories[path] = MemoryDisk.Directory()
    }
    try syncDirectory(parent)
  }

  package func syncDirectory(_ path: String) throws(FileError) {
    try change("syncDirectory", path) { disk throws(FileError) in
      guard disk.directories[path] != nil else {
        throw FileError(.notFound, path: path, operation: "sync")
      }
      disk.directories[path]?.unsynced = [:]
    }
  }

  package func remove(_ path: String) throws(FileError) {
    try change("remove", path) { disk throws(FileError) in
      guard let entry = disk.entry(path) else {
        throw FileError(.notFound, path: path, operation: "remove")
      }
      if entry == .directory, disk.directories[path]?.entries.isEmpty == false {
        throw FileError(.system(code: ENOTEMPTY), path: path, operation: "remove")
      }
      try disk.set(nil, at: path, "remove")
    }
  }

  package func link(_ source: String, to target: String) throws(FileError) -> Bool {
    try change("link", target) { disk throws(FileError) in
      let inode = try disk.inode(source, "link")
      if disk.entry(target) != nil { return false }
      try disk.set(.file(inode), at: target, "link")
      return true
    }
  }

  package func rename(_ source: String, to target: String) throws(FileError) {
    try change("rename", target) { disk throws(FileError) in
      let inode = try disk.inode(source, "rename")
      try disk.set(.file(inode), at: target, "rename")
      try disk.set(nil, at: source, "rename")
    }
  }

  package func setModified(_ path: String, microseconds: Int64) throws(FileError) {
    try change("setModified", path) { disk throws(FileError) in
      disk.inodes[try disk.inode(path, "setModified")]?.modifiedMicroseconds = microseconds
    }
  }

  /// Makes the file when there is none, as a lock on a real disk does; nothing of it is synced.
  package func lock(_ path: String, waits: Bool) throws(FileError) -> any FileLock {
    let (inode, _) = try openInPlace(path, creates: true)
    while !locks.withLock({ $0.insert(inode).inserted }) {
      if !waits { throw FileError(.locked, path: path, operation: "lock") }
      usleep(50)
    }
    return MemoryFileLock(store: self, inode: inode)
  }

  fileprivate func unlock(_ inode: Int) { locks.withLock { _ = $0.remove(inode) } }
}

private final class MemoryReadableFile: ReadableFile {
  let path: String
  let size: Int
  private let bytes: [UInt8]

  init(store: MemoryFileStore, inode: Int, path: String) {
    self.path = path
    bytes = store.disk.inodes[inode]?.bytes ?? []
    size = bytes.count
  }

  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(FileError) {
    guard offset >= 0, offset <= size, buffer.count <= size - offset else {
      throw FileError(.endOfFile(size: size), path: path, operation: "read")
    }
    // Safe: the range was just checked against the bytes, and the buffer has its length.
    unsafe buffer.copyBytes(from: bytes[offset..<offset + buffer.count])
  }
}

private final class MemoryWritableFile: WritableFile {
  private(set) var size = 0
  private let store: MemoryFileStore
  private let inode: Int
  private let path: String

  init(store: MemoryFileStore, inode: Int, path: String) {
    self.store = store
    self.inode = inode
    self.path = path
  }

  func append(_ bytes: [UInt8]) throws(FileError) {
    let inode = inode
    try store.change("append", path) { disk throws(FileError) in
      disk.inodes[inode]?.bytes += bytes
    }
    size += bytes.count
  }

  func sync() throws(FileError) {
    let (inode, size) = (inode, size)
    try store.change("sync", path) { disk throws(FileError) in
      disk.inodes[inode]?.syncedCount = size
    }
  }

  func close() throws(FileError) {}
}

private final class MemoryFileLock: FileLock {
  private let store: MemoryFileStore
  private let inode: Int
  private let isHeld = Mutex(true)

  init(store: MemoryFileStore, inode: Int) {
    self.store = store
    self.inode = inode
  }

  deinit { release() }

  func release() {
    isHeld.withLock { held in
      if held { store.unlock(inode) }
      held = false
    }
  }
}
