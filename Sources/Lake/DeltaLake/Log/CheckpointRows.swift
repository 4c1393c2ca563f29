package import Columnar

/// Turns a checkpoint's rows back into actions ("Checkpoints": one struct column an action).
package enum CheckpointRows {
  /// The columns that are of use; everything else in the file stays unread.
  package static let columns = [
    "txn", "add", "remove", "metaData", "protocol", "domainMetadata", "sidecar",
    "checkpointMetadata",
  ]

  /// - Returns: The actions, row by row; what is wrong is told in the fault.
  package static func actions(in batch: Batch) throws(CheckpointFault) -> [Action] {
    var actions: [Action] = []
    for (index, field) in batch.schema.fields.enumerated() {
      guard columns.contains(field.name) else { continue }
      guard let rows = RowReader(batch.columns[index]) else {
        throw CheckpointFault("the column '\(field.name)' is not a struct")
      }
      try append(field.name, rows, to: &actions)
    }
    return actions
  }

  private static func append(
    _ name: String, _ rows: RowReader, to actions: inout [Action]
  ) throws(CheckpointFault) {
    for row in 0..<rows.count where !rows.isNull(row) {
      switch name {
      case "add": actions.append(.add(try Add(rows, row)))
      case "remove": actions.append(.remove(try Remove(rows, row)))
      case "metaData": actions.append(.metaData(try Metadata(rows, row)))
      case "protocol": actions.append(.protocol(try DeltaProtocol(rows, row)))
      case "txn":
        actions.append(
          .txn(
            SetTransaction(
              appId: try rows.required("appId", row), version: try rows.required("version", row),
              lastUpdated: rows.int64("lastUpdated", row))))
      case "domainMetadata":
        actions.append(
          .domainMetadata(
            DomainMetadata(
              domain: try rows.required("domain", row),
              configuration: rows.string("configuration", row) ?? "",
              removed: rows.bool("removed", row) ?? false)))
      case "sidecar":
        actions.append(
          .sidecar(
            Sidecar(
              path: try rows.required("path", row),
              sizeInBytes: rows.int64("sizeInBytes", row) ?? 0,
              modificationTime: rows.int64("modificationTime", row) ?? 0)))
      case "checkpointMetadata":
        actions.append(.checkpointMetadata(version: try rows.required("version", row)))
      default: break
      }
    }
  }
}

/// Looks up members of one struct column by name, row by row.
struct RowReader {
  private let column: Column
  private let members: [String: Column]

  /// Nil when the column is not a struct.
  init?(_ column: Column) {
    guard case .structure(let fields) = column.type,
      case .structure(let children, _) = column.storage
    else { return nil }
    self.column = column
    var members: [String: Column] = [:]
    for (field, child) in zip(fields, children) { members[field.name] = child }
    self.members = members
  }

  var count: Int { column.count }
  func isNull(_ row: Int) -> Bool { column.isNull(row) }

  func member(_ name: String, _ row: Int) -> Column? {
    guard let member = members[name], !member.isNull(row) else { return nil }
    return member
  }

  func string(_ name: String, _ row: Int) -> String? {
    member(name, row)?.storage.string?.string(row)
  }

  func int64(_ name: String, _ row: Int) -> Int64? {
    guard let member = member(name, row) else { return nil }
    switch member.storage {
    case .int64(let values): return values[row]
    case .int32(let values): return Int64(values[row])
    default: return nil
    }
  }

  func bool(_ name: String, _ row: Int) -> Bool? { member(name, row)?.storage.boolean?[row] }

  func structure(_ name: String, _ row: Int) -> RowReader? {
    member(name, row).flatMap(RowReader.init)
  }

  func strings(_ name: String, _ row: Int) -> [String]? {
    guard let member = member(name, row), case .list(let offsets, let child) = member.storage,
      let strings = child.storage.string
    else { return nil }
    return (Int(offsets[row])..<Int(offsets[row + 1])).compactMap {
      child.isNull($0) ? nil : strings.string($0)
    }
  }

  func map(_ name: String, _ row: Int) -> StringMap? {
    guard let member = member(name, row), case .list(let offsets, let child) = member.storage,
      case .structure(let parts, _) = child.storage, parts.count == 2,
      let keys = parts[0].storage.string, let values = parts[1].storage.string
    else { return nil }
    return StringMap(
      (Int(offsets[row])..<Int(offsets[row + 1])).compactMap { entry in
        if child.isNull(entry) || parts[0].isNull(entry) { return nil }
        return StringMap.Entry(
          key: keys.string(entry), value: parts[1].isNull(entry) ? nil : values.string(entry))
      })
  }

  func required(_ name: String, _ row: Int) throws(CheckpointFault) -> String {
    if let value = string(name, row) { return value }
    throw CheckpointFault("row \(row) has no \(name)")
  }

  func required(_ name: String, _ row: Int) throws(CheckpointFault) -> Int64 {
    if let value = int64(name, row) { return value }
    throw CheckpointFault("row \(row) has no \(name)")
  }
}
