import Columnar
import LakeCatalog
import QueryEngine
import QueryLanguage

// VACUUM: what is recorded as gone first is removed then, so a crash between loses nothing that counts.

extension StatementRunner {
  /// What a vacuum would take, and what it would keep for which reason, as rows.
  func vacuumCandidates(_ vacuum: Vacuum) throws(LakeError) -> Batch {
    var rows = RowBuilder([
      ("action", .string), ("table", .string), ("path", .string), ("bytes", .int64),
      ("first_version", .int64), ("last_version", .int64), ("replaced_at", .timestamp),
      ("reason", .string),
    ])
    do throws(QueryError) {
      for candidate in try candidates(vacuum).files {
        let why = candidate.versions == nil ? "never committed" : "no longer needed"
        rows.append([
          .string(candidate.kept == nil ? "take" : "keep"),
          .string(candidate.table.qualifiedName),
          .string(candidate.table.definition.path + "/" + candidate.path),
          .int64(candidate.bytes), candidate.versions.map { .int64($0.lowerBound) } ?? .null,
          candidate.versions.map { .int64($0.upperBound) } ?? .null,
          candidate.replaced.map { .time($0) } ?? .null,
          .string(candidate.kept?.text ?? why),
        ])
      }
    } catch {
      throw failure(error)
    }
    return rows.batch
  }

  func vacuum(_ vacuum: Vacuum) throws(QueryError) -> String {
    let (all, lake) = try candidates(vacuum)
    let files = all.filter { $0.kept == nil }
    guard !files.isEmpty else {
      let kept = all.isEmpty ? "" : "; \(ChangeText.files(all.count)) kept, see VACUUM … DRY RUN"
      return "nothing to vacuum" + kept
    }
    let superseded = files.filter { $0.versions != nil }
    var unreadable: Int64 = 0
    var snapshot = ""
    if !superseded.isEmpty {
      let tables = Set(superseded.map(\.table.id))
      let before = try unreadableCount(tables, in: lake)
      let committer = session.committer(lake)
      var commit = committer.prepare([], operation: "VACUUM", statement: text)
      commit.vacuumed = superseded.map { VacuumedFile(tableID: $0.table.id, path: $0.path) }
      let bytes = superseded.reduce(0) { $0 + $1.bytes }
      commit.message = ChangeText.files(superseded.count) + " with \(bytes) bytes removed"
      snapshot = " (snapshot \(try committer.commit(commit).snapshot.id))"
      unreadable = try unreadableCount(tables, in: lake) - before
    }
    let left: Int
    do throws(CatalogError) { left = try Vacuuming(lake: lake).remove(files) } catch {
      throw QueryError(error)
    }
    var message = "vacuumed \(ChangeText.files(files.count)) with "
    message += "\(files.reduce(0) { $0 + $1.bytes }) bytes"
    if files.count > superseded.count {
      message += ", \(files.count - superseded.count) of them never committed"
    }
    message += "; \(unreadable) version\(unreadable == 1 ? "" : "s") can no longer be read"
    if files.count < all.count { message += "; \(all.count - files.count) kept" }
    if left > 0 { message += "; \(left) could not be removed from the disk yet" }
    return message + snapshot
  }

  private func candidates(
    _ vacuum: Vacuum
  ) throws(QueryError) -> (files: [Vacuuming.Candidate], lake: Lake) {
    let name = vacuum.table ?? QualifiedName([Identifier("VACUUM")], range: statement.range)
    let lake = try workspace.lake(for: name)
    var tables: [TableRecord]
    do throws(CatalogError) {
      // Dropped tables too: their files go once nothing of their past is kept.
      tables = try lake.catalog.everyTable().filter { $0.definition.mode == .sealed }
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
