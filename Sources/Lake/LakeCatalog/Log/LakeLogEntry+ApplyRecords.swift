import Columnar
import FileStorage

extension LakeLogEntry {
  func applyViews(to connection: borrowing Connection) throws(CatalogError) {
    for name in droppedViews + views.map(\.qualifiedName) {
      try connection.run(
        "UPDATE views SET end_snapshot = ? WHERE schema || '.' || name = ? AND end_snapshot = ?",
        [.integer(snapshot), .text(name), .integer(LakeLogEntry.open)])
    }
    for view in views {
      try connection.run(
        """
        INSERT INTO views (schema, name, sql, definition_hash, output_table, options,
          begin_snapshot) VALUES (?,?,?,?,?,?,?)
        """,
        [
          .text(view.schema), .text(view.name), .text(view.sql), .blob(view.definitionHash.bytes),
          .text(view.outputTable), .text(view.options), .integer(snapshot),
        ])
      let id = connection.lastRow
      for (position, edge) in view.lineage.enumerated() {
        try connection.run(
          "INSERT INTO lineage VALUES (?,?,?,?,?)",
          [
            .integer(id), .integer(Int64(position)), .optional(edge.outputColumn),
            .text(edge.inputTable), .optional(edge.inputColumn),
          ])
      }
    }
  }

  func applyRuns(to connection: borrowing Connection) throws(CatalogError) {
    for run in runs {
      try connection.run(
        "INSERT INTO runs VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        [
          .integer(run.id), .text(run.view), .text(run.status), .integer(run.startedMicroseconds),
          .integer(run.finishedMicroseconds), .integer(run.inputSnapshot),
          .blob(run.definitionHash.bytes), .text(run.engineVersion), .text(run.methods),
          .text(run.parameters), .text(NameList.encoded(run.dates.map(\.description))),
          .integer(run.rowCount), run.contentHash.map { .blob($0.bytes) } ?? .null,
          .text(run.checks), .text(run.message), .integer(snapshot),
        ])
      try connection.run(RunHead.insertion + " WHERE id = ?", [.integer(run.id)])
      let tables = run.inputs.map { ($0, 0) } + run.outputs.map { ($0, 1) }
      for (table, isOutput) in tables {
        try connection.run(
          "INSERT OR IGNORE INTO run_tables VALUES (?,?,?,?)",
          [
            .integer(run.id), .integer(Int64(isOutput)), .integer(table.tableID),
            .integer(table.version),
          ])
      }
    }
  }

  func applyIngests(to connection: borrowing Connection) throws(CatalogError) {
    for file in ingests {
      try connection.run(
        "INSERT INTO ingests VALUES (?,?,?,?,?,?,?,?)",
        IngestKey.values(file.feed, file.region, file.pathDate, file.sha256) + [
          .text(file.path), .integer(file.rows), .integer(file.rejected), .integer(snapshot),
        ])
    }
    let quarantined = try Statement(
      """
      INSERT INTO quarantine (snapshot, feed, file, line, column_name, rule, raw_text, reason)
      VALUES (?,?,?,?,?,?,?,?)
      """, on: connection)
    for row in quarantine {
      try quarantined.run([
        .integer(snapshot), .text(row.feed), .text(row.file), .integer(row.line),
        .optional(row.column), .text(row.rule), .text(row.rawText), .text(row.reason),
      ])
    }
    for check in checks {
      try connection.run(
        """
        INSERT INTO checks (snapshot, subject, name, status, date, rows_checked, rows_failed,
          score, detail) VALUES (?,?,?,?,?,?,?,?,?)
        """,
        [
          .integer(snapshot), .text(check.subject), .text(check.name), .text(check.status),
          .optional(check.businessDate.map { Int64($0.days) }), .integer(check.rowsChecked),
          .integer(check.rowsFailed), check.score.map { .real($0) } ?? .null, .text(check.detail),
        ])
    }
  }

  func applyNames(to connection: borrowing Connection) throws(CatalogError) {
    for name in droppedTags {
      try connection.run("DELETE FROM tags WHERE name = ?", [.text(name)])
    }
    for tag in tags {
      try connection.run(
        "INSERT INTO tags VALUES (?,?,?,?)",
        [
          .text(tag.name), .integer(tag.snapshot), .optional(tag.retainUntilMicroseconds),
          .integer(timeMicroseconds),
        ])
    }
    for seal in seals {
      try connection.run(
        "INSERT INTO seals VALUES (?,?,?,?)",
        [
          .integer(Int64(seal.businessDate.days)), .integer(seal.snapshot), .optional(seal.tag),
          .integer(snapshot),
        ])
    }
    for setting in settings {
      if let value = setting.value {
        try connection.run(
          "INSERT OR REPLACE INTO settings VALUES (?,?)", [.text(setting.name), .text(value)])
      } else {
        try connection.run("DELETE FROM settings WHERE name = ?", [.text(setting.name)])
      }
    }
  }
}

/// The columns that make a landing file the same one.
enum IngestKey {
  static func values(
    _ feed: String, _ region: String, _ date: CalendarDate?, _ sha256: FileDigest
  ) -> [SQLValue] {
    // A primary key cannot hold nulls; no calendar date is that early.
    let day = date.map { Int64($0.days) } ?? Int64.min
    return [.text(feed), .text(region), .integer(day), .blob(sha256.bytes)]
  }
}
