extension Catalog {
  /// Lets DuckDB read the catalog as a DuckLake: `ATTACH 'ducklake:sqlite:tarn.db' (READ_ONLY)`.
  ///
  /// Triggers keep it up to date from then on. It is made of views, so DuckDB cannot write to it. It is
  /// not part of the lake log: after a rebuild, and when the lake moved, make it again.
  ///
  /// - Parameter root: The lake's absolute path, which DuckDB needs.
  /// - Returns: the tables that it does not show.
  package func makeDuckLakeFace(root: String) throws(CatalogError) -> [String] {
    try write { connection throws(CatalogError) in
      try connection.transaction(probe: probe) { () throws(CatalogError) in
        try Catalog.dropFace(connection)
        for statement in DuckLakeFace.statements { try connection.execute(statement) }
        try connection.run(
          "INSERT INTO face_metadata VALUES ('data_path', ?, NULL, NULL)", [.text(root + "/")])
        // The triggers see what is there as if it came now, in its order.
        let names = try connection.rows("SELECT DISTINCT schema, begin_snapshot FROM tables") {
          row throws(CatalogError) in (row.text(0), row.integer(1))
        }
        for (name, snapshot) in names.sorted(by: { $0.1 < $1.1 }) {
          try connection.run(
            "INSERT OR IGNORE INTO face_schemas (name, begin_snapshot) VALUES (lower(?), ?)",
            [.text(name), .integer(snapshot)])
        }
        try connection.execute(
          "CREATE TEMP TABLE shapes AS SELECT * FROM table_metadata ORDER BY table_id, version")
        try connection.execute("DELETE FROM table_metadata")
        try connection.execute("INSERT INTO table_metadata SELECT * FROM temp.shapes ORDER BY 1, 2")
        try connection.execute("DROP TABLE temp.shapes")
        return try connection.rows(
          """
          SELECT DISTINCT schema || '.' || name FROM tables WHERE end_snapshot = ?
            AND id IN (SELECT table_id FROM face_hidden) ORDER BY 1
          """, [.integer(LakeLogEntry.open)]
        ) { row throws(CatalogError) in row.text(0) }
      }
    }
  }

  private static func dropFace(_ connection: borrowing Connection) throws(CatalogError) {
    let made = try connection.rows(
      """
      SELECT type, name FROM sqlite_master WHERE type IN ('view', 'trigger', 'table')
        AND (name LIKE 'ducklake\\_%' ESCAPE '\\' OR name LIKE 'face\\_%' ESCAPE '\\')
      ORDER BY type = 'table'
      """
    ) { row throws(CatalogError) in (row.text(0), row.text(1)) }
    for (type, name) in made { try connection.execute("DROP \(type) \(name)") }
  }

  /// A copy of the catalog elsewhere must not lead to the files of this lake.
  static func moveFace(
    to root: String, _ connection: borrowing Connection
  ) throws(CatalogError) {
    let known = "SELECT 1 FROM sqlite_master WHERE name = 'face_metadata'"
    guard try connection.integer(known) != nil else { return }
    try connection.run(
      "UPDATE face_metadata SET value = ? WHERE key = 'data_path'", [.text(root + "/")])
  }
}
