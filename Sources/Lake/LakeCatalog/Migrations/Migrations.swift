/// Brings a catalog's tables to the format this build knows.
///
/// The format is SQLite's `user_version`: the number of migrations that were applied. A migration
/// that was released never changes; a new one is appended.
enum Migrations {
  private static let all: [[String]] = [Migration1.statements]

  static var supported: Int64 { Int64(all.count) }

  static func format(_ connection: borrowing Connection) throws(CatalogError) -> Int64 {
    try connection.integer("PRAGMA user_version") ?? 0
  }

  /// - Precondition: inside a write transaction.
  static func apply(to connection: borrowing Connection) throws(CatalogError) {
    let found = try format(connection)
    guard found <= supported else { throw .newerCatalog(found: found, supported: supported) }
    for migration in all[Int(found)...] {
      for statement in migration { try connection.execute(statement) }
    }
    try connection.execute("PRAGMA user_version=\(supported)")
  }
}
