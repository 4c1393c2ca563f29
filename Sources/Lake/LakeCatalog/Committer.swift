import FileStorage

/// Turns a request into the lake's next snapshot, inside one write transaction.
///
/// Ids, versions and the time are given out here and nowhere else, so they cannot clash: the
/// transaction holds the database's write lock and the caller the lake's writer lock.
struct Committer {
  let lake: String
  let clock: @Sendable () -> Int64

  private struct Head {
    var snapshot: Int64
    var time: Int64
    var hash: FileDigest
  }

  /// One change with everything about its place in history settled.
  private struct Placed {
    var change: TableChange
    var table: Int64
    var definition: TableDefinition
    var version: Int64
  }

  /// Checks the request against the newest state, and settles everything about it.
  func prepare(
    _ commit: LakeCommit, on connection: borrowing Connection
  ) throws(CatalogError) -> PreparedCommit {
    let head = try readHead(connection)
    let snapshot = head.snapshot + 1
    // A step of a millisecond keeps Delta's times, which are cut to milliseconds, ascending too.
    let time = max(clock(), head.time + 1000)
    let placed = try place(commit.changes, connection)
    let firstRun = try (connection.integer("SELECT MAX(id) FROM runs") ?? 0) + 1
    let runs = commit.runs.indices.map { firstRun + Int64($0) }

    var entry = LakeLogEntry(
      lake: lake, snapshot: snapshot, timeMicroseconds: time, actor: commit.actor,
      operation: commit.operation, statement: commit.statement, reason: commit.reason,
      message: commit.message, previous: head.hash)
    try CommitChecks.fill(&entry, from: commit, connection)
    entry.declared = try declared(placed, commit, connection)
    entry.dropped = commit.droppedTables

    var contents: [[UInt8]] = []
    for place in placed {
      let position = CommitPosition(
        lake: lake, tableID: place.table, version: place.version, snapshot: snapshot,
        timeMicroseconds: time, runs: runs)
      let bytes: [UInt8]
      do { bytes = try place.change.buildCommit(position) } catch {
        throw .commitContent(table: place.definition.qualifiedName, error)
      }
      contents.append(bytes)
      entry.members.append(member(place, bytes))
    }
    entry.runs = zip(commit.runs, runs).map { run, id in
      var record = run.record
      record.id = id
      record.outputs += run.outputChanges.map {
        TableVersionReference(tableID: placed[$0].table, version: placed[$0].version)
      }
      return record
    }
    let outcome = CommitOutcome(
      snapshot: LakeSnapshot(id: snapshot, timeMicroseconds: time),
      versions: placed.map { TableVersionReference(tableID: $0.table, version: $0.version) },
      runs: runs)
    return PreparedCommit(
      entry: entry, bytes: entry.encoded(), contents: contents, outcome: outcome,
      openMember: try openMember(placed))
  }

  /// The position of the table that others may commit to as well.
  private func openMember(_ placed: [Placed]) throws(CatalogError) -> Int? {
    // Nobody else knows of a table before it is there, and what is imported has won its place.
    let open = placed.indices.filter {
      placed[$0].definition.mode == .open && placed[$0].version > 0 && !placed[$0].change.isImport
    }
    if open.count > 1 {
      throw .invalid("a commit changes two open tables; only one can be changed at once")
    }
    return open.first
  }

  private func readHead(_ connection: borrowing Connection) throws(CatalogError) -> Head {
    let head = try connection.row(
      "SELECT id, time, hash FROM snapshots ORDER BY id DESC LIMIT 1"
    ) { row throws(CatalogError) in
      guard let hash = row.digest(2) else {
        throw CatalogError.corrupted("snapshot \(row.integer(0)) has no proper hash")
      }
      return Head(snapshot: row.integer(0), time: row.integer(1), hash: hash)
    }
    guard let head else { throw .corrupted("the lake has no first snapshot") }
    return head
  }

  private func member(_ place: Placed, _ bytes: [UInt8]) -> LakeLogEntry.Member {
    let change = place.change
    return LakeLogEntry.Member(
      table: place.table, path: place.definition.path, version: place.version,
      operation: change.operation, sha256: SHA256.digest(bytes), commitBytes: Int64(bytes.count),
      rowsAdded: change.rowsAdded, rowsRemoved: change.rowsRemoved, metadata: change.metadata,
      added: change.filesAdded, removed: change.filesRemoved, dates: change.dates)
  }

  private func place(
    _ changes: [TableChange], _ connection: borrowing Connection
  ) throws(CatalogError) -> [Placed] {
    var nextTable = try (connection.integer("SELECT MAX(id) FROM tables") ?? 0) + 1
    var placed: [Placed] = []
    for change in changes {
      switch change.target {
      case .new(let definition):
        guard change.metadata != nil else {
          throw .invalid("the new table '\(definition.qualifiedName)' has no metadata")
        }
        placed.append(
          Placed(change: change, table: nextTable, definition: definition, version: 0))
        nextTable += 1
      case .existing(let id):
        if placed.contains(where: { $0.table == id }) {
          throw .invalid("a commit changes table \(id) twice")
        }
        placed.append(try place(change, id, connection))
      }
    }
    return placed
  }

  /// Appends commute with everything but a change of the metadata they were written for.
  private func place(
    _ change: TableChange, _ id: Int64, _ connection: borrowing Connection
  ) throws(CatalogError) -> Placed {
    guard let table = try TableQueries.live(id, connection) else {
      // Dropped since the change was made.
      let name = try connection.row(
        "SELECT schema || '.' || name FROM tables WHERE id = ? ORDER BY begin_snapshot DESC LIMIT 1",
        [.integer(id)]
      ) { row throws(CatalogError) in row.text(0) }
      throw .unknownTable(name: name ?? "#\(id)", candidates: [])
    }
    let key: [SQLValue] = [.integer(id)]
    let versions = "FROM table_versions WHERE table_id = ?"
    guard let head = try connection.integer("SELECT MAX(version) " + versions, key) else {
      throw .corrupted("'\(table.qualifiedName)' has no version")
    }
    if change.baseVersion > head {
      throw .invalid(
        "a change of '\(table.qualifiedName)' is based on version \(change.baseVersion), "
          + "and the newest is \(head)")
    }
    let metadata =
      try connection.integer("SELECT MAX(version) FROM table_metadata WHERE table_id = ?", key)
      ?? 0
    let isStale = change.isBlindAppend ? change.baseVersion < metadata : change.baseVersion < head
    if isStale {
      throw .conflict(table: table.qualifiedName, base: change.baseVersion, head: head)
    }
    if change.isBlindAppend, !change.filesRemoved.isEmpty || change.metadata != nil {
      throw .invalid("a blind append to '\(table.qualifiedName)' does more than add files")
    }
    try VacuumRules.check(change, of: table, connection)
    return Placed(
      change: change, table: id, definition: change.definition ?? table.definition,
      version: head + 1)
  }

  /// New and changed declarations, once their names are known to be free.
  private func declared(
    _ placed: [Placed], _ commit: LakeCommit, _ connection: borrowing Connection
  ) throws(CatalogError) -> [DeclaredTable] {
    var declared: [DeclaredTable] = []
    for place in placed {
      if case .existing = place.change.target, place.change.definition == nil { continue }
      let definition = place.definition
      let holder = try connection.integer(
        "SELECT id FROM tables WHERE schema = ? AND name = ? AND end_snapshot = ? AND id <> ?",
        [
          .text(definition.schema), .text(definition.name), .integer(LakeLogEntry.open),
          .integer(place.table),
        ])
      let isFree = holder.map { commit.droppedTables.contains($0) } ?? true
      let lowered = definition.qualifiedName.lowercased()
      let isUnique = !declared.contains { $0.definition.qualifiedName.lowercased() == lowered }
      guard isFree, isUnique else {
        throw .alreadyExists(what: "table", name: definition.qualifiedName)
      }
      guard LakeLayout.isTablePath(definition.path) else {
        throw .invalid("'\(definition.path)' is no directory for a table of the lake")
      }
      let owner = try connection.integer(
        "SELECT id FROM tables WHERE path = ? AND id <> ?",
        [.text(definition.path), .integer(place.table)])
      if owner != nil { throw .alreadyExists(what: "table in", name: definition.path) }
      declared.append(DeclaredTable(id: place.table, definition: definition))
    }
    return declared
  }
}

/// A commit with everything settled, not yet true.
struct PreparedCommit: Sendable {
  var entry: LakeLogEntry
  /// The entry's file.
  var bytes: [UInt8]
  /// The members' commits, in order.
  var contents: [[UInt8]]
  var outcome: CommitOutcome
  /// The member whose table is open to other writers.
  var openMember: Int?

  /// Makes it true.
  func apply(to connection: borrowing Connection) throws(CatalogError) {
    try entry.apply(to: connection, bytes: bytes, commits: contents, isPublished: false)
  }
}
