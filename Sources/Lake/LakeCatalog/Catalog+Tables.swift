extension Catalog {
  /// The tables of a lake snapshot, by schema and name.
  package func tables(at snapshot: Int64) throws(CatalogError) -> [TableRecord] {
    try readOnce { connection throws(CatalogError) in
      try connection.rows(
        """
        SELECT \(TableQueries.columns) FROM tables
        WHERE begin_snapshot <= ?1 AND end_snapshot > ?1 ORDER BY schema, name
        """, [.integer(snapshot)], TableQueries.record)
    }
  }

  /// Every table there is or was, as it was declared last, in the order of their making.
  package func everyTable() throws(CatalogError) -> [TableRecord] {
    try readOnce { connection throws(CatalogError) in
      try connection.rows(
        """
        SELECT \(TableQueries.columns) FROM tables t
        WHERE begin_snapshot = (SELECT MAX(begin_snapshot) FROM tables o WHERE o.id = t.id)
        ORDER BY id
        """, [], TableQueries.record)
    }
  }

  /// The table of that name at a lake snapshot; ASCII case does not matter.
  ///
  /// Without a schema the name must belong to exactly one.
  package func table(
    schema: String?, name: String, at snapshot: Int64
  ) throws(CatalogError) -> TableRecord {
    let found = try readOnce { connection throws(CatalogError) in
      try connection.rows(
        """
        SELECT \(TableQueries.columns) FROM tables
        WHERE name = ?1 AND end_snapshot > ?2 AND begin_snapshot <= ?2
          AND (?3 IS NULL OR schema = ?3) ORDER BY schema
        """, [.text(name), .integer(snapshot), .optional(schema)], TableQueries.record)
    }
    let asked = schema.map { $0 + "." + name } ?? name
    if found.count > 1 {
      throw .ambiguousTable(name: asked, candidates: found.map(\.qualifiedName))
    }
    if let table = found.first { return table }
    let names = try tables(at: snapshot).map(\.qualifiedName)
    throw .unknownTable(name: asked, candidates: CatalogError.near(asked, among: names))
  }

  /// The table with that id as it was declared at a lake snapshot.
  package func table(id: Int64, at snapshot: Int64) throws(CatalogError) -> TableRecord? {
    try readOnce { connection throws(CatalogError) in
      try connection.row(
        """
        SELECT \(TableQueries.columns) FROM tables
        WHERE id = ?1 AND begin_snapshot <= ?2 AND end_snapshot > ?2
        """, [.integer(id), .integer(snapshot)], TableQueries.record)
    }
  }

  /// Schemas that were made, and those that tables are in, by name.
  package func schemas(at snapshot: Int64) throws(CatalogError) -> [String] {
    try readOnce { connection throws(CatalogError) in
      try connection.rows(
        """
        SELECT name FROM schemas WHERE snapshot <= ?1
        UNION SELECT schema FROM tables WHERE begin_snapshot <= ?1 AND end_snapshot > ?1
        ORDER BY 1
        """, [.integer(snapshot)]
      ) { row throws(CatalogError) in row.text(0) }
    }
  }

  /// A directory for a new table, relative to the lake, that no table has or had.
  ///
  /// Names may hold anything; the directory has only letters, digits, `_` and `-`.
  package func freePath(schema: String, name: String) throws(CatalogError) -> String {
    let plain = "tables/\(LakeLayout.directoryName(schema))/\(LakeLayout.directoryName(name))"
    let taken = try readOnce { connection throws(CatalogError) in
      try connection.rows("SELECT DISTINCT path FROM tables") {
        row throws(CatalogError) in row.text(0).lowercased()
      }
    }
    var path = plain
    var number = 2
    while taken.contains(path.lowercased()) {
      path = "\(plain)-\(number)"
      number += 1
    }
    return path
  }
}
