/// The footer of a file.
package struct FileMetaData: Sendable, Hashable {
  package var version: Int32
  /// The schema tree, depth first, root included.
  package var schema: [SchemaElement]
  package var rowCount: Int64
  package var rowGroups: [RowGroup]
  package var keyValueMetadata: [KeyValue]?
  package var createdBy: String?
  /// One a leaf; without it the new statistics mean nothing.
  package var columnOrders: [ColumnOrder]?
  /// Whether columns are encrypted; not written.
  package var hasEncryption: Bool

  package init(
    version: Int32, schema: [SchemaElement], rowCount: Int64, rowGroups: [RowGroup],
    keyValueMetadata: [KeyValue]? = nil, createdBy: String? = nil,
    columnOrders: [ColumnOrder]? = nil, hasEncryption: Bool = false
  ) {
    self.version = version
    self.schema = schema
    self.rowCount = rowCount
    self.rowGroups = rowGroups
    self.keyValueMetadata = keyValueMetadata
    self.createdBy = createdBy
    self.columnOrders = columnOrders
    self.hasEncryption = hasEncryption
  }
}

extension FileMetaData: CompactStructure {
  package init(from reader: inout CompactReader) throws(ParquetError) {
    var version: Int32?
    var schema: [SchemaElement]?
    var rowCount: Int64?
    var rowGroups: [RowGroup]?
    var keyValueMetadata: [KeyValue]?
    var createdBy: String?
    var columnOrders: [ColumnOrder]?
    var hasEncryption = false
    try reader.beginStructure()
    var last = 0
    while let field = try reader.nextField(&last) {
      switch field.id {
      case 1: version = try reader.int32(field)
      case 2: schema = try reader.structures(field)
      case 3: rowCount = try reader.int64(field)
      case 4: rowGroups = try reader.structures(field)
      case 5: keyValueMetadata = try reader.structures(field)
      case 6: createdBy = try reader.string(field)
      case 7: columnOrders = try reader.structures(field)
      case 8:
        hasEncryption = true
        try reader.skip(field)
      default: try reader.skip(field)
      }
    }
    self.version = try reader.required(version, "version of FileMetaData")
    self.schema = try reader.required(schema, "schema of FileMetaData")
    self.rowCount = try reader.required(rowCount, "rowCount of FileMetaData")
    self.rowGroups = try reader.required(rowGroups, "rowGroups of FileMetaData")
    self.keyValueMetadata = keyValueMetadata
    self.createdBy = createdBy
    self.columnOrders = columnOrders
    self.hasEncryption = hasEncryption
  }

  package func write(to writer: inout CompactWriter) {
    writer.structure { writer in
      writer.field(1, version)
      writer.field(2, schema)
      writer.field(3, rowCount)
      writer.field(4, rowGroups)
      writer.field(5, keyValueMetadata)
      writer.field(6, createdBy)
      writer.field(7, columnOrders)
    }
  }
}
