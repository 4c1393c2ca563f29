import DeltaLake
import FileStorage
import LakeCatalog

extension Checkpointing {
  /// Writes what the commits since the newest checkpoint of ours amount to as a log compaction, with
  /// the version checksum that confirms it to a reader.
  ///
  /// - Returns: What was written; nil when fewer than two commits came since.
  func compactLog() throws(DeltaError) -> (name: String, commits: Int64, actions: Int)? {
    let head: Int64
    let first: Int64
    do throws(CatalogError) {
      head = try lake.catalog.versions(of: record.id, limit: 1).first?.version ?? -1
      first = (try lake.catalog.ownCheckpoint(of: record.id)?.version ?? -1) + 1
    } catch {
      throw DeltaError(.notATable, table: table.root, "\(error)")
    }
    guard head > first else { return nil }
    let compaction = try compaction(of: first...head)
    guard let file = compaction.file else { return nil }
    let checksum = VersionChecksum(try snapshot(at: head))
    do throws(FileError) {
      _ = try lake.store.putAllIfAbsent([
        FileToPut(
          file.bytes, at: table.logDirectory + "/" + file.name, modifiedMicroseconds: nil),
        FileToPut(
          checksum.bytes, at: table.logDirectory + "/" + LogPath.checksumName(head),
          modifiedMicroseconds: nil),
      ])
    } catch {
      throw DeltaError(
        .file(error), table: table.root, file: file.name, "the compaction was not written")
    }
    return (file.name, head - first + 1, compaction.actions.count)
  }

  /// What a range of the catalog's commits amounts to.
  func compaction(of versions: ClosedRange<Int64>) throws(DeltaError) -> LogCompaction {
    var compaction = LogCompaction(table: table.root)
    var next = versions.lowerBound
    while next <= versions.upperBound {
      let commits: [(version: Int64, bytes: [UInt8])]
      do throws(CatalogError) {
        commits = try lake.catalog.commits(of: record.id, after: next - 1, limit: 256)
      } catch {
        throw missing(next)
      }
      if commits.isEmpty { throw missing(next) }
      for (number, bytes) in commits where number <= versions.upperBound {
        guard number == next else { throw missing(next) }
        compaction.apply(try DeltaCommit(parsing: bytes, version: number, table: table.root))
        next += 1
      }
    }
    return compaction
  }

  private func missing(_ version: Int64) -> DeltaError {
    DeltaError.corrupt(
      "Delta Log Entries", table: table.root, file: LogPath.commitName(version),
      "the catalog does not have this commit")
  }
}
