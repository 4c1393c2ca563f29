import Compression
import Parquet

/// Puts together a file of one column from the bytes of its pages.
struct FileBuilder {
  var type = PhysicalType.byteArray
  var logical: LogicalType?
  var repetition = Repetition.required
  var codec = CompressionCodec.none
  private var pages: [UInt8] = []
  private var dictionaryOffset: Int64?
  private var dataOffset: Int64?
  private var rows = 0

  init(_ type: PhysicalType, logical: LogicalType? = nil, codec: CompressionCodec = .none) {
    self.type = type
    self.logical = logical
    self.codec = codec
  }

  mutating func dictionary(count: Int, _ values: [UInt8]) throws {
    dictionaryOffset = Int64(4 + pages.count)
    try append(
      PageHeader(
        type: .dictionary, uncompressedSize: Int32(values.count), compressedSize: 0,
        dictionary: DictionaryPageHeader(valueCount: Int32(count), encoding: .plain)),
      values)
  }

  mutating func page(count: Int, encoding: Encoding, _ values: [UInt8]) throws {
    if dataOffset == nil { dataOffset = Int64(4 + pages.count) }
    rows += count
    try append(
      PageHeader(
        type: .data, uncompressedSize: Int32(values.count), compressedSize: 0,
        data: DataPageHeader(
          valueCount: Int32(count), encoding: encoding, definitionLevelEncoding: .rle,
          repetitionLevelEncoding: .rle)),
      values)
  }

  private mutating func append(_ header: PageHeader, _ body: [UInt8]) throws {
    let compressed = try Compressor().compress(codec, body)
    var header = header
    header.compressedSize = Int32(compressed.count)
    pages += header.encoded() + compressed
  }

  /// The file, with the row count that the pages have unless another is claimed.
  func file(claimedRows: Int? = nil) -> [UInt8] {
    let rows = Int64(claimedRows ?? self.rows)
    let chunk = ColumnChunk(
      fileOffset: 0,
      metaData: ColumnMetaData(
        type: type, encodings: [.plain], path: ["x"], codec: CodecNumber(codec), valueCount: rows,
        totalUncompressedSize: Int64(pages.count), totalCompressedSize: Int64(pages.count),
        dataPageOffset: dataOffset ?? 4, dictionaryPageOffset: dictionaryOffset))
    let metadata = FileMetaData(
      version: 2,
      schema: [
        SchemaElement(name: "schema", childCount: 1),
        SchemaElement(type: type, repetition: repetition, name: "x", logicalType: logical),
      ],
      rowCount: rows,
      rowGroups: [
        RowGroup(columns: [chunk], totalByteSize: Int64(pages.count), rowCount: rows)
      ])
    return FileMetaData.magic + pages + metadata.encodedFooter()
  }

  /// PLAIN byte strings.
  static func plain(_ strings: [String]) -> [UInt8] {
    strings.flatMap { string in
      let count = UInt32(string.utf8.count)
      return (0..<4).map { UInt8(truncatingIfNeeded: count >> (8 * UInt32($0))) } + string.utf8
    }
  }

  /// A run of one dictionary index of up to eight bits, behind the byte of the width.
  static func run(of index: UInt8, count: Int) -> [UInt8] {
    var bytes: [UInt8] = [8]
    var rest = UInt64(count) << 1
    while rest >= 128 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 128)
      rest >>= 7
    }
    return bytes + [UInt8(rest), index]
  }
}
