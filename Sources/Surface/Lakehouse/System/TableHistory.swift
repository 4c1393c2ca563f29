import Columnar
import LakeCatalog

/// The versions of a table: what `DESCRIBE HISTORY` shows, and `system.history` for all tables.
enum TableHistory {
  static let schema = Schema([
    Field("table", .string), Field("version", .int64), Field("time", .timestamp),
    Field("actor", .string), Field("operation", .string), Field("rows_added", .int64),
    Field("rows_removed", .int64), Field("business_dates", .string), Field("message", .string),
    Field("reason", .string), Field("snapshot", .int64),
    Field("readable", .boolean),
  ])

  /// Columns of `DESCRIBE HISTORY`, which is about one table; a narrow screen leaves out the middle
  /// ones.
  static let described = [
    "version", "time", "actor", "snapshot", "rows_added", "rows_removed", "operation",
    "business_dates", "message",
  ]

  /// Newest first.
  static func batch(
    of table: TableRecord, upTo snapshot: LakeSnapshot, in lake: Lake
  ) throws(CatalogError) -> Batch {
    var entries: [Int64: HistoryRow] = [:]
    for row in try lake.catalog.history(of: table.id) { entries[row.snapshot] = row }
    let unreadable = try lake.catalog.unreadableVersions(of: table.id)
    var rows = RowBuilder(schema.fields.map { ($0.name, $0.type) })
    for version in try lake.catalog.versions(of: table.id) where version.snapshot <= snapshot.id {
      let entry = entries[version.snapshot]
      let dates = try lake.catalog.dateChanges(
        of: table.id, after: version.version - 1, upTo: version.version)
      rows.append([
        .string(table.qualifiedName), .int64(version.version), .time(version.timeMicroseconds),
        .text(entry?.actor), .string(version.operation), .int64(version.rowsAdded),
        .int64(version.rowsRemoved),
        .text(dates.isEmpty ? nil : dates.map(\.date.description).joined(separator: ", ")),
        .text(entry?.message), .text(entry?.reason), .int64(version.snapshot),
        .boolean(!unreadable.contains { $0.contains(version.version) }),
      ])
    }
    return rows.batch
  }
}
