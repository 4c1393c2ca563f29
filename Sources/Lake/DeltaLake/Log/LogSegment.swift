/// The log files that together describe one table version.
///
/// Guarantees, checked once in `init` and relied on everywhere after:
/// 1. `commits` are consecutive and ascending, and end at `version` (or are empty when the
///    checkpoint is at `version`).
/// 2. With a checkpoint, the first commit is `checkpoint + 1`.
/// 3. Without one, the first commit is version 0.
/// 4. No commit is missing between any two commits of the whole log, used or not.
package struct LogSegment: Sendable {
  package let version: Int64
  package let checkpoint: LogListing.Checkpoint?
  package let commits: [Int64]
  /// The versions that can be read at all.
  package let readable: ClosedRange<Int64>

  /// - Parameter version: The newest when nil.
  package init(_ listing: LogListing, version requested: Int64? = nil) throws(DeltaError) {
    let readable = try LogSegment.readableVersions(listing)
    let version = requested ?? readable.upperBound
    guard readable.contains(version) else {
      throw DeltaError(
        .noSuchVersion(
          requested: version, earliest: readable.lowerBound, latest: readable.upperBound),
        table: listing.table,
        version < readable.lowerBound ? "older log files have been cleaned up" : "")
    }
    self.version = version
    self.readable = readable
    let checkpoint = listing.checkpoints.last { $0.version <= version }
    self.checkpoint = checkpoint
    let first = checkpoint.map { $0.version + 1 } ?? 0
    commits = first <= version ? Array(first...version) : []
  }

  private static func readableVersions(
    _ listing: LogListing
  ) throws(DeltaError) -> ClosedRange<Int64> {
    let commits = listing.commits
    guard let newest = [commits.last, listing.checkpoints.last?.version].compactMap({ $0 }).max()
    else {
      throw DeltaError(
        .notATable, table: listing.table,
        "its \(LogPath.directory) holds neither a commit nor a checkpoint")
    }
    for index in commits.indices.dropFirst() where commits[index] != commits[index - 1] + 1 {
      throw DeltaError.corrupt(
        "Delta Log Entries", table: listing.table,
        file: LogPath.commitName(commits[index - 1] + 1),
        "versions are not contiguous: after version \(commits[index - 1]) the next commit is "
          + "\(commits[index]), so \(missing(commits[index - 1] + 1, commits[index] - 1)) missing")
    }
    if commits.first == 0 {
      guard newest == commits[commits.count - 1] else {
        throw beyond(listing, newest: newest)
      }
      return 0...newest
    }
    // Older commits are gone: the oldest version that can be read is a checkpoint's from which on
    // no commit is missing.
    let lastCommit = commits.last ?? newest
    let firstCommit = commits.first ?? newest + 1
    guard
      let oldest = listing.checkpoints.first(where: {
        $0.version + 1 >= firstCommit && ($0.version <= lastCommit || commits.isEmpty)
      })
    else {
      throw DeltaError.corrupt(
        "Metadata Cleanup", table: listing.table, file: LogPath.commitName(0),
        "the oldest commit is version \(firstCommit), and no complete checkpoint covers "
          + missing(0, firstCommit - 1))
    }
    guard commits.isEmpty || newest == lastCommit else { throw beyond(listing, newest: newest) }
    return oldest.version...newest
  }

  /// A checkpoint may only be made of a committed version.
  private static func beyond(_ listing: LogListing, newest: Int64) -> DeltaError {
    DeltaError.corrupt(
      "Checkpoints", table: listing.table, file: LogPath.commitName(newest),
      "there is a checkpoint of version \(newest), but the newest commit is "
        + "\(listing.commits.last ?? -1)")
  }

  private static func missing(_ first: Int64, _ last: Int64) -> String {
    first == last ? "version \(first) is" : "versions \(first) to \(last) are"
  }
}
