import FileStorage
import JSONText

/// One file of the lake log: all that one lake snapshot changed, across tables.
///
/// The catalog is what follows from applying the entries in order, with the tables' commits beside
/// them. An entry names the hash of the one before it, so the log is a chain: whoever keeps the
/// newest hash can tell later that nothing before it was altered.
struct LakeLogEntry: Sendable, Hashable {
  static let format: Int64 = 1

  /// The same in every entry of a lake.
  var lake: String
  var snapshot: Int64
  var timeMicroseconds: Int64
  var actor: String
  var operation: String
  var statement: String?
  var reason: String?
  var message: String?
  /// Of the bytes of the entry before; zeros before the first.
  var previous: FileDigest

  var schemas: [String] = []
  var declared: [DeclaredTable] = []
  var dropped: [Int64] = []
  var members: [Member] = []
  var views: [ViewRecord] = []
  var droppedViews: [String] = []
  var runs: [RunRecord] = []
  var ingests: [IngestedFile] = []
  var quarantine: [QuarantinedRow] = []
  var checks: [CheckResult] = []
  var tags: [TagRecord] = []
  var droppedTags: [String] = []
  var seals: [SealRecord] = []
  var settings: [SettingRecord] = []
  var vacuumed: [VacuumedFile] = []

  /// One table's new version.
  struct Member: Sendable, Hashable {
    var table: Int64
    var path: String
    var version: Int64
    var operation: String
    var sha256: FileDigest
    var commitBytes: Int64
    var rowsAdded: Int64
    var rowsRemoved: Int64
    var metadata: String?
    var added: [FileRow]
    var removed: [String]
    var dates: [DateChange]
  }

  var rowsAdded: Int64 { members.reduce(0) { $0 &+ $1.rowsAdded } }
  var rowsRemoved: Int64 { members.reduce(0) { $0 &+ $1.rowsRemoved } }
  var statementHash: FileDigest? { statement.map { SHA256.digest($0) } }
}

/// A data file that is gone; versions that need it can no longer be read.
package struct VacuumedFile: Sendable, Hashable {
  package var tableID: Int64
  package var path: String

  package init(tableID: Int64, path: String) {
    self.tableID = tableID
    self.path = path
  }
}
