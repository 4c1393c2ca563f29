package import FileStorage

extension Catalog {
  /// A digest of everything the catalog knows from the lake log.
  ///
  /// Two catalogs of one lake that say the same have the same digest, whichever of them was
  /// rebuilt. Which files are published, leases and scheduler state do not count.
  package func fingerprint() throws(CatalogError) -> FileDigest {
    try read { connection throws(CatalogError) in
      var hash = SHA256()
      for query in Catalog.fingerprintQueries {
        hash.update(Array(query.utf8))
        let statement = try Statement(query, on: connection)
        try statement.bind([])
        while try statement.step() {
          for column in 0..<statement.columnCount {
            hash.update(Array("\(statement.value(column))|".utf8))
          }
        }
      }
      return hash.finalize()
    }
  }

  /// What older formats do not have.
  static let countQuery =
    "SELECT table_id, version, total_rows FROM table_versions ORDER BY table_id, version"
  static let headQuery = "SELECT * FROM run_heads ORDER BY run_id"

  static let fingerprintQueries = [
    """
    SELECT id, time, actor, operation, statement, statement_hash, reason, message, rows_added,
      rows_removed, previous_hash, hash FROM snapshots ORDER BY id
    """,
    "SELECT * FROM entries ORDER BY snapshot",
    "SELECT * FROM settings ORDER BY name",
    "SELECT * FROM schemas ORDER BY name",
    "SELECT * FROM tags ORDER BY name",
    "SELECT * FROM seals ORDER BY date, sealed_at",
    "SELECT * FROM tables ORDER BY id, begin_snapshot",
    """
    SELECT table_id, version, snapshot, time, operation, rows_added, rows_removed, commit_bytes,
      sha256 FROM table_versions ORDER BY table_id, version
    """,
    "SELECT * FROM commits ORDER BY table_id, version",
    "SELECT * FROM table_metadata ORDER BY table_id, version",
    "SELECT * FROM files ORDER BY id",
    "SELECT * FROM file_statistics ORDER BY file_id",
    "SELECT * FROM file_ranges ORDER BY file_id, position",
    "SELECT * FROM date_changes ORDER BY table_id, version, date",
    "SELECT * FROM views ORDER BY id",
    "SELECT * FROM lineage ORDER BY view_id, position",
    "SELECT * FROM runs ORDER BY id",
    "SELECT * FROM run_tables ORDER BY run_id, is_output, table_id, version",
    "SELECT * FROM ingests ORDER BY feed, region, path_date, sha256",
    "SELECT * FROM quarantine ORDER BY id",
    "SELECT * FROM checks ORDER BY id",
  ]
}
