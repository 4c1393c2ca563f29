/// How tables of ours are declared: who may read, who may commit.
package enum TableMode: String, Sendable, Hashable {
  /// Everybody reads, nobody else commits: an unknown writer feature keeps other writers away.
  case sealed
  /// Other engines may append.
  case open
}

package enum TableProfile {
  /// The protocol of a new table.
  ///
  /// Writer version 7 must list every feature the table uses ("Table Features"); reader version 1
  /// is kept wherever the schema allows, because every reader reads it.
  package static func `protocol`(
    _ mode: TableMode, schema: DeltaSchema, configuration: StringMap = [:]
  ) -> DeltaProtocol {
    let hasConstraints = configuration.entries.contains { $0.key.hasPrefix("delta.constraints.") }
    let hasLocalTimes = schema.fields.contains { usesLocalTimes($0.type) }
    if mode == .open, !hasLocalTimes {
      return DeltaProtocol(minReaderVersion: 1, minWriterVersion: hasConstraints ? 3 : 2)
    }
    var features = ["appendOnly", "invariants"]
    if hasConstraints { features.append("checkConstraints") }
    if mode == .sealed {
      features += ["inCommitTimestamp", "domainMetadata", FeatureGate.sealedFeature]
    }
    if hasLocalTimes { features.append("timestampNtz") }
    return DeltaProtocol(
      minReaderVersion: hasLocalTimes ? 3 : 1, minWriterVersion: 7,
      readerFeatures: hasLocalTimes ? ["timestampNtz"] : nil, writerFeatures: features)
  }

  /// The configuration of a new table: nothing is ever cleaned up behind Tarn's back, and sealed
  /// tables carry the time of a commit inside it.
  package static func configuration(_ mode: TableMode, checkpointInterval: Int = 50) -> StringMap {
    var map: StringMap = [
      "delta.enableExpiredLogCleanup": "false",
      "delta.logRetentionDuration": "interval 36500 days",
      "delta.deletedFileRetentionDuration": "interval 36500 days",
      "delta.checkpointInterval": String(checkpointInterval),
    ]
    if mode == .sealed { map["delta.enableInCommitTimestamps"] = "true" }
    return map
  }

  /// The first thing in a schema that a table of ours cannot have; nil when all is well.
  ///
  /// Without column mapping, Parquet names are column names, and Delta forbids some characters.
  package static func fault(in schema: DeltaSchema) -> String? {
    if schema.fields.isEmpty { return "a table needs at least one column" }
    return fault(in: schema.fields, path: "")
  }

  private static func fault(in fields: [DeltaField], path: String) -> String? {
    var seen: Set<String> = []
    for field in fields {
      let name = path + field.name
      if field.name.isEmpty { return "a column has an empty name" }
      if let bad = field.name.first(where: { " ,;{}()\n\t=".contains($0) }) {
        return "the column name '\(name)' holds the character '\(bad)', which Delta does not allow"
      }
      if !seen.insert(field.name.lowercased()).inserted {
        return "two columns are named '\(name)' (upper and lower case do not differ)"
      }
      if case .structure(let members) = field.type,
        let inner = fault(in: members, path: name + ".")
      {
        return inner
      }
    }
    return nil
  }

  private static func usesLocalTimes(_ type: DeltaType) -> Bool {
    switch type {
    case .timestampNTZ: true
    case .structure(let fields): fields.contains { usesLocalTimes($0.type) }
    case .array(let element, _): usesLocalTimes(element)
    case .map(let key, let value, _): usesLocalTimes(key) || usesLocalTimes(value)
    default: false
    }
  }
}
