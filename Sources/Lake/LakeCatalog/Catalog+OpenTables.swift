import FileStorage

/// An open table with the newest version that the catalog has.
package struct OpenTable: Sendable {
  package var table: TableRecord
  package var version: Int64
}

extension Catalog {
  /// The open tables there are now.
  ///
  /// - Complexity: one small query; nothing is read from disk.
  package func openTables() throws(CatalogError) -> [OpenTable] {
    try readOnce { connection throws(CatalogError) in
      try connection.rows(
        """
        SELECT \(TableQueries.columns),
          (SELECT MAX(version) FROM table_versions v WHERE v.table_id = tables.id)
        FROM tables WHERE end_snapshot = ? AND mode = 'open' ORDER BY id
        """, [.integer(LakeLogEntry.open)]
      ) { row throws(CatalogError) in
        OpenTable(table: try TableQueries.record(row), version: row.integer(13))
      }
    }
  }

  /// Commits of other engines to an open table that are not in the catalog yet, oldest first.
  ///
  /// To import one, commit a `TableChange` with `isImport`, based on the version before it, whose
  /// builder returns these very bytes.
  ///
  /// - Complexity: with nothing new one status call.
  package func foreignCommits(
    to table: TableRecord
  ) throws(CatalogError) -> [(version: Int64, bytes: [UInt8])] {
    if table.definition.mode != .open { return [] }
    let newest = try versions(of: table.id, limit: 1).first?.version ?? -1
    var found: [(version: Int64, bytes: [UInt8])] = []
    while true {
      let version = newest + 1 + Int64(found.count)
      let path = layout.commitFile(table.definition.path, version: version)
      let bytes: [UInt8]? = try CatalogError.files { () throws(FileError) in
        try store.status(path) == nil ? nil : try store.read(path)
      }
      guard let bytes else { return found }
      found.append((version, bytes))
    }
  }

  /// The data files that a table has now, those included that a vacuum took.
  ///
  /// - Parameter paths: Only these; nil for all.
  package func liveFiles(
    of table: Int64, paths: Set<String>?
  ) throws(CatalogError) -> [FileRow] {
    let columns = """
      id, path, begin_version, begin_snapshot, end_version, rows, bytes, sha256, date_min, date_max,
        vacuumed
      """
    let key: [SQLValue] = [.integer(table), .integer(LakeLogEntry.open)]
    return try read { connection throws(CatalogError) in
      guard let paths else {
        return try connection.rows(
          """
          SELECT \(columns) FROM files INDEXED BY files_by_end WHERE table_id = ? AND end_version = ?
          """, key, Catalog.record
        ).map(\.file)
      }
      var found: [FileRow] = []
      for path in paths {
        let record = try connection.row(
          """
          SELECT \(columns) FROM files INDEXED BY files_by_path
          WHERE table_id = ? AND end_version = ? AND path = ?
          """, key + [.text(path)], Catalog.record)
        if let record { found.append(record.file) }
      }
      return found
    }
  }
}
