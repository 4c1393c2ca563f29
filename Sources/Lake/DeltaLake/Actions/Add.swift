import JSONText

/// The `add` action: a data file becomes part of the table ("Add File and Remove File").
package struct Add: Sendable, Hashable {
  /// As in the log: a URI, relative to the table or absolute; `DeltaPath` decodes it.
  package var path: String
  package var partitionValues: StringMap
  /// Bytes of the data file.
  package var size: Int64
  /// Milliseconds since the epoch.
  package var modificationTime: Int64
  package var dataChange: Bool
  /// JSON as written; `FileStatistics` reads it.
  package var stats: String?
  package var tags: StringMap?
  package var deletionVector: DeletionVectorDescriptor?
  package var baseRowId: Int64?
  package var defaultRowCommitVersion: Int64?
  package var clusteringProvider: String?

  package init(
    path: String, partitionValues: StringMap = [:], size: Int64, modificationTime: Int64,
    dataChange: Bool = true, stats: String? = nil, tags: StringMap? = nil,
    deletionVector: DeletionVectorDescriptor? = nil
  ) {
    self.path = path
    self.partitionValues = partitionValues
    self.size = size
    self.modificationTime = modificationTime
    self.dataChange = dataChange
    self.stats = stats
    self.tags = tags
    self.deletionVector = deletionVector
  }

  init(_ cursor: inout JSONCursor) throws(JSONError) {
    var path: String?
    var size: Int64?
    var modificationTime: Int64?
    partitionValues = [:]
    dataChange = true
    try cursor.beginObject()
    while let key = try cursor.nextKey() {
      switch key {
      case "path": path = try cursor.readString()
      case "partitionValues": partitionValues = try StringMap(&cursor)
      case "size": size = try cursor.readOptionalInt64()
      case "modificationTime": modificationTime = try cursor.readOptionalInt64()
      case "dataChange": dataChange = try cursor.readOptionalBool() ?? true
      case "stats": stats = try cursor.readOptionalString()
      case "tags": tags = try cursor.skipNull() ? nil : StringMap(&cursor)
      case "deletionVector":
        deletionVector = try cursor.skipNull() ? nil : DeletionVectorDescriptor(&cursor)
      case "baseRowId": baseRowId = try cursor.readOptionalInt64()
      case "defaultRowCommitVersion": defaultRowCommitVersion = try cursor.readOptionalInt64()
      case "clusteringProvider": clusteringProvider = try cursor.readOptionalString()
      default: try cursor.skipValue()
      }
    }
    self.path = try cursor.require(path, "path")
    self.size = try cursor.require(size, "size")
    self.modificationTime = modificationTime ?? 0
  }

  func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("path", path)
    writer.map("partitionValues", partitionValues)
    writer.member("size", size)
    writer.member("modificationTime", modificationTime)
    writer.member("dataChange", dataChange)
    writer.optional("stats", stats)
    if let tags { writer.map("tags", tags) }
    if let deletionVector {
      writer.key("deletionVector")
      deletionVector.write(to: &writer)
    }
    writer.optional("baseRowId", baseRowId)
    writer.optional("defaultRowCommitVersion", defaultRowCommitVersion)
    writer.optional("clusteringProvider", clusteringProvider)
    writer.endObject()
  }

  /// The tombstone of this file.
  ///
  /// - Parameter deletionTimestamp: Milliseconds since the epoch.
  package func removed(at deletionTimestamp: Int64, dataChange: Bool = true) -> Remove {
    var remove = Remove(
      path: path, deletionTimestamp: deletionTimestamp, dataChange: dataChange,
      partitionValues: partitionValues, size: size)
    remove.tags = tags
    remove.deletionVector = deletionVector
    remove.baseRowId = baseRowId
    remove.defaultRowCommitVersion = defaultRowCommitVersion
    return remove
  }
}

extension Add {
  /// Rows by the statistics without those that the deletion vector takes out; nil when that is not
  /// known, or makes no sense.
  package var liveRowCount: Int64? {
    guard let rows = FileStatistics.rowCount(in: stats), rows >= 0 else { return nil }
    guard let deleted = deletionVector?.cardinality else { return rows }
    return deleted >= 0 && deleted <= rows ? rows - deleted : nil
  }
}
