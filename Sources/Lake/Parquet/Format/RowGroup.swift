/// A column by which a row group says it is sorted.
package struct SortingColumn: Sendable, Hashable {
  package var columnIndex: Int32
  package var isDescending: Bool
  package var isNullsFirst: Bool

  package init(
    columnIndex: Int32, isDescending: Bool, isNullsFirst: Bool
  ) {
    self.columnIndex = columnIndex
    self.isDescending = isDescending
    self.isNullsFirst = isNullsFirst
  }
}

extension SortingColumn: CompactStructure {
  package init(from reader: inout CompactReader) throws(ParquetError) {
    var columnIndex: Int32?
    var isDescending: Bool?
    var isNullsFirst: Bool?
    try reader.beginStructure()
    var last = 0
    while let field = try reader.nextField(&last) {
      switch field.id {
      case 1: columnIndex = try reader.int32(field)
      case 2: isDescending = try reader.bool(field)
      case 3: isNullsFirst = try reader.bool(field)
      default: try reader.skip(field)
      }
    }
    self.columnIndex = try reader.required(columnIndex, "columnIndex of SortingColumn")
    self.isDescending = try reader.required(isDescending, "isDescending of SortingColumn")
    self.isNullsFirst = try reader.required(isNullsFirst, "isNullsFirst of SortingColumn")
  }

  package func write(to writer: inout CompactWriter) {
    writer.structure { writer in
      writer.field(1, columnIndex)
      writer.field(2, isDescending)
      writer.field(3, isNullsFirst)
    }
  }
}

/// A horizontal part of the table.
package struct RowGroup: Sendable, Hashable {
  /// One chunk a leaf of the schema, in its order.
  package var columns: [ColumnChunk]
  /// Uncompressed.
  package var totalByteSize: Int64
  package var rowCount: Int64
  package var sortingColumns: [SortingColumn]?
  package var fileOffset: Int64?
  package var totalCompressedSize: Int64?
  package var ordinal: Int16?

  package init(
    columns: [ColumnChunk], totalByteSize: Int64, rowCount: Int64,
    sortingColumns: [SortingColumn]? = nil, fileOffset: Int64? = nil,
    totalCompressedSize: Int64? = nil, ordinal: Int16? = nil
  ) {
    self.columns = columns
    self.totalByteSize = totalByteSize
    self.rowCount = rowCount
    self.sortingColumns = sortingColumns
    self.fileOffset = fileOffset
    self.totalCompressedSize = totalCompressedSize
    self.ordinal = ordinal
  }
}

extension RowGroup: CompactStructure {
  package init(from reader: inout CompactReader) throws(ParquetError) {
    var columns: [ColumnChunk]?
    var totalByteSize: Int64?
    var rowCount: Int64?
    var sortingColumns: [SortingColumn]?
    var fileOffset: Int64?
    var totalCompressedSize: Int64?
    var ordinal: Int16?
    try reader.beginStructure()
    var last = 0
    while let field = try reader.nextField(&last) {
      switch field.id {
      case 1: columns = try reader.structures(field)
      case 2: totalByteSize = try reader.int64(field)
      case 3: rowCount = try reader.int64(field)
      case 4: sortingColumns = try reader.structures(field)
      case 5: fileOffset = try reader.int64(field)
      case 6: totalCompressedSize = try reader.int64(field)
      case 7: ordinal = try reader.int16(field)
      default: try reader.skip(field)
      }
    }
    self.columns = try reader.required(columns, "columns of RowGroup")
    self.totalByteSize = try reader.required(totalByteSize, "totalByteSize of RowGroup")
    self.rowCount = try reader.required(rowCount, "rowCount of RowGroup")
    self.sortingColumns = sortingColumns
    self.fileOffset = fileOffset
    self.totalCompressedSize = totalCompressedSize
    self.ordinal = ordinal
  }

  package func write(to writer: inout CompactWriter) {
    writer.structure { writer in
      writer.field(1, columns)
      writer.field(2, totalByteSize)
      writer.field(3, rowCount)
      writer.field(4, sortingColumns)
      writer.field(5, fileOffset)
      writer.field(6, totalCompressedSize)
      writer.field(7, ordinal)
    }
  }
}
