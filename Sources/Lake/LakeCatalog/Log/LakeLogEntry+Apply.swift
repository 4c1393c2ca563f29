import Columnar
import FileStorage

/// Dates of a file whose dates are not known: it may hold any.
enum UnknownDates {
  static let first = Int64(Int32.min)
  static let last = Int64(Int32.max)
}

extension LakeLogEntry {
  /// What stands for an end that has not come.
  static let open = Int64.max

  /// Makes the catalog say what this entry says.
  ///
  /// - Parameters:
  ///   - bytes: The entry's file.
  ///   - commits: The bytes of each member's commit, in order.
  /// - Precondition: inside a write transaction; the entry before is applied.
  func apply(
    to connection: borrowing Connection, bytes: [UInt8], commits: [[UInt8]], isPublished: Bool
  ) throws(CatalogError) {
    try connection.run(
      """
      INSERT INTO snapshots (id, time, actor, operation, statement, statement_hash, reason,
        message, rows_added, rows_removed, previous_hash, hash, published)
      VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)
      """,
      [
        .integer(snapshot), .integer(timeMicroseconds), .text(actor), .text(operation),
        .optional(statement), statementHash.map { .blob($0.bytes) } ?? .null, .optional(reason),
        .optional(message), .integer(rowsAdded), .integer(rowsRemoved), .blob(previous.bytes),
        .blob(SHA256.digest(bytes).bytes), .flag(isPublished),
      ])
    try connection.run("INSERT INTO entries VALUES (?,?)", [.integer(snapshot), .blob(bytes)])
    for schema in schemas {
      try connection.run(
        "INSERT INTO schemas VALUES (?,?)", [.text(schema), .integer(snapshot)])
    }
    for table in declared { try apply(table, to: connection) }
    for (member, commit) in zip(members, commits) {
      try apply(member, commit: commit, to: connection, isPublished: isPublished)
    }
    for table in dropped {
      try connection.run(
        "UPDATE tables SET end_snapshot = ? WHERE id = ? AND end_snapshot = ?",
        [.integer(snapshot), .integer(table), .integer(LakeLogEntry.open)])
    }
    try applyVacuumed(to: connection)
    try applyViews(to: connection)
    try applyRuns(to: connection)
    try applyIngests(to: connection)
    try applyNames(to: connection)
  }

  private func apply(
    _ table: DeclaredTable, to connection: borrowing Connection
  ) throws(CatalogError) {
    let definition = table.definition
    try connection.run(
      "UPDATE tables SET end_snapshot = ? WHERE id = ? AND end_snapshot = ?",
      [.integer(snapshot), .integer(table.id), .integer(LakeLogEntry.open)])
    try connection.run(
      """
      INSERT INTO tables (id, schema, name, path, mode, business_date, calendar, key_columns,
        latest_by, feed, definition, begin_snapshot) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)
      """,
      [
        .integer(table.id), .text(definition.schema), .text(definition.name),
        .text(definition.path), .text(definition.mode.rawValue),
        .optional(definition.businessDate), .optional(definition.calendar),
        .text(NameList.encoded(definition.key)), .optional(definition.latestBy),
        .optional(definition.feed), .text(definition.sql), .integer(snapshot),
      ])
  }

  private func apply(
    _ member: Member, commit: [UInt8], to connection: borrowing Connection, isPublished: Bool
  ) throws(CatalogError) {
    let key: [SQLValue] = [.integer(member.table), .integer(member.version)]
    try connection.run(
      """
      INSERT INTO table_versions (table_id, version, snapshot, time, operation, rows_added,
        rows_removed, commit_bytes, sha256, published) VALUES (?,?,?,?,?,?,?,?,?,?)
      """,
      key + [
        .integer(snapshot), .integer(timeMicroseconds), .text(member.operation),
        .integer(member.rowsAdded), .integer(member.rowsRemoved), .integer(member.commitBytes),
        .blob(member.sha256.bytes), .flag(isPublished),
      ])
    try connection.run("INSERT INTO commits VALUES (?,?,?)", key + [.blob(commit)])
    if let metadata = member.metadata {
      try connection.run("INSERT INTO table_metadata VALUES (?,?,?)", key + [.text(metadata)])
    }
    let gone = try applyRemoved(member, to: connection)
    try applyAdded(member, to: connection)
    var rows = -gone
    for file in member.added { rows = try LakeLogEntry.sum(rows, file.rows) }
    try connection.run(
      """
      UPDATE table_versions SET total_rows = ?3 + COALESCE(
        (SELECT total_rows FROM table_versions WHERE table_id = ?1 AND version = ?2 - 1), 0)
      WHERE table_id = ?1 AND version = ?2
      """, key + [.integer(rows)])
    let date = try Statement("INSERT INTO date_changes VALUES (?,?,?,?,?)", on: connection)
    for change in member.dates {
      try date.run(
        key + [
          .integer(Int64(change.date.days)), .integer(change.rowsAdded),
          .integer(change.rowsRemoved),
        ])
    }
  }

  /// - Returns: The rows of the files that went.
  private func applyRemoved(
    _ member: Member, to connection: borrowing Connection
  ) throws(CatalogError) -> Int64 {
    if member.removed.isEmpty { return 0 }
    var rows: Int64 = 0
    let remove = try Statement(
      """
      UPDATE files SET end_version = ?, end_snapshot = ?
      WHERE table_id = ? AND path = ? AND end_version = ? RETURNING rows
      """, on: connection)
    for path in member.removed {
      try remove.bind([
        .integer(member.version), .integer(snapshot), .integer(member.table), .text(path),
        .integer(LakeLogEntry.open),
      ])
      guard try remove.step() else {
        throw .invalid("the commit removes '\(path)', which the table does not have")
      }
      repeat { rows = try LakeLogEntry.sum(rows, remove.integer(0)) } while try remove.step()
    }
    return rows
  }

  private static func sum(_ left: Int64, _ right: Int64) throws(CatalogError) -> Int64 {
    let (sum, isTooLarge) = left.addingReportingOverflow(right)
    if isTooLarge { throw .corrupted("the lake log has files with impossible numbers of rows") }
    return sum
  }

  private func applyAdded(
    _ member: Member, to connection: borrowing Connection
  ) throws(CatalogError) {
    if member.added.isEmpty { return }
    let file = try Statement(
      """
      INSERT INTO files (table_id, path, begin_version, begin_snapshot, rows, bytes, sha256,
        date_min, date_max) VALUES (?,?,?,?,?,?,?,?,?)
      """, on: connection)
    let statistics = try Statement("INSERT INTO file_statistics VALUES (?,?,?)", on: connection)
    let range = try Statement("INSERT INTO file_ranges VALUES (?,?,?,?,?,?,?,?)", on: connection)
    for row in member.added {
      try file.run([
        .integer(member.table), .text(row.path), .integer(member.version), .integer(snapshot),
        .integer(row.rows), .integer(row.bytes), .blob(row.sha256.bytes),
        .integer(row.dates.map { Int64($0.lowerBound.days) } ?? UnknownDates.first),
        .integer(row.dates.map { Int64($0.upperBound.days) } ?? UnknownDates.last),
      ])
      let id = connection.lastRow
      try statistics.run([.integer(id), .text(row.statistics), .blob(row.summary)])
      for (position, bounds) in row.ranges.enumerated() {
        let known = bounds.minimum.isNull ? bounds.maximum : bounds.minimum
        let (kind, scale) = StoredValue.kind(known) ?? (StoredValue.null, 0)
        try range.run([
          .integer(id), .integer(Int64(position)), .text(bounds.column), .integer(kind),
          .integer(scale), StoredValue.sql(bounds.minimum), StoredValue.sql(bounds.maximum),
          .optional(bounds.nulls),
        ])
      }
    }
  }

  private func applyVacuumed(to connection: borrowing Connection) throws(CatalogError) {
    for file in vacuumed {
      try connection.run(
        "UPDATE files SET vacuumed = ? WHERE table_id = ? AND path = ?",
        [.integer(snapshot), .integer(file.tableID), .text(file.path)])
    }
  }
}

/// Names in one text, in order.
enum NameList {
  static func encoded(_ names: [String]) -> String { names.joined(separator: "\u{1F}") }
  static func decoded(_ text: String) -> [String] {
    text.isEmpty ? [] : text.split(separator: "\u{1F}").map(String.init)
  }
}
