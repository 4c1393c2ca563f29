import Columnar
import Compression
import FileStorage

/// Decodes one leaf's chunk in one row group, some rows at a time, in bounded memory.
///
/// Belongs to one worker.
final class ColumnChunkReader {
  let leaf: LeafType
  let conversion: FixedConversion
  let element: SchemaElement
  let maximumDefinition: Int
  let maximumRepetition: Int
  let budget: ReadBudget
  private let pages: PageReader
  /// Entries (values, nulls, empty lists) the chunk claims and pages have not brought yet.
  private var entriesToCome: Int
  private let entriesInChunk: Int
  private var logicalBytes = 0

  // The page being read. `entriesLeft` counts entries whose levels are not decoded yet.
  private var page: [UInt8] = []
  private var entriesLeft = 0
  private var definitions = LevelDecoder.zero
  private var repetitions = LevelDecoder.zero
  var values = PageValues.none
  private(set) var dictionary = ChunkDictionary.none

  // Levels of the page decoded ahead, for columns with lists.
  var pendingRepetitions: [Int32] = []
  var pendingDefinitions: [Int32] = []
  var pendingNext = 0
  var isAtStart = true

  /// - Parameter entries: What the chunk's metadata claims.
  init(
    _ node: SchemaNode, leaf: LeafType, entries: Int, pages: PageReader, budget: ReadBudget
  ) {
    self.leaf = leaf
    element = node.element
    conversion = FixedConversion(leaf, element: node.element)
    maximumDefinition = node.definitionLevel
    maximumRepetition = node.repetitionLevel
    self.pages = pages
    self.budget = budget
    entriesToCome = entries
    entriesInChunk = entries
  }

  /// To be called behind the last row: the pages must have been used up, too.
  func finish() throws(ParquetError) {
    guard entriesToCome == 0, entriesLeft == 0, pendingNext == pendingDefinitions.count else {
      throw .damaged("column chunk holds more rows than its row group")
    }
  }

  /// Rows of the current page that are not read yet, for columns without lists or groups above.
  var rowsInPage: Int { entriesLeft }

  func withPage<Result>(
    _ body: (UnsafeRawPointer) throws(ParquetError) -> Result
  ) throws(ParquetError) -> Result {
    unsafe try page.withUnsafeBufferPointer { (buffer) throws(ParquetError) -> Result in
      guard let base = buffer.baseAddress else { throw .damaged("a page without bytes") }
      return unsafe try body(UnsafeRawPointer(base))
    }
  }

  /// Counts `bytes` of values against the budget.
  func charge(_ bytes: Int) throws(ParquetError) {
    logicalBytes += bytes
    guard logicalBytes <= budget.chunkBytes, bytes <= budget.batchBytes else {
      throw ParquetError(
        .overBudget,
        "values of a column chunk take more than the allowed \(budget.chunkBytes) bytes, or of a"
          + " batch more than \(budget.batchBytes)")
    }
  }
}

// Walking through entries.
extension ColumnChunkReader {
  /// What a stretch of rows within one page looks like, in a column without lists or groups above.
  struct Portion {
    var slots: Int
    /// Rows of the batch before it.
    var offset: Int
    /// Rows that are not null.
    var present: Int
  }

  /// Hands out the next `count` rows page by page, after their validity went into `words`.
  ///
  /// - Precondition: no repetition, at most one definition level; `words` has 0 bits for all rows
  ///   when there is one, else it is empty.
  func walk(
    _ count: Int, _ words: inout [UInt64],
    _ body: (Portion, inout [UInt64]) throws(ParquetError) -> Void
  ) throws(ParquetError) {
    var done = 0
    while done < count {
      if entriesLeft == 0 { try loadPage() }
      let slots = min(count - done, entriesLeft)
      var present = slots
      if maximumDefinition > 0 {
        var failure: ParquetError?
        unsafe words.withUnsafeMutableBufferPointer { bits in
          do throws(ParquetError) {
            guard let base = bits.baseAddress else { return }
            present = unsafe try withPage { (page) throws(ParquetError) -> Int in
              unsafe try definitions.decodeBits(page, into: base, at: done, count: slots)
            }
          } catch { failure = error }
        }
        if let failure { throw failure }
      }
      try body(Portion(slots: slots, offset: done, present: present), &words)
      entriesLeft -= slots
      done += slots
    }
  }

  /// Decodes levels of the page ahead; false at the end of the chunk.
  func loadPending() throws(ParquetError) -> Bool {
    if entriesLeft == 0 {
      if entriesToCome == 0 { return false }
      try loadPage()
    }
    let count = min(entriesLeft, 4096)
    pendingNext = 0
    pendingRepetitions = try levels(&repetitions, maximum: maximumRepetition, count)
    pendingDefinitions = try levels(&definitions, maximum: maximumDefinition, count)
    entriesLeft -= count
    return true
  }

  private func levels(
    _ decoder: inout LevelDecoder, maximum: Int, _ count: Int
  ) throws(ParquetError) -> [Int32] {
    var copy = decoder
    let levels = unsafe try uninitialized(count, of: Int32.self) { (output) throws(ParquetError) in
      unsafe try withPage { (page) throws(ParquetError) in
        unsafe try copy.decode(page, maximum: maximum, into: output, count: count)
      }
    }
    decoder = copy
    return levels
  }

  /// Whether the next row starts a page, as far as is known.
  var isBetweenPages: Bool { entriesLeft == 0 && pendingNext == pendingDefinitions.count }

  /// Moves to the last page that starts within the next `rows` rows; returns the rows passed.
  ///
  /// - Parameter pages: Of the whole chunk, by an index.
  /// - Precondition: no repetition.
  func jump(
    rows: Int, pages index: [(rows: Range<Int>, offset: Int)]
  ) throws(ParquetError) -> Int {
    guard isBetweenPages, entriesToCome > 0 else { return 0 }
    // The dictionary lies before the first data page.
    if isAtStart, try pages.peek().header.type == .dictionary { try startPage() }
    let row = entriesInChunk - entriesToCome
    guard let target = index.last(where: { $0.rows.lowerBound <= row + rows }),
      target.rows.lowerBound > row
    else { return 0 }
    pages.jump(to: target.offset)
    entriesToCome = entriesInChunk - target.rows.lowerBound
    isAtStart = false
    return target.rows.lowerBound - row
  }

  /// Passes over as many whole pages as lie within the next `rows` rows, without decompressing them;
  /// returns the rows passed.
  func skipPages(rows: Int) throws(ParquetError) -> Int {
    var skipped = 0
    while isBetweenPages, entriesToCome > 0 {
      let (header, size) = try pages.peek()
      let entries: Int32
      let pageRows: Int32
      if header.type == .dataV2, let data = header.dataV2 {
        entries = data.valueCount
        pageRows = data.rowCount
      } else if header.type == .data, let data = header.data, maximumRepetition == 0 {
        entries = data.valueCount
        pageRows = data.valueCount
      } else if header.type == .dictionary {
        try startPage()
        continue
      } else {
        break
      }
      guard entries >= 0, pageRows >= 0, Int(entries) <= entriesToCome,
        Int(pageRows) <= rows - skipped
      else { break }
      try pages.skip(header, headerSize: size)
      entriesToCome -= Int(entries)
      skipped += Int(pageRows)
      isAtStart = false
    }
    return skipped
  }
}

// Pages.
extension ColumnChunkReader {
  private func loadPage() throws(ParquetError) {
    while entriesLeft == 0 {
      guard entriesToCome > 0, !pages.isAtEnd else {
        throw .damaged("column chunk ends before all its rows were read")
      }
      try startPage()
    }
  }

  private func startPage() throws(ParquetError) {
    // The buffer goes back first, or reading the next page would copy it.
    page = []
    values = .none
    let (header, headerSize) = try pages.peek()
    let offset = pages.position
    do throws(ParquetError) {
      switch header.type {
      case .dictionary:
        try readDictionary(try pages.read(header, headerSize: headerSize))
      case .data:
        guard let data = header.data else { throw .damaged("data page without its header") }
        let found = try pages.read(header, headerSize: headerSize)
        try start(found, entries: data.valueCount, encoding: data.encoding) {
          (cursor) throws(ParquetError) in
          repetitions = try levelsV1(
            maximumRepetition, data.repetitionLevelEncoding, data.valueCount, found, &cursor)
          definitions = try levelsV1(
            maximumDefinition, data.definitionLevelEncoding, data.valueCount, found, &cursor)
        }
      case .dataV2:
        guard let data = header.dataV2 else { throw .damaged("data page without its header") }
        guard data.nullCount >= 0, data.nullCount <= data.valueCount else {
          throw .damaged("page of \(data.valueCount) values claims \(data.nullCount) nulls")
        }
        if maximumDefinition == 0, data.nullCount > 0 {
          throw .damaged("page of a required column claims \(data.nullCount) nulls")
        }
        let found = try pages.read(header, headerSize: headerSize)
        try start(found, entries: data.valueCount, encoding: data.encoding) {
          (cursor) throws(ParquetError) in
          repetitions = levelsV2(
            maximumRepetition, Int(data.repetitionLevelsByteLength), &cursor)
          definitions = levelsV2(
            maximumDefinition, Int(data.definitionLevelsByteLength), &cursor)
        }
      default: try pages.skip(header, headerSize: headerSize)
      }
    } catch { throw error.at(offset: offset) }
  }

  private func start(
    _ found: Page, entries: Int32, encoding: Encoding,
    levels: (inout Int) throws(ParquetError) -> Void
  ) throws(ParquetError) {
    guard entries >= 0, Int(entries) <= entriesToCome else {
      throw .damaged("page of \(entries) values where the column chunk has \(entriesToCome) left")
    }
    page = found.bytes
    guard entries > 0 else { return }
    var cursor = found.range.lowerBound
    try levels(&cursor)
    values = try pageValues(encoding, cursor..<found.range.upperBound)
    entriesLeft = Int(entries)
    entriesToCome -= Int(entries)
  }

  /// Levels of a V1 page: runs with their length before them, or packed bits.
  private func levelsV1(
    _ maximum: Int, _ encoding: Encoding, _ entries: Int32, _ found: Page, _ cursor: inout Int
  ) throws(ParquetError) -> LevelDecoder {
    guard maximum > 0 else { return .zero }
    let width = LevelDecoder.width(for: maximum)
    let left = found.range.upperBound - cursor
    switch encoding {
    case .rle:
      guard left >= 4 else { throw .damaged("page ends before its levels") }
      var length = 0
      for index in 0..<4 { length |= Int(found.bytes[cursor + index]) << (8 * index) }
      guard length <= left - 4 else {
        throw .damaged("levels of \(length) bytes where \(left - 4) are left in the page")
      }
      cursor += 4 + length
      return .hybrid(HybridDecoder(position: cursor - length, end: cursor, width: width))
    case .bitPacked:
      let length = (Int(entries) * width + 7) / 8
      guard length <= left else {
        throw .damaged("levels of \(length) bytes where \(left) are left in the page")
      }
      cursor += length
      return .bitPacked(BitPackedLevels(position: cursor - length, end: cursor, width: width))
    default: throw .unsupported("levels encoded as \(encoding.name)")
    }
  }

  /// Levels of a V2 page; their lengths were checked when the page was read.
  private func levelsV2(_ maximum: Int, _ length: Int, _ cursor: inout Int) -> LevelDecoder {
    cursor += length
    guard maximum > 0 else { return .zero }
    let width = LevelDecoder.width(for: maximum)
    return .hybrid(HybridDecoder(position: cursor - length, end: cursor, width: width))
  }

  private func readDictionary(_ found: Page) throws(ParquetError) {
    guard case .none = dictionary else { throw .damaged("a second dictionary page") }
    guard let header = found.header.dictionary, header.valueCount >= 0 else {
      throw .damaged("dictionary of \(found.header.dictionary?.valueCount ?? 0) values")
    }
    guard header.encoding == .plain || header.encoding == .plainDictionary else {
      throw .unsupported("dictionary encoded as \(header.encoding.name)")
    }
    page = found.bytes
    values = .plain(found.range)
    let count = Int(header.valueCount)
    switch leaf.conversion {
    case .boolean: throw .damaged("dictionary of booleans")
    case .bytes:
      var packed = PackedBytes()
      try appendBytes(count, to: &packed)
      dictionary = .strings(packed.finished(), longest: packed.longest)
    default:
      guard count <= budget.batchBytes / conversion.width else {
        throw ParquetError(.overBudget, "dictionary of \(count) values")
      }
      let bytes = unsafe try uninitialized(count * conversion.width, of: UInt8.self) {
        (output) throws(ParquetError) in
        unsafe try decodeFixed(count, into: UnsafeMutableRawPointer(output))
      }
      dictionary = .fixed(bytes: bytes, count: count)
    }
    values = .none
    page = []
  }
}

/// The chunk's distinct values, in the form in which they are handed out.
enum ChunkDictionary {
  case none
  case fixed(bytes: [UInt8], count: Int)
  case strings(StringValues, longest: Int)

  var count: Int {
    switch self {
    case .none: 0
    case .fixed(_, let count): count
    case .strings(let values, _): values.count
    }
  }
}

/// An array whose elements `fill` writes, all of them.
func uninitialized<Element: BitwiseCopyable>(
  _ count: Int, of type: Element.Type,
  _ fill: (UnsafeMutablePointer<Element>) throws(ParquetError) -> Void
) throws(ParquetError) -> [Element] {
  guard count > 0 else { return [] }
  var failure: ParquetError?
  let array = unsafe [Element](unsafeUninitializedCapacity: count) { buffer, filled in
    guard let base = buffer.baseAddress else { return }
    do throws(ParquetError) {
      unsafe try fill(base)
      filled = count
    } catch { failure = error }
  }
  if let failure { throw failure }
  return array
}
