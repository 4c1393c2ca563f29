import Columnar
import FileStorage

extension Catalog {
  /// The views of a lake snapshot, by name. Views are defined and dropped by `commit`.
  package func views(at snapshot: Int64) throws(CatalogError) -> [ViewRecord] {
    try read { connection throws(CatalogError) in
      var views = try connection.rows(
        """
        SELECT schema, name, sql, definition_hash, output_table, options, begin_snapshot, id
        FROM views WHERE begin_snapshot <= ?1 AND end_snapshot > ?1 AND schema NOT LIKE '$%'
        ORDER BY schema, name
        """, [.integer(snapshot)]
      ) { row throws(CatalogError) in
        guard let hash = row.digest(3) else {
          throw CatalogError.corrupted("the view '\(row.text(1))' has no proper hash")
        }
        let view = ViewRecord(
          schema: row.text(0), name: row.text(1), sql: row.text(2), definitionHash: hash,
          outputTable: row.text(4), options: row.text(5), beginSnapshot: row.integer(6))
        return (view: view, id: row.integer(7))
      }
      for index in views.indices {
        views[index].view.lineage = try connection.rows(
          """
          SELECT output_column, input_table, input_column FROM lineage WHERE view_id = ?
          ORDER BY position
          """, [.integer(views[index].id)]
        ) { row throws(CatalogError) in
          LineageEdge(
            outputColumn: row.optionalText(0), inputTable: row.text(1),
            inputColumn: row.optionalText(2))
        }
      }
      return views.map(\.view)
    }
  }

  /// Named definitions other than views, by kind and name: `schema` is the kind (`DefinitionKind`).
  ///
  /// They are kept, logged and versioned as views are.
  package func definitions(
    at snapshot: Int64
  ) throws(CatalogError) -> [ViewRecord] {
    let facts = knownFacts
    if !facts.hasDefinitions, snapshot <= facts.head.id { return [] }
    return try read { connection throws(CatalogError) in
      try connection.rows(
        """
        SELECT schema, name, sql, definition_hash, output_table, options, begin_snapshot
        FROM views WHERE schema IN ('$hierarchies', '$measures') AND begin_snapshot <= ?1
          AND end_snapshot > ?1 ORDER BY schema, name
        """, [.integer(snapshot)]
      ) { row throws(CatalogError) in
        guard let hash = row.digest(3) else {
          throw CatalogError.corrupted("the definition '\(row.text(1))' has no proper hash")
        }
        return ViewRecord(
          schema: row.text(0), name: row.text(1), sql: row.text(2), definitionHash: hash,
          outputTable: row.text(4), options: row.text(5), beginSnapshot: row.integer(6))
      }
    }
  }

  /// Runs, newest first.
  ///
  /// - Parameters:
  ///   - view: By `schema.name`; nil for all views.
  ///   - status: Only runs that ended so.
  package func runs(
    of view: String? = nil, status: String? = nil, limit: Int = Int.max
  ) throws(CatalogError) -> [RunRecord] {
    try read { connection throws(CatalogError) in
      try Catalog.runs(
        """
        WHERE (?1 IS NULL OR view = ?1) AND (?2 IS NULL OR status = ?2)
        ORDER BY id DESC LIMIT ?3
        """, [.optional(view), .optional(status), .integer(Int64(limit))], connection)
    }
  }

  package func run(id: Int64) throws(CatalogError) -> RunRecord? {
    try read { connection throws(CatalogError) in
      try Catalog.runs("WHERE id = ?", [.integer(id)], connection).first
    }
  }

  private static func runs(
    _ clause: String, _ values: [SQLValue], _ connection: borrowing Connection
  ) throws(CatalogError) -> [RunRecord] {
    var runs = try connection.rows(
      """
      SELECT id, view, status, started, finished, input_snapshot, definition_hash, engine_version,
        methods, parameters, dates, row_count, content_hash, checks, message, snapshot
      FROM runs \(clause)
      """, values, run)
    for index in runs.indices {
      (runs[index].inputs, runs[index].outputs) =
        try Catalog.tables(ofRun: runs[index].id, connection)
    }
    return runs
  }

  private static func run(_ row: borrowing Statement) throws(CatalogError) -> RunRecord {
    guard let definition = row.digest(6) else {
      throw .corrupted("run \(row.integer(0)) has no proper definition hash")
    }
    return RunRecord(
      view: row.text(1), status: row.text(2), startedMicroseconds: row.integer(3),
      finishedMicroseconds: row.integer(4), inputSnapshot: row.integer(5),
      definitionHash: definition, engineVersion: row.text(7), methods: row.text(8),
      parameters: row.text(9),
      dates: NameList.decoded(row.text(10)).compactMap { CalendarDate($0) },
      rowCount: row.integer(11), contentHash: row.digest(12),
      checks: row.text(13), message: row.text(14), id: row.integer(0), snapshot: row.integer(15))
  }
}
