import Compression
import Parquet
import TestSupport

/// Bends Parquet files where it hurts: numbers of the footer, headers of pages, and what pages hold
/// below their compression and without the checksum that would give the damage away.
struct ParquetMutation {
  private let compressor = Compressor()
  private let decompressor = Decompressor()

  func mutated(
    _ input: [UInt8], _ other: [UInt8], _ random: inout SeededGenerator
  ) -> [UInt8] {
    guard let anatomy = ParquetAnatomy(input) else { return raw(input, other, &random) }
    switch random.next() % 8 {
    case 0: return raw(input, other, &random)
    case 1, 2:
      var footer = Array(input[anatomy.footerStart..<input.count - 8])
      Bending.bytes(&footer, in: 0..<footer.count, other: other, &random)
      return anatomy.withFooter(footer)
    case 3, 4:
      var footer = anatomy.footer
      for _ in 0...Bending.below(2, &random) { bend(&footer, &random) }
      return anatomy.withFooter(footer)
    default: return page(anatomy, other, &random)
    }
  }

  private func raw(
    _ input: [UInt8], _ other: [UInt8], _ random: inout SeededGenerator
  ) -> [UInt8] {
    var bytes = input
    if random.next() % 16 == 0 { return Array(bytes.prefix(Bending.below(bytes.count, &random))) }
    Bending.bytes(&bytes, in: 0..<bytes.count, other: other, &random)
    return bytes
  }

  private func page(
    _ anatomy: ParquetAnatomy, _ other: [UInt8], _ random: inout SeededGenerator
  ) -> [UInt8] {
    let pages = anatomy.pages
    guard !pages.isEmpty else { return raw(anatomy.bytes, other, &random) }
    let page = pages[Bending.below(pages.count, &random)]
    var header = page.header
    header.crc = nil
    var body = Array(anatomy.bytes[page.bodyStart..<page.range.upperBound])
    if random.next() & 1 == 0 { bend(&header, &random) }
    // The levels in front of a version 2 page are not compressed.
    let levels = header.dataV2.map {
      max(0, Int($0.definitionLevelsByteLength) &+ Int($0.repetitionLevelsByteLength))
    }
    let front = min(levels ?? 0, body.count)
    if let codec = anatomy.codec(of: page), header.uncompressedSize >= 0,
      Int(header.uncompressedSize) - front <= 1 << 16, Int(header.uncompressedSize) >= front
    {
      let isCompressed = codec != .none && header.dataV2?.isCompressed ?? true
      var plain = Array(body[front...])
      if isCompressed {
        guard
          let open = try? decompressor.decompress(
            codec, plain, size: Int(header.uncompressedSize) - front)
        else { return raw(anatomy.bytes, other, &random) }
        plain = open
      }
      plain = body[..<front] + plain
      Bending.bytes(&plain, in: 0..<plain.count, other: other, &random)
      if random.next() % 8 != 0 { header.uncompressedSize = Int32(plain.count) }
      let stays = min(front, plain.count)
      if isCompressed, let packed = try? compressor.compress(codec, Array(plain[stays...])) {
        body = plain[..<stays] + packed
      } else {
        body = plain
      }
      header.compressedSize = Int32(body.count)
    }
    return anatomy.replacing(page, header: header, body: body)
  }

  private func bend(_ header: inout PageHeader, _ random: inout SeededGenerator) {
    let number = Int32(truncatingIfNeeded: Bending.edge(&random))
    let encoding = Encoding(rawValue: Int32(Bending.below(11, &random)))
    switch random.next() % 9 {
    case 0: header.uncompressedSize = number
    case 1: header.data?.valueCount = number
    case 2: header.data?.encoding = encoding
    case 3: header.dictionary?.valueCount = number
    case 4: header.dataV2?.valueCount = number
    case 5: header.dataV2?.encoding = encoding
    case 6: header.dataV2?.definitionLevelsByteLength = number
    case 7: header.dataV2?.repetitionLevelsByteLength = number
    default: header.dataV2?.rowCount = number
    }
  }

  private func bend(_ footer: inout FileMetaData, _ random: inout SeededGenerator) {
    let number = Int64(bitPattern: Bending.edge(&random))
    guard !footer.rowGroups.isEmpty, !footer.schema.isEmpty else { return }
    let group = Bending.below(footer.rowGroups.count, &random)
    let element = Bending.below(footer.schema.count, &random)
    if random.next() & 1 == 0 {
      bend(&footer.schema[element], number, &random)
      return
    }
    switch random.next() % 4 {
    case 0: footer.rowCount = number
    case 1: footer.rowGroups[group].rowCount = number
    default:
      let columns = footer.rowGroups[group].columns.count
      guard columns > 0 else { return }
      let column = Bending.below(columns, &random)
      bend(&footer.rowGroups[group].columns[column], number, &random)
    }
    if random.next() & 1 == 0 {
      footer.rowCount = footer.rowGroups.reduce(0) { $0 &+ $1.rowCount }
    }
  }

  private func bend(
    _ chunk: inout ColumnChunk, _ number: Int64, _ random: inout SeededGenerator
  ) {
    switch random.next() % 13 {
    case 0: chunk.metaData?.valueCount = number
    case 1: chunk.metaData?.dataPageOffset = number
    case 2: chunk.metaData?.dictionaryPageOffset = number
    case 3: chunk.metaData?.totalCompressedSize = number
    case 4: chunk.metaData?.totalUncompressedSize = number
    case 5: chunk.metaData?.codec = CodecNumber(rawValue: Int32(Bending.below(9, &random)))
    case 6:
      if let type = PhysicalType(rawValue: Int32(Bending.below(9, &random))) {
        chunk.metaData?.type = type
      }
    case 7: chunk.offsetIndexOffset = number
    case 8: chunk.columnIndexOffset = number
    case 9: chunk.offsetIndexLength = Int32(truncatingIfNeeded: number)
    case 10: chunk.columnIndexLength = Int32(truncatingIfNeeded: number)
    case 11: chunk.metaData?.dictionaryPageOffset = nil
    default: chunk.fileOffset = number
    }
  }

  private func bend(
    _ element: inout SchemaElement, _ number: Int64, _ random: inout SeededGenerator
  ) {
    switch random.next() % 7 {
    case 0: element.type = PhysicalType(rawValue: Int32(Bending.below(9, &random)))
    case 1: element.typeLength = Int32(truncatingIfNeeded: number)
    case 2: element.repetition = [.required, .optional, .repeated][Bending.below(3, &random)]
    case 3: element.childCount = Int32(truncatingIfNeeded: number)
    case 4: element.precision = Int32(truncatingIfNeeded: number)
    case 5: element.scale = Int32(truncatingIfNeeded: number)
    default:
      element.convertedType = ConvertedType(rawValue: Int32(Bending.below(24, &random)))
      element.logicalType = nil
    }
  }
}
