import JSONText

/// One line of a commit, or one row of a checkpoint ("Actions").
package enum Action: Sendable, Hashable {
  case commitInfo(CommitInfo)
  case `protocol`(DeltaProtocol)
  case metaData(Metadata)
  case add(Add)
  case remove(Remove)
  case txn(SetTransaction)
  case domainMetadata(DomainMetadata)
  /// Only in V2 checkpoints.
  case sidecar(Sidecar)
  /// Only in V2 checkpoints: the checkpoint's version.
  case checkpointMetadata(version: Int64)
  /// Known and of no use here (`cdc`), or not known; readers must pass over these.
  case ignored(String)

  /// The action on one line of a log file; nil for a line without one.
  init?(_ cursor: inout JSONCursor) throws(JSONError) {
    var action: Action?
    try cursor.beginObject()
    while let key = try cursor.nextKey() {
      if try cursor.skipNull() { continue }
      switch key {
      case "add": action = .add(try Add(&cursor))
      case "remove": action = .remove(try Remove(&cursor))
      case "commitInfo": action = .commitInfo(try CommitInfo(parsing: &cursor))
      case "protocol": action = .protocol(try DeltaProtocol(&cursor))
      case "metaData": action = .metaData(try Metadata(&cursor))
      case "txn": action = .txn(try SetTransaction(&cursor))
      case "domainMetadata": action = .domainMetadata(try DomainMetadata(&cursor))
      case "sidecar": action = .sidecar(try Sidecar(&cursor))
      case "checkpointMetadata":
        action = .checkpointMetadata(version: try Action.checkpointVersion(&cursor))
      default:
        try cursor.skipValue()
        if action == nil { action = .ignored(key) }
      }
    }
    guard let action else { return nil }
    self = action
  }

  /// Appends the action and a line feed.
  func write(to writer: inout JSONWriter) {
    guard let name else { return }
    writer.beginObject()
    writer.key(name)
    switch self {
    case .commitInfo(let info): writer.value(.object(info.members))
    case .protocol(let action): action.write(to: &writer)
    case .metaData(let action): action.write(to: &writer)
    case .add(let action): action.write(to: &writer)
    case .remove(let action): action.write(to: &writer)
    case .txn(let action): action.write(to: &writer)
    case .domainMetadata(let action): action.write(to: &writer)
    case .sidecar(let action): action.write(to: &writer)
    case .checkpointMetadata(let version): writer.value(.object(["version": .integer(version)]))
    case .ignored: writer.null()
    }
    writer.endObject()
    writer.newline()
  }

  private var name: String? {
    switch self {
    case .commitInfo: "commitInfo"
    case .protocol: "protocol"
    case .metaData: "metaData"
    case .add: "add"
    case .remove: "remove"
    case .txn: "txn"
    case .domainMetadata: "domainMetadata"
    case .sidecar: "sidecar"
    case .checkpointMetadata: "checkpointMetadata"
    case .ignored: nil
    }
  }

  private static func checkpointVersion(_ cursor: inout JSONCursor) throws(JSONError) -> Int64 {
    var version: Int64?
    try cursor.beginObject()
    while let key = try cursor.nextKey() {
      if key == "version" { version = try cursor.readInt64() } else { try cursor.skipValue() }
    }
    return try cursor.require(version, "version")
  }
}

extension CommitInfo {
  init(parsing cursor: inout JSONCursor) throws(JSONError) {
    guard case .object(let members) = try cursor.readValue() else {
      throw cursor.failure(.unexpectedKind(found: .array, expected: "an object"))
    }
    self.init(members)
  }
}
