extension Connection {
  /// Runs `work` in one write transaction: all of it holds afterwards, or none.
  ///
  /// - Parameter sync: Whether the commit waits for the disk. Without, a power loss may take the
  ///   transaction back, but never out of order.
  func transaction<Result>(
    sync: Bool = true, probe: CommitProbe? = nil,
    _ work: () throws(CatalogError) -> Result
  ) throws(CatalogError) -> Result {
    if !sync { try execute("PRAGMA synchronous=NORMAL") }
    defer { if !sync { try? execute("PRAGMA synchronous=FULL") } }
    try execute("BEGIN IMMEDIATE")
    do throws(CatalogError) {
      let result = try work()
      try probe?(.beforeCommit)
      try commitRatified()
      try probe?(.afterCommit)
      return result
    } catch {
      rollback()
      throw error
    }
  }

  /// A disk that fails in the middle of a COMMIT leaves open whether it holds after a restart.
  private func commitRatified() throws(CatalogError) {
    do throws(CatalogError) {
      try execute("COMMIT")
    } catch {
      guard case .database(let code, let message, _) = error, code & 0xFF == 10 else { throw error }
      throw .outcomeUnknown(message)
    }
  }
}

/// Called right before and right after each SQLite COMMIT; a test that throws here dies there.
package typealias CommitProbe = @Sendable (CommitMoment) throws(CatalogError) -> Void

package enum CommitMoment: Sendable, Hashable {
  case beforeCommit
  case afterCommit
}
