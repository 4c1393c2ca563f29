package import JSONText

/// The `commitInfo` action: who did what ("Commit Provenance Information"). Any members may stand
/// in it; they are kept in order.
package struct CommitInfo: Sendable, Hashable {
  package var members: JSONObject

  package init(_ members: JSONObject = JSONObject()) { self.members = members }

  package subscript(key: String) -> JSONValue? {
    get { members[key] }
    set { members[key] = newValue }
  }

  /// Milliseconds since the epoch; what counts as the commit's time on tables with in-commit
  /// timestamps.
  package var inCommitTimestamp: Int64? { members["inCommitTimestamp"]?.int64 }
  /// Milliseconds since the epoch, by the writer's clock.
  package var timestamp: Int64? { members["timestamp"]?.int64 }
  package var operation: String? { members["operation"]?.string }
  package var engineInfo: String? { members["engineInfo"]?.string }
  package var txnId: String? { members["txnId"]?.string }
}
