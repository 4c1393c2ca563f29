import JSONText

/// The `protocol` action: what a reader and a writer must implement ("Protocol Evolution").
package struct DeltaProtocol: Sendable, Hashable {
  package var minReaderVersion: Int64
  package var minWriterVersion: Int64
  /// Present exactly when `minReaderVersion` is 3.
  package var readerFeatures: [String]?
  /// Present exactly when `minWriterVersion` is 7.
  package var writerFeatures: [String]?

  package init(
    minReaderVersion: Int64, minWriterVersion: Int64, readerFeatures: [String]? = nil,
    writerFeatures: [String]? = nil
  ) {
    self.minReaderVersion = minReaderVersion
    self.minWriterVersion = minWriterVersion
    self.readerFeatures = readerFeatures
    self.writerFeatures = writerFeatures
  }

  init(_ cursor: inout JSONCursor) throws(JSONError) {
    var reader: Int64?
    var writer: Int64?
    try cursor.beginObject()
    while let key = try cursor.nextKey() {
      switch key {
      case "minReaderVersion": reader = try cursor.readInt64()
      case "minWriterVersion": writer = try cursor.readInt64()
      case "readerFeatures": readerFeatures = try cursor.skipNull() ? nil : cursor.readStrings()
      case "writerFeatures": writerFeatures = try cursor.skipNull() ? nil : cursor.readStrings()
      default: try cursor.skipValue()
      }
    }
    minReaderVersion = try cursor.require(reader, "minReaderVersion")
    minWriterVersion = try cursor.require(writer, "minWriterVersion")
  }

  func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("minReaderVersion", minReaderVersion)
    writer.member("minWriterVersion", minWriterVersion)
    if let readerFeatures { writer.member("readerFeatures", readerFeatures) }
    if let writerFeatures { writer.member("writerFeatures", writerFeatures) }
    writer.endObject()
  }

  /// Whether readers must honour the feature, by its name or by the version that implies it.
  package func requiresReader(_ feature: String) -> Bool {
    if minReaderVersion >= 3 { return readerFeatures?.contains(feature) ?? false }
    return feature == "columnMapping" && minReaderVersion == 2
  }

  /// Whether writers must honour the feature, by its name or by the version that implies it.
  package func requiresWriter(_ feature: String) -> Bool {
    if minWriterVersion >= 7 { return writerFeatures?.contains(feature) ?? false }
    let since: [String: Int64] = [
      "appendOnly": 2, "invariants": 2, "checkConstraints": 3, "changeDataFeed": 4,
      "generatedColumns": 4, "columnMapping": 5, "identityColumns": 6,
    ]
    return since[feature].map { minWriterVersion >= $0 } ?? false
  }
}
