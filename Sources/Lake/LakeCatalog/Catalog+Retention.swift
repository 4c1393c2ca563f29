extension Catalog {
  /// Data files of a table that a vacuum may remove: no snapshot from `snapshot` on has them, and
  /// no snapshot that a tag in force or a sealed day pins. A file that a RESTORE brought back is needed
  /// when any of its spans is.
  ///
  /// Nothing is removed here. A vacuum commits `LakeCommit.vacuumed` first and removes the files
  /// then, so that a crash between leaves files that nobody reads, never versions that lack some.
  package func vacuumCandidates(
    of table: Int64, keepingFrom snapshot: Int64
  ) throws(CatalogError) -> [FileRecord] {
    let now = clock()
    return try readOnce { connection throws(CatalogError) in
      try connection.rows(
        """
        SELECT id, path, begin_version, begin_snapshot, end_version, rows, bytes, sha256, date_min,
          date_max, vacuumed FROM files f
        WHERE table_id = ?1 AND end_snapshot <= ?2 AND vacuumed IS NULL
          AND NOT EXISTS (
            SELECT 1 FROM files o WHERE o.table_id = ?1 AND o.path = f.path
              AND (o.end_snapshot > ?2 OR \(VacuumRules.isPinned("o", now: "?3"))))
        ORDER BY id
        """, [.integer(table), .integer(snapshot), .integer(now)], Catalog.record)
    }
  }
}

/// What keeps a data file from being vacuumed, whoever asks.
enum VacuumRules {
  /// SQL: a tag in force or a sealed day pins a snapshot that has the row of `files`.
  static func isPinned(_ file: String, now: String) -> String {
    """
    (EXISTS (
      SELECT 1 FROM tags t WHERE (t.retain_until IS NULL OR t.retain_until > \(now))
        AND t.snapshot >= \(file).begin_snapshot AND t.snapshot < \(file).end_snapshot)
    OR EXISTS (
      SELECT 1 FROM seals s
      WHERE s.snapshot >= \(file).begin_snapshot AND s.snapshot < \(file).end_snapshot))
    """
  }

  /// Refuses a vacuum of files that the table has, or that a tag or seal came to pin meanwhile.
  static func check(
    _ files: [VacuumedFile], now: Int64, _ connection: borrowing Connection
  ) throws(CatalogError) {
    for file in files {
      let needed = try connection.integer(
        """
        SELECT 1 FROM files f WHERE table_id = ?1 AND path = ?2
          AND (end_snapshot = ?3 OR \(isPinned("f", now: "?4")))
        """,
        [.integer(file.tableID), .text(file.path), .integer(LakeLogEntry.open), .integer(now)])
      if needed != nil {
        throw .invalid("the file '\(file.path)' is needed again: run VACUUM anew")
      }
    }
  }

  /// Refuses to bring back files that a vacuum took.
  static func check(
    _ change: TableChange, of table: TableRecord, _ connection: borrowing Connection
  ) throws(CatalogError) {
    for file in change.filesAdded {
      let gone = try connection.integer(
        "SELECT 1 FROM files WHERE table_id = ? AND path = ? AND vacuumed IS NOT NULL",
        [.integer(table.id), .text(file.path)])
      if gone != nil {
        throw .invalid("the file '\(file.path)' of '\(table.qualifiedName)' was vacuumed")
      }
    }
  }
}
