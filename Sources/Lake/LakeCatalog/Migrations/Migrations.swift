/// Brings a catalog's tables to the format this build knows.
///
/// The format is SQLite's `user_version`: the number of migrations that were applied. A migration
/// that was released never changes; a new one is appended.
enum Migrations {
  private static let all: [[String]] = [
    Migration1.statements, Migration2.statements, Migration3.statements,
  ]

  static var supported: Int64 { Int64(all.count) }

  static func format(_ connection: borrowing Connection) throws(CatalogError) -> Int64 {
    try connection.integer("PRAGMA user_version") ?? 0
  }

  /// Brings the catalog of an existing lake to the format that this build writes.
  ///
  /// Reading does without: only who is about to write calls it, under the lake's writer lock.
  static func upgrade(_ connection: borrowing Connection) throws(CatalogError) {
    let found = try format(connection)
    guard found > 0, found < supported else { return }
    try connection.transaction { () throws(CatalogError) in try apply(to: connection) }
  }

  /// The first format whose versions know their row counts.
  static let countsRows: Int64 = 2

  /// The first format that keeps the heads of runs apart.
  static let hasRunHeads: Int64 = 3

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
