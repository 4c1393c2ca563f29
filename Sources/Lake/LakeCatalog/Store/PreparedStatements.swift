import CSQLite

/// The statements that a connection has prepared and that nobody uses now: preparing one costs more
/// than most of them take to run.
///
/// Only who holds the connection uses them, one thread at a time.
@safe final class PreparedStatements {
  @safe private struct Known {
    var sql: String
    var handle: OpaquePointer
  }

  /// The one used last stands last. Few, so they are searched.
  private var known: [Known] = []

  private static let most = 32

  /// A statement that is reset and has no values bound; the caller gives it back.
  func take(_ sql: String) -> OpaquePointer? {
    guard let index = known.lastIndex(where: { $0.sql == sql }) else { return nil }
    return unsafe known.remove(at: index).handle
  }

  /// Keeps a statement for the next of that text, in place of the one that was not used for longest.
  func give(_ handle: OpaquePointer, _ sql: String) {
    // A statement that is not reset would keep its read transaction open.
    unsafe sqlite3_reset(handle)
    unsafe sqlite3_clear_bindings(handle)
    if known.count >= PreparedStatements.most {
      unsafe sqlite3_finalize(known.removeFirst().handle)
    }
    known.append(unsafe Known(sql: sql, handle: handle))
  }

  /// Before the connection is closed.
  func finalize() {
    for statement in known { unsafe sqlite3_finalize(statement.handle) }
    known.removeAll()
  }
}
