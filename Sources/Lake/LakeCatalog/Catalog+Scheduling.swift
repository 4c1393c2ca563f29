extension Catalog {
  /// Takes a lease until a time, unless somebody else holds it now; the holder may prolong it.
  ///
  /// - Parameter isGone: Whether a holder surely lives no more; what it held is free at once.
  /// - Returns: false when somebody else holds it.
  package func takeLease(
    _ name: String, holder: String, untilMicroseconds until: Int64,
    isGone: (String) -> Bool = { _ in false }
  ) throws(CatalogError) -> Bool {
    try !takeLeases(
      [name], holder: holder, untilMicroseconds: until, isGone: isGone
    ).isEmpty
  }

  /// Takes or prolongs those of the leases that nobody else holds now, in one transaction.
  ///
  /// It does not wait for the disk: whoever loses power loses what the lease was for as well.
  ///
  /// - Returns: Those that were taken.
  package func takeLeases(
    _ names: [String], holder: String, untilMicroseconds until: Int64,
    isGone: (String) -> Bool = { _ in false }
  ) throws(CatalogError) -> Set<String> {
    let now = clock()
    return try write { connection throws(CatalogError) in
      try connection.transaction(sync: false, probe: probe) { () throws(CatalogError) in
        var taken: Set<String> = []
        for name in names {
          let other = try connection.row(
            "SELECT holder FROM leases WHERE name = ? AND until > ? AND holder <> ?",
            [.text(name), .integer(now), .text(holder)]
          ) { row throws(CatalogError) in row.text(0) }
          if let other, !isGone(other) { continue }
          try connection.run(
            "INSERT OR REPLACE INTO leases VALUES (?,?,?)",
            [.text(name), .text(holder), .integer(until)])
          taken.insert(name)
        }
        return taken
      }
    }
  }

  package func releaseLease(_ name: String, holder: String) throws(CatalogError) {
    try releaseLeases([name], holder: holder)
  }

  package func releaseLeases(_ names: [String], holder: String) throws(CatalogError) {
    try write { connection throws(CatalogError) in
      try connection.transaction(sync: false) { () throws(CatalogError) in
        for name in names {
          try connection.run(
            "DELETE FROM leases WHERE name = ? AND holder = ?", [.text(name), .text(holder)])
        }
      }
    }
  }

  /// State of this machine's scheduler: durable, but not part of the lake log.
  package func state(_ name: String) throws(CatalogError) -> [UInt8]? {
    try readOnce { connection throws(CatalogError) in
      try connection.row("SELECT value FROM state WHERE name = ?", [.text(name)]) {
        row throws(CatalogError) in row.blob(0)
      }
    }
  }

  /// All whose name begins so, by name.
  package func states(
    under prefix: String
  ) throws(CatalogError) -> [(name: String, value: [UInt8])] {
    try readOnce { connection throws(CatalogError) in
      try connection.rows(
        "SELECT name, value FROM state WHERE name >= ? AND name < ? ORDER BY name",
        [.text(prefix), .text(prefix + "\u{10ffff}")]
      ) { row throws(CatalogError) in (name: row.text(0), value: row.blob(1)) }
    }
  }

  /// - Parameter value: Nil forgets it.
  package func setState(_ name: String, _ value: [UInt8]?) throws(CatalogError) {
    try write { connection throws(CatalogError) in
      if let value {
        try connection.run(
          "INSERT OR REPLACE INTO state VALUES (?,?)", [.text(name), .blob(value)])
      } else {
        try connection.run("DELETE FROM state WHERE name = ?", [.text(name)])
      }
    }
  }

  /// All of them in one transaction.
  package func setStates(
    _ states: [(name: String, value: [UInt8])]
  ) throws(CatalogError) {
    if states.isEmpty { return }
    try write { connection throws(CatalogError) in
      try connection.transaction { () throws(CatalogError) in
        for state in states {
          try connection.run(
            "INSERT OR REPLACE INTO state VALUES (?,?)", [.text(state.name), .blob(state.value)])
        }
      }
    }
  }
}
