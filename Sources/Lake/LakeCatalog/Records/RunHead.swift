package import FileStorage

/// What planning asks of a run: all of it but the rows that it wrote by business date, why, and its
/// gates.
package struct RunHead: Sendable, Hashable {
  package var id: Int64
  package var status: String
  package var startedMicroseconds: Int64
  /// The lake snapshot its inputs were read at.
  package var inputSnapshot: Int64
  package var definitionHash: FileDigest
  /// JSON: calculators and their method versions.
  package var methods: String
  /// JSON: the run's parameters without the members `content` and `reasons`.
  package var facts: String
  package var inputs: [TableVersionReference]
  package var outputs: [TableVersionReference]

  package init(
    id: Int64, status: String, startedMicroseconds: Int64, inputSnapshot: Int64,
    definitionHash: FileDigest, methods: String, facts: String,
    inputs: [TableVersionReference] = [], outputs: [TableVersionReference] = []
  ) {
    self.id = id
    self.status = status
    self.startedMicroseconds = startedMicroseconds
    self.inputSnapshot = inputSnapshot
    self.definitionHash = definitionHash
    self.methods = methods
    self.facts = facts
    self.inputs = inputs
    self.outputs = outputs
  }

  /// - Parameter run: Its facts are all of its parameters.
  package init(of run: RunRecord) {
    self.init(
      id: run.id, status: run.status, startedMicroseconds: run.startedMicroseconds,
      inputSnapshot: run.inputSnapshot, definitionHash: run.definitionHash, methods: run.methods,
      facts: run.parameters, inputs: run.inputs, outputs: run.outputs)
  }
}

extension RunHead {
  /// Makes the heads of runs from the runs themselves; a condition on `id` may follow.
  static let insertion = """
    INSERT INTO run_heads
    SELECT view, id, status, started, input_snapshot, definition_hash, methods,
      CASE WHEN json_valid(parameters) THEN json_remove(parameters, '$.content', '$.reasons')
        ELSE parameters END
    FROM runs
    """
}

extension Catalog {
  /// The newest run of a view by `schema.name`; nil when there is none.
  ///
  /// Cost: two look-ups of a few microseconds, however many business dates the run wrote.
  ///
  /// - Parameter status: Only runs that ended so.
  package func lastRun(
    of view: String, status: String? = nil
  ) throws(CatalogError) -> RunHead? {
    guard format >= Migrations.hasRunHeads else {
      return try runs(of: view, status: status, limit: 1).first.map { RunHead(of: $0) }
    }
    return try readOnce { connection throws(CatalogError) in
      let found = try connection.row(
        """
        SELECT run_id, status, started, input_snapshot, definition_hash, methods, facts
        FROM run_heads WHERE view = ?1 AND (?2 IS NULL OR status = ?2)
        ORDER BY run_id DESC LIMIT 1
        """, [.text(view), .optional(status)]
      ) { row throws(CatalogError) in
        guard let definition = row.digest(4) else {
          throw CatalogError.corrupted("run \(row.integer(0)) has no proper definition hash")
        }
        return RunHead(
          id: row.integer(0), status: row.text(1), startedMicroseconds: row.integer(2),
          inputSnapshot: row.integer(3), definitionHash: definition, methods: row.text(5),
          facts: row.text(6))
      }
      guard var head = found else { return nil }
      (head.inputs, head.outputs) = try Catalog.tables(ofRun: head.id, connection)
      return head
    }
  }

  /// The table versions that a run read and wrote.
  static func tables(
    ofRun id: Int64, _ connection: borrowing Connection
  ) throws(CatalogError) -> (inputs: [TableVersionReference], outputs: [TableVersionReference]) {
    let tables = try connection.rows(
      """
      SELECT table_id, version, is_output FROM run_tables WHERE run_id = ?
      ORDER BY table_id, version
      """, [.integer(id)]
    ) { row throws(CatalogError) in
      let table = TableVersionReference(tableID: row.integer(0), version: row.integer(1))
      return (table: table, isOutput: row.flag(2))
    }
    return (tables.filter { !$0.isOutput }.map(\.table), tables.filter(\.isOutput).map(\.table))
  }
}
