/// What precedes the bytes of a page.
package struct PageHeader: Sendable, Hashable {
  package var type: PageType
  package var uncompressedSize: Int32
  /// Bytes in the file, header not counted.
  package var compressedSize: Int32
  /// CRC-32 (the polynomial of gzip) of the bytes in the file.
  package var crc: Int32?
  package var data: DataPageHeader?
  package var dictionary: DictionaryPageHeader?
  package var dataV2: DataPageHeaderV2?

  package init(
    type: PageType, uncompressedSize: Int32, compressedSize: Int32, crc: Int32? = nil,
    data: DataPageHeader? = nil, dictionary: DictionaryPageHeader? = nil,
    dataV2: DataPageHeaderV2? = nil
  ) {
    self.type = type
    self.uncompressedSize = uncompressedSize
    self.compressedSize = compressedSize
    self.crc = crc
    self.data = data
    self.dictionary = dictionary
    self.dataV2 = dataV2
  }
}

extension PageHeader: CompactStructure {
  package init(from reader: inout CompactReader) throws(ParquetError) {
    var type: PageType?
    var uncompressedSize: Int32?
    var compressedSize: Int32?
    var crc: Int32?
    var data: DataPageHeader?
    var dictionary: DictionaryPageHeader?
    var dataV2: DataPageHeaderV2?
    try reader.beginStructure()
    var last = 0
    while let field = try reader.nextField(&last) {
      switch field.id {
      case 1: type = PageType(rawValue: try reader.int32(field))
      case 2: uncompressedSize = try reader.int32(field)
      case 3: compressedSize = try reader.int32(field)
      case 4: crc = try reader.int32(field)
      case 5: data = try reader.structure(field)
      case 7: dictionary = try reader.structure(field)
      case 8: dataV2 = try reader.structure(field)
      default: try reader.skip(field)
      }
    }
    self.type = try reader.required(type, "type of PageHeader")
    self.uncompressedSize = try reader.required(uncompressedSize, "uncompressedSize of PageHeader")
    self.compressedSize = try reader.required(compressedSize, "compressedSize of PageHeader")
    self.crc = crc
    self.data = data
    self.dictionary = dictionary
    self.dataV2 = dataV2
  }

  package func write(to writer: inout CompactWriter) {
    writer.structure { writer in
      writer.field(1, type.rawValue)
      writer.field(2, uncompressedSize)
      writer.field(3, compressedSize)
      writer.field(4, crc)
      writer.field(5, data)
      writer.field(7, dictionary)
      writer.field(8, dataV2)
    }
  }
}

/// A page of format version 1: levels and values compressed together.
package struct DataPageHeader: Sendable, Hashable {
  package var valueCount: Int32
  package var encoding: Encoding
  package var definitionLevelEncoding: Encoding
  package var repetitionLevelEncoding: Encoding
  package var statistics: Statistics?

  package init(
    valueCount: Int32, encoding: Encoding, definitionLevelEncoding: Encoding,
    repetitionLevelEncoding: Encoding, statistics: Statistics? = nil
  ) {
    self.valueCount = valueCount
    self.encoding = encoding
    self.definitionLevelEncoding = definitionLevelEncoding
    self.repetitionLevelEncoding = repetitionLevelEncoding
    self.statistics = statistics
  }
}

extension DataPageHeader: CompactStructure {
  package init(from reader: inout CompactReader) throws(ParquetError) {
    var valueCount: Int32?
    var encoding: Encoding?
    var definitionLevelEncoding: Encoding?
    var repetitionLevelEncoding: Encoding?
    var statistics: Statistics?
    try reader.beginStructure()
    var last = 0
    while let field = try reader.nextField(&last) {
      switch field.id {
      case 1: valueCount = try reader.int32(field)
      case 2: encoding = Encoding(rawValue: try reader.int32(field))
      case 3: definitionLevelEncoding = Encoding(rawValue: try reader.int32(field))
      case 4: repetitionLevelEncoding = Encoding(rawValue: try reader.int32(field))
      case 5: statistics = try reader.structure(field)
      default: try reader.skip(field)
      }
    }
    self.valueCount = try reader.required(valueCount, "valueCount of DataPageHeader")
    self.encoding = try reader.required(encoding, "encoding of DataPageHeader")
    self.definitionLevelEncoding = try reader.required(
      definitionLevelEncoding, "definitionLevelEncoding of DataPageHeader")
    self.repetitionLevelEncoding = try reader.required(
      repetitionLevelEncoding, "repetitionLevelEncoding of DataPageHeader")
    self.statistics = statistics
  }

  package func write(to writer: inout CompactWriter) {
    writer.structure { writer in
      writer.field(1, valueCount)
      writer.field(2, encoding.rawValue)
      writer.field(3, definitionLevelEncoding.rawValue)
      writer.field(4, repetitionLevelEncoding.rawValue)
      writer.field(5, statistics)
    }
  }
}

/// The distinct values that later pages refer to.
package struct DictionaryPageHeader: Sendable, Hashable {
  package var valueCount: Int32
  package var encoding: Encoding
  package var isSorted: Bool?

  package init(
    valueCount: Int32, encoding: Encoding, isSorted: Bool? = nil
  ) {
    self.valueCount = valueCount
    self.encoding = encoding
    self.isSorted = isSorted
  }
}

extension DictionaryPageHeader: CompactStructure {
  package init(from reader: inout CompactReader) throws(ParquetError) {
    var valueCount: Int32?
    var encoding: Encoding?
    var isSorted: Bool?
    try reader.beginStructure()
    var last = 0
    while let field = try reader.nextField(&last) {
      switch field.id {
      case 1: valueCount = try reader.int32(field)
      case 2: encoding = Encoding(rawValue: try reader.int32(field))
      case 3: isSorted = try reader.bool(field)
      default: try reader.skip(field)
      }
    }
    self.valueCount = try reader.required(valueCount, "valueCount of DictionaryPageHeader")
    self.encoding = try reader.required(encoding, "encoding of DictionaryPageHeader")
    self.isSorted = isSorted
  }

  package func write(to writer: inout CompactWriter) {
    writer.structure { writer in
      writer.field(1, valueCount)
      writer.field(2, encoding.rawValue)
      writer.field(3, isSorted)
    }
  }
}

/// A page of format version 2: levels stay uncompressed, rows never span pages.
package struct DataPageHeaderV2: Sendable, Hashable {
  package var valueCount: Int32
  package var nullCount: Int32
  package var rowCount: Int32
  package var encoding: Encoding
  package var definitionLevelsByteLength: Int32
  package var repetitionLevelsByteLength: Int32
  /// True when absent.
  package var isCompressed: Bool?
  package var statistics: Statistics?

  package init(
    valueCount: Int32, nullCount: Int32, rowCount: Int32, encoding: Encoding,
    definitionLevelsByteLength: Int32, repetitionLevelsByteLength: Int32, isCompressed: Bool? = nil,
    statistics: Statistics? = nil
  ) {
    self.valueCount = valueCount
    self.nullCount = nullCount
    self.rowCount = rowCount
    self.encoding = encoding
    self.definitionLevelsByteLength = definitionLevelsByteLength
    self.repetitionLevelsByteLength = repetitionLevelsByteLength
    self.isCompressed = isCompressed
    self.statistics = statistics
  }
}

extension DataPageHeaderV2: CompactStructure {
  package init(from reader: inout CompactReader) throws(ParquetError) {
    var valueCount: Int32?
    var nullCount: Int32?
    var rowCount: Int32?
    var encoding: Encoding?
    var definitionLevelsByteLength: Int32?
    var repetitionLevelsByteLength: Int32?
    var isCompressed: Bool?
    var statistics: Statistics?
    try reader.beginStructure()
    var last = 0
    while let field = try reader.nextField(&last) {
      switch field.id {
      case 1: valueCount = try reader.int32(field)
      case 2: nullCount = try reader.int32(field)
      case 3: rowCount = try reader.int32(field)
      case 4: encoding = Encoding(rawValue: try reader.int32(field))
      case 5: definitionLevelsByteLength = try reader.int32(field)
      case 6: repetitionLevelsByteLength = try reader.int32(field)
      case 7: isCompressed = try reader.bool(field)
      case 8: statistics = try reader.structure(field)
      default: try reader.skip(field)
      }
    }
    self.valueCount = try reader.required(valueCount, "valueCount of DataPageHeaderV2")
    self.nullCount = try reader.required(nullCount, "nullCount of DataPageHeaderV2")
    self.rowCount = try reader.required(rowCount, "rowCount of DataPageHeaderV2")
    self.encoding = try reader.required(encoding, "encoding of DataPageHeaderV2")
    self.definitionLevelsByteLength = try reader.required(
      definitionLevelsByteLength, "definitionLevelsByteLength of DataPageHeaderV2")
    self.repetitionLevelsByteLength = try reader.required(
      repetitionLevelsByteLength, "repetitionLevelsByteLength of DataPageHeaderV2")
    self.isCompressed = isCompressed
    self.statistics = statistics
  }

  package func write(to writer: inout CompactWriter) {
    writer.structure { writer in
      writer.field(1, valueCount)
      writer.field(2, nullCount)
      writer.field(3, rowCount)
      writer.field(4, encoding.rawValue)
      writer.field(5, definitionLevelsByteLength)
      writer.field(6, repetitionLevelsByteLength)
      writer.field(7, isCompressed)
      writer.field(8, statistics)
    }
  }
}
