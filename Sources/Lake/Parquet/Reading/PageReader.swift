import Compression
import FileStorage
import Glibc

/// One page, decompressed, as a range of a buffer that is readable for eight bytes behind it.
struct Page {
  var header: PageHeader
  var bytes: [UInt8]
  var range: Range<Int>
  /// Where the page's header starts in the file.
  var offset: Int
}

/// Walks through the pages of one column chunk with a bounded window on the file.
final class PageReader {
  private let file: any ReadableFile
  private let codec: CompressionCodec
  private let budget: ReadBudget
  private let decompressor: Decompressor
  /// Where pages may be: the chunk, and what writers of old forgot to count.
  private let end: Int
  /// The header of the next page, in the file.
  private(set) var position: Int
  private var window: [UInt8] = []
  private var windowRange = 0..<0
  private var scratch: [UInt8] = []
  /// What the next page is likely to take, so that a large one is not read twice.
  private var expectedBytes = 0

  /// A column chunk of ours, 131,072 doubles and headers, is read at once.
  static let windowBytes = 5 << 18
  /// Readable bytes behind every page, for loads of whole words.
  static let spareBytes = 16

  init(
    _ file: any ReadableFile, range: Range<Int>, codec: CompressionCodec, budget: ReadBudget,
    decompressor: Decompressor
  ) {
    self.file = file
    self.codec = codec
    self.budget = budget
    self.decompressor = decompressor
    position = range.lowerBound
    end = range.upperBound
  }

  var isAtEnd: Bool { position >= end }

  /// Moves on to a page whose place an index tells; backwards is not possible.
  func jump(to offset: Int) { position = max(position, min(offset, end)) }

  /// The header of the next page, without moving.
  func peek() throws(ParquetError) -> (header: PageHeader, size: Int) {
    var wanted = min(1 << 12, end - position)
    while true {
      let start = try load(position, count: wanted)
      var reader = CompactReader(window, in: start..<start + wanted)
      do throws(ParquetError) {
        let header = try PageHeader(from: &reader)
        return (header, reader.position - start)
      } catch {
        // The header may go on behind what was loaded; statistics can be long.
        guard wanted < min(end - position, 1 << 24) else {
          throw error.at(offset: position)
        }
        wanted = min(wanted * 16, end - position)
      }
    }
  }

  /// Passes over the page that `peek` has shown.
  func skip(_ header: PageHeader, headerSize: Int) throws(ParquetError) {
    position += headerSize + (try size(header.compressedSize, "compressed size"))
  }

  /// The page that `peek` has shown, checked and decompressed.
  ///
  /// Its bytes are a buffer that the next call reuses: the caller gives them up before, or the next
  /// call has to copy.
  func read(_ header: PageHeader, headerSize: Int) throws(ParquetError) -> Page {
    let offset = position
    do throws(ParquetError) {
      let compressed = try size(header.compressedSize, "compressed size")
      let uncompressed = try size(header.uncompressedSize, "uncompressed size")
      guard compressed <= end - position - headerSize else {
        throw .damaged("page of \(compressed) bytes reaches beyond its column chunk")
      }
      let start = try load(position + headerSize, count: compressed)
      let range = start..<start + compressed
      if let crc = header.crc { try check(crc, range) }
      position += headerSize + compressed
      expectedBytes = compressed + 8192
      return try decompressed(header, range, uncompressed, offset)
    } catch { throw error.at(offset: offset) }
  }

  private func decompressed(
    _ header: PageHeader, _ range: Range<Int>, _ size: Int, _ offset: Int
  ) throws(ParquetError) -> Page {
    // Levels of a V2 page lie uncompressed before the values.
    var levels = 0
    var isCompressed = codec != .none
    if let data = header.dataV2 {
      let repetitions = try self.size(data.repetitionLevelsByteLength, "length of levels")
      let definitions = try self.size(data.definitionLevelsByteLength, "length of levels")
      levels = repetitions + definitions
      guard levels <= range.count, levels <= size else {
        throw .damaged("levels of \(levels) bytes in a page of \(range.count)")
      }
      if data.isCompressed == false { isCompressed = false }
      // Some writers leave out the compressed form of nothing.
      if range.count == levels, size == levels { isCompressed = false }
    }
    guard isCompressed else {
      guard range.count == size else {
        throw .damaged("uncompressed page of \(range.count) bytes that should have \(size)")
      }
      return Page(header: header, bytes: window, range: range, offset: offset)
    }
    let needed = size + PageReader.spareBytes
    var failure: CompressionError?
    unsafe PageReader.fill(&scratch, size, capacity: needed) { target in
      unsafe window.withUnsafeBytes { source in
        unsafe UnsafeMutableRawBufferPointer(rebasing: target[0..<levels]).copyMemory(
          from: UnsafeRawBufferPointer(
            rebasing: source[range.lowerBound..<range.lowerBound + levels])
        )
        do throws(CompressionError) {
          unsafe try decompressor.decompress(
            codec,
            UnsafeRawBufferPointer(rebasing: source[range.lowerBound + levels..<range.upperBound]),
            into: UnsafeMutableRawBufferPointer(rebasing: target[levels...]))
        } catch { failure = error }
      }
    }
    if let failure { throw .damaged("page does not decompress: \(failure)") }
    return Page(header: header, bytes: scratch, range: 0..<size, offset: offset)
  }

  /// Has `body` write the first `count` bytes of a buffer, which grows without being cleared first.
  private static func fill(
    _ bytes: inout [UInt8], _ count: Int, capacity: Int,
    _ body: (UnsafeMutableRawBufferPointer) -> Void
  ) {
    if bytes.count >= capacity {
      return unsafe bytes.withUnsafeMutableBytes { buffer in
        unsafe body(UnsafeMutableRawBufferPointer(rebasing: buffer[0..<count]))
      }
    }
    bytes = []
    bytes = unsafe [UInt8](unsafeUninitializedCapacity: capacity) { buffer, filled in
      // Safe: what `body` leaves out after a failure is not read: its caller throws.
      let whole = UnsafeMutableRawBufferPointer(buffer)
      unsafe body(UnsafeMutableRawBufferPointer(rebasing: whole[0..<count]))
      for index in count..<capacity { unsafe whole[index] = 0 }
      filled = capacity
    }
  }

  /// Checks the CRC-32 that the header carries over the bytes in the file.
  private func check(_ expected: Int32, _ range: Range<Int>) throws(ParquetError) {
    let found = unsafe window.withUnsafeBytes { bytes in
      unsafe PageChecksum.crc32(UnsafeRawBufferPointer(rebasing: bytes[range]))
    }
    guard found == UInt32(bitPattern: expected) else {
      throw .damaged(
        "page checksum is \(found), expected \(UInt32(bitPattern: expected))")
    }
  }

  private func size(_ claimed: Int32, _ name: String) throws(ParquetError) -> Int {
    guard claimed >= 0 else {
      throw ParquetError(.damaged, "\(name) of a page is \(claimed)", offset: position)
    }
    guard Int(claimed) <= budget.pageBytes else {
      throw ParquetError(
        .overBudget, "\(name) of a page is \(claimed) bytes, more than \(budget.pageBytes)",
        offset: position)
    }
    return Int(claimed)
  }

  /// Makes `count` bytes from `offset` on available; returns where they start in the window.
  private func load(_ offset: Int, count: Int) throws(ParquetError) -> Int {
    guard offset >= 0, count >= 0, offset <= end - count else {
      throw .damaged("column chunk ends within a page", offset: offset)
    }
    if offset >= windowRange.lowerBound, offset + count <= windowRange.upperBound {
      return offset - windowRange.lowerBound
    }
    let length = min(max(count, PageReader.windowBytes, expectedBytes), end - offset)
    let needed = length + PageReader.spareBytes
    windowRange = 0..<0
    var failure: FileError?
    unsafe PageReader.fill(&window, length, capacity: needed) { target in
      do throws(FileError) { unsafe try file.read(at: offset, into: target) } catch {
        failure = error
      }
    }
    if let failure { throw ParquetError(failure) }
    windowRange = offset..<offset + length
    return 0
  }
}
