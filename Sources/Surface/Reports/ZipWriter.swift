import Lakehouse

/// Writes a ZIP archive front to back (PKWARE APPNOTE 4.3), one compressed entry at a time.
final class ZipWriter {
  private struct Entry {
    var name: [UInt8]
    var offset: Int
    var checksum: UInt32 = 0
    var compressed = 0
    var size = 0
  }

  private let output: any ByteOutput
  private var entries: [Entry] = []
  private var position = 0
  private var stream: DeflateStream?

  /// Without ZIP64 nothing may reach 4 GiB.
  private static let limit = Int(UInt32.max)

  init(_ output: any ByteOutput) { self.output = output }

  func begin(_ name: String) throws(LakeError) {
    try endEntry()
    let entry = Entry(name: Array(name.utf8), offset: position)
    entries.append(entry)
    stream = DeflateStream()
    // Sizes and checksum follow the data, as bit 3 says.
    var header = ZipWriter.numbers([(0x0403_4B50, 4), (20, 2)])
    header +=
      ZipWriter.common + ZipWriter.numbers([(0, 4), (0, 4), (0, 4), (entry.name.count, 2), (0, 2)])
    try write(header + entry.name)
  }

  func add(_ bytes: [UInt8]) throws(LakeError) {
    if let stream { try write(try stream.compress(bytes, isLast: false)) }
  }

  func add(_ text: String) throws(LakeError) { try add(Array(text.utf8)) }

  func finish() throws(LakeError) {
    try endEntry()
    let start = position
    for entry in entries {
      var record = ZipWriter.numbers([(0x0201_4B50, 4), (20, 2), (20, 2)]) + ZipWriter.common
      record += ZipWriter.sizes(entry)
      record += ZipWriter.numbers([
        (entry.name.count, 2), (0, 2), (0, 2), (0, 2), (0, 2), (0, 4), (entry.offset, 4),
      ])
      try write(record + entry.name)
    }
    try write(
      ZipWriter.numbers([
        (0x0605_4B50, 4), (0, 2), (0, 2), (entries.count, 2), (entries.count, 2),
        (position - start, 4), (start, 4), (0, 2),
      ]))
  }

  private func endEntry() throws(LakeError) {
    guard let stream, var entry = entries.last else { return }
    try write(try stream.compress([], isLast: true))
    entry.checksum = UInt32(truncatingIfNeeded: stream.checksum)
    entry.compressed = stream.outputCount
    entry.size = stream.inputCount
    guard entry.size <= ZipWriter.limit, position <= ZipWriter.limit else {
      throw LakeError(
        .data, "the workbook would be larger than 4 GiB", help: "write CSV or Parquet instead")
    }
    entries[entries.count - 1] = entry
    self.stream = nil
    try write(ZipWriter.numbers([(0x0807_4B50, 4)]) + ZipWriter.sizes(entry))
  }

  private func write(_ bytes: [UInt8]) throws(LakeError) {
    position += bytes.count
    try output.write(bytes)
  }

  /// Flags (sizes follow, names are UTF-8), DEFLATE, and the first day that ZIP knows: the same
  /// result gives the same file.
  private static let common = numbers([(0x0808, 2), (8, 2), (0, 2), (0x21, 2)])

  private static func sizes(_ entry: Entry) -> [UInt8] {
    numbers([(Int(entry.checksum), 4), (entry.compressed, 4), (entry.size, 4)])
  }

  /// Little-endian numbers of the widths given.
  private static func numbers(_ values: [(value: Int, width: Int)]) -> [UInt8] {
    values.flatMap { number in
      (0..<number.width).map { UInt8(truncatingIfNeeded: number.value >> (8 * $0)) }
    }
  }
}
