package import Columnar

/// One version of a table's history.
package struct DeltaVersion: Sendable {
  package var version: Int64
  package var timestamp: Timestamp?
  package var commitInfo: CommitInfo?

  package init(version: Int64, timestamp: Timestamp?, commitInfo: CommitInfo?) {
    self.version = version
    self.timestamp = timestamp
    self.commitInfo = commitInfo
  }
}

extension DeltaTable {
  /// The commits that are left, oldest first.
  ///
  /// On tables with in-commit timestamps a commit's own time counts, else its file's modification
  /// time, lifted where needed so that times ascend with versions, as other readers do.
  ///
  /// - Complexity: reads every commit file.
  package func history() throws(DeltaError) -> [DeltaVersion] {
    let listing = try listing()
    // Reports gaps and the like before anything is read.
    _ = try LogSegment(listing)
    var result: [DeltaVersion] = []
    result.reserveCapacity(listing.commits.count)
    var metadata: Metadata?
    if let first = listing.commits.first, first > 0 {
      // What was set up before the commits that are left stands in a checkpoint.
      metadata = try snapshot(version: max(first, LogSegment(listing).readable.lowerBound)).metadata
    }
    for version in listing.commits {
      let commit = try commit(version)
      if let changed = commit.metadata { metadata = changed }
      var time = try timestamp(commit.commitInfo, metadata, version: version)
      if let previous = result.last?.timestamp, let now = time, now <= previous {
        time = Timestamp(microseconds: previous.microseconds &+ 1000)
      }
      result.append(
        DeltaVersion(version: version, timestamp: time, commitInfo: commit.commitInfo))
    }
    return result
  }
}

extension DeltaTable {
  /// What a checkpoint of that version says otherwise than the commits do; nil when nothing.
  ///
  /// For checkpoints that others wrote, before they are trusted. Needs every commit from version 0
  /// on; without them there is nothing to compare with, and the answer is nil.
  package func contradiction(ofCheckpoint version: Int64) throws(DeltaError) -> String? {
    let listing = try listing()
    guard listing.commits.first == 0,
      let checkpoint = listing.checkpoints.last(where: { $0.version == version })
    else { return nil }
    let bare = LogListing(table: root, names: listing.commits.map(LogPath.commitName))
    let fromCommits = try snapshot(LogSegment(bare, version: version), listing: bare)
    return try snapshot(of: checkpoint).contradiction(of: fromCommits)
  }
}
