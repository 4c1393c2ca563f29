import Compression
import Parquet
import Testing

@Suite struct CompactProtocolTests {
  static let metadata = FileMetaData(
    version: 2,
    schema: [
      SchemaElement(name: "schema", childCount: 3),
      SchemaElement(
        type: .int64, repetition: .optional, name: "ts", convertedType: .timestampMicros,
        fieldID: 300, logicalType: .timestamp(isAdjustedToUTC: true, unit: .micros)),
      SchemaElement(
        type: .fixedLengthByteArray, typeLength: 16, repetition: .required, name: "pv",
        convertedType: .decimal, scale: 2, precision: 38,
        logicalType: .decimal(scale: 2, precision: 38)),
      SchemaElement(
        type: .int32, repetition: .required, name: "small",
        logicalType: .integer(bitWidth: 16, isSigned: false)),
    ],
    rowCount: 7,
    rowGroups: [
      RowGroup(
        columns: (0..<20).map { index in
          ColumnChunk(
            fileOffset: Int64(index),
            metaData: ColumnMetaData(
              type: .int64, encodings: [.plain, .rleDictionary], path: ["a", "b\(index)"],
              codec: CodecNumber(.zstd), valueCount: .max, totalUncompressedSize: -1,
              totalCompressedSize: 1 << 40,
              keyValueMetadata: [KeyValue(key: "k", value: nil)], dataPageOffset: 4,
              statistics: Statistics(
                nullCount: 3, maxValue: [1, 2], minValue: [], isMaxValueExact: false,
                isMinValueExact: true),
              encodingStatistics: [
                PageEncodingStatistics(pageType: .data, encoding: .plain, count: 2)
              ]), offsetIndexOffset: 99, offsetIndexLength: 5)
        }, totalByteSize: 5, rowCount: 7,
        sortingColumns: [SortingColumn(columnIndex: 1, isDescending: true, isNullsFirst: false)],
        ordinal: -3)
    ],
    keyValueMetadata: [KeyValue(key: "key", value: "wert")], createdBy: "tarn",
    columnOrders: [.typeDefined, .totalOrder])

  @Test func `metadata survives writing and reading`() throws {
    var writer = CompactWriter()
    CompactProtocolTests.metadata.write(to: &writer)
    var reader = CompactReader(writer.bytes)
    #expect(try FileMetaData(from: &reader) == CompactProtocolTests.metadata)
    #expect(reader.position == writer.bytes.count)
  }

  @Test func `metadata cut anywhere is refused`() {
    var writer = CompactWriter()
    CompactProtocolTests.metadata.write(to: &writer)
    for count in 0..<writer.bytes.count - 1 {
      #expect(throws: ParquetError.self) {
        var reader = CompactReader(writer.bytes, in: 0..<count)
        _ = try FileMetaData(from: &reader)
      }
    }
  }

  @Test(arguments: [
    // A list of 2^31 structures in a few bytes.
    [0x29, 0xFC, 0xFF, 0xFF, 0xFF, 0xFF, 0x07] as [UInt8],
    // Bytes longer than the input, behind an unknown field.
    [0x68, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
    // A number of more than 64 bits.
    [0x16, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
  ])
  func `lengths beyond the input are refused`(bytes: [UInt8]) {
    var reader = CompactReader(bytes)
    #expect(throws: ParquetError.self) { try FileMetaData(from: &reader) }
  }

  @Test func `deep nesting is refused`() {
    var reader = CompactReader([UInt8](repeating: 0x9C, count: 100_000))
    #expect(throws: ParquetError.self) { try FileMetaData(from: &reader) }
    var lists = CompactReader([0x99] + [UInt8](repeating: 0x19, count: 100_000))
    #expect(throws: ParquetError.self) { try FileMetaData(from: &lists) }
  }

  @Test func `page headers and indexes survive writing and reading`() throws {
    let header = PageHeader(
      type: .dataV2, uncompressedSize: 10, compressedSize: 20, crc: -5,
      dataV2: DataPageHeaderV2(
        valueCount: 3, nullCount: 1, rowCount: 2, encoding: .deltaBinaryPacked,
        definitionLevelsByteLength: 2, repetitionLevelsByteLength: 0, isCompressed: false))
    var reader = CompactReader(header.encoded())
    #expect(try PageHeader(from: &reader) == header)
    let index = ColumnIndex(
      isNullPage: [false, true], minValues: [[1], []], maxValues: [[2], []], boundaryOrder: 1,
      nullCounts: [0, 9])
    reader = CompactReader(index.encoded())
    #expect(try ColumnIndex(from: &reader) == index)
    let offsets = OffsetIndex(
      pageLocations: [PageLocation(offset: 4, compressedSize: 100, firstRow: 0)])
    reader = CompactReader(offsets.encoded())
    #expect(try OffsetIndex(from: &reader) == offsets)
  }
}
