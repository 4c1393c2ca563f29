import Columnar
import LakeCatalog
import QueryEngine
import QueryLanguage

// VACUUM: what is recorded as gone first is removed then, so a crash between loses nothing that counts.

extension StatementRunner {
  /// What a vacuum would take, as rows.
  func vacuumCandidates(_ vacuum: Vacuum) throws(LakeError) -> Batch {
    var rows = RowBuilder([
      ("table", .string), ("path", .string), ("bytes", .int64), ("last_version", .int64),
      ("needed_until", .timestamp),
    ])
    do throws(QueryError) {
      for candidate in try candidates(vacuum).files {
        rows.append([
          .string(candidate.table.qualifiedName),
          .string(candidate.table.definition.path + "/" + candidate.path),
          .int64(candidate.bytes), candidate.lastVersion.map { .int64($0) } ?? .null,
          candidate.neededUntil.map { .time($0) } ?? .null,
        ])
      }
    } catch {
      throw failure(error)
    }
    return rows.batch
  }

  func vacuum(_ vacuum: Vacuum) throws(QueryError) -> String {
    let (files, lake) = try candidates(vacuum)
    guard !files.isEmpty else { return "nothing to vacuum" }
    let superseded = files.filter { $0.lastVersion != nil }
    var unreadable: Int64 = 0
    var snapshot = ""
    if !superseded.isEmpty {
      let tables = Set(superseded.map(\.table.id))
      let before = try unreadableCount(tables, in: lake)
      let committer = session.committer(lake)
      var commit = committer.prepare([], operation: "VACUUM", statement: text)
      commit.vacuumed = superseded.map { VacuumedFile(tableID: $0.table.id, path: $0.path) }
      commit.message = ChangeText.files(superseded.count) + " removed"
      snapshot = " (snapshot \(try committer.commit(commit).snapshot.id))"
      unreadable = try unreadableCount(tables, in: lake) - before
    }
    let left = Vacuuming(lake: lake).remove(files)
    var message = "vacuumed \(ChangeText.files(files.count)) with "
    message += "\(files.reduce(0) { $0 + $1.bytes }) bytes"
    if files.count > superseded.count {
      message += ", \(files.count - superseded.count) of them never committed"
    }
    message += "; \(unreadable) version\(unreadable == 1 ? "" : "s") can no longer be read"
    if left > 0 { message += "; \(left) could not be removed from the disk" }
    return message + snapshot
  }

  private func candidates(
    _ vacuum: Vacuum
  ) throws(QueryError) -> (files: [Vacuuming.Candidate], lake: Lake) {
    let name = vacuum.table ?? QualifiedName([Identifier("VACUUM")], range: statement.range)
    let lake = try workspace.lake(for: name)
    var tables: [TableRecord]
    do throws(CatalogError) {
      let head = try lake.catalog.head()
      tables = try lake.catalog.tables(at: head.id).filter { $0.definition.mode == .sealed }
    } catch {
      throw QueryError(error)
    }
    if let name = vacuum.table {
      let state = try target(name, in: lake, verb: nil)
      tables = tables.filter { $0.id == state.record?.id }
    }
    let retention = try vacuum.retain.map { text throws(QueryError) in
      try Retention.duration(text)
    }
    do throws(CatalogError) {
      let found = try Vacuuming(lake: lake).candidates(
        tables, retention: retention ?? Vacuuming.defaultRetention)
      return (found, lake)
    } catch {
      throw QueryError(error, at: vacuum.table?.range)
    }
  }

  private func unreadableCount(
    _ tables: Set<Int64>, in lake: Lake
  ) throws(QueryError) -> Int64 {
    var count: Int64 = 0
    do throws(CatalogError) {
      for table in tables {
        for range in try lake.catalog.unreadableVersions(of: table) {
          count += range.upperBound - range.lowerBound + 1
        }
      }
    } catch {
      throw QueryError(error)
    }
    return count
  }
}
