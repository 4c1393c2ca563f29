import FileStorage

/// What a disk holds, and what of it would be there after the power failed.
///
/// A file's bytes are certain up to its last sync; a directory's names are certain as of its last
/// sync. Everything later may or may not have reached the disk, each name and file on its own.
package struct MemoryDisk: Sendable {
  struct Inode {
    var bytes: [UInt8] = []
    var syncedCount = 0
    var modifiedMicroseconds: Int64 = 0
  }

  enum Entry: Equatable {
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
    guard var directory = directories[parent] else {
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

  /// One of the disks that may be found when the power comes back.
  package func afterPowerLoss(seed: UInt64) -> MemoryDisk {
    var generator = SeededGenerator(seed: seed)
    var survivor = MemoryDisk()
    survivor.nextInode = nextInode
    for root in ["/", "."] { copyTree(root, into: &survivor, using: &generator) }
    return survivor
  }

  private func copyTree(
    _ path: String, into survivor: inout MemoryDisk, using generator: inout SeededGenerator
  ) {
    guard let directory = directories[path] else { return }
    var kept = Directory()
    for name in Set(directory.entries.keys).union(directory.unsynced.keys).sorted() {
      // The states are in order, so a name is never seen in a state it had before its last sync.
      let states = directory.unsynced[name] ?? [directory.entries[name]]
      guard let entry = states.randomElement(using: &generator) ?? nil else { continue }
      kept.entries[name] = entry
      switch entry {
      case .directory: copyTree(joinPath(path, name), into: &survivor, using: &generator)
      case .file(let number):
        guard survivor.inodes[number] == nil, let inode = inodes[number] else { continue }
        survivor.inodes[number] = inode.afterPowerLoss(using: &generator)
      }
    }
    survivor.directories[path] = kept
  }
}

extension MemoryDisk.Inode {
  /// Synced bytes stay; those after them are kept, dropped, torn off or found as zeros.
  func afterPowerLoss(using generator: inout SeededGenerator) -> MemoryDisk.Inode {
    var survivor = self
    if syncedCount < bytes.count {
      let cut = Int.random(in: syncedCount...bytes.count, using: &generator)
      switch Int.random(in: 0..<4, using: &generator) {
      case 0: break
      case 1: survivor.bytes.removeSubrange(syncedCount...)
      case 2: survivor.bytes.removeSubrange(cut...)
      default: for position in cut..<bytes.count { survivor.bytes[position] = 0 }
      }
    }
    survivor.syncedCount = survivor.bytes.count
    return survivor
  }
}
