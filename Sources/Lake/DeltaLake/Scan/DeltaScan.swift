package import Columnar
package import FileStorage

/// How to read a snapshot: which files, which of their columns, and what to make of them.
///
/// `DeltaFileReader` opens one of the files; a caller with a reader of its own hands its batches to
/// `logicalBatch`.
package struct DeltaScan: Sendable {
  /// Where a table's column comes from.
  package enum Source: Sendable, Hashable {
    /// The partition column at this position in `DeltaScanFile.partitionValues`.
    case partition(Int)
    /// A column of the data files.
    case file
  }

  package struct Column: Sendable, Hashable {
    package var field: DeltaField
    package var source: Source
  }

  package let snapshot: DeltaSnapshot
  /// The table's columns, as the engine sees them.
  package let schema: Schema
  package let columns: [Column]
  package let partitionColumns: [DeltaField]
  package let files: [DeltaScanFile]
  package let mapping: ColumnMapping
  private let store: any FileStore

  package init(_ snapshot: DeltaSnapshot, in store: any FileStore) throws(DeltaError) {
    self.snapshot = snapshot
    self.store = store
    schema = snapshot.schema.columnar
    let mapping = snapshot.columnMapping
    self.mapping = mapping
    let partitionColumns = snapshot.metadata.partitionColumns.compactMap {
      snapshot.schema.field(named: $0)
    }
    self.partitionColumns = partitionColumns
    columns = snapshot.schema.fields.map { field in
      let partition = partitionColumns.firstIndex { $0.name == field.name }
      return Column(field: field, source: partition.map { .partition($0) } ?? .file)
    }
    var files: [DeltaScanFile] = []
    files.reserveCapacity(snapshot.files.count)
    for add in snapshot.files {
      files.append(
        try DeltaScanFile(
          add, table: snapshot.table, partitionColumns: partitionColumns, mapping: mapping))
    }
    self.files = files
  }

  /// What is known about a file's columns, under their logical names; partition columns included,
  /// with their value as both bounds.
  package func statistics(of file: DeltaScanFile) -> FileStatistics {
    var result =
      file.add.stats.flatMap {
        FileStatistics(parsing: $0, schema: snapshot.schema, mapping: mapping)
      } ?? FileStatistics(rowCount: nil)
    for (field, value) in zip(partitionColumns, file.partitionValues) {
      result.columns.removeAll { $0.path == [field.name] }
      result.columns.append(
        FileStatistics.ColumnBounds(
          path: [field.name], nullCount: value.isNull ? result.rowCount : 0,
          minimum: value.isNull ? nil : value, maximum: value.isNull ? nil : value))
    }
    return result
  }

  /// The rows that do not count any more; nil when the file has no deletion vector.
  package func deletedRows(of file: DeltaScanFile) throws(DeltaError) -> DeletionVector? {
    guard let descriptor = file.add.deletionVector else { return nil }
    return try DeletionVectorLoader(table: snapshot.table, store: store).load(descriptor)
  }

  /// Refuses a snapshot one of whose files is not on disk or has another size than the log says.
  ///
  /// - Complexity: one status call a file.
  package func checkFiles() throws(DeltaError) {
    for file in files {
      let status: FileStatus?
      do {
        status = try store.status(file.path)
      } catch {
        throw .disk(error, table: snapshot.table, file: file.add.path)
      }
      guard let status else {
        throw DeltaError.corrupt(
          "Add File and Remove File", table: snapshot.table, file: file.add.path,
          "version \(snapshot.version) needs this data file, and it does not exist")
      }
      guard Int64(status.size) == file.add.size else {
        throw DeltaError.corrupt(
          "Add File and Remove File", table: snapshot.table, file: file.add.path,
          "the data file has \(status.size) bytes, the log says \(file.add.size)")
      }
    }
  }
}

/// One data file of a scan.
package struct DeltaScanFile: Sendable, Hashable {
  /// To open: absolute, or relative to the working directory as the table's path is.
  package var path: String
  package var add: Add
  /// One a partition column of the table, in the order of its `partitionColumns`.
  package var partitionValues: [Value]

  package var size: Int64 { add.size }

  /// Rows that count, by the statistics; nil without a row count in them.
  package var rowCount: Int64? { add.liveRowCount }

  init(
    _ add: Add, table: String, partitionColumns: [DeltaField], mapping: ColumnMapping
  ) throws(DeltaError) {
    guard let path = DeltaPath.resolved(add.path, table: table) else {
      throw DeltaError.corrupt(
        "Add File and Remove File", table: table, file: add.path,
        "the path is no RFC 2396 URI of a local file")
    }
    self.path = path
    self.add = add
    partitionValues = []
    for field in partitionColumns {
      let name = mapping == .none ? field.name : field.physicalName
      let text = DeltaScanFile.partitionText(add.partitionValues, name)
      guard let value = PartitionValue.parse(text, field.type) else {
        throw DeltaError.corrupt(
          "Partition Value Serialization", table: table, file: add.path,
          "the value '\(text ?? "")' of partition column '\(field.name)' is no "
            + (field.type.primitiveName ?? "partition value"))
      }
      partitionValues.append(value)
    }
  }

  private static func partitionText(_ values: StringMap, _ name: String) -> String? {
    if values.contains(name) { return values[name] }
    let lowered = name.lowercased()
    return values.entries.last { $0.key.lowercased() == lowered }?.value
  }
}
