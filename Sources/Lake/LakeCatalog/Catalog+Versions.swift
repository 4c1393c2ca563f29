package import Columnar

extension Catalog {
  private static let versionColumns = """
    table_id, version, snapshot, time, operation, rows_added, rows_removed, sha256, commit_bytes,
      published
    """

  private static func version(_ row: borrowing Statement) throws(CatalogError) -> TableVersion {
    guard let sha256 = row.digest(7) else {
      throw .corrupted("version \(row.integer(1)) of table \(row.integer(0)) has no proper hash")
    }
    return TableVersion(
      tableID: row.integer(0), version: row.integer(1), snapshot: row.integer(2),
      timeMicroseconds: row.integer(3), operation: row.text(4), rowsAdded: row.integer(5),
      rowsRemoved: row.integer(6), sha256: sha256, commitBytes: row.integer(8),
      isPublished: row.flag(9))
  }

  /// The version of a table at a lake snapshot; nil before its first.
  package func version(
    of table: Int64, at snapshot: Int64
  ) throws(CatalogError) -> TableVersion? {
    try readOnce { connection throws(CatalogError) in
      try connection.row(
        """
        SELECT \(Catalog.versionColumns) FROM table_versions INDEXED BY table_versions_at
        WHERE table_id = ? AND snapshot <= ? ORDER BY snapshot DESC, version DESC LIMIT 1
        """, [.integer(table), .integer(snapshot)], Catalog.version)
    }
  }

  /// A version by its number; the error names the versions there are.
  package func version(
    _ version: Int64, of table: TableRecord
  ) throws(CatalogError) -> TableVersion {
    try read { connection throws(CatalogError) in
      let key: [SQLValue] = [.integer(table.id), .integer(version)]
      let found = try connection.row(
        """
        SELECT \(Catalog.versionColumns) FROM table_versions WHERE table_id = ? AND version = ?
        """, key, Catalog.version)
      if let found { return found }
      let last = try connection.integer(
        "SELECT MAX(version) FROM table_versions WHERE table_id = ?", [.integer(table.id)])
      throw .unknownVersion(
        table: table.qualifiedName, version: version, first: 0, last: last ?? 0)
    }
  }

  /// The version of a table at a time; never clamped.
  package func version(
    of table: TableRecord, atMicroseconds time: Int64
  ) throws(CatalogError) -> TableVersion {
    let snapshot = try self.snapshot(atMicroseconds: time)
    if let found = try version(of: table.id, at: snapshot.id) { return found }
    let first = try version(0, of: table).timeMicroseconds
    throw .timeOutOfRange(asked: time, first: first, last: max(clock(), first))
  }

  /// The newest versions of a table first.
  package func versions(
    of table: Int64, limit: Int = Int.max
  ) throws(CatalogError) -> [TableVersion] {
    try readOnce { connection throws(CatalogError) in
      try connection.rows(
        """
        SELECT \(Catalog.versionColumns) FROM table_versions WHERE table_id = ?
        ORDER BY version DESC LIMIT ?
        """, [.integer(table), .integer(Int64(limit))], Catalog.version)
    }
  }

  /// The versions that one lake snapshot made.
  package func versions(madeBy snapshot: Int64) throws(CatalogError) -> [TableVersion] {
    try readOnce { connection throws(CatalogError) in
      try connection.rows(
        """
        SELECT \(Catalog.versionColumns) FROM table_versions WHERE snapshot = ?
        ORDER BY table_id, version
        """, [.integer(snapshot)], Catalog.version)
    }
  }

  /// The bytes of a version's commit: what `_delta_log/N.json` holds.
  package func commitBytes(
    of table: Int64, version: Int64
  ) throws(CatalogError) -> [UInt8]? {
    try readOnce { connection throws(CatalogError) in
      try connection.row(
        "SELECT json FROM commits WHERE table_id = ? AND version = ?",
        [.integer(table), .integer(version)]
      ) { row throws(CatalogError) in row.blob(0) }
    }
  }

  /// The table's metadata text in force at a version, and the version that set it.
  package func metadata(
    of table: Int64, version: Int64
  ) throws(CatalogError) -> (text: String, version: Int64)? {
    try readOnce { connection throws(CatalogError) in
      try connection.row(
        """
        SELECT metadata, version FROM table_metadata WHERE table_id = ? AND version <= ?
        ORDER BY version DESC LIMIT 1
        """, [.integer(table), .integer(version)]
      ) { row throws(CatalogError) in (row.text(0), row.integer(1)) }
    }
  }

  /// Business dates whose rows changed after version `after` up to and including `upTo`, with the
  /// sums of the changes, by date.
  package func dateChanges(
    of table: Int64, after: Int64, upTo: Int64
  ) throws(CatalogError) -> [DateChange] {
    try readOnce { connection throws(CatalogError) in
      try connection.rows(
        """
        SELECT date, SUM(rows_added), SUM(rows_removed) FROM date_changes
        WHERE table_id = ? AND version > ? AND version <= ? GROUP BY date ORDER BY date
        """, [.integer(table), .integer(after), .integer(upTo)]
      ) { row throws(CatalogError) in
        DateChange(
          date: CalendarDate(days: Int32(clamping: row.integer(0))), rowsAdded: row.integer(1),
          rowsRemoved: row.integer(2))
      }
    }
  }
}

/// A business date and how many rows of a table are about it.
package struct DateRows: Sendable, Hashable {
  package var date: CalendarDate
  package var rows: Int64
}

extension Catalog {
  /// The business dates a table has rows of at a version, by date, from what commits recorded.
  package func dates(of table: Int64, version: Int64) throws(CatalogError) -> [DateRows] {
    try readOnce { connection throws(CatalogError) in
      try connection.rows(
        """
        SELECT date, SUM(rows_added) - SUM(rows_removed) AS rows FROM date_changes
        WHERE table_id = ? AND version <= ? GROUP BY date HAVING rows > 0 ORDER BY date
        """, [.integer(table), .integer(version)]
      ) { row throws(CatalogError) in
        DateRows(date: CalendarDate(days: Int32(clamping: row.integer(0))), rows: row.integer(1))
      }
    }
  }

  /// Versions of a table that a vacuum made unreadable, ascending.
  package func unreadableVersions(
    of table: Int64
  ) throws(CatalogError) -> [ClosedRange<Int64>] {
    let intervals = try readOnce { connection throws(CatalogError) in
      try connection.rows(
        """
        SELECT DISTINCT begin_version, end_version - 1 FROM files
        WHERE table_id = ? AND vacuumed IS NOT NULL AND end_version > begin_version
        ORDER BY begin_version, end_version
        """, [.integer(table)]
      ) { row throws(CatalogError) in row.integer(0)...row.integer(1) }
    }
    var merged: [ClosedRange<Int64>] = []
    for interval in intervals {
      if let last = merged.last, interval.lowerBound - 1 <= last.upperBound {
        merged[merged.count - 1] = last.lowerBound...max(last.upperBound, interval.upperBound)
      } else {
        merged.append(interval)
      }
    }
    return merged
  }
}
