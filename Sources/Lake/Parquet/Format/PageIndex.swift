/// Where a data page is.
package struct PageLocation: Sendable, Hashable {
  package var offset: Int64
  /// Header included.
  package var compressedSize: Int32
  /// Counted within the row group.
  package var firstRow: Int64

  package init(
    offset: Int64, compressedSize: Int32, firstRow: Int64
  ) {
    self.offset = offset
    self.compressedSize = compressedSize
    self.firstRow = firstRow
  }
}

extension PageLocation: CompactStructure {
  package init(from reader: inout CompactReader) throws(ParquetError) {
    var offset: Int64?
    var compressedSize: Int32?
    var firstRow: Int64?
    try reader.beginStructure()
    var last = 0
    while let field = try reader.nextField(&last) {
      switch field.id {
      case 1: offset = try reader.int64(field)
      case 2: compressedSize = try reader.int32(field)
      case 3: firstRow = try reader.int64(field)
      default: try reader.skip(field)
      }
    }
    self.offset = try reader.required(offset, "offset of PageLocation")
    self.compressedSize = try reader.required(compressedSize, "compressedSize of PageLocation")
    self.firstRow = try reader.required(firstRow, "firstRow of PageLocation")
  }

  package func write(to writer: inout CompactWriter) {
    writer.structure { writer in
      writer.field(1, offset)
      writer.field(2, compressedSize)
      writer.field(3, firstRow)
    }
  }
}

/// The data pages of a column chunk.
package struct OffsetIndex: Sendable, Hashable {
  package var pageLocations: [PageLocation]

  package init(
    pageLocations: [PageLocation]
  ) {
    self.pageLocations = pageLocations
  }
}

extension OffsetIndex: CompactStructure {
  package init(from reader: inout CompactReader) throws(ParquetError) {
    var pageLocations: [PageLocation]?
    try reader.beginStructure()
    var last = 0
    while let field = try reader.nextField(&last) {
      switch field.id {
      case 1: pageLocations = try reader.structures(field)
      default: try reader.skip(field)
      }
    }
    self.pageLocations = try reader.required(pageLocations, "pageLocations of OffsetIndex")
  }

  package func write(to writer: inout CompactWriter) {
    writer.structure { writer in
      writer.field(1, pageLocations)
    }
  }
}

/// Bounds and null counts of every data page of a column chunk.
package struct ColumnIndex: Sendable, Hashable {
  /// True: the page holds only nulls, its bounds mean nothing.
  package var isNullPage: [Bool]
  package var minValues: [[UInt8]]
  package var maxValues: [[UInt8]]
  /// 0 unordered, 1 ascending, 2 descending.
  package var boundaryOrder: Int32
  package var nullCounts: [Int64]?

  package init(
    isNullPage: [Bool], minValues: [[UInt8]], maxValues: [[UInt8]], boundaryOrder: Int32,
    nullCounts: [Int64]? = nil
  ) {
    self.isNullPage = isNullPage
    self.minValues = minValues
    self.maxValues = maxValues
    self.boundaryOrder = boundaryOrder
    self.nullCounts = nullCounts
  }
}

extension ColumnIndex: CompactStructure {
  package init(from reader: inout CompactReader) throws(ParquetError) {
    var isNullPage: [Bool]?
    var minValues: [[UInt8]]?
    var maxValues: [[UInt8]]?
    var boundaryOrder: Int32?
    var nullCounts: [Int64]?
    try reader.beginStructure()
    var last = 0
    while let field = try reader.nextField(&last) {
      switch field.id {
      case 1: isNullPage = try reader.bools(field)
      case 2: minValues = try reader.binaries(field)
      case 3: maxValues = try reader.binaries(field)
      case 4: boundaryOrder = try reader.int32(field)
      case 5: nullCounts = try reader.int64s(field)
      default: try reader.skip(field)
      }
    }
    self.isNullPage = try reader.required(isNullPage, "isNullPage of ColumnIndex")
    self.minValues = try reader.required(minValues, "minValues of ColumnIndex")
    self.maxValues = try reader.required(maxValues, "maxValues of ColumnIndex")
    self.boundaryOrder = try reader.required(boundaryOrder, "boundaryOrder of ColumnIndex")
    self.nullCounts = nullCounts
  }

  package func write(to writer: inout CompactWriter) {
    writer.structure { writer in
      writer.field(1, isNullPage)
      writer.field(2, minValues)
      writer.field(3, maxValues)
      writer.field(4, boundaryOrder)
      writer.field(5, nullCounts)
    }
  }
}
