package import FileStorage
import Synchronization

/// A file store that SQLite can keep databases on: files that are read and written in place.
///
/// Files are known by a number, so that one that is removed can be used on by who has it open.
package protocol DatabaseStore: SteppedFileStore, AnyObject {
  /// Locks and shared memory of the databases' connections.
  var sharing: DatabaseSharing { get }

  /// - Parameter path: Nil makes a temporary file without a name.
  /// - Returns: The file's number, and whether it was made by this call.
  func openInPlace(_ path: String?, creates: Bool) throws(FileError) -> (file: Int, isNew: Bool)

  func sizeInPlace(_ file: Int) -> Int

  /// - Returns: How many bytes there were to read.
  func read(
    _ file: Int, _ path: String, at offset: Int, into buffer: UnsafeMutableRawBufferPointer
  ) throws(FileError) -> Int

  func write(
    _ file: Int, _ path: String, at offset: Int, _ bytes: [UInt8]
  ) throws(FileError)

  func truncate(_ file: Int, _ path: String, to size: Int) throws(FileError)

  func sync(_ file: Int, _ path: String) throws(FileError)
}

extension MemoryFileStore: DatabaseStore {
  package func openInPlace(
    _ path: String?, creates: Bool
  ) throws(FileError) -> (file: Int, isNew: Bool) {
    let make = { (disk: inout MemoryDisk) in
      let file = disk.nextInode
      disk.nextInode += 1
      disk.inodes[file] = MemoryDisk.Inode()
      return file
    }
    guard let path else { return (try with { disk throws(FileError) in make(&disk) }, true) }
    let found = try with { disk throws(FileError) in
      disk.entry(path) == nil ? nil : try disk.inode(path, "open")
    }
    if let found { return (found, false) }
    guard creates else { throw FileError(.notFound, path: path, operation: "open") }
    let file = try change("create", path) { disk throws(FileError) in
      if case .file(let other) = disk.entry(path) { return other }
      let file = make(&disk)
      try disk.set(.file(file), at: path, "create")
      return file
    }
    return (file, true)
  }

  package func sizeInPlace(_ file: Int) -> Int {
    (try? with { disk throws(FileError) in disk.inodes[file]?.bytes.count }) ?? 0
  }

  package func read(
    _ file: Int, _ path: String, at offset: Int, into buffer: UnsafeMutableRawBufferPointer
  ) throws(FileError) -> Int {
    let bytes = try with { disk throws(FileError) in disk.inodes[file]?.bytes ?? [] }
    guard offset < bytes.count else { return 0 }
    let count = min(buffer.count, bytes.count - offset)
    // Safe: `count` bytes are there and fit the buffer.
    unsafe buffer.copyBytes(from: bytes[offset..<offset + count])
    return count
  }

  package func write(
    _ file: Int, _ path: String, at offset: Int, _ bytes: [UInt8]
  ) throws(FileError) {
    try changeInPlace("write", file, path, .write(offset: offset, bytes: bytes))
  }

  package func truncate(_ file: Int, _ path: String, to size: Int) throws(FileError) {
    try changeInPlace("truncate", file, path, .truncate(size: size))
  }

  private func changeInPlace(
    _ operation: String, _ file: Int, _ path: String, _ made: InPlaceChange
  ) throws(FileError) {
    try change(operation, path) { disk throws(FileError) in
      guard var inode = disk.inodes.removeValue(forKey: file) else { return }
      if inode.unsynced.isEmpty { inode.base = inode.bytes }
      inode.unsynced.append(made)
      made.apply(to: &inode.bytes)
      disk.inodes[file] = inode
    }
  }

  package func sync(_ file: Int, _ path: String) throws(FileError) {
    try change("sync", path) { disk throws(FileError) in
      guard var inode = disk.inodes.removeValue(forKey: file) else { return }
      inode.unsynced = []
      inode.base = []
      inode.syncedCount = inode.bytes.count
      disk.inodes[file] = inode
    }
  }
}
