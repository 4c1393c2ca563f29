/// The part of a TZif file that is used: the table of 64-bit times and the rule after it.
struct ZoneFile {
  private(set) var changes: [Int64] = []
  private(set) var offsets: [Int64] = []
  private(set) var first: Int64 = 0
  private(set) var rule: PosixZoneRule?

  private static let headerSize = 44

  /// Nil when the bytes are no such file, or one of version 1, which ends in 2037.
  init?(_ bytes: [UInt8]) {
    guard let old = Header(bytes[...]), old.version >= UInt8(ascii: "2") else { return nil }
    let second = bytes.dropFirst(ZoneFile.headerSize + old.size(timeBytes: 4))
    guard let header = Header(second) else { return nil }
    let body = Array(second.dropFirst(ZoneFile.headerSize))
    let size = header.size(timeBytes: 8)
    guard body.count >= size, header.types > 0 else { return nil }
    let indexes = header.times * 8
    let types = indexes + header.times
    var typeOffsets: [Int64] = []
    for type in 0..<header.types {
      let offset = Int64(Int32(truncatingIfNeeded: ZoneFile.number(body, types + type * 6, 4)))
      guard abs(offset) < 7 * 86_400 else { return nil }
      typeOffsets.append(offset)
    }
    first = typeOffsets[0]
    for index in 0..<header.times {
      let time = Int64(bitPattern: ZoneFile.number(body, index * 8, 8))
      let type = Int(body[indexes + index])
      guard type < typeOffsets.count, changes.last.map({ $0 < time }) ?? true else { return nil }
      changes.append(time)
      offsets.append(typeOffsets[type])
    }
    let footer = body[size...]
    guard footer.first == UInt8(ascii: "\n") else { return nil }
    let text = footer.dropFirst().prefix { $0 != UInt8(ascii: "\n") }
    if text.isEmpty { return }
    guard let rule = PosixZoneRule(text) else { return nil }
    self.rule = rule
  }

  /// Big-endian.
  private static func number(_ bytes: [UInt8], _ offset: Int, _ count: Int) -> UInt64 {
    bytes[offset..<offset + count].reduce(0) { $0 << 8 | UInt64($1) }
  }

  private struct Header {
    var version: UInt8
    var isUniversal: Int
    var isStandard: Int
    var leaps: Int
    var times: Int
    var types: Int
    var characters: Int

    init?(_ slice: ArraySlice<UInt8>) {
      let bytes = Array(slice.prefix(ZoneFile.headerSize))
      guard bytes.count == ZoneFile.headerSize, bytes.starts(with: "TZif".utf8) else { return nil }
      version = bytes[4]
      let counts = (0..<6).map { Int(ZoneFile.number(bytes, 20 + $0 * 4, 4)) }
      guard counts.allSatisfy({ $0 < 1 << 20 }) else { return nil }
      (isUniversal, isStandard, leaps) = (counts[0], counts[1], counts[2])
      (times, types, characters) = (counts[3], counts[4], counts[5])
    }

    func size(timeBytes: Int) -> Int {
      times * (timeBytes + 1) + types * 6 + characters + leaps * (timeBytes + 4) + isStandard
        + isUniversal
    }
  }
}
