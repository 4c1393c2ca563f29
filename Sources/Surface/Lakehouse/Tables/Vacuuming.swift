import Columnar
import FileStorage
import LakeCatalog
import QueryEngine

/// Finds and removes data files that nothing needs.
struct Vacuuming {
  let lake: Lake

  /// A file that a vacuum would take.
  struct Candidate {
    var table: TableRecord
    var path: String
    var bytes: Int64
    /// The last version that has it; nil for a file that was never committed.
    var lastVersion: Int64?
    /// When that version was replaced.
    var neededUntil: Int64?
  }

  /// How long versions stay readable when a vacuum does not say.
  static let defaultRetention: Int64 = 30 * Timestamp.microsecondsPerDay
  /// A file this young may be what another process is about to commit.
  private static let orphanAge = Timestamp.microsecondsPerDay

  /// What no version since `retention` ago needs, nor a tag or sealed day; and leftovers of work that
  /// was never committed.
  func candidates(
    _ tables: [TableRecord], retention: Int64
  ) throws(CatalogError) -> [Candidate] {
    let head = try lake.catalog.head()
    let now = max(lake.clock(), head.timeMicroseconds)
    let first = try lake.catalog.snapshot(id: 0)
    var keepingFrom: LakeSnapshot?
    if now - retention >= head.timeMicroseconds {
      keepingFrom = head
    } else if now - retention >= first.timeMicroseconds {
      keepingFrom = try lake.catalog.snapshot(atMicroseconds: now - retention)
    }
    var candidates: [Candidate] = []
    for table in tables {
      if let keepingFrom { candidates += try superseded(table, keepingFrom.id) }
      candidates += try orphans(
        table, before: lake.clock() - max(retention, Vacuuming.orphanAge))
    }
    return candidates
  }

  private func superseded(
    _ table: TableRecord, _ snapshot: Int64
  ) throws(CatalogError) -> [Candidate] {
    var byPath: [String: Candidate] = [:]
    for record in try lake.catalog.vacuumCandidates(of: table.id, keepingFrom: snapshot) {
      guard let end = record.endVersion, (byPath[record.file.path]?.lastVersion ?? -1) < end - 1
      else { continue }
      let replaced = try lake.catalog.version(end, of: table)
      byPath[record.file.path] = Candidate(
        table: table, path: record.file.path, bytes: record.file.bytes, lastVersion: end - 1,
        neededUntil: replaced.timeMicroseconds)
    }
    return byPath.values.sorted { ($0.lastVersion ?? 0, $0.path) < ($1.lastVersion ?? 0, $1.path) }
  }

  private func orphans(
    _ table: TableRecord, before time: Int64
  ) throws(CatalogError) -> [Candidate] {
    let known = Set(
      try lake.catalog.allFiles(of: table.id).filter { !$0.isVacuumed }.map(\.file.path))
    let directory = lake.directory(of: table)
    var found: [Candidate] = []
    do throws(FileError) {
      for entry in try lake.store.list(directory)
      where !entry.isDirectory && entry.name.hasSuffix(".parquet") && !known.contains(entry.name) {
        guard let status = try lake.store.status(joinPath(directory, entry.name)),
          status.modifiedMicroseconds < time
        else { continue }
        found.append(Candidate(table: table, path: entry.name, bytes: Int64(status.size)))
      }
    } catch {
      throw .file(error)
    }
    return found
  }

  /// Removes files that the catalog no longer counts on.
  ///
  /// - Returns: How many could not be removed; a later vacuum takes them as leftovers.
  func remove(_ candidates: [Candidate]) -> Int {
    var left = 0
    for candidate in candidates {
      do throws(FileError) {
        try lake.store.remove(joinPath(lake.directory(of: candidate.table), candidate.path))
      } catch {
        if error.reason != .notFound { left += 1 }
      }
    }
    return left
  }
}
