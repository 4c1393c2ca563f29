import Columnar
import DeltaLake
import JSONText
import LakeCatalog

/// The Delta commit of one table's change, once its place in history is known.
enum CommitText {
  static func bytes(
    _ position: CommitPosition, table: String, mode: LakeCatalog.TableMode, change: StagedChange,
    metadata: Metadata?, actor: String
  ) throws(DeltaError) -> [UInt8] {
    let time = Timestamp(microseconds: position.timeMicroseconds)
    let profile: DeltaLake.TableMode = mode == .sealed ? .sealed : .open
    var builder = CommitBuilder(
      version: position.version, time: time, operation: change.operation,
      engineInfo: EngineVersion.name, mode: profile)
    builder.isBlindAppend = change.isBlindAppend
    builder.operationMetrics["numFiles"] = .string(String(change.added.count))
    builder.operationMetrics["numOutputRows"] = .string(String(change.rowsAdded))
    builder.operationMetrics["numRemovedFiles"] = .string(String(change.removed.count))
    builder.extra["lakeSnapshot"] = .integer(position.snapshot)
    builder.extra["actor"] = .string(actor)
    if let metadata {
      builder.metadata = metadata
      if position.version == 0, let schema = try? DeltaSchema(parsing: metadata.schemaString) {
        builder.protocol = TableProfile.protocol(
          profile, schema: schema, configuration: metadata.configuration)
      }
    }
    builder.removes = change.removed.values.sorted { $0.path < $1.path }.map { file in
      add(file, time).removed(at: time.milliseconds, dataChange: change.changesData)
    }
    builder.adds = change.added.map { file in
      var add = add(file, time)
      add.dataChange = change.changesData
      return add
    }
    builder.transactions = [
      SetTransaction(
        appId: "lake", version: position.snapshot, lastUpdated: time.milliseconds)
    ]
    return try builder.commit(table: table).bytes
  }

  private static func add(_ file: FileRow, _ time: Timestamp) -> Add {
    Add(
      path: DeltaPath.encoded(file.path), size: file.bytes, modificationTime: time.milliseconds,
      stats: file.statistics.isEmpty ? nil : file.statistics)
  }
}
