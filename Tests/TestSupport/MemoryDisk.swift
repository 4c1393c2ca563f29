package import FileStorage

/// What a disk holds, and what of it would be there after the power failed.
///
/// A file's bytes are certain as of its last sync; a directory's names are certain as of its last
/// sync. Everything later may or may not have reached the disk, each name, file and sector on its
/// own and in any order.
package struct MemoryDisk: Sendable {
  struct Inode {
    var bytes: [UInt8] = []
    var syncedCount = 0
    var modifiedMicroseconds: Int64 = 0
    /// What was synced last, of a file that was written in place since.
    var base: [UInt8] = []
    /// What was done in place since the last sync, oldest first; `base` counts only with these.
    var unsynced: [InPlaceChange] = []
  }

  enum Entry: Hashable {
    case file(Int)
    case directory
  }

  struct Directory {
    var entries: [String: Entry] = [:]
    /// Each name that changed since the last sync: its state then, and every state since, oldest
    /// first; nil is absence.
    var unsynced: [String: [Entry?]] = [:]
  }

  var inodes: [Int: Inode] = [:]
  var directories: [String: Directory] = ["/": Directory(), ".": Directory()]
  var nextInode = 1

  package init() {}

  func entry(_ path: String) -> Entry? {
    if path == "/" || path == "." { return .directory }
    return directories[parentDirectory(of: path)]?.entries[lastComponent(of: path)]
  }

  mutating func set(_ entry: Entry?, at path: String, _ operation: String) throws(FileError) {
    let parent = parentDirectory(of: path)
    let name = lastComponent(of: path)
    guard var directory = directories.removeValue(forKey: parent) else {
      throw FileError(.notFound, path: path, operation: operation)
    }
    directory.unsynced[name, default: [directory.entries[name]]].append(entry)
    directory.entries[name] = entry
    directories[parent] = directory
  }

  func inode(_ path: String, _ operation: String) throws(FileError) -> Int {
    switch entry(path) {
    case .file(let inode): return inode
    case .directory: throw FileError(.isADirectory, path: path, operation: operation)
    case nil: throw FileError(.notFound, path: path, operation: operation)
    }
  }

  /// Whether a power loss now could take anything.
  package var hasUnsynced: Bool {
    directories.values.contains { !$0.unsynced.isEmpty }
      || inodes.values.contains { !$0.unsynced.isEmpty || $0.syncedCount < $0.bytes.count }
  }

  /// One digest of every name and every byte: equal disks have equal ones.
  package var digest: FileDigest {
    var hash = SHA256()
    for (path, directory) in directories.sorted(by: { $0.key < $1.key }) {
      for (name, entry) in directory.entries.sorted(by: { $0.key < $1.key }) {
        hash.update(Array("\(path)/\(name)\0".utf8))
        guard case .file(let number) = entry, let inode = inodes[number] else { continue }
        hash.update(Array("\(inode.bytes.count) \(inode.modifiedMicroseconds)\0".utf8))
        hash.update(inode.bytes)
      }
    }
    return hash.finalize()
  }
}
