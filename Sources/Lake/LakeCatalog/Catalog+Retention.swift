import Columnar

/// A data file that the newest version of its table does not have, and what a vacuum does with it.
package struct VacuumFile: Sendable, Hashable {
  package var path: String
  package var bytes: Int64
  /// The versions that have it lie between these, both included; none of them can be read without.
  package var firstVersion: Int64
  package var lastVersion: Int64
  /// When the last of them was replaced, or its table dropped; microseconds since the epoch.
  package var replacedMicroseconds: Int64
  /// Nil when it can go.
  package var kept: VacuumReason?
}

extension Catalog {
  /// The superseded data files of a table, each with what keeps it, by last version and path.
  ///
  /// A file can go when every version that has it was replaced before the retention began, and no
  /// tag in force, sealed day, recorded run or reader needs one of them. A dropped table's newest
  /// version counts as replaced when it was dropped. A file that a RESTORE brought back is needed when
  /// any of its spans is.
  ///
  /// Nothing is removed here. A vacuum commits `LakeCommit.vacuumed` first and removes the files
  /// then, so that a crash between leaves files that nobody reads, never versions that lack some.
  ///
  /// - Parameters:
  ///   - retention: Microseconds; a rule of the lake or the table that is longer holds.
  ///   - readers: Snapshots that running readers look at.
  package func vacuumPlan(
    of table: TableRecord, retention: Int64, readers: [Int64] = []
  ) throws(CatalogError) -> [VacuumFile] {
    let now = max(clock(), try head().timeMicroseconds)
    let rules = try retentionRules()
    let retention = max(retention, rules.lake ?? 0, rules.tables[table.id] ?? 0)
    return try read { connection throws(CatalogError) in
      var pins = try VacuumPins(
        of: table.id, now: now, runsSince: rules.runs.map { now - $0 }, connection)
      pins.add(readers: readers)
      var files: [String: VacuumFile] = [:]
      var current: Set<String> = []
      for span in try Catalog.spans(of: table.id, nil, connection) where !span.isVacuumed {
        guard let replaced = span.replaced else {
          current.insert(span.path)
          continue
        }
        var kept = pins.reason(snapshots: span.snapshots, versions: span.versions)
        if kept == nil, replaced > now - retention {
          kept = .retention(untilMicroseconds: replaced + retention)
        }
        let known = files[span.path]
        files[span.path] = VacuumFile(
          path: span.path, bytes: span.bytes,
          firstVersion: min(known?.firstVersion ?? Int64.max, span.versions.begin),
          lastVersion: max(known?.lastVersion ?? 0, span.versions.end - 1),
          replacedMicroseconds: max(known?.replacedMicroseconds ?? Int64.min, replaced),
          kept: known?.kept ?? kept)
      }
      return files.values.filter { !current.contains($0.path) }
        .sorted { ($0.lastVersion, $0.path) < ($1.lastVersion, $1.path) }
    }
  }

  /// How long the lake keeps what is replaced, in microseconds, by its own rules.
  package struct RetentionRules: Sendable, Hashable {
    /// For every table.
    package var lake: Int64?
    /// By table id.
    package var tables: [Int64: Int64] = [:]
    /// How long runs stay replayable; nil keeps them so for ever.
    package var runs: Int64?
  }

  package func retentionRules() throws(CatalogError) -> RetentionRules {
    var rules = RetentionRules()
    let settings = try readOnce { connection throws(CatalogError) in
      try connection.rows("SELECT name, value FROM settings WHERE name LIKE 'retain.%'") {
        row throws(CatalogError) in (row.text(0), row.text(1))
      }
    }
    for (name, value) in settings {
      guard let duration = Int64(value) else {
        throw .corrupted("the retention rule '\(name)' is no number of microseconds")
      }
      if name == RetentionSetting.lake { rules.lake = duration }
      if name == RetentionSetting.runs { rules.runs = duration }
      if let table = RetentionSetting.table(named: name) { rules.tables[table] = duration }
    }
    return rules
  }
}

/// The lake's settings that hold retention rules, in microseconds.
package enum RetentionSetting {
  package static let lake = "retain.lake"
  package static let runs = "retain.runs"
  package static func table(_ id: Int64) -> String { "retain.table.\(id)" }

  fileprivate static func table(named setting: String) -> Int64? {
    let lead = "retain.table."
    return setting.hasPrefix(lead) ? Int64(setting.dropFirst(lead.utf8.count)) : nil
  }
}

/// A stretch of history in which a table has a file; ends are the first without it.
struct FileSpan: Sendable {
  var path: String
  var bytes: Int64
  var versions: (begin: Int64, end: Int64)
  var snapshots: (begin: Int64, end: Int64)
  /// When it ended; nil while the table has it.
  var replaced: Int64?
  var isVacuumed: Bool
}

extension Catalog {
  /// Paths of the files that a table has at any of some snapshots, vacuumed or not.
  package func paths(of table: Int64, at snapshots: [Int64]) throws(CatalogError) -> [String] {
    if snapshots.isEmpty { return [] }
    return try read { connection throws(CatalogError) in
      try Catalog.spans(of: table, nil, connection).filter { span in
        snapshots.contains { span.snapshots.begin <= $0 && $0 < span.snapshots.end }
      }.map(\.path)
    }
  }

  /// Spans of all files of a table, or of one; those of a dropped table end when it was dropped.
  static func spans(
    of table: Int64, _ path: String?, _ connection: borrowing Connection
  ) throws(CatalogError) -> [FileSpan] {
    let newest = try connection.integer(
      "SELECT MAX(version) FROM table_versions WHERE table_id = ?", [.integer(table)])
    let past = (newest ?? -1) + 1
    return try connection.rows(
      """
      SELECT f.path, f.bytes, f.begin_version, f.end_version, f.begin_snapshot,
        MIN(f.end_snapshot, d.end_snapshot) AS ended, s.time, f.vacuumed
      FROM files f JOIN (
        SELECT MAX(end_snapshot) AS end_snapshot FROM tables WHERE id = ?1) d
      LEFT JOIN snapshots s ON s.id = MIN(f.end_snapshot, d.end_snapshot)
      WHERE f.table_id = ?1 \(path == nil ? "" : "AND f.path = ?2")
      """, [.integer(table)] + (path.map { [.text($0)] } ?? [])
    ) { row throws(CatalogError) in
      FileSpan(
        path: row.text(0), bytes: row.integer(1),
        versions: (row.integer(2), min(row.integer(3), past)),
        snapshots: (row.integer(4), row.integer(5)), replaced: row.optionalInteger(6),
        isVacuumed: !row.isNull(7))
    }
  }
}

/// What a commit may do to files that a vacuum takes or took.
enum VacuumRules {
  /// Refuses a vacuum of files that the table has, or that something came to need meanwhile.
  static func check(
    _ files: [VacuumedFile], now: Int64, runsSince: Int64?, _ connection: borrowing Connection
  ) throws(CatalogError) {
    var pins: [Int64: VacuumPins] = [:]
    for file in files {
      let known: VacuumPins
      if let made = pins[file.tableID] {
        known = made
      } else {
        known = try VacuumPins(of: file.tableID, now: now, runsSince: runsSince, connection)
        pins[file.tableID] = known
      }
      for span in try Catalog.spans(of: file.tableID, file.path, connection) {
        let isNeeded =
          span.replaced == nil
          || known.reason(snapshots: span.snapshots, versions: span.versions) != nil
        if isNeeded { throw .invalid("the file '\(file.path)' is needed again: run VACUUM anew") }
      }
    }
  }

  /// Refuses to bring back files that a vacuum took.
  static func check(
    _ change: TableChange, of table: TableRecord, _ connection: borrowing Connection
  ) throws(CatalogError) {
    for file in change.filesAdded {
      let gone = try connection.integer(
        "SELECT 1 FROM files WHERE table_id = ? AND path = ? AND vacuumed IS NOT NULL",
        [.integer(table.id), .text(file.path)])
      if gone != nil {
        throw .invalid("the file '\(file.path)' of '\(table.qualifiedName)' was vacuumed")
      }
    }
  }
}
