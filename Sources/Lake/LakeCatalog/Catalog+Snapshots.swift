import Columnar
package import FileStorage

/// One line of the lake's history: who did what, when and why.
package struct HistoryRow: Sendable, Hashable {
  package var snapshot: Int64
  package var timeMicroseconds: Int64
  package var actor: String
  package var operation: String
  package var statement: String?
  package var statementHash: FileDigest?
  package var reason: String?
  package var message: String?
  package var rowsAdded: Int64
  package var rowsRemoved: Int64
  package var previousHash: FileDigest
  /// Of the snapshot's entry in the lake log, which names `previousHash`.
  package var hash: FileDigest
}

extension Catalog {
  private static func snapshot(_ row: borrowing Statement) throws(CatalogError) -> LakeSnapshot {
    LakeSnapshot(id: row.integer(0), timeMicroseconds: row.integer(1))
  }

  /// The newest lake snapshot.
  package func head() throws(CatalogError) -> LakeSnapshot {
    let head = try readOnce { connection throws(CatalogError) in
      try connection.row(
        "SELECT id, time FROM snapshots ORDER BY id DESC LIMIT 1", [], Catalog.snapshot)
    }
    guard let head else { throw .corrupted("the lake has no first snapshot") }
    return head
  }

  package func snapshot(id: Int64) throws(CatalogError) -> LakeSnapshot {
    let found = try readOnce { connection throws(CatalogError) in
      try connection.row(
        "SELECT id, time FROM snapshots WHERE id = ?", [.integer(id)], Catalog.snapshot)
    }
    if let found { return found }
    throw .unknownSnapshot(id: id, first: 0, last: try head().id)
  }

  /// What was the newest lake snapshot at a time.
  ///
  /// Never clamped: a time before the lake was made or after now is `.timeOutOfRange`.
  package func snapshot(atMicroseconds time: Int64) throws(CatalogError) -> LakeSnapshot {
    let newest = try head()
    // Commits that come quicker than the clock ticks run ahead of it.
    let last = max(clock(), newest.timeMicroseconds)
    if time >= newest.timeMicroseconds, time <= last { return newest }
    let found = try readOnce { connection throws(CatalogError) in
      try connection.row(
        "SELECT id, time FROM snapshots WHERE time <= ? ORDER BY time DESC LIMIT 1",
        [.integer(time)], Catalog.snapshot)
    }
    guard let found, time <= last else {
      let first = try snapshot(id: 0).timeMicroseconds
      throw .timeOutOfRange(asked: time, first: first, last: last)
    }
    return found
  }

  /// History, newest first.
  ///
  /// - Parameter table: Only snapshots that made a version of this table.
  package func history(
    of table: Int64? = nil, limit: Int = Int.max
  ) throws(CatalogError) -> [HistoryRow] {
    try readOnce { connection throws(CatalogError) in
      let members =
        table == nil
        ? "" : "WHERE id IN (SELECT snapshot FROM table_versions WHERE table_id = ?2)"
      return try connection.rows(
        """
        SELECT id, time, actor, operation, statement, statement_hash, reason, message, rows_added,
          rows_removed, previous_hash, hash FROM snapshots \(members) ORDER BY id DESC LIMIT ?1
        """, [.integer(Int64(limit))] + (table.map { [.integer($0)] } ?? []), Catalog.history)
    }
  }

  private static func history(_ row: borrowing Statement) throws(CatalogError) -> HistoryRow {
    guard let previous = row.digest(10), let hash = row.digest(11)
    else { throw .corrupted("snapshot \(row.integer(0)) has no proper hash") }
    return HistoryRow(
      snapshot: row.integer(0), timeMicroseconds: row.integer(1), actor: row.text(2),
      operation: row.text(3), statement: row.optionalText(4),
      statementHash: row.digest(5), reason: row.optionalText(6),
      message: row.optionalText(7), rowsAdded: row.integer(8), rowsRemoved: row.integer(9),
      previousHash: previous, hash: hash)
  }
}
