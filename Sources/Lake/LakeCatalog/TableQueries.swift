/// How tables are read from the database.
enum TableQueries {
  static let columns = """
    id, schema, name, path, mode, business_date, calendar, key_columns, latest_by, feed,
      definition, begin_snapshot, end_snapshot
    """

  static func record(_ row: borrowing Statement) throws(CatalogError) -> TableRecord {
    guard let mode = TableMode(rawValue: row.text(4)) else {
      throw .corrupted("table \(row.integer(0)) has the unknown mode '\(row.text(4))'")
    }
    let definition = TableDefinition(
      schema: row.text(1), name: row.text(2), path: row.text(3), mode: mode,
      businessDate: row.optionalText(5), calendar: row.optionalText(6),
      key: NameList.decoded(row.text(7)), latestBy: row.optionalText(8), feed: row.optionalText(9),
      sql: row.text(10))
    let end = row.integer(12)
    return TableRecord(
      id: row.integer(0), definition: definition, beginSnapshot: row.integer(11),
      endSnapshot: end == LakeLogEntry.open ? nil : end)
  }

  /// The table as it is declared now.
  static func live(
    _ id: Int64, _ connection: borrowing Connection
  ) throws(CatalogError) -> TableRecord? {
    try connection.row(
      "SELECT \(columns) FROM tables WHERE id = ? AND end_snapshot = ?",
      [.integer(id), .integer(LakeLogEntry.open)], record)
  }
}
