/// Adds the row count of each table version, so that counting rows costs the same at any version
/// of any table, and an index of what vacuums took.
///
/// Counts follow from the intervals of `files`, as everything in the catalog follows from the log.
enum Migration2 {
  static let statements = [
    "ALTER TABLE table_versions ADD COLUMN total_rows INTEGER",
    """
    UPDATE table_versions SET total_rows = t.total FROM (
      SELECT table_id, version,
        SUM(SUM(change)) OVER (PARTITION BY table_id ORDER BY version) AS total
      FROM (
        SELECT table_id, begin_version AS version, rows AS change FROM files
        UNION ALL SELECT table_id, end_version, -rows FROM files
          WHERE end_version < \(LakeLogEntry.open)
        UNION ALL SELECT table_id, version, 0 FROM table_versions)
      GROUP BY table_id, version) AS t
    WHERE t.table_id = table_versions.table_id AND t.version = table_versions.version
    """,
    """
    CREATE INDEX files_vacuumed ON files (table_id, begin_version) WHERE vacuumed IS NOT NULL
    """,
  ]
}
