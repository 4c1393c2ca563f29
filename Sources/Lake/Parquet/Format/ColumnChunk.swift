/// The part of a column in one row group.
package struct ColumnChunk: Sendable, Hashable {
  /// Set when the pages lie in another file.
  package var filePath: String?
  package var fileOffset: Int64
  /// Nil when it is encrypted.
  package var metaData: ColumnMetaData?
  package var offsetIndexOffset: Int64?
  package var offsetIndexLength: Int32?
  package var columnIndexOffset: Int64?
  package var columnIndexLength: Int32?
  /// Whether the chunk's metadata or pages are encrypted; not written.
  package var hasEncryption: Bool

  package init(
    filePath: String? = nil, fileOffset: Int64 = 0, metaData: ColumnMetaData? = nil,
    offsetIndexOffset: Int64? = nil, offsetIndexLength: Int32? = nil,
    columnIndexOffset: Int64? = nil, columnIndexLength: Int32? = nil, hasEncryption: Bool = false
  ) {
    self.filePath = filePath
    self.fileOffset = fileOffset
    self.metaData = metaData
    self.offsetIndexOffset = offsetIndexOffset
    self.offsetIndexLength = offsetIndexLength
    self.columnIndexOffset = columnIndexOffset
    self.columnIndexLength = columnIndexLength
    self.hasEncryption = hasEncryption
  }
}

extension ColumnChunk: CompactStructure {
  package init(from reader: inout CompactReader) throws(ParquetError) {
    var filePath: String?
    var fileOffset: Int64?
    var metaData: ColumnMetaData?
    var offsetIndexOffset: Int64?
    var offsetIndexLength: Int32?
    var columnIndexOffset: Int64?
    var columnIndexLength: Int32?
    var hasEncryption = false
    try reader.beginStructure()
    var last = 0
    while let field = try reader.nextField(&last) {
      switch field.id {
      case 1: filePath = try reader.string(field)
      case 2: fileOffset = try reader.int64(field)
      case 3: metaData = try reader.structure(field)
      case 4: offsetIndexOffset = try reader.int64(field)
      case 5: offsetIndexLength = try reader.int32(field)
      case 6: columnIndexOffset = try reader.int64(field)
      case 7: columnIndexLength = try reader.int32(field)
      case 8, 9:
        hasEncryption = true
        try reader.skip(field)
      default: try reader.skip(field)
      }
    }
    self.filePath = filePath
    self.fileOffset = fileOffset ?? 0
    self.metaData = metaData
    self.offsetIndexOffset = offsetIndexOffset
    self.offsetIndexLength = offsetIndexLength
    self.columnIndexOffset = columnIndexOffset
    self.columnIndexLength = columnIndexLength
    self.hasEncryption = hasEncryption
  }

  package func write(to writer: inout CompactWriter) {
    writer.structure { writer in
      writer.field(1, filePath)
      writer.field(2, fileOffset)
      writer.field(3, metaData)
      writer.field(4, offsetIndexOffset)
      writer.field(5, offsetIndexLength)
      writer.field(6, columnIndexOffset)
      writer.field(7, columnIndexLength)
    }
  }
}
