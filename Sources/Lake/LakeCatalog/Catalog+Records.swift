package import Columnar
package import FileStorage

extension Catalog {
  /// The landing file, when it was loaded before.
  package func ingest(
    feed: String, region: String, pathDate: CalendarDate?, sha256: FileDigest
  ) throws(CatalogError) -> IngestedFile? {
    try readOnce { connection throws(CatalogError) in
      try connection.row(
        """
        SELECT \(Catalog.ingestColumns) FROM ingests
        WHERE feed = ? AND region = ? AND path_date = ? AND sha256 = ?
        """, IngestKey.values(feed, region, pathDate, sha256), Catalog.ingest)
    }
  }

  /// The files loaded up to a lake snapshot, oldest first.
  package func ingests(at snapshot: Int64) throws(CatalogError) -> [IngestedFile] {
    try readOnce { connection throws(CatalogError) in
      try connection.rows(
        """
        SELECT \(Catalog.ingestColumns) FROM ingests WHERE snapshot <= ?
        ORDER BY snapshot, feed, region, path
        """, [.integer(snapshot)], Catalog.ingest)
    }
  }

  private static let ingestColumns =
    "feed, region, path_date, sha256, path, rows, rejected, snapshot"

  private static func ingest(_ row: borrowing Statement) throws(CatalogError) -> IngestedFile {
    guard let sha256 = row.digest(3) else {
      throw .corrupted("the loaded file '\(row.text(4))' has no proper hash")
    }
    let day = row.integer(2)
    return IngestedFile(
      feed: row.text(0), region: row.text(1),
      pathDate: day == Int64.min ? nil : CalendarDate(days: Int32(clamping: day)), sha256: sha256,
      path: row.text(4), rows: row.integer(5), rejected: row.integer(6), snapshot: row.integer(7))
  }

  /// The rows set aside up to a lake snapshot, in the order they came.
  package func quarantine(at snapshot: Int64) throws(CatalogError) -> [QuarantinedRow] {
    try readOnce { connection throws(CatalogError) in
      try connection.rows(
        """
        SELECT feed, file, line, column_name, rule, raw_text, reason, snapshot FROM quarantine
        WHERE snapshot <= ? ORDER BY id
        """, [.integer(snapshot)]
      ) { row throws(CatalogError) in
        QuarantinedRow(
          feed: row.text(0), file: row.text(1), line: row.integer(2), column: row.optionalText(3),
          rule: row.text(4), rawText: row.text(5), reason: row.text(6), snapshot: row.integer(7))
      }
    }
  }

  /// The results of checks up to a lake snapshot, in the order they came.
  package func checks(at snapshot: Int64) throws(CatalogError) -> [CheckResult] {
    try readOnce { connection throws(CatalogError) in
      try connection.rows(
        """
        SELECT subject, name, status, date, rows_checked, rows_failed, score, detail, snapshot
        FROM checks WHERE snapshot <= ? ORDER BY id
        """, [.integer(snapshot)]
      ) { row throws(CatalogError) in
        CheckResult(
          subject: row.text(0), name: row.text(1), status: row.text(2),
          businessDate: row.optionalInteger(3).map { CalendarDate(days: Int32(clamping: $0)) },
          rowsChecked: row.integer(4), rowsFailed: row.integer(5),
          score: row.isNull(6) ? nil : row.real(6), detail: row.text(7), snapshot: row.integer(8))
      }
    }
  }
}
