import FileStorage

/// Writes what was ratified to where other engines, and `rebuild`, look for it.
///
/// All calls need the lake's writer lock: files of one table appear in the order of their versions.
struct Publisher {
  let layout: LakeLayout
  let store: any FileStore
  let probe: CommitProbe?

  struct Result {
    var published: [String] = []
    var repaired: [String] = []
    var damaged: [DamagedFile] = []
    var failure: CatalogError?

    func throwIfFailed() throws(CatalogError) { if let failure { throw failure } }
  }

  private struct Pending {
    var table: Int64
    var version: Int64
    var path: String
  }

  /// Publishes all that is ratified and not published, oldest first, and remembers that it was.
  ///
  /// The disk's failure stops it; a file in the way stops only what comes after it in its table.
  func publishPending(_ connection: borrowing Connection) -> Result {
    var result = Result()
    do throws(CatalogError) {
      let snapshots = try connection.rows(
        "SELECT id, time FROM snapshots WHERE published = 0 ORDER BY id"
      ) { row throws(CatalogError) in (row.integer(0), row.integer(1)) }
      var blocked: Set<Int64> = []
      var done: [(snapshot: Int64, members: [Pending], isWhole: Bool)] = []
      defer { remember(done, connection, &result) }
      for (snapshot, time) in snapshots {
        done.append((snapshot, [], false))
        let members = try pending(of: snapshot, connection)
        let free = members.filter { !blocked.contains($0.table) }
        let isPlaced = try publish(free, time, connection, &result)
        for (member, isPlaced) in zip(free, isPlaced) {
          if isPlaced {
            done[done.count - 1].members.append(member)
          } else {
            blocked.insert(member.table)
          }
        }
        // The log names only what is there.
        guard members.allSatisfy({ !blocked.contains($0.table) }) else { continue }
        let entry = try connection.row(
          "SELECT entry FROM entries WHERE snapshot = ?", [.integer(snapshot)]
        ) { row throws(CatalogError) in row.blob(0) }
        let file = FileToPut(
          entry ?? [], at: layout.logFile(snapshot), modifiedMicroseconds: time)
        done[done.count - 1].isWhole = try put([file], &result)[0]
      }
    } catch {
      result.failure = error
    }
    return result
  }

  private func pending(
    of snapshot: Int64, _ connection: borrowing Connection
  ) throws(CatalogError) -> [Pending] {
    try connection.rows(
      """
      SELECT v.table_id, v.version,
        (SELECT path FROM tables t WHERE t.id = v.table_id ORDER BY begin_snapshot DESC LIMIT 1)
      FROM table_versions v WHERE v.snapshot = ? AND v.published = 0
      ORDER BY v.table_id, v.version
      """, [.integer(snapshot)]
    ) { row throws(CatalogError) in
      Pending(table: row.integer(0), version: row.integer(1), path: row.text(2))
    }
  }

  /// Publishes one version each of some tables.
  private func publish(
    _ members: [Pending], _ time: Int64, _ connection: borrowing Connection, _ result: inout Result
  ) throws(CatalogError) -> [Bool] {
    var files: [FileToPut] = []
    for member in members {
      let bytes = try connection.row(
        "SELECT json FROM commits WHERE table_id = ? AND version = ?",
        [.integer(member.table), .integer(member.version)]
      ) { row throws(CatalogError) in row.blob(0) }
      if member.version == 0 {
        try CatalogError.files { () throws(FileError) in
          try store.makeDirectory(layout.deltaLog(member.path))
        }
      }
      let path = layout.commitFile(member.path, version: member.version)
      files.append(FileToPut(bytes ?? [], at: path, modifiedMicroseconds: time))
    }
    return try put(files, &result)
  }

  /// For each file false when something else is in the way.
  private func put(
    _ files: [FileToPut], _ result: inout Result
  ) throws(CatalogError) -> [Bool] {
    let isNew = try CatalogError.files { () throws(FileError) in try store.putAllIfAbsent(files) }
    var isPlaced: [Bool] = []
    for (file, isNew) in zip(files, isNew) {
      if isNew {
        result.published.append(file.path)
        isPlaced.append(true)
      } else {
        let time = file.modifiedMicroseconds ?? 0
        isPlaced.append(try compare(file.bytes, at: file.path, time, &result))
      }
    }
    return isPlaced
  }

  /// Compares a published file with what was ratified, and puts right what a crash can have done.
  ///
  /// A file that ends early or in zeros holds nothing that the catalog has not; it is replaced.
  /// Anything else is somebody's data: it is reported and left alone.
  func compare(
    _ bytes: [UInt8], at path: String, _ time: Int64, _ result: inout Result
  ) throws(CatalogError) -> Bool {
    do throws(FileError) {
      guard try store.status(path) != nil else {
        try store.makeDirectory(parentDirectory(of: path))
        let isNew = try store.putIfAbsent(bytes, at: path, modifiedMicroseconds: time)
        if isNew { result.repaired.append(path) }
        return isNew
      }
      let found = try store.read(path)
      if found == bytes {
        // The name may be there without being durable: its writer may have died before the sync.
        try store.syncDirectory(parentDirectory(of: path))
        return true
      }
      let finding = DamagedFile.Finding(found: found, expected: bytes)
      if finding == .altered {
        result.damaged.append(DamagedFile(path: path, finding: finding))
        return false
      }
      try store.replace(bytes, at: path)
      result.repaired.append(path)
      return true
    } catch {
      throw .file(error)
    }
  }

  /// Forgetting this is harmless, so it does not wait for the disk.
  private func remember(
    _ done: [(snapshot: Int64, members: [Pending], isWhole: Bool)],
    _ connection: borrowing Connection, _ result: inout Result
  ) {
    do throws(CatalogError) {
      try connection.transaction(sync: false, probe: probe) { () throws(CatalogError) in
        for (snapshot, members, isWhole) in done {
          for member in members {
            try connection.run(
              "UPDATE table_versions SET published = 1 WHERE table_id = ? AND version = ?",
              [.integer(member.table), .integer(member.version)])
          }
          if isWhole {
            try connection.run(
              "UPDATE snapshots SET published = 1 WHERE id = ?", [.integer(snapshot)])
          }
        }
      }
    } catch {
      if result.failure == nil { result.failure = error }
    }
  }
}

/// A published file that is not what was ratified.
package struct DamagedFile: Sendable, Hashable {
  package enum Finding: String, Sendable, Hashable {
    case missing
    case empty
    /// It ends early.
    case torn
    /// It ends in zeros.
    case zeros
    /// It has other content.
    case altered

    init(found: [UInt8], expected: [UInt8]) {
      let content = found.lastIndex { $0 != 0 }.map { found[...$0] } ?? []
      if found.isEmpty {
        self = .empty
      } else if !expected.starts(with: content) || found.count > expected.count {
        self = .altered
      } else {
        self = content.count == found.count ? .torn : .zeros
      }
    }
  }

  package var path: String
  package var finding: Finding

  package init(path: String, finding: Finding) {
    self.path = path
    self.finding = finding
  }
}
