import Columnar
import FileStorage
import LakeCatalog
import QueryEngine

/// Finds and removes data files that nothing needs.
struct Vacuuming {
  let lake: Lake

  /// A superseded or left-over file, and what keeps it.
  struct Candidate {
    var table: TableRecord
    var path: String
    var bytes: Int64
    /// The versions that cannot be read without it; nil for a file that was never committed.
    var versions: ClosedRange<Int64>?
    /// When the last of them was replaced.
    var replaced: Int64?
    /// Nil when it can go.
    var kept: VacuumReason?
  }

  /// How long versions stay readable when a vacuum does not say.
  static let defaultRetention: Int64 = 30 * Timestamp.microsecondsPerDay
  /// A file this young may be what another process is about to commit.
  private static let orphanAge = Timestamp.microsecondsPerDay

  /// What no version since `retention` ago needs, nor a tag, sealed day, rule, recorded run or running
  /// reader; what is kept for one of these, with the reason; and leftovers of work that was never
  /// committed.
  func candidates(
    _ tables: [TableRecord], retention: Int64
  ) throws(CatalogError) -> [Candidate] {
    let readers = try self.readers()
    let isBusy = readers.contains(ReaderLeases.everything)
    var candidates: [Candidate] = []
    for table in tables {
      for file in try lake.catalog.vacuumPlan(of: table, retention: retention, readers: readers) {
        var kept = file.kept
        if isBusy, kept == nil { kept = .reader(snapshot: ReaderLeases.everything) }
        candidates.append(
          Candidate(
            table: table, path: file.path, bytes: file.bytes,
            versions: file.firstVersion...max(file.firstVersion, file.lastVersion),
            replaced: file.replacedMicroseconds, kept: kept))
      }
      if isBusy { continue }
      candidates += try orphans(
        table, before: lake.clock() - max(retention, Vacuuming.orphanAge))
    }
    return candidates
  }

  private func readers() throws(CatalogError) -> [Int64] {
    do throws(FileError) {
      return try ReaderLeases.snapshots(of: lake.root, in: lake.store)
    } catch {
      throw .file(error)
    }
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
  /// A reader that listed its files before the catalog said that they go keeps them on the disk.
  ///
  /// - Returns: How many are still there; a later vacuum takes them as leftovers.
  func remove(_ candidates: [Candidate]) throws(CatalogError) -> Int {
    var needed: Set<String> = []
    let readers = try self.readers()
    if readers.contains(ReaderLeases.everything) { return candidates.count }
    for table in Set(candidates.map(\.table.id)) {
      for path in try lake.catalog.paths(of: table, at: readers) {
        needed.insert("\(table)/\(path)")
      }
    }
    var left = 0
    for candidate in candidates {
      if needed.contains("\(candidate.table.id)/\(candidate.path)") {
        left += 1
        continue
      }
      do throws(FileError) {
        try lake.store.remove(joinPath(lake.directory(of: candidate.table), candidate.path))
      } catch {
        if error.reason != .notFound { left += 1 }
      }
    }
    return left
  }
}

extension VacuumReason {
  /// As the plan of a vacuum says it.
  var text: String {
    switch self {
    case .retention(let until):
      "retained until \(Timestamp(microseconds: until).description)"
    case .tag(let name): "tag '\(name)'"
    case .sealedDay(let days): "sealed day \(CalendarDate(days: days))"
    case .run(let run): "input of run \(run)"
    case .reader(ReaderLeases.everything): "a backup is running"
    case .reader(let snapshot): "a reader looks at snapshot \(snapshot)"
    }
  }
}
