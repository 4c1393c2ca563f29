import JSONText

/// The `remove` action: a data file stops being part of the table ("Add File and Remove File").
package struct Remove: Sendable, Hashable {
  package var path: String
  /// Milliseconds since the epoch.
  package var deletionTimestamp: Int64?
  package var dataChange: Bool
  package var extendedFileMetadata: Bool?
  package var partitionValues: StringMap?
  package var size: Int64?
  package var stats: String?
  package var tags: StringMap?
  package var deletionVector: DeletionVectorDescriptor?
  package var baseRowId: Int64?
  package var defaultRowCommitVersion: Int64?

  /// With `partitionValues` and `size`, `extendedFileMetadata` is set too.
  package init(
    path: String, deletionTimestamp: Int64?, dataChange: Bool = true,
    partitionValues: StringMap? = nil, size: Int64? = nil
  ) {
    self.path = path
    self.deletionTimestamp = deletionTimestamp
    self.dataChange = dataChange
    self.partitionValues = partitionValues
    self.size = size
    extendedFileMetadata = partitionValues != nil && size != nil ? true : nil
  }

  init(_ cursor: inout JSONCursor) throws(JSONError) {
    var path: String?
    dataChange = true
    try cursor.beginObject()
    while let key = try cursor.nextKey() {
      switch key {
      case "path": path = try cursor.readString()
      case "deletionTimestamp": deletionTimestamp = try cursor.readOptionalInt64()
      case "dataChange": dataChange = try cursor.readOptionalBool() ?? true
      case "extendedFileMetadata": extendedFileMetadata = try cursor.readOptionalBool()
      case "partitionValues": partitionValues = try cursor.skipNull() ? nil : StringMap(&cursor)
      case "size": size = try cursor.readOptionalInt64()
      case "stats": stats = try cursor.readOptionalString()
      case "tags": tags = try cursor.skipNull() ? nil : StringMap(&cursor)
      case "deletionVector":
        deletionVector = try cursor.skipNull() ? nil : DeletionVectorDescriptor(&cursor)
      case "baseRowId": baseRowId = try cursor.readOptionalInt64()
      case "defaultRowCommitVersion": defaultRowCommitVersion = try cursor.readOptionalInt64()
      default: try cursor.skipValue()
      }
    }
    self.path = try cursor.require(path, "path")
  }

  func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("path", path)
    writer.optional("deletionTimestamp", deletionTimestamp)
    writer.member("dataChange", dataChange)
    if let extendedFileMetadata { writer.member("extendedFileMetadata", extendedFileMetadata) }
    if let partitionValues { writer.map("partitionValues", partitionValues) }
    writer.optional("size", size)
    writer.optional("stats", stats)
    if let tags { writer.map("tags", tags) }
    if let deletionVector {
      writer.key("deletionVector")
      deletionVector.write(to: &writer)
    }
    writer.optional("baseRowId", baseRowId)
    writer.optional("defaultRowCommitVersion", defaultRowCommitVersion)
    writer.endObject()
  }
}
