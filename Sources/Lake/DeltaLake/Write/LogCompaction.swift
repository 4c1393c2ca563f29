import JSONText

/// What a range of commits amounts to, as the content of a log compaction ("Log Compaction Files").
///
/// Not a table's state: a remove of a file that came before the range stays, and so does the removal
/// of a domain. `commitInfo` is left out, as in a checkpoint.
package struct LogCompaction: Sendable {
  private struct FileKey: Hashable {
    var path: String
    var deletionVector: String?
  }

  private let table: String
  private var versions: ClosedRange<Int64>?
  private var `protocol`: DeltaProtocol?
  private var metadata: Metadata?
  private var adds: [FileKey: (order: Int, add: Add)] = [:]
  private var removes: [FileKey: (order: Int, remove: Remove)] = [:]
  private var transactions: [String: SetTransaction] = [:]
  private var domains: [String: DomainMetadata] = [:]
  private var order = 0

  /// - Parameter table: The table's directory.
  package init(table: String) { self.table = table }

  /// Puts the next commit on top.
  package mutating func apply(_ commit: DeltaCommit) {
    versions = (versions?.lowerBound ?? commit.version)...commit.version
    // As in every replay, the removes of a commit come before its adds.
    for remove in commit.removes {
      let key = key(remove.path, remove.deletionVector)
      adds[key] = nil
      order += 1
      removes[key] = (order, remove)
    }
    for action in commit.actions {
      switch action {
      case .add(let add):
        let key = key(add.path, add.deletionVector)
        removes[key] = nil
        order += 1
        adds[key] = (order, add)
      case .protocol(let action): self.protocol = action
      case .metaData(let action): metadata = action
      case .txn(let txn): transactions[txn.appId] = txn
      case .domainMetadata(let domain): domains[domain.domain] = domain
      case .commitInfo, .remove, .sidecar, .checkpointMetadata, .ignored: break
      }
    }
  }

  /// A path that is no path of a file stands for itself; reading the table refuses it anyway.
  private func key(_ path: String, _ vector: DeletionVectorDescriptor?) -> FileKey {
    FileKey(
      path: DeltaPath.canonical(path, table: table) ?? path, deletionVector: vector?.uniqueId)
  }

  /// Removes come last, so that a file which lost its end has too many files, not too few.
  package var actions: [Action] {
    var actions: [Action] = []
    if let `protocol` { actions.append(.protocol(`protocol`)) }
    if let metadata { actions.append(.metaData(metadata)) }
    actions += transactions.values.sorted { $0.appId < $1.appId }.map { .txn($0) }
    actions += domains.values.sorted { $0.domain < $1.domain }.map { .domainMetadata($0) }
    actions += adds.values.sorted { $0.order < $1.order }.map { .add($0.add) }
    actions += removes.values.sorted { $0.order < $1.order }.map { .remove($0.remove) }
    return actions
  }

  /// The file of the range; nil for fewer than two commits, or when nothing is left of them.
  package var file: (name: String, bytes: [UInt8])? {
    guard let versions, versions.count > 1 else { return nil }
    let actions = actions
    if actions.isEmpty { return nil }
    let name = LogPath.compactionName(versions.lowerBound, to: versions.upperBound)
    return (name, DeltaCommit(version: versions.upperBound, actions: actions).bytes)
  }

  /// Whether a file's bytes say the same, in whatever order; false when they cannot be read.
  package func agrees(with bytes: [UInt8]) -> Bool {
    guard let found = try? ActionLines.parse(bytes, table: table, file: "compaction") else {
      return false
    }
    return found.count == actions.count && Set(found) == Set(actions)
  }
}
