package import Columnar
package import JSONText

/// Composes one commit; publishing it is the catalog's business.
///
/// Guarantees of the commit it gives, checked in `commit()`: `commitInfo` comes first and carries
/// the in-commit timestamp; at most one `protocol` and one `metaData`; no path twice among the
/// adds or among the removes; at most one `txn` an application and one `domainMetadata` a domain.
package struct CommitBuilder: Sendable {
  package let version: Int64
  /// When the commit happens; written in milliseconds, to which it is rounded down.
  package let time: Timestamp
  package let operation: String
  package var operationParameters: JSONObject
  package var operationMetrics: JSONObject
  package var engineInfo: String
  package var txnId: String?
  package var isBlindAppend: Bool
  /// Members of our own, appended to `commitInfo` as they are.
  package var extra: JSONObject
  /// Whether `inCommitTimestamp` is written.
  package var hasInCommitTimestamp: Bool

  package var `protocol`: DeltaProtocol?
  package var metadata: Metadata?
  package var removes: [Remove] = []
  package var adds: [Add] = []
  package var transactions: [SetTransaction] = []
  package var domains: [DomainMetadata] = []

  /// - Parameter time: For a table with in-commit timestamps at least one millisecond after the
  ///   commit before; `nextTime(after:now:)` gives such a time.
  package init(
    version: Int64, time: Timestamp, operation: String, engineInfo: String, mode: TableMode
  ) {
    self.version = version
    self.time = time
    self.operation = operation
    self.engineInfo = engineInfo
    operationParameters = JSONObject()
    operationMetrics = JSONObject()
    isBlindAppend = false
    extra = JSONObject()
    hasInCommitTimestamp = mode == .sealed
  }

  /// The time of a commit: now, or one millisecond after the commit before, whichever is later
  /// ("Writer Requirements for In-Commit Timestamps").
  package static func nextTime(after previous: Timestamp?, now: Timestamp) -> Timestamp {
    let nowMilliseconds = now.milliseconds
    guard let previous else { return Timestamp(milliseconds: nowMilliseconds) }
    return Timestamp(milliseconds: max(nowMilliseconds, previous.milliseconds &+ 1))
  }

  package var fileName: String { LogPath.commitName(version) }

  /// The commit, its actions in the order commitInfo, protocol, metaData, remove, add, txn,
  /// domainMetadata.
  ///
  /// - Parameter table: For the error only.
  package func commit(table: String) throws(DeltaError) -> DeltaCommit {
    if let fault = fault() {
      throw DeltaError(.notExpressible, table: table, file: fileName, fault)
    }
    var actions: [Action] = [.commitInfo(info())]
    if let `protocol` { actions.append(.protocol(`protocol`)) }
    if let metadata { actions.append(.metaData(metadata)) }
    actions += removes.map { .remove($0) }
    actions += adds.map { .add($0) }
    actions += transactions.map { .txn($0) }
    actions += domains.map { .domainMetadata($0) }
    return DeltaCommit(version: version, actions: actions)
  }

  private func info() -> CommitInfo {
    var info = CommitInfo()
    if hasInCommitTimestamp { info["inCommitTimestamp"] = .integer(time.milliseconds) }
    info["timestamp"] = .integer(time.milliseconds)
    info["operation"] = .string(operation)
    info["operationParameters"] = .object(operationParameters)
    if version > 0 { info["readVersion"] = .integer(version - 1) }
    info["isolationLevel"] = .string("Serializable")
    info["isBlindAppend"] = .bool(isBlindAppend)
    info["operationMetrics"] = .object(operationMetrics)
    info["engineInfo"] = .string(engineInfo)
    if let txnId { info["txnId"] = .string(txnId) }
    for member in extra.members { info[member.key] = member.value }
    return info
  }

  private func fault() -> String? {
    if version < 0 { return "a commit cannot have version \(version)" }
    if version == 0, `protocol` == nil || metadata == nil {
      return "the first commit of a table must hold protocol and metaData"
    }
    if let repeated = CommitBuilder.repeated(adds.map(\.path)) {
      return "the file '\(repeated)' is added twice in one commit"
    }
    if let repeated = CommitBuilder.repeated(removes.map(\.path)) {
      return "the file '\(repeated)' is removed twice in one commit"
    }
    if let repeated = CommitBuilder.repeated(transactions.map(\.appId)) {
      return "the application '\(repeated)' has two txn actions in one commit"
    }
    if let repeated = CommitBuilder.repeated(domains.map(\.domain)) {
      return "the domain '\(repeated)' has two domainMetadata actions in one commit"
    }
    if let negative = adds.first(where: { $0.size < 0 }) {
      return "the file '\(negative.path)' has a negative size"
    }
    return nil
  }

  private static func repeated(_ names: [String]) -> String? {
    var seen: Set<String> = []
    return names.first { !seen.insert($0).inserted }
  }
}
