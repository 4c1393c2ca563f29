import Columnar
import Compression

/// A column chunk ready to be appended to the file; its offsets count from its own first byte.
struct EncodedChunk: Sendable {
  var bytes: [UInt8] = []
  var metaData: ColumnMetaData
  var pages: [PageLocation] = []
  /// Nil when a page has no bounds though it has values (only NaN): readers could not prune by it.
  var columnIndex: ColumnIndex?
  var bounds: Bounds = .none
  var nullCount = 0
  var nanCount = 0
}

/// Encodes one leaf column of one row group: levels, values, pages, codec, statistics.
struct ChunkEncoder {
  let leaf: LeafColumn
  let options: WriterOptions
  let worker: ColumnWorker
  let rowGroup: Int
  /// The position of the leaf.
  let position: Int

  /// Well below the format's 2 GiB, so that a page that grows in compression fits too.
  private static let pageLimit = 1 << 30

  /// - Parameter parts: The top-level column, batch by batch.
  func encode(_ parts: [Column], rowCount: Int) throws(ParquetError) -> EncodedChunk {
    let (levels, present) = try LevelShredder.shred(parts, leaf)
    let values = try LeafValues(present, as: leaf.physicalType)
    if let observer = options.observer, let numbers = values.numbers {
      observer(rowGroup, position, numbers)
    }
    let source = try PageSource(values, leaf, worker)
    let plan = PagePlan(
      options: options, rowCount: rowCount, levels: levels,
      maximumDefinition: leaf.maximumDefinition, valueCount: values.count,
      offsets: source.offsets)
    let pages = plan.pages()

    let bodies = worker.bodies
    bodies.removeAll()
    var ends: [Int] = []
    for page in pages {
      encodeLevels(levels, page, into: bodies)
      source.encode(page.values, bodies)
      ends.append(bodies.count)
      guard bodies.count - (ends.dropLast().last ?? 0) <= ChunkEncoder.pageLimit else {
        throw ParquetError(
          .unsupported, "a page of more than 1 GiB cannot be written; a single row is too long",
          rowGroup: rowGroup, column: leaf.path.joined(separator: "."))
      }
    }
    var chunk = try assemble(source, levels, pages, ends)
    addStatistics(to: &chunk, source, pages)
    chunk.nullCount = levels.entryCount - values.count
    return chunk
  }

  // Levels go before the values of a version 1 page, each list behind its length in four bytes.

  private func encodeLevels(_ levels: LeafLevels, _ page: PageRange, into sink: ByteSink) {
    if let repetition = levels.repetition {
      encodeLevel(sink) { sink in
        RLEHybridEncoder.encode(
          repetition.span.extracting(page.entries),
          width: RLEHybridEncoder.width(forMaximum: leaf.maximumRepetition), into: sink)
      }
    }
    guard leaf.maximumDefinition > 0 else { return }
    let width = RLEHybridEncoder.width(forMaximum: leaf.maximumDefinition)
    encodeLevel(sink) { sink in
      if let definition = levels.definition, page.values.count < page.entries.count {
        RLEHybridEncoder.encode(definition.span.extracting(page.entries), width: width, into: sink)
      } else {
        RLEHybridEncoder.encodeRun(
          of: UInt32(leaf.maximumDefinition), count: page.entries.count, width: width, into: sink)
      }
    }
  }

  private func encodeLevel(_ sink: ByteSink, _ body: (ByteSink) -> Void) {
    let start = sink.count
    sink.append(littleEndian: UInt32(0))
    body(sink)
    sink.overwrite(littleEndian: UInt32(sink.count - start - 4), at: start)
  }

  /// Compresses the pages and puts headers before them.
  private func assemble(
    _ source: PageSource, _ levels: LeafLevels, _ pages: [PageRange], _ ends: [Int]
  ) throws(ParquetError) -> EncodedChunk {
    let codec = try chooseCodec(source, ends)
    var chunk = EncodedChunk(
      metaData: ColumnMetaData(
        type: leaf.physicalType, encodings: encodings(source), path: leaf.path,
        codec: CodecNumber(codec), valueCount: Int64(levels.entryCount),
        totalUncompressedSize: 0, totalCompressedSize: 0, dataPageOffset: 0,
        encodingStatistics: encodingStatistics(source, pageCount: pages.count)))
    // Headers take some fifty bytes; compressed pages are guessed at half their size.
    let total = (ends.last ?? 0) + (source.dictionary?.content.count ?? 0)
    chunk.bytes.reserveCapacity((codec == .none ? total : total / 2) + 64 * (pages.count + 1))
    var headerBytes = 0
    if let dictionary = source.dictionary {
      var header = PageHeader(
        type: .dictionary, uncompressedSize: 0, compressedSize: 0,
        dictionary: DictionaryPageHeader(
          valueCount: Int32(clamping: dictionary.count), encoding: .plain))
      headerBytes += unsafe try append(&header, dictionary.content.content, codec, to: &chunk)
      chunk.metaData.dictionaryPageOffset = 0
    }
    chunk.metaData.dataPageOffset = Int64(chunk.bytes.count)
    for (index, page) in pages.enumerated() {
      let start = index == 0 ? 0 : ends[index - 1]
      let body = unsafe UnsafeRawBufferPointer(
        rebasing: worker.bodies.content[start..<ends[index]])
      var header = PageHeader(
        type: .data, uncompressedSize: 0, compressedSize: 0,
        data: DataPageHeader(
          valueCount: Int32(page.entries.count), encoding: source.encoding,
          definitionLevelEncoding: .rle, repetitionLevelEncoding: .rle))
      let offset = chunk.bytes.count
      headerBytes += unsafe try append(&header, body, codec, to: &chunk)
      chunk.pages.append(
        PageLocation(
          offset: Int64(offset), compressedSize: Int32(clamping: chunk.bytes.count - offset),
          firstRow: Int64(page.firstRow)))
    }
    chunk.metaData.totalCompressedSize = Int64(chunk.bytes.count)
    chunk.metaData.totalUncompressedSize = Int64(headerBytes + total)
    return chunk
  }

  /// Appends a page and its header, whose sizes and checksum are filled in.
  ///
  /// - Returns: The bytes of the header.
  private func append(
    _ header: inout PageHeader, _ body: UnsafeRawBufferPointer, _ codec: CompressionCodec,
    to chunk: inout EncodedChunk
  ) throws(ParquetError) -> Int {
    header.uncompressedSize = Int32(body.count)
    var content: [UInt8] = []
    if codec != .none { unsafe try worker.compress(body, into: &content) }
    let stored = codec == .none ? body.count : content.count
    header.compressedSize = Int32(stored)
    let checksum =
      codec == .none
      ? unsafe PageChecksum.crc32(body)
      : unsafe content.withUnsafeBytes { unsafe PageChecksum.crc32($0) }
    header.crc = Int32(bitPattern: checksum)
    let bytes = header.encoded()
    chunk.bytes.append(contentsOf: bytes)
    if codec == .none {
      unsafe chunk.bytes.append(contentsOf: body)
    } else {
      chunk.bytes.append(contentsOf: content)
    }
    return bytes.count
  }

  /// zstd when it saves enough on the dictionary and on two pages, the first and a middle one.
  private func chooseCodec(
    _ source: PageSource, _ ends: [Int]
  ) throws(ParquetError) -> CompressionCodec {
    var before = 0
    var after = 0
    for page in Set([0, ends.count / 2]) where page < ends.count {
      let start = page == 0 ? 0 : ends[page - 1]
      var content: [UInt8] = []
      unsafe try worker.compress(
        UnsafeRawBufferPointer(rebasing: worker.bodies.content[start..<ends[page]]), into: &content)
      before += ends[page] - start
      after += content.count
    }
    let total = ends.last ?? 0
    var stored = before == 0 ? 0 : Double(after) * Double(total) / Double(before)
    var plain = Double(total)
    if let dictionary = source.dictionary?.content {
      stored += Double(try worker.compressedSize(dictionary))
      plain += Double(dictionary.count)
    }
    return stored <= plain * (1 - options.minimumGain) ? .zstd : .none
  }

  private func encodings(_ source: PageSource) -> [Encoding] {
    var encodings = [source.encoding]
    if source.dictionary != nil { encodings.append(.plain) }
    if leaf.maximumDefinition + leaf.maximumRepetition > 0, source.encoding != .rle {
      encodings.append(.rle)
    }
    return encodings
  }

  private func encodingStatistics(
    _ source: PageSource, pageCount: Int
  ) -> [PageEncodingStatistics] {
    var statistics = [
      PageEncodingStatistics(
        pageType: .data, encoding: source.encoding, count: Int32(clamping: pageCount))
    ]
    if source.dictionary != nil {
      statistics.append(
        PageEncodingStatistics(pageType: .dictionary, encoding: .plain, count: 1))
    }
    return statistics
  }
}
