extension Catalog {
  /// Takes a lease until a time, unless somebody else holds it now; the holder may prolong it.
  ///
  /// - Parameter isGone: Whether a holder surely lives no more; what it held is free at once.
  /// - Returns: false when somebody else holds it.
  package func takeLease(
    _ name: String, holder: String, untilMicroseconds until: Int64,
    isGone: (String) -> Bool = { _ in false }
  ) throws(CatalogError) -> Bool {
    let now = clock()
    return try write { connection throws(CatalogError) in
      try connection.transaction(probe: probe) { () throws(CatalogError) in
        let taken = """
          SELECT holder FROM leases WHERE name = ? AND until > ? AND holder <> ?
          """
        let values: [SQLValue] = [.text(name), .integer(now), .text(holder)]
        let other = try connection.row(taken, values) { row throws(CatalogError) in row.text(0) }
        if let other, !isGone(other) { return false }
        try connection.run(
          "INSERT OR REPLACE INTO leases VALUES (?,?,?)",
          [.text(name), .text(holder), .integer(until)])
        return true
      }
    }
  }

  package func releaseLease(_ name: String, holder: String) throws(CatalogError) {
    try write { connection throws(CatalogError) in
      try connection.run(
        "DELETE FROM leases WHERE name = ? AND holder = ?", [.text(name), .text(holder)])
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
}
