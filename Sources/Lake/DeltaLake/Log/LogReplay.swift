/// Puts actions on top of each other, oldest first, until a table's state stands ("Action
/// Reconciliation").
///
/// Two spellings of one path are one file (`DeltaPath.canonical`). Files keep the order in which
/// they were first added, so that every replay lists them alike.
package struct LogReplay: Sendable {
  private struct FileKey: Hashable {
    var path: String
    var deletionVector: String?
  }

  private let table: String
  private(set) var `protocol`: DeltaProtocol?
  private(set) var metadata: Metadata?
  private var files: [Add?] = []
  private var fileIndex: [FileKey: Int] = [:]
  private var tombstones: [FileKey: Remove] = [:]
  private var transactions: [String: SetTransaction] = [:]
  private var domains: [String: DomainMetadata] = [:]
  private(set) var commitInfo: CommitInfo?

  init(table: String) { self.table = table }

  /// Goes on from a state that stands.
  init(_ snapshot: DeltaSnapshot) throws(DeltaError) {
    self.init(table: snapshot.table)
    `protocol` = snapshot.protocol
    metadata = snapshot.metadata
    for remove in snapshot.tombstones { try apply(remove, file: remove.path) }
    for add in snapshot.files { try apply(add, file: add.path) }
    for txn in snapshot.transactions { transactions[txn.appId] = txn }
    for domain in snapshot.domains { domains[domain.domain] = domain }
  }

  /// The state at `version`, checked for what every version must have.
  func snapshot(version: Int64) throws(DeltaError) -> DeltaSnapshot {
    guard let `protocol` else {
      throw DeltaError.corrupt(
        "Action Reconciliation", table: table, "no protocol action up to version \(version)")
    }
    try FeatureGate.checkReadable(`protocol`, table: table)
    guard let metadata else {
      throw DeltaError.corrupt(
        "Action Reconciliation", table: table, "no metaData action up to version \(version)")
    }
    if metadata.formatProvider.lowercased() != "parquet" {
      throw DeltaError(
        .unsupportedFeature("format \(metadata.formatProvider)"), table: table,
        "data files in Parquet are")
    }
    let snapshot = DeltaSnapshot(
      table: table, version: version, protocol: `protocol`, metadata: metadata,
      schema: try schema(of: metadata), files: liveFiles, tombstones: liveTombstones,
      transactions: liveTransactions, domains: liveDomains, commitInfo: commitInfo)
    try checkConsistency(snapshot)
    return snapshot
  }

  /// Applies one commit, or the rows of a checkpoint.
  ///
  /// Actions of a commit have no order among themselves. Removes go first, so that a commit that
  /// names one logical file in both leaves it in the table.
  mutating func apply(_ actions: [Action], file: String) throws(DeltaError) {
    commitInfo = nil
    for case .remove(let remove) in actions { try apply(remove, file: file) }
    for action in actions {
      switch action {
      case .add(let add): try apply(add, file: file)
      case .protocol(let action): self.protocol = action
      case .metaData(let action): metadata = action
      case .txn(let txn): transactions[txn.appId] = txn
      case .domainMetadata(let domain):
        domains[domain.domain] = domain.removed ? nil : domain
      case .commitInfo(let info): commitInfo = info
      case .remove, .sidecar, .checkpointMetadata, .ignored: break
      }
    }
  }

  private func schema(of metadata: Metadata) throws(DeltaError) -> DeltaSchema {
    do {
      return try DeltaSchema(parsing: metadata.schemaString)
    } catch {
      switch error {
      case .json(let error):
        throw DeltaError.corrupt(
          "Schema Serialization Format", table: table, "the schemaString is not JSON: \(error)")
      case .invalid(let detail):
        throw DeltaError.corrupt("Schema Serialization Format", table: table, detail)
      case .unknownType(let name):
        throw DeltaError(.unsupportedFeature("type \(name)"), table: table, "a column has it")
      }
    }
  }

  private func checkConsistency(_ snapshot: DeltaSnapshot) throws(DeltaError) {
    for column in snapshot.metadata.partitionColumns
    where snapshot.schema.field(named: column) == nil {
      throw DeltaError.corrupt(
        "Change Metadata", table: table, "the partition column '\(column)' is not in the schema")
    }
    guard !snapshot.protocol.requiresReader("deletionVectors") else { return }
    if let file = snapshot.files.first(where: { $0.deletionVector != nil }) {
      throw DeltaError.corrupt(
        "Deletion Vectors", table: table, file: file.path,
        "a deletion vector in a table whose protocol does not have deletionVectors")
    }
  }

  private mutating func apply(_ remove: Remove, file: String) throws(DeltaError) {
    let key = FileKey(
      path: try canonical(remove.path, file: file),
      deletionVector: remove.deletionVector?.uniqueId)
    if let index = fileIndex.removeValue(forKey: key) { files[index] = nil }
    tombstones[key] = remove
  }

  private mutating func apply(_ add: Add, file: String) throws(DeltaError) {
    let key = FileKey(
      path: try canonical(add.path, file: file), deletionVector: add.deletionVector?.uniqueId)
    tombstones[key] = nil
    if let index = fileIndex[key] {
      files[index] = add
    } else {
      fileIndex[key] = files.count
      files.append(add)
    }
  }

  private func canonical(_ path: String, file: String) throws(DeltaError) -> String {
    if let canonical = DeltaPath.canonical(path, table: table) { return canonical }
    throw DeltaError.corrupt(
      "Add File and Remove File", table: table, file: file,
      "the path '\(path)' is no RFC 2396 URI of a local file")
  }

  var liveFiles: [Add] { files.compactMap(\.self) }

  var liveTombstones: [Remove] {
    tombstones.sorted {
      ($0.key.path, $0.key.deletionVector ?? "") < ($1.key.path, $1.key.deletionVector ?? "")
    }
    .map(\.value)
  }

  var liveTransactions: [SetTransaction] { transactions.values.sorted { $0.appId < $1.appId } }
  var liveDomains: [DomainMetadata] { domains.values.sorted { $0.domain < $1.domain } }
}
