import DeltaLake
import FileStorage
import JSONText
import LakeCatalog

/// Compares what lies beside a table's commits, checkpoints and checksums of ours and of others, with
/// the commits in the catalog. Nothing of it is ever used for an answer here, but other engines start
/// from it.
struct LogAudit {
  struct Fault {
    var place: String
    var fault: String
    /// What `repair` does about it.
    var remedy: Remedy
  }

  enum Remedy {
    /// Set the files aside and write a checkpoint of that version from the catalog.
    case rewrite(version: Int64, setAside: [LogPath])
    case setAside([LogPath])
    /// Write `_last_checkpoint` for the newest checkpoint.
    case point(version: Int64)
  }

  private let record: TableRecord
  private let lake: Lake
  private let checkpointing: Checkpointing
  private var table: DeltaTable { checkpointing.table }

  init(_ record: TableRecord, in lake: Lake) {
    self.record = record
    self.lake = lake
    checkpointing = Checkpointing(record, in: lake)
  }

  /// The newest checkpoint in the directory, 0 without one; below it other engines may clean up.
  var newestCheckpoint: Int64 { (try? table.listing())?.checkpoints.last?.version ?? 0 }

  /// - Complexity: reads all commits of the table from the catalog, and every checkpoint.
  func faults() throws(DeltaError) -> [Fault] {
    let listing = try table.listing()
    let head: Int64
    do throws(CatalogError) {
      head = try lake.catalog.versions(of: record.id, limit: 1).first?.version ?? -1
    } catch {
      throw DeltaError(.notATable, table: table.root, "\(error)")
    }
    var faults: [Fault] = []
    var good: Int64?
    let wanted = Set(listing.checkpoints.map(\.version)).union(listing.checksums)
    // Without the first commits there is nothing to compare with.
    if !checkpointing.isCleanedUp, let last = wanted.filter({ $0 <= head }).max() {
      var replay = CommitReplay(table: table.root)
      try checkpointing.advance(&replay, to: last) { state throws(DeltaError) in
        guard wanted.contains(state.version) else { return }
        let expected = try state.snapshot()
        for checkpoint in listing.checkpoints where checkpoint.version == state.version {
          if let fault = checkpointing.fault(of: checkpoint, against: expected) {
            faults.append(
              Fault(
                place: place(checkpoint.files[0].name), fault: "this checkpoint: " + fault,
                remedy: .rewrite(version: state.version, setAside: checkpoint.files)))
          } else {
            good = state.version
          }
        }
        faults += checksumFaults(listing, expected)
      }
    }
    faults += listing.compactions.compactMap { compactionFault($0, head: head) }
    for checkpoint in listing.checkpoints where checkpoint.version > head {
      faults.append(
        Fault(
          place: place(checkpoint.files[0].name),
          fault: "this checkpoint: there is no version \(checkpoint.version)",
          remedy: .setAside(checkpoint.files)))
    }
    if let pointer = pointerFault(newest: good) { faults.append(pointer) }
    return faults
  }

  private func place(_ name: String) -> String { table.logDirectory + "/" + name }

  private func compactionFault(_ path: LogPath, head: Int64) -> Fault? {
    func fault(_ text: String) -> Fault {
      Fault(
        place: place(path.name), fault: "this log compaction: " + text, remedy: .setAside([path]))
    }
    guard case .compacted(let end) = path.kind else { return nil }
    guard end <= head else { return fault("there is no version \(end)") }
    // Without the first commits there is nothing to compare with.
    guard !checkpointing.isCleanedUp,
      let expected = try? checkpointing.compaction(of: path.version...end)
    else { return nil }
    guard let bytes = try? lake.store.read(place(path.name)) else {
      return fault("it cannot be read")
    }
    return expected.agrees(with: bytes) ? nil : fault("it does not say what its commits amount to")
  }

  private func checksumFaults(_ listing: LogListing, _ expected: DeltaSnapshot) -> [Fault] {
    guard listing.checksums.contains(expected.version),
      let path = LogPath(name: LogPath.checksumName(expected.version))
    else { return [] }
    func fault(_ text: String) -> [Fault] {
      [
        Fault(
          place: place(path.name), fault: "this version checksum: " + text,
          remedy: .setAside([path]))
      ]
    }
    guard let bytes = try? lake.store.read(place(path.name)),
      let checksum = VersionChecksum(parsing: bytes)
    else { return fault("it cannot be read") }
    return checksum.contradiction(of: expected).map(fault) ?? []
  }

  private func pointerFault(newest: Int64?) -> Fault? {
    guard let newest else { return nil }
    let path = place(LogPath.lastCheckpointName)
    func fault(_ text: String) -> Fault {
      Fault(place: path, fault: text, remedy: .point(version: newest))
    }
    guard let bytes = try? lake.store.read(path) else {
      // A writer that is killed between the first checkpoint and the pointer leaves this state, which
      // costs readers a listing; a checkpoint is remembered when its pointer is there.
      let known = try? lake.catalog.ownCheckpoint(of: record.id)
      return known == nil ? nil : fault("is missing: the newest checkpoint is \(newest)")
    }
    guard let version = (try? JSONValue(parsing: bytes))?["version"]?.int64 else {
      return fault("cannot be read: the newest checkpoint is \(newest)")
    }
    let names = (try? table.listing())?.checkpoints.map(\.version) ?? []
    return names.contains(version)
      ? nil : fault("points to version \(version), which has no checkpoint")
  }

  // MARK: Repair

  func repair(_ fault: Fault) throws(DeltaError) {
    switch fault.remedy {
    case .setAside(let files): try checkpointing.setAside(files)
    case .rewrite(let version, let files):
      try checkpointing.setAside(files)
      try checkpointing.write(version: version)
    case .point(let version): try checkpointing.point(to: version)
    }
  }
}
