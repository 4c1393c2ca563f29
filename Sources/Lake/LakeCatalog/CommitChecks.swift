/// Checks what a commit says besides its tables' changes.
enum CommitChecks {
  /// Enters the checked records in the log entry.
  static func fill(
    _ entry: inout LakeLogEntry, from commit: LakeCommit, _ connection: borrowing Connection
  ) throws(CatalogError) {
    let head = entry.snapshot - 1
    for table in commit.droppedTables where try TableQueries.live(table, connection) == nil {
      throw .unknownTable(name: "#\(table)", candidates: [])
    }
    for schema in commit.schemas {
      let known = "SELECT 1 FROM schemas WHERE name = ?"
      if try connection.integer(known, [.text(schema)]) != nil {
        throw .alreadyExists(what: "schema", name: schema)
      }
    }
    for file in commit.ingests {
      let key = IngestKey.values(file.feed, file.region, file.pathDate, file.sha256)
      let known = """
        SELECT 1 FROM ingests WHERE feed = ? AND region = ? AND path_date = ? AND sha256 = ?
        """
      if try connection.integer(known, key) != nil {
        throw .alreadyExists(what: "loaded file", name: file.path)
      }
    }
    try checkNames(commit, connection)
    if !commit.vacuumed.isEmpty {
      let kept = try connection.row(
        "SELECT value FROM settings WHERE name = ?", [.text(RetentionSetting.runs)]
      ) { row throws(CatalogError) in row.text(0) }
      let now = entry.timeMicroseconds
      let since = kept.flatMap { Int64($0) }.map { now - $0 }
      try VacuumRules.check(commit.vacuumed, now: now, runsSince: since, connection)
    }
    entry.schemas = commit.schemas
    entry.views = commit.views
    entry.droppedViews = commit.droppedViews
    entry.ingests = commit.ingests
    entry.quarantine = commit.quarantine
    entry.checks = commit.checks
    entry.droppedTags = commit.droppedTags
    entry.settings = commit.settings
    entry.vacuumed = commit.vacuumed
    for tag in commit.tags {
      var placed = tag
      placed.snapshot = try pinned(tag.snapshot, entry.snapshot, head)
      entry.tags.append(placed)
    }
    for seal in commit.seals {
      var placed = seal
      placed.snapshot = try pinned(seal.snapshot, entry.snapshot, head)
      entry.seals.append(placed)
    }
  }

  private static func checkNames(
    _ commit: LakeCommit, _ connection: borrowing Connection
  ) throws(CatalogError) {
    let tags = try connection.rows("SELECT name FROM tags ORDER BY name") {
      row throws(CatalogError) in row.text(0)
    }
    for name in commit.droppedTags where !tags.contains(name) {
      throw .unknownTag(name: name, known: tags)
    }
    var taken = Set(tags).subtracting(commit.droppedTags)
    for tag in commit.tags where !taken.insert(tag.name).inserted {
      throw .alreadyExists(what: "tag", name: tag.name)
    }
    for name in commit.droppedViews {
      let known = "SELECT 1 FROM views WHERE schema || '.' || name = ? AND end_snapshot = ?"
      let values: [SQLValue] = [.text(name), .integer(LakeLogEntry.open)]
      if try connection.integer(known, values) == nil {
        throw .unknownTable(name: name, candidates: [])
      }
    }
    for run in commit.runs where !run.outputChanges.allSatisfy(commit.changes.indices.contains) {
      throw .invalid("a run of '\(run.record.view)' names an output that the commit does not have")
    }
  }

  /// The snapshot that a tag or seal holds: one there is, or the one being made.
  private static func pinned(
    _ asked: Int64, _ snapshot: Int64, _ head: Int64
  ) throws(CatalogError) -> Int64 {
    if asked == LakeCommit.thisSnapshot { return snapshot }
    guard (0...head).contains(asked) else {
      throw .unknownSnapshot(id: asked, first: 0, last: head)
    }
    return asked
  }
}
