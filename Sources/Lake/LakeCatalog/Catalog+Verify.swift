package import FileStorage

/// What `verify` found. An empty list of faults means that everything agrees.
package struct VerificationReport: Sendable, Hashable {
  package var snapshots: Int64 = 0
  package var versions: Int64 = 0
  /// The newest link of the chain: kept elsewhere, it shows later that nothing was altered.
  package var head: FileDigest = .zero
  package var faults: [VerificationFault] = []
}

package enum VerificationFault: Sendable, Hashable {
  /// The snapshot's entry does not have the hash that is recorded for it.
  case alteredEntry(snapshot: Int64)
  /// The snapshot does not name the hash of the one before it, or one is missing between them.
  case brokenChain(snapshot: Int64)
  /// The chain does not pass through the link that was handed in.
  case foreignChain(snapshot: Int64)
  /// The commit in the catalog does not have the hash that the snapshot's entry states.
  case alteredCommit(tableID: Int64, version: Int64)
  /// A table's versions are not 0, 1, 2 …
  case missingVersion(tableID: Int64, version: Int64)
  /// A published file is not what was ratified.
  case file(DamagedFile)
}

extension Catalog {
  /// Checks the chain of snapshots, every commit against it, and every published file.
  ///
  /// - Parameter known: A link kept from an earlier verification: its snapshot and hash.
  /// - Complexity: reads every log entry and commit once; data files are not read.
  package func verify(
    known: (snapshot: Int64, hash: FileDigest)? = nil
  ) throws(CatalogError) -> VerificationReport {
    try read { connection throws(CatalogError) in
      var report = VerificationReport()
      let snapshots = try connection.rows(
        "SELECT id, previous_hash, hash, published FROM snapshots ORDER BY id"
      ) { row throws(CatalogError) in
        (id: row.integer(0), previous: row.blob(1), hash: row.blob(2), isPublished: row.flag(3))
      }
      var previous = FileDigest.zero.bytes
      for (position, snapshot) in snapshots.enumerated() {
        if snapshot.previous != previous || snapshot.id != Int64(position) {
          report.faults.append(.brokenChain(snapshot: snapshot.id))
        }
        if let known, known.snapshot == snapshot.id, known.hash.bytes != snapshot.hash {
          report.faults.append(.foreignChain(snapshot: snapshot.id))
        }
        try verify(
          snapshot.id, snapshot.hash, previous, snapshot.isPublished, connection, &report)
        previous = snapshot.hash
        report.snapshots += 1
      }
      if let known, known.snapshot >= Int64(snapshots.count) {
        report.faults.append(.foreignChain(snapshot: known.snapshot))
      }
      report.head = FileDigest(bytes: previous) ?? .zero
      try verifyVersions(connection, &report)
      return report
    }
  }

  private func verify(
    _ snapshot: Int64, _ hash: [UInt8], _ previous: [UInt8], _ isPublished: Bool,
    _ connection: borrowing Connection, _ report: inout VerificationReport
  ) throws(CatalogError) {
    let bytes = try connection.row(
      "SELECT entry FROM entries WHERE snapshot = ?", [.integer(snapshot)]
    ) { row throws(CatalogError) in row.blob(0) }
    guard let bytes, SHA256.digest(bytes).bytes == hash else {
      report.faults.append(.alteredEntry(snapshot: snapshot))
      return
    }
    let entry = try LakeLogEntry(parsing: bytes)
    if entry.previous.bytes != previous || entry.snapshot != snapshot {
      report.faults.append(.brokenChain(snapshot: snapshot))
    }
    if isPublished { compare(bytes, layout.logFile(snapshot), &report) }
    for member in entry.members {
      report.versions += 1
      let row = try connection.row(
        """
        SELECT c.json, v.published, v.sha256 FROM commits c
        JOIN table_versions v USING (table_id, version) WHERE c.table_id = ? AND c.version = ?
        """, [.integer(member.table), .integer(member.version)]
      ) { row throws(CatalogError) in (row.blob(0), row.flag(1), row.blob(2)) }
      // Empty after a rebuild without it: cleaned up in the log of an open table.
      if let row, row.0.isEmpty, row.2 == member.sha256.bytes { continue }
      guard let (commit, isPublished, recorded) = row,
        SHA256.digest(commit) == member.sha256, recorded == member.sha256.bytes
      else {
        report.faults.append(.alteredCommit(tableID: member.table, version: member.version))
        continue
      }
      let path = layout.commitFile(member.path, version: member.version)
      if isPublished { compare(commit, path, &report) }
    }
  }

  private func compare(
    _ expected: [UInt8], _ path: String, _ report: inout VerificationReport
  ) {
    do throws(FileError) {
      let found = try store.read(path)
      if found == expected { return }
      let finding = DamagedFile.Finding(found: found, expected: expected)
      report.faults.append(.file(DamagedFile(path: path, finding: finding)))
    } catch {
      report.faults.append(.file(DamagedFile(path: path, finding: .missing)))
    }
  }

  private func verifyVersions(
    _ connection: borrowing Connection, _ report: inout VerificationReport
  ) throws(CatalogError) {
    let gaps = try connection.rows(
      """
      SELECT table_id, version FROM (
        SELECT table_id, version,
          ROW_NUMBER() OVER (PARTITION BY table_id ORDER BY version) - 1 AS expected
        FROM table_versions) WHERE version <> expected
      GROUP BY table_id HAVING version = MIN(version)
      """
    ) { row throws(CatalogError) in (row.integer(0), row.integer(1)) }
    for (table, version) in gaps {
      report.faults.append(.missingVersion(tableID: table, version: version))
    }
  }
}
