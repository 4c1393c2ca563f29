extension Catalog {
  /// Every version of a table that set its metadata, ascending, with the text up to a version.
  package func metadataHistory(
    of table: Int64, upTo version: Int64
  ) throws(CatalogError) -> [(version: Int64, text: String)] {
    try readOnce { connection throws(CatalogError) in
      try connection.rows(
        """
        SELECT version, metadata FROM table_metadata WHERE table_id = ? AND version <= ?
        ORDER BY version
        """, [.integer(table), .integer(version)]
      ) { row throws(CatalogError) in (row.integer(0), row.text(1)) }
    }
  }
}
