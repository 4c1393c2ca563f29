extension Catalog {
  /// Data files of a table that a vacuum may remove: no snapshot from `snapshot` on has them, and
  /// no snapshot that a tag in force or a sealed day pins.
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
            SELECT 1 FROM tags t WHERE (t.retain_until IS NULL OR t.retain_until > ?3)
              AND t.snapshot >= f.begin_snapshot AND t.snapshot < f.end_snapshot)
          AND NOT EXISTS (
            SELECT 1 FROM seals s
            WHERE s.snapshot >= f.begin_snapshot AND s.snapshot < f.end_snapshot)
        ORDER BY id
        """, [.integer(table), .integer(snapshot), .integer(now)], Catalog.record)
    }
  }
}
