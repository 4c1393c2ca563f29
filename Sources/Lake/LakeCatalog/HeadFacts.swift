/// The newest lake snapshot, with what most lakes do not have, so that most statements need not ask.
package struct HeadFacts: Sendable, Hashable {
  package var head: LakeSnapshot
  /// Whether some table of the head may be written by other engines.
  package var hasOpenTables: Bool
  /// Whether a measure or a hierarchy was ever defined up to the head.
  package var hasDefinitions: Bool
}

extension HeadFacts {
  static let columns = """
    s.id, s.time,
      EXISTS (SELECT 1 FROM tables
        WHERE end_snapshot = \(LakeLogEntry.open) AND mode = 'open'),
      EXISTS (SELECT 1 FROM views WHERE schema IN ('$hierarchies', '$measures'))
    """

  init(_ row: borrowing Statement) {
    self.init(
      head: LakeSnapshot(id: row.integer(0), timeMicroseconds: row.integer(1)),
      hasOpenTables: row.flag(2), hasDefinitions: row.flag(3))
  }

  static func read(_ connection: borrowing Connection) throws(CatalogError) -> HeadFacts {
    let facts = try connection.row(
      "SELECT \(columns) FROM snapshots s ORDER BY s.id DESC LIMIT 1"
    ) { row throws(CatalogError) in HeadFacts(row) }
    guard let facts else { throw .corrupted("the lake has no first snapshot") }
    return facts
  }
}

extension Catalog {
  /// The facts of the head as it is now.
  ///
  /// - Complexity: one small query.
  package func headFacts() throws(CatalogError) -> HeadFacts {
    let facts = try readOnce { connection throws(CatalogError) in
      try HeadFacts.read(connection)
    }
    note(facts)
    return facts
  }
}
