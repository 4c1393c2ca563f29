extension FileMetaData {
  /// `PAR1`, at both ends of a file.
  package static let magic: [UInt8] = Array("PAR1".utf8)

  /// The footer's bytes: the structure, its length in four bytes, the magic.
  package func encodedFooter() -> [UInt8] {
    var writer = CompactWriter()
    write(to: &writer)
    var bytes = writer.bytes
    let length = UInt32(bytes.count)
    for shift in stride(from: UInt32(0), to: 32, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: length >> shift))
    }
    return bytes + FileMetaData.magic
  }
}

extension PageHeader {
  package func encoded() -> [UInt8] {
    var writer = CompactWriter()
    write(to: &writer)
    return writer.bytes
  }
}

extension OffsetIndex {
  package func encoded() -> [UInt8] {
    var writer = CompactWriter()
    write(to: &writer)
    return writer.bytes
  }
}

extension ColumnIndex {
  package func encoded() -> [UInt8] {
    var writer = CompactWriter()
    write(to: &writer)
    return writer.bytes
  }
}
