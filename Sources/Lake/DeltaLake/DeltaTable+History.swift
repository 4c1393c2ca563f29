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
    let newest = try snapshot()
    var result: [DeltaVersion] = []
    result.reserveCapacity(listing.commits.count)
    for version in listing.commits {
      let info = try commit(version).commitInfo
      var time = try timestamp(info, newest.metadata, version: version)
      if let previous = result.last?.timestamp, let now = time, now <= previous {
        time = Timestamp(microseconds: previous.microseconds + 1000)
      }
      result.append(DeltaVersion(version: version, timestamp: time, commitInfo: info))
    }
    return result
  }
}
