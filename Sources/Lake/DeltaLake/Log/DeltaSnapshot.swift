package import Columnar

/// What a table is at one version.
package struct DeltaSnapshot: Sendable {
  /// The table's directory.
  package var table: String
  package var version: Int64
  package var `protocol`: DeltaProtocol
  package var metadata: Metadata
  package var schema: DeltaSchema
  /// The live files, in the order in which they were first added.
  package var files: [Add]
  /// Files that are gone but may still lie on disk for older versions.
  package var tombstones: [Remove]
  /// By application id, ascending.
  package var transactions: [SetTransaction]
  /// By domain, ascending, without removed ones.
  package var domains: [DomainMetadata]
  /// Of this version's commit; nil when only a checkpoint of it is left.
  package var commitInfo: CommitInfo?
  /// When the version was committed: in-commit timestamp where the table has them, else the
  /// commit file's modification time; nil when only a checkpoint of it is left.
  package var timestamp: Timestamp?

  package init(
    table: String, version: Int64, protocol: DeltaProtocol, metadata: Metadata,
    schema: DeltaSchema, files: [Add], tombstones: [Remove] = [],
    transactions: [SetTransaction] = [], domains: [DomainMetadata] = [],
    commitInfo: CommitInfo? = nil, timestamp: Timestamp? = nil
  ) {
    self.table = table
    self.version = version
    self.protocol = `protocol`
    self.metadata = metadata
    self.schema = schema
    self.files = files
    self.tombstones = tombstones
    self.transactions = transactions
    self.domains = domains
    self.commitInfo = commitInfo
    self.timestamp = timestamp
  }

  package var sizeInBytes: Int64 { files.reduce(0) { $0 &+ $1.size } }

  /// How column names in the schema relate to names in data files and statistics.
  package var columnMapping: ColumnMapping {
    guard `protocol`.requiresReader("columnMapping") else { return .none }
    return ColumnMapping(rawValue: metadata.columnMappingMode.lowercased()) ?? .none
  }

  /// Rows by the statistics, deleted rows subtracted; nil when a file has no row count.
  package var rowCount: Int64? {
    var total: Int64 = 0
    for file in files {
      guard let rows = file.liveRowCount else { return nil }
      let (sum, overflow) = total.addingReportingOverflow(rows)
      if overflow { return nil }
      total = sum
    }
    return total
  }

  package func transaction(of appId: String) -> SetTransaction? {
    transactions.first { $0.appId == appId }
  }
}

/// `delta.columnMapping.mode` ("Column Mapping").
package enum ColumnMapping: String, Sendable, Hashable {
  case none
  /// Data files name columns by their physical names.
  case name
  /// Data files name columns by their field ids; the log by their physical names.
  case id
}

extension DeltaSnapshot {
  /// The state after one more commit: what a catalog needs that follows a log version by version.
  ///
  /// The timestamp is the in-commit one, or nil where the table has none.
  ///
  /// - Complexity: O(files).
  package func applying(_ commit: DeltaCommit) throws(DeltaError) -> DeltaSnapshot {
    guard commit.version == version + 1 else {
      throw DeltaError.corrupt(
        "Delta Log Entries", table: table, file: LogPath.commitName(commit.version),
        "version \(commit.version) does not follow version \(version)")
    }
    var replay = try LogReplay(self)
    try replay.apply(commit.actions, file: LogPath.commitName(commit.version))
    var next = try replay.snapshot(version: commit.version)
    if next.metadata.hasInCommitTimestamps, let time = next.commitInfo?.inCommitTimestamp {
      next.timestamp = Timestamp(milliseconds: time)
    }
    return next
  }

  /// The state after a table's first commit.
  package init(first commit: DeltaCommit, of table: String) throws(DeltaError) {
    var replay = LogReplay(table: table)
    try replay.apply(commit.actions, file: LogPath.commitName(commit.version))
    self = try replay.snapshot(version: commit.version)
    if metadata.hasInCommitTimestamps, let time = commitInfo?.inCommitTimestamp {
      timestamp = Timestamp(milliseconds: time)
    }
  }
}
