import FileStorage

/// What power losses did to what was not synced; a sweep that shows zeros has met no faults.
package struct PowerLossTally: Sendable, Hashable {
  /// Names whose newest state did not reach the disk.
  package var namesLost = 0
  /// Tails of new files that were dropped, cut or found as zeros.
  package var tailsLost = 0
  /// Writes into databases and their logs that did not reach the disk at all.
  package var writesLost = 0
  /// Those of which some sectors did and others did not.
  package var writesTorn = 0
  /// Those that reached the disk although an earlier one did not.
  package var writesReordered = 0
  /// Files with something unsynced of which all reached the disk.
  package var filesKept = 0

  package init() {}

  package static func += (left: inout PowerLossTally, right: PowerLossTally) {
    left.namesLost += right.namesLost
    left.tailsLost += right.tailsLost
    left.writesLost += right.writesLost
    left.writesTorn += right.writesTorn
    left.writesReordered += right.writesReordered
    left.filesKept += right.filesKept
  }
}

/// A change of a file that SQLite writes in place.
enum InPlaceChange: Sendable {
  case write(offset: Int, bytes: [UInt8])
  case truncate(size: Int)
}

extension MemoryDisk {
  /// One of the disks that may be found when the power comes back.
  package func afterPowerLoss(seed: UInt64) -> MemoryDisk {
    var tally = PowerLossTally()
    return afterPowerLoss(seed: seed, &tally)
  }

  package func afterPowerLoss(seed: UInt64, _ tally: inout PowerLossTally) -> MemoryDisk {
    var generator = SeededGenerator(seed: seed)
    var survivor = MemoryDisk()
    survivor.nextInode = nextInode
    for root in ["/", "."] { copyTree(root, into: &survivor, using: &generator, &tally) }
    return survivor
  }

  private func copyTree(
    _ path: String, into survivor: inout MemoryDisk, using generator: inout SeededGenerator,
    _ tally: inout PowerLossTally
  ) {
    guard let directory = directories[path] else { return }
    var kept = Directory()
    let names =
      directory.unsynced.isEmpty
      ? Array(directory.entries.keys)
      : Array(Set(directory.entries.keys).union(directory.unsynced.keys))
    for name in names.sorted() {
      // The states are in order, so a name is never seen in a state it had before its last sync.
      let states = directory.unsynced[name] ?? [directory.entries[name]]
      let state = states.randomElement(using: &generator) ?? nil
      if state != directory.entries[name] { tally.namesLost += 1 }
      guard let entry = state else { continue }
      kept.entries[name] = entry
      switch entry {
      case .directory: copyTree(joinPath(path, name), into: &survivor, using: &generator, &tally)
      case .file(let number):
        guard survivor.inodes[number] == nil, let inode = inodes[number] else { continue }
        survivor.inodes[number] = inode.afterPowerLoss(using: &generator, &tally)
      }
    }
    survivor.directories[path] = kept
  }
}

extension MemoryDisk.Inode {
  private static let sector = 512

  func afterPowerLoss(
    using generator: inout SeededGenerator, _ tally: inout PowerLossTally
  ) -> MemoryDisk.Inode {
    var survivor = self
    if !unsynced.isEmpty {
      survivor.bytes = inPlace(using: &generator, &tally)
      survivor.base = []
      survivor.unsynced = []
    } else if syncedCount < bytes.count {
      survivor.bytes = appended(using: &generator, &tally)
    }
    survivor.syncedCount = survivor.bytes.count
    return survivor
  }

  /// Synced bytes stay; those after them are kept, dropped, torn off or found as zeros.
  private func appended(
    using generator: inout SeededGenerator, _ tally: inout PowerLossTally
  ) -> [UInt8] {
    var found = bytes
    let cut = Int.random(in: syncedCount...bytes.count, using: &generator)
    switch Int.random(in: 0..<4, using: &generator) {
    case 0: break
    case 1: found.removeSubrange(syncedCount...)
    case 2: found.removeSubrange(cut...)
    default: for position in cut..<found.count { found[position] = 0 }
    }
    if found == bytes { tally.filesKept += 1 } else { tally.tailsLost += 1 }
    return found
  }

  /// What of the writes since the last sync is there: all, none, the first of them, some of them, or
  /// of each some sectors.
  private func inPlace(
    using generator: inout SeededGenerator, _ tally: inout PowerLossTally
  ) -> [UInt8] {
    var found = base
    let mode = Int.random(in: 0..<5, using: &generator)
    let end = Int.random(in: 0...unsynced.count, using: &generator)
    let odds = Int.random(in: 1...9, using: &generator)
    var (isAnyLost, isAnyTorn) = (false, false)
    for (position, change) in unsynced.enumerated() {
      let isKept: Bool
      switch mode {
      case 0: isKept = true
      case 1: isKept = false
      case 2: isKept = position < end
      default: isKept = Int.random(in: 0..<10, using: &generator) < odds
      }
      // The write at the edge of what is there, or any that the mode would lose, is torn.
      let isTorn = mode == 4 ? !isKept : mode == 2 && position == end
      let parts = isTorn ? change.sectors(of: MemoryDisk.Inode.sector) : [change]
      var applied = 0
      for part in parts where isTorn ? Bool.random(using: &generator) : isKept {
        part.apply(to: &found)
        applied += 1
      }
      if applied == 0 {
        tally.writesLost += 1
        isAnyLost = true
      } else {
        if isAnyLost || isAnyTorn { tally.writesReordered += 1 }
        if applied < parts.count {
          tally.writesTorn += 1
          isAnyTorn = true
        }
      }
    }
    if !isAnyLost, !isAnyTorn { tally.filesKept += 1 }
    return found
  }
}

extension InPlaceChange {
  func apply(to bytes: inout [UInt8]) {
    switch self {
    case .write(let offset, let content):
      let end = offset + content.count
      if bytes.count < end {
        bytes.append(contentsOf: repeatElement(0, count: end - bytes.count))
      }
      bytes.replaceSubrange(offset..<end, with: content)
    case .truncate(let size):
      if size < bytes.count { bytes.removeSubrange(size...) }
    }
  }

  /// The change in pieces that reach a disk whole.
  func sectors(of size: Int) -> [InPlaceChange] {
    guard case .write(let offset, let content) = self else { return [self] }
    var parts: [InPlaceChange] = []
    var start = 0
    while start < content.count {
      let end = min(content.count, start + size - (offset + start) % size)
      parts.append(.write(offset: offset + start, bytes: Array(content[start..<end])))
      start = end
    }
    return parts
  }
}
