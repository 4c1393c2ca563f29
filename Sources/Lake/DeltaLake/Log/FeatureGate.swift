/// What this implementation honours, and the refusal of everything else by its name.
package enum FeatureGate {
  /// Features of `readerFeatures` that are read correctly.
  package static let readable: Set<String> = [
    "columnMapping", "deletionVectors", "timestampNtz", "v2Checkpoint", "vacuumProtocolCheck",
    "typeWidening", "typeWidening-preview",
  ]

  /// Features of `writerFeatures` that a commit of ours honours. CHECK constraints and invariants
  /// are for the caller to enforce.
  package static let writable: Set<String> = [
    "appendOnly", "invariants", "checkConstraints", "inCommitTimestamp", "domainMetadata",
    "vacuumProtocolCheck", "timestampNtz", sealedFeature,
  ]

  /// The writer feature that fences off other writers of a sealed table; every reader may pass.
  package static let sealedFeature = "tarnSealed"

  /// Refuses a table that cannot be read correctly.
  package static func checkReadable(
    _ action: DeltaProtocol, table: String
  ) throws(DeltaError) {
    guard (1...3).contains(action.minReaderVersion) else {
      if action.minReaderVersion < 1 {
        throw DeltaError.corrupt(
          "Protocol Evolution", table: table,
          "minReaderVersion is \(action.minReaderVersion); 1 is the lowest")
      }
      throw DeltaError(
        .unsupportedFeature("reader version \(action.minReaderVersion)"), table: table,
        "versions 1 to 3 are")
    }
    guard action.minReaderVersion == 3 else { return }
    guard let features = action.readerFeatures else {
      throw DeltaError.corrupt(
        "Table Features", table: table, "reader version 3 without a list readerFeatures")
    }
    if let feature = features.first(where: { !readable.contains($0) }) {
      throw DeltaError(.unsupportedFeature(feature), table: table, "it is in readerFeatures")
    }
  }

  /// Refuses a table to which nothing may be committed by us.
  package static func checkWritable(
    _ action: DeltaProtocol, table: String
  ) throws(DeltaError) {
    try checkReadable(action, table: table)
    if let feature = action.readerFeatures?.first(where: { !writable.contains($0) }) {
      throw DeltaError(.unsupportedFeature(feature), table: table, "it cannot be written")
    }
    switch action.minWriterVersion {
    case ...3: return
    case 4...6:
      throw DeltaError(
        .unsupportedFeature("writer version \(action.minWriterVersion)"), table: table,
        "versions 1 to 3 and 7 can be written")
    case 7:
      let features = action.writerFeatures ?? []
      if let feature = features.first(where: { !writable.contains($0) }) {
        throw DeltaError(.unsupportedFeature(feature), table: table, "it is in writerFeatures")
      }
    default:
      throw DeltaError(
        .unsupportedFeature("writer version \(action.minWriterVersion)"), table: table,
        "versions 1 to 3 and 7 can be written")
    }
  }
}
