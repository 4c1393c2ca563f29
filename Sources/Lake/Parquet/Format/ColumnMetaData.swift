/// How many pages of a type have an encoding.
package struct PageEncodingStatistics: Sendable, Hashable {
  package var pageType: PageType
  package var encoding: Encoding
  package var count: Int32

  package init(
    pageType: PageType, encoding: Encoding, count: Int32
  ) {
    self.pageType = pageType
    self.encoding = encoding
    self.count = count
  }
}

extension PageEncodingStatistics: CompactStructure {
  package init(from reader: inout CompactReader) throws(ParquetError) {
    var pageType: PageType?
    var encoding: Encoding?
    var count: Int32?
    try reader.beginStructure()
    var last = 0
    while let field = try reader.nextField(&last) {
      switch field.id {
      case 1: pageType = PageType(rawValue: try reader.int32(field))
      case 2: encoding = Encoding(rawValue: try reader.int32(field))
      case 3: count = try reader.int32(field)
      default: try reader.skip(field)
      }
    }
    self.pageType = try reader.required(pageType, "pageType of PageEncodingStatistics")
    self.encoding = try reader.required(encoding, "encoding of PageEncodingStatistics")
    self.count = try reader.required(count, "count of PageEncodingStatistics")
  }

  package func write(to writer: inout CompactWriter) {
    writer.structure { writer in
      writer.field(1, pageType.rawValue)
      writer.field(2, encoding.rawValue)
      writer.field(3, count)
    }
  }
}

/// Where the pages of a column chunk are, and how they were written.
package struct ColumnMetaData: Sendable, Hashable {
  package var type: PhysicalType
  package var encodings: [Encoding]
  /// Names from below the root to the leaf.
  package var path: [String]
  package var codec: CodecNumber
  /// Nulls and empty lists count, too.
  package var valueCount: Int64
  /// Bytes of all pages with their headers.
  package var totalUncompressedSize: Int64
  package var totalCompressedSize: Int64
  package var keyValueMetadata: [KeyValue]?
  package var dataPageOffset: Int64
  package var indexPageOffset: Int64?
  package var dictionaryPageOffset: Int64?
  package var statistics: Statistics?
  package var encodingStatistics: [PageEncodingStatistics]?
  package var bloomFilterOffset: Int64?
  package var bloomFilterLength: Int32?

  package init(
    type: PhysicalType, encodings: [Encoding], path: [String], codec: CodecNumber,
    valueCount: Int64, totalUncompressedSize: Int64, totalCompressedSize: Int64,
    keyValueMetadata: [KeyValue]? = nil, dataPageOffset: Int64, indexPageOffset: Int64? = nil,
    dictionaryPageOffset: Int64? = nil, statistics: Statistics? = nil,
    encodingStatistics: [PageEncodingStatistics]? = nil, bloomFilterOffset: Int64? = nil,
    bloomFilterLength: Int32? = nil
  ) {
    self.type = type
    self.encodings = encodings
    self.path = path
    self.codec = codec
    self.valueCount = valueCount
    self.totalUncompressedSize = totalUncompressedSize
    self.totalCompressedSize = totalCompressedSize
    self.keyValueMetadata = keyValueMetadata
    self.dataPageOffset = dataPageOffset
    self.indexPageOffset = indexPageOffset
    self.dictionaryPageOffset = dictionaryPageOffset
    self.statistics = statistics
    self.encodingStatistics = encodingStatistics
    self.bloomFilterOffset = bloomFilterOffset
    self.bloomFilterLength = bloomFilterLength
  }
}

extension ColumnMetaData: CompactStructure {
  package init(from reader: inout CompactReader) throws(ParquetError) {
    var type: PhysicalType?
    var encodings: [Encoding]?
    var path: [String]?
    var codec: CodecNumber?
    var valueCount: Int64?
    var totalUncompressedSize: Int64?
    var totalCompressedSize: Int64?
    var keyValueMetadata: [KeyValue]?
    var dataPageOffset: Int64?
    var indexPageOffset: Int64?
    var dictionaryPageOffset: Int64?
    var statistics: Statistics?
    var encodingStatistics: [PageEncodingStatistics]?
    var bloomFilterOffset: Int64?
    var bloomFilterLength: Int32?
    try reader.beginStructure()
    var last = 0
    while let field = try reader.nextField(&last) {
      switch field.id {
      case 1: type = PhysicalType(rawValue: try reader.int32(field))
      case 2: encodings = try reader.int32s(field).map { Encoding(rawValue: $0) }
      case 3: path = try reader.strings(field)
      case 4: codec = CodecNumber(rawValue: try reader.int32(field))
      case 5: valueCount = try reader.int64(field)
      case 6: totalUncompressedSize = try reader.int64(field)
      case 7: totalCompressedSize = try reader.int64(field)
      case 8: keyValueMetadata = try reader.structures(field)
      case 9: dataPageOffset = try reader.int64(field)
      case 10: indexPageOffset = try reader.int64(field)
      case 11: dictionaryPageOffset = try reader.int64(field)
      case 12: statistics = try reader.structure(field)
      case 13: encodingStatistics = try reader.structures(field)
      case 14: bloomFilterOffset = try reader.int64(field)
      // Some writers used this number for a list before it meant the length.
      case 15 where field.kind == .int32: bloomFilterLength = try reader.int32(field)
      default: try reader.skip(field)
      }
    }
    self.type = try reader.required(type, "type of ColumnMetaData")
    self.encodings = try reader.required(encodings, "encodings of ColumnMetaData")
    self.path = try reader.required(path, "path of ColumnMetaData")
    self.codec = try reader.required(codec, "codec of ColumnMetaData")
    self.valueCount = try reader.required(valueCount, "valueCount of ColumnMetaData")
    self.totalUncompressedSize = try reader.required(
      totalUncompressedSize, "totalUncompressedSize of ColumnMetaData")
    self.totalCompressedSize = try reader.required(
      totalCompressedSize, "totalCompressedSize of ColumnMetaData")
    self.keyValueMetadata = keyValueMetadata
    self.dataPageOffset = try reader.required(dataPageOffset, "dataPageOffset of ColumnMetaData")
    self.indexPageOffset = indexPageOffset
    self.dictionaryPageOffset = dictionaryPageOffset
    self.statistics = statistics
    self.encodingStatistics = encodingStatistics
    self.bloomFilterOffset = bloomFilterOffset
    self.bloomFilterLength = bloomFilterLength
  }

  package func write(to writer: inout CompactWriter) {
    writer.structure { writer in
      writer.field(1, type.rawValue)
      writer.field(2, encodings.map(\.rawValue))
      writer.field(3, path)
      writer.field(4, codec.rawValue)
      writer.field(5, valueCount)
      writer.field(6, totalUncompressedSize)
      writer.field(7, totalCompressedSize)
      writer.field(8, keyValueMetadata)
      writer.field(9, dataPageOffset)
      writer.field(10, indexPageOffset)
      writer.field(11, dictionaryPageOffset)
      writer.field(12, statistics)
      writer.field(13, encodingStatistics)
      writer.field(14, bloomFilterOffset)
      writer.field(15, bloomFilterLength)
    }
  }
}
