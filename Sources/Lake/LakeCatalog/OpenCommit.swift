import FileStorage

/// Commits to a table that other engines may commit to as well.
///
/// They know nothing of the catalog: whoever links `_delta_log/N.json` first has version N. So here
/// the link decides. (1) The whole commit is remembered as an intent, in a transaction of its own.
/// (2) The open table's file is linked. (3) The catalog takes the commit over and forgets the
/// intent. After a crash the file tells: when it holds the intent's bytes the commit won, and (3)
/// is done; otherwise it never happened. The writer lock is held throughout, so there is at most
/// one intent, and it is settled before anything else is committed.
struct OpenCommit {
  let layout: LakeLayout
  let store: any FileStore
  let probe: CommitProbe?

  /// Runs the three steps.
  func commit(
    preparing prepare: (borrowing Connection) throws(CatalogError) -> PreparedCommit,
    on connection: borrowing Connection
  ) throws(CatalogError) -> CommitOutcome {
    let prepared = try connection.transaction(probe: probe) { () throws(CatalogError) in
      let prepared = try prepare(connection)
      guard prepared.openMember != nil else {
        try prepared.apply(to: connection)
        return prepared
      }
      // Nothing may be found wrong after the link, so the commit is tried and taken back first.
      try connection.execute("SAVEPOINT trial")
      try prepared.apply(to: connection)
      try connection.execute("ROLLBACK TO trial")
      try connection.execute("RELEASE trial")
      try remember(prepared, connection)
      return prepared
    }
    guard let position = prepared.openMember else { return prepared.outcome }
    let member = prepared.entry.members[position]
    let path = layout.commitFile(member.path, version: member.version)
    let time = prepared.entry.timeMicroseconds
    switch link(prepared.contents[position], path, time) {
    case .ours: break
    case .foreign:
      try forget(connection)
      throw .foreignCommit(table: member.path, version: member.version)
    case .refused(let error):
      try forget(connection)
      throw .file(error)
    case .unknown(let error):
      throw .outcomeUnknown("\(error.operation) '\(error.path)': \(error.reason)")
    }
    do throws(CatalogError) {
      try finish(prepared, connection)
    } catch {
      throw .outcomeUnknown("\(error)")
    }
    return prepared.outcome
  }

  /// Settles the intent that a crash may have left; call it under the writer lock.
  func settle(_ connection: borrowing Connection) throws(CatalogError) {
    let intent = try connection.row("SELECT entry, member FROM intents") {
      row throws(CatalogError) in (row.blob(0), Int(row.integer(1)))
    }
    guard let (bytes, position) = intent else { return }
    let contents = try connection.rows("SELECT json FROM intent_commits ORDER BY position") {
      row throws(CatalogError) in row.blob(0)
    }
    let entry = try LakeLogEntry(parsing: bytes)
    guard entry.members.indices.contains(position), contents.count == entry.members.count else {
      throw .corrupted("the intent of snapshot \(entry.snapshot) is not whole")
    }
    let member = entry.members[position]
    let path = layout.commitFile(member.path, version: member.version)
    let found: [UInt8]? = try CatalogError.files { () throws(FileError) in
      try store.status(path) == nil ? nil : try store.read(path)
    }
    guard found == contents[position] else { return try forget(connection) }
    // The name may be there without being durable: its writer may have died before the sync.
    try CatalogError.files { () throws(FileError) in
      try store.syncDirectory(parentDirectory(of: path))
    }
    let outcome = CommitOutcome(
      snapshot: LakeSnapshot(id: entry.snapshot, timeMicroseconds: entry.timeMicroseconds),
      versions: [], runs: [])
    try finish(
      PreparedCommit(
        entry: entry, bytes: bytes, contents: contents, outcome: outcome, openMember: position),
      connection)
  }

  private enum Link {
    case ours
    case foreign
    /// The disk failed, and the file is surely not there.
    case refused(FileError)
    /// The disk failed, and it cannot be told whether the file is there.
    case unknown(FileError)
  }

  private func link(_ bytes: [UInt8], _ path: String, _ time: Int64) -> Link {
    do throws(FileError) {
      if try store.putIfAbsent(bytes, at: path, modifiedMicroseconds: time) { return .ours }
      // These very bytes hold our number of the snapshot: nobody else wrote them.
      guard try store.read(path) == bytes else { return .foreign }
      try store.syncDirectory(parentDirectory(of: path))
      return .ours
    } catch {
      do throws(FileError) {
        if try store.status(path) == nil { return .refused(error) }
        if try store.read(path) != bytes { return .foreign }
        try store.syncDirectory(parentDirectory(of: path))
        return .ours
      } catch {
        return .unknown(error)
      }
    }
  }

  private func remember(
    _ prepared: PreparedCommit, _ connection: borrowing Connection
  ) throws(CatalogError) {
    try connection.run(
      "INSERT INTO intents (id, entry, member) VALUES (1,?,?)",
      [.blob(prepared.bytes), .integer(Int64(prepared.openMember ?? 0))])
    for (position, content) in prepared.contents.enumerated() {
      try connection.run(
        "INSERT INTO intent_commits VALUES (?,?)", [.integer(Int64(position)), .blob(content)])
    }
  }

  private func finish(
    _ prepared: PreparedCommit, _ connection: borrowing Connection
  ) throws(CatalogError) {
    try connection.transaction(probe: probe) { () throws(CatalogError) in
      try prepared.apply(to: connection)
      if let position = prepared.openMember {
        // Its link was its publication.
        let member = prepared.entry.members[position]
        try connection.run(
          "UPDATE table_versions SET published = 1 WHERE table_id = ? AND version = ?",
          [.integer(member.table), .integer(member.version)])
      }
      try connection.execute("DELETE FROM intent_commits")
      try connection.execute("DELETE FROM intents")
    }
  }

  private func forget(_ connection: borrowing Connection) throws(CatalogError) {
    try connection.transaction(probe: probe) { () throws(CatalogError) in
      try connection.execute("DELETE FROM intent_commits")
      try connection.execute("DELETE FROM intents")
    }
  }
}
