/// Everything that shall become true at once, as one lake snapshot.
package struct LakeCommit: Sendable {
  /// In a tag or seal of this commit: the snapshot that the commit makes.
  package static let thisSnapshot: Int64 = -1

  /// Who asks; a user name, or `scheduler`.
  package var actor: String
  /// What this is: `INSERT`, `INGEST`, `REFRESH`, `TAG` …
  package var operation: String
  /// The statement, kept as it is and by its hash.
  package var statement: String?
  package var reason: String?
  package var message: String?

  package var schemas: [String] = []
  package var changes: [TableChange] = []
  package var droppedTables: [Int64] = []
  package var views: [ViewRecord] = []
  /// By `schema.name`.
  package var droppedViews: [String] = []
  package var runs: [NewRun] = []
  package var ingests: [IngestedFile] = []
  package var quarantine: [QuarantinedRow] = []
  package var checks: [CheckResult] = []
  package var tags: [TagRecord] = []
  package var droppedTags: [String] = []
  package var seals: [SealRecord] = []
  package var settings: [SettingRecord] = []
  package var vacuumed: [VacuumedFile] = []

  package init(
    actor: String, operation: String, statement: String? = nil, reason: String? = nil,
    message: String? = nil
  ) {
    self.actor = actor
    self.operation = operation
    self.statement = statement
    self.reason = reason
    self.message = message
  }
}

/// A run to be recorded, with the outputs that the same commit makes.
package struct NewRun: Sendable {
  package var record: RunRecord
  /// Positions in `LakeCommit.changes`: their versions are added to the record's outputs.
  package var outputChanges: [Int]

  package init(_ record: RunRecord, outputChanges: [Int] = []) {
    self.record = record
    self.outputChanges = outputChanges
  }
}

/// What a commit does to one table; a commit has at most one change for each table.
package struct TableChange: Sendable {
  package enum Target: Sendable {
    case existing(tableID: Int64)
    /// A table to be created by this commit, as version 0.
    case new(TableDefinition)
  }

  /// Makes the bytes of `_delta_log/N.json` once it is known what N is, while the lake's writer lock
  /// is held; called again when a commit that another engine was faster than is tried anew.
  package typealias Builder = @Sendable (CommitPosition) throws -> [UInt8]

  package var target: Target
  /// The version that was read to make this change; ignored for a new table.
  package var baseVersion: Int64
  package var operation: String
  /// Adds files without having read the table: holds on top of any version with the same metadata.
  package var isBlindAppend: Bool
  /// Takes over a commit that another engine has published already, as these very bytes.
  package var isImport = false
  /// The table's metadata as JSON text, when this commit changes it; opaque to the catalog.
  package var metadata: String?
  /// The table's declaration, when this commit changes it.
  package var definition: TableDefinition?
  package var filesAdded: [FileRow] = []
  /// Paths of files that the table has at its head.
  package var filesRemoved: [String] = []
  package var rowsAdded: Int64 = 0
  package var rowsRemoved: Int64 = 0
  package var dates: [DateChange] = []
  package var buildCommit: Builder

  package init(
    _ target: Target, baseVersion: Int64 = -1, operation: String, isBlindAppend: Bool = false,
    metadata: String? = nil, definition: TableDefinition? = nil,
    buildCommit: @escaping Builder
  ) {
    self.target = target
    self.baseVersion = baseVersion
    self.operation = operation
    self.isBlindAppend = isBlindAppend
    self.metadata = metadata
    self.definition = definition
    self.buildCommit = buildCommit
  }
}

/// Where in history a table's commit will stand.
package struct CommitPosition: Sendable, Hashable {
  package var lake: String
  package var tableID: Int64
  package var version: Int64
  package var snapshot: Int64
  /// Later than every earlier commit of the lake, by a millisecond at least, so that it stays
  /// strictly ascending when cut to milliseconds.
  package var timeMicroseconds: Int64
  /// Ids of the commit's runs, in its order.
  package var runs: [Int64]
}

/// A lake snapshot: the state of all tables after one commit.
package struct LakeSnapshot: Sendable, Hashable {
  package var id: Int64
  package var timeMicroseconds: Int64
}

/// What became of a commit. It is durable, whatever `publishing` says.
package struct CommitOutcome: Sendable {
  package var snapshot: LakeSnapshot
  /// The version each change of the commit got, in its order.
  package var versions: [TableVersionReference]
  /// Ids of the commit's runs, in its order.
  package var runs: [Int64]
  /// Why files for other engines could not be published; the next open or commit publishes them.
  package var publishing: CatalogError?
}
