import FileStorage

extension Catalog {
  /// Compares every row of the catalog with what the entries of its lake log say.
  ///
  /// The entries are chained by hash and the rows are not: whoever alters a row with SQLite is found
  /// here. Makes the catalog again in memory, so it costs about as much as a rebuild.
  ///
  /// - Precondition: the entries have their hashes.
  func verifyRecords(
    _ connection: borrowing Connection, _ report: inout VerificationReport
  ) throws(CatalogError) {
    let fresh = try Connection.open(":memory:", .write, on: .local)
    do throws(CatalogError) {
      try fresh.execute("BEGIN")
      try Migrations.apply(to: fresh)
      try replay(connection, into: fresh, upTo: Int64.max)
    } catch {
      report.faults.append(.alteredRecord(table: "entries", row: error.description))
      return
    }
    let format = try Migrations.format(connection)
    let queries =
      Catalog.fingerprintQueries
      + (format >= Migrations.countsRows ? [Catalog.countQuery] : [])
      + (format >= Migrations.hasRunHeads ? [Catalog.headQuery] : [])
    for query in queries {
      guard let row = try firstDifference(query, fresh, connection) else { continue }
      let words = query.split { $0 == " " || $0 == "\n" }
      let table = words.firstIndex(of: "FROM").map { String(words[$0 + 1]) } ?? "?"
      report.faults.append(.alteredRecord(table: table, row: row))
    }
  }

  /// Applies the entries of one catalog, with their commits, to an empty one.
  func replay(
    _ source: borrowing Connection, into target: borrowing Connection, upTo last: Int64
  ) throws(CatalogError) {
    let next = try Statement(
      "SELECT snapshot, entry FROM entries WHERE snapshot <= ? ORDER BY snapshot", on: source)
    let commit = try Statement(
      "SELECT json FROM commits WHERE table_id = ? AND version = ?", on: source)
    try next.bind([.integer(last)])
    while try next.step() {
      let bytes = next.blob(1)
      let entry = try LakeLogEntry(parsing: bytes)
      var commits: [[UInt8]] = []
      for member in entry.members {
        try commit.bind([.integer(member.table), .integer(member.version)])
        guard try commit.step() else {
          throw .corrupted(
            "version \(member.version) of table \(member.table) has no commit in the catalog")
        }
        commits.append(commit.blob(0))
      }
      try entry.apply(to: target, bytes: bytes, commits: commits, isPublished: true)
    }
  }

  /// The first row in which two answers differ, as text; nil when they are the same.
  private func firstDifference(
    _ query: String, _ expected: borrowing Connection, _ found: borrowing Connection
  ) throws(CatalogError) -> String? {
    let left = try Statement(query, on: expected)
    let right = try Statement(query, on: found)
    try left.bind([])
    try right.bind([])
    while true {
      let (isLeft, isRight) = (try left.step(), try right.step())
      if !isLeft, !isRight { return nil }
      guard isLeft else { return "unknown to the log: " + Catalog.text(right) }
      guard isRight else { return "gone: " + Catalog.text(left) }
      for column in 0..<left.columnCount where left.value(column) != right.value(column) {
        return Catalog.text(right)
      }
    }
  }

  private static func text(_ row: borrowing Statement) -> String {
    var cells: [String] = []
    for column in 0..<min(row.columnCount, 4) {
      switch row.value(column) {
      case .null: cells.append("NULL")
      case .integer(let number): cells.append(String(number))
      case .real(let number): cells.append(String(number))
      case .text(let text): cells.append(String(text.prefix(40)))
      case .blob(let bytes): cells.append("\(bytes.count) bytes")
      }
    }
    return cells.joined(separator: ", ")
  }
}
