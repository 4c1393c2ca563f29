// One initialiser an action: the members of its struct column in a checkpoint.

extension Add {
  init(_ rows: RowReader, _ row: Int) throws(CheckpointFault) {
    self.init(
      path: try rows.required("path", row),
      partitionValues: rows.map("partitionValues", row) ?? [:],
      size: try rows.required("size", row),
      modificationTime: rows.int64("modificationTime", row) ?? 0,
      dataChange: rows.bool("dataChange", row) ?? false, stats: rows.string("stats", row),
      tags: rows.map("tags", row), deletionVector: try DeletionVectorDescriptor(rows, row))
    baseRowId = rows.int64("baseRowId", row)
    defaultRowCommitVersion = rows.int64("defaultRowCommitVersion", row)
    clusteringProvider = rows.string("clusteringProvider", row)
    if stats == nil, let parsed = rows.structure("stats_parsed", row) {
      // Bounds in their own types are not kept; the row count is what a reader needs.
      if let count = parsed.int64("numRecords", row) { stats = "{\"numRecords\":\(count)}" }
    }
  }
}

extension Remove {
  init(_ rows: RowReader, _ row: Int) throws(CheckpointFault) {
    self.init(
      path: try rows.required("path", row),
      deletionTimestamp: rows.int64("deletionTimestamp", row),
      dataChange: rows.bool("dataChange", row) ?? false)
    extendedFileMetadata = rows.bool("extendedFileMetadata", row)
    partitionValues = rows.map("partitionValues", row)
    size = rows.int64("size", row)
    tags = rows.map("tags", row)
    deletionVector = try DeletionVectorDescriptor(rows, row)
    baseRowId = rows.int64("baseRowId", row)
    defaultRowCommitVersion = rows.int64("defaultRowCommitVersion", row)
  }
}

extension DeletionVectorDescriptor {
  init?(_ rows: RowReader, _ row: Int) throws(CheckpointFault) {
    guard let members = rows.structure("deletionVector", row) else { return nil }
    // Some writers leave a struct of nulls where there is no deletion vector.
    guard let text = members.string("storageType", row) else { return nil }
    guard let storage = Storage(rawValue: text) else {
      throw CheckpointFault("row \(row) has a deletion vector of storage type '\(text)'")
    }
    self.init(
      storage: storage, pathOrInline: try members.required("pathOrInlineDv", row),
      offset: members.int64("offset", row),
      sizeInBytes: try members.required("sizeInBytes", row),
      cardinality: try members.required("cardinality", row))
  }
}

extension Metadata {
  init(_ rows: RowReader, _ row: Int) throws(CheckpointFault) {
    self.init(
      id: try rows.required("id", row), name: rows.string("name", row),
      description: rows.string("description", row),
      schemaString: try rows.required("schemaString", row),
      partitionColumns: rows.strings("partitionColumns", row) ?? [],
      createdTime: rows.int64("createdTime", row),
      configuration: rows.map("configuration", row) ?? [:])
    if let format = rows.structure("format", row) {
      formatProvider = format.string("provider", row) ?? formatProvider
      formatOptions = format.map("options", row) ?? [:]
    }
  }
}

extension DeltaProtocol {
  init(_ rows: RowReader, _ row: Int) throws(CheckpointFault) {
    self.init(
      minReaderVersion: try rows.required("minReaderVersion", row),
      minWriterVersion: try rows.required("minWriterVersion", row),
      readerFeatures: rows.strings("readerFeatures", row),
      writerFeatures: rows.strings("writerFeatures", row))
    // Writers in one language cannot tell an empty list from none.
    if minReaderVersion < 3, readerFeatures?.isEmpty == true { readerFeatures = nil }
    if minWriterVersion < 7, writerFeatures?.isEmpty == true { writerFeatures = nil }
  }
}
