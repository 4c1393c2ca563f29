import Compression
import Parquet
import TestSupport

/// A Parquet file taken apart: its footer, and where its pages are; so that one of them can be bent
/// and all the rest still fits.
struct ParquetAnatomy {
  struct Page {
    var rowGroup: Int
    var column: Int
    var header: PageHeader
    /// Header and body in the file.
    var range: Range<Int>
    var bodyStart: Int
  }

  let bytes: [UInt8]
  var footer: FileMetaData
  let footerStart: Int

  /// Nil when the file has no footer that can be read.
  init?(_ bytes: [UInt8]) {
    guard bytes.count >= 12, Array(bytes.suffix(4)) == FileMetaData.magic else { return nil }
    let length = (0..<4).reduce(0) { $0 | Int(bytes[bytes.count - 8 + $1]) << (8 * $1) }
    guard length <= bytes.count - 12 else { return nil }
    footerStart = bytes.count - 8 - length
    var reader = CompactReader(bytes, in: footerStart..<bytes.count - 8)
    guard let footer = try? FileMetaData(from: &reader) else { return nil }
    self.bytes = bytes
    self.footer = footer
  }

  /// The pages that can be walked to.
  var pages: [Page] {
    var pages: [Page] = []
    for (number, group) in footer.rowGroups.enumerated().prefix(4) {
      for (column, chunk) in group.columns.enumerated().prefix(32) {
        guard let data = chunk.metaData else { continue }
        let first = min(data.dataPageOffset, data.dictionaryPageOffset ?? .max)
        guard first >= 4, first < footerStart, data.totalCompressedSize > 0 else { continue }
        var position = Int(first)
        let end = min(footerStart, position &+ Int(min(data.totalCompressedSize, 1 << 30)))
        while position < end, pages.count < 256 {
          var reader = CompactReader(bytes, in: position..<end)
          guard let header = try? PageHeader(from: &reader), header.compressedSize >= 0,
            reader.position + Int(header.compressedSize) <= end
          else { break }
          let stop = reader.position + Int(header.compressedSize)
          pages.append(
            Page(
              rowGroup: number, column: column, header: header, range: position..<stop,
              bodyStart: reader.position))
          position = stop
        }
      }
    }
    return pages
  }

  func withFooter(_ footer: [UInt8]) -> [UInt8] {
    let count = UInt32(truncatingIfNeeded: footer.count)
    return Array(bytes[..<footerStart]) + footer
      + (0..<4).map { UInt8(truncatingIfNeeded: count >> UInt32(8 * $0)) } + FileMetaData.magic
  }

  func withFooter(_ footer: FileMetaData) -> [UInt8] {
    Array(bytes[..<footerStart]) + footer.encodedFooter()
  }

  /// The file with other bytes in a page's place; offsets behind it move along.
  func replacing(_ page: Page, header: PageHeader, body: [UInt8]) -> [UInt8] {
    let new = header.encoded() + body
    let growth = Int64(new.count - page.range.count)
    var moved = footer
    func shift(_ offset: inout Int64) { if offset > page.range.lowerBound { offset &+= growth } }
    func shift(_ offset: inout Int64?) { if var known = offset { shift(&known); offset = known } }
    for number in moved.rowGroups.indices {
      var group = moved.rowGroups[number]
      for column in group.columns.indices {
        var chunk = group.columns[column]
        shift(&chunk.offsetIndexOffset)
        shift(&chunk.columnIndexOffset)
        if var data = chunk.metaData {
          shift(&data.dataPageOffset)
          shift(&data.dictionaryPageOffset)
          if number == page.rowGroup, column == page.column { data.totalCompressedSize &+= growth }
          chunk.metaData = data
        }
        group.columns[column] = chunk
      }
      moved.rowGroups[number] = group
    }
    return Array(bytes[..<page.range.lowerBound]) + new
      + bytes[page.range.upperBound..<footerStart] + moved.encodedFooter()
  }

  func codec(of page: Page) -> CompressionCodec? {
    footer.rowGroups[page.rowGroup].columns[page.column].metaData?.codec.codec
  }
}
