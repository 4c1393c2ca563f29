package import Columnar
import FileStorage

/// What is read of each file besides its row.
package struct FileDetail: OptionSet, Sendable {
  package let rawValue: Int
  package init(rawValue: Int) { self.rawValue = rawValue }

  /// Typed minima, maxima and null counts by column.
  package static let ranges = FileDetail(rawValue: 1)
  /// The Delta statistics text and the opaque summary.
  package static let statistics = FileDetail(rawValue: 2)
}

extension Catalog {
  /// The data files of a table at a version, in the order they were added.
  ///
  /// - Parameters:
  ///   - dates: Leaves out files that surely hold no row of these business dates.
  ///   - bounds: Leaves out files that surely hold no row within all of these.
  /// - Complexity: one index range, whatever the number of versions before or after.
  package func files(
    of table: TableRecord, version: Int64, dates: ClosedRange<CalendarDate>? = nil,
    bounds: [ColumnBound] = [], detail: FileDetail = []
  ) throws(CatalogError) -> [FileRecord] {
    try read { connection throws(CatalogError) in
      let (files, isWhole) = try Catalog.liveFiles(table.id, version, dates, bounds, connection)
      guard isWhole else { throw try Catalog.vacuumed(table, version, connection) }
      if detail.isEmpty || files.isEmpty { return files }
      return try Catalog.detailed(files, detail, connection)
    }
  }

  /// The refusal of a version that a vacuum took files of, with the versions that remain.
  private static func vacuumed(
    _ table: TableRecord, _ version: Int64, _ connection: borrowing Connection
  ) throws(CatalogError) -> CatalogError {
    var first: Int64 = 0
    var remaining: [ClosedRange<Int64>] = []
    let newest = try connection.integer(
      "SELECT MAX(version) FROM table_versions WHERE table_id = ?", [.integer(table.id)])
    for gone in try unreadableVersions(of: table.id, connection) {
      if first < gone.lowerBound { remaining.append(first...(gone.lowerBound - 1)) }
      first = gone.upperBound + 1
    }
    if let newest, first <= newest { remaining.append(first...newest) }
    return .vacuumed(table: table.qualifiedName, version: version, remaining: remaining)
  }

  private static func liveFiles(
    _ table: Int64, _ version: Int64, _ dates: ClosedRange<CalendarDate>?,
    _ bounds: [ColumnBound], _ connection: borrowing Connection
  ) throws(CatalogError) -> ([FileRecord], isWhole: Bool) {
    var values: [SQLValue] = [.integer(table), .integer(version)]
    var source = try index(table, version, connection)
    var filter = ""
    if let dates {
      source = "files INDEXED BY files_by_date"
      filter = "AND date_max >= ?3 AND date_min <= ?4"
      values += [.integer(Int64(dates.lowerBound.days)), .integer(Int64(dates.upperBound.days))]
    }
    for bound in bounds { filter += bound.condition(&values) }
    var isWhole = true
    var files = try connection.rows(
      """
      SELECT id, path, begin_version, begin_snapshot, end_version, rows, bytes, sha256, date_min,
        date_max, vacuumed FROM \(source)
      WHERE table_id = ?1 AND begin_version <= ?2 AND end_version > ?2 \(filter)
      """, values
    ) { row throws(CatalogError) in
      if !row.isNull(10) { isWhole = false }
      return try record(row)
    }
    // The index gives them nearly in order; sorting rows in SQL would copy each once more.
    files.sort { $0.id < $1.id }
    return (files, isWhole)
  }

  static func record(_ row: borrowing Statement) throws(CatalogError) -> FileRecord {
    guard let sha256 = row.digest(7) else {
      throw .corrupted("the file '\(row.text(1))' has no proper hash")
    }
    let (first, last) = (row.integer(8), row.integer(9))
    let isDated = first != UnknownDates.first && first <= last
    let dates =
      isDated
      ? CalendarDate(days: Int32(clamping: first))...CalendarDate(days: Int32(clamping: last)) : nil
    let file = FileRow(
      path: row.text(1), rows: row.integer(5), bytes: row.integer(6), sha256: sha256, dates: dates)
    let end = row.integer(4)
    return FileRecord(
      id: row.integer(0), file: file, beginVersion: row.integer(2), beginSnapshot: row.integer(3),
      endVersion: end == LakeLogEntry.open ? nil : end, isVacuumed: !row.isNull(10))
  }

  private static func detailed(
    _ files: [FileRecord], _ detail: FileDetail, _ connection: borrowing Connection
  ) throws(CatalogError) -> [FileRecord] {
    var files = files
    if detail.contains(.ranges) {
      let ranges = try Statement(
        """
        SELECT name, kind, scale, minimum, maximum, nulls FROM file_ranges WHERE file_id = ?
        ORDER BY position
        """, on: connection)
      for index in files.indices {
        try ranges.bind([.integer(files[index].id)])
        while try ranges.step() { files[index].file.ranges.append(try range(ranges)) }
      }
    }
    if detail.contains(.statistics) {
      let statistics = try Statement(
        "SELECT statistics, summary FROM file_statistics WHERE file_id = ?", on: connection)
      for index in files.indices {
        try statistics.bind([.integer(files[index].id)])
        guard try statistics.step() else { continue }
        files[index].file.statistics = statistics.text(0)
        files[index].file.summary = statistics.blob(1)
      }
    }
    return files
  }

  private static func range(_ row: borrowing Statement) throws(CatalogError) -> ColumnRange {
    let (kind, scale) = (row.integer(1), row.integer(2))
    return ColumnRange(
      column: row.text(0),
      minimum: try StoredValue.value(kind: kind, scale: scale, row.value(3)),
      maximum: try StoredValue.value(kind: kind, scale: scale, row.value(4)),
      nulls: row.optionalInteger(5))
  }

  /// How many rows a table has at a version.
  ///
  /// - Complexity: one row, whatever the number of files and versions.
  package func rowCount(of table: TableRecord, version: Int64) throws(CatalogError) -> Int64 {
    if format < Migrations.countsRows { return try sumOfRows(of: table, version: version) }
    let found = try readOnce { connection throws(CatalogError) in
      try connection.row(
        """
        SELECT total_rows, NOT EXISTS (
          SELECT 1 FROM files INDEXED BY files_vacuumed
          WHERE table_id = ?1 AND vacuumed IS NOT NULL AND begin_version <= ?2 AND end_version > ?2)
        FROM table_versions WHERE table_id = ?1 AND version = ?2
        """, [.integer(table.id), .integer(version)]
      ) { row throws(CatalogError) in (rows: row.optionalInteger(0), isWhole: row.flag(1)) }
    }
    if let found, found.isWhole, let rows = found.rows { return rows }
    return try sumOfRows(of: table, version: version)
  }

  /// - Complexity: one index range; no file's row leaves the database.
  private func sumOfRows(of table: TableRecord, version: Int64) throws(CatalogError) -> Int64 {
    let (rows, isWhole) = try read { connection throws(CatalogError) in
      let source = try Catalog.index(table.id, version, connection)
      let found = try connection.row(
        """
        SELECT SUM(rows), MAX(vacuumed) FROM \(source)
        WHERE table_id = ?1 AND begin_version <= ?2 AND end_version > ?2
        """, [.integer(table.id), .integer(version)]
      ) { row throws(CatalogError) in (row.optionalInteger(0) ?? 0, row.isNull(1)) }
      return found ?? (0, true)
    }
    guard isWhole else {
      throw try readOnce { connection throws(CatalogError) in
        try Catalog.vacuumed(table, version, connection)
      }
    }
    return rows
  }

  /// The index by which a version's files are found.
  private static func index(
    _ table: Int64, _ version: Int64, _ connection: borrowing Connection
  ) throws(CatalogError) -> String {
    // An old version has few files that began before it, a new one few that ended before it.
    let head = try connection.integer(
      "SELECT MAX(version) FROM table_versions WHERE table_id = ?", [.integer(table)])
    if let head, version < head / 2 { return "files INDEXED BY files_by_begin" }
    return "files INDEXED BY files_by_end"
  }

  /// How many data files a table has now.
  package func fileCount(of table: Int64) throws(CatalogError) -> Int64 {
    try readOnce { connection throws(CatalogError) in
      try connection.integer(
        """
        SELECT COUNT(*) FROM files INDEXED BY files_by_end WHERE table_id = ? AND end_version = ?
        """, [.integer(table), .integer(LakeLogEntry.open)]) ?? 0
    }
  }

  /// All files that a table ever had, with their intervals: for vacuum and `system.files`.
  package func allFiles(
    of table: Int64, detail: FileDetail = []
  ) throws(CatalogError) -> [FileRecord] {
    try readOnce { connection throws(CatalogError) in
      let files = try connection.rows(
        """
        SELECT id, path, begin_version, begin_snapshot, end_version, rows, bytes, sha256, date_min,
          date_max, vacuumed FROM files INDEXED BY files_by_begin
        WHERE table_id = ? ORDER BY id
        """, [.integer(table)], Catalog.record)
      return detail.isEmpty ? files : try Catalog.detailed(files, detail, connection)
    }
  }
}
