import Columnar
import LakeCatalog
import QueryEngine

/// Says of a conflict who the two sides are: what was refused, and what came first.
struct ConflictText {
  let lake: Lake
  let commit: LakeCommit

  func describe(_ error: CatalogError) -> QueryError {
    let plain = QueryError(error)
    guard case .conflict(let table, let base, _) = error, let first = first(table, after: base)
    else { return plain }
    let time = Timestamp(microseconds: first.timeMicroseconds)
    let message = """
      the \(commit.operation) of \(commit.actor) was made on version \(base) of '\(table)'; the \
      \(first.operation) of \(first.actor) came first: snapshot \(first.snapshot) at \(time)
      """
    return QueryError(.conflict, message, help: "read '\(table)' again and retry")
  }

  /// The snapshot that made the version after the one that our change was based on.
  private func first(_ table: String, after base: Int64) -> HistoryRow? {
    let target = commit.changes.compactMap { change -> Int64? in
      guard case .existing(let id) = change.target, change.baseVersion == base else { return nil }
      let head = try? lake.catalog.head()
      let record = head.flatMap { try? lake.catalog.table(id: id, at: $0.id) }
      return record?.qualifiedName == table ? id : nil
    }.first
    guard let target, let history = try? lake.catalog.history(of: target) else { return nil }
    // Newest first, one snapshot for each version.
    let position = history.count - 2 - Int(base)
    return history.indices.contains(position) ? history[position] : nil
  }
}
