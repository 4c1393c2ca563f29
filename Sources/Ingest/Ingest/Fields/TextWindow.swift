/// The part of a text that is being looked at: unread bytes, then padding for the kernels.
struct TextWindow {
  /// Bytes that must be readable behind the text (see `ck_csv_scan_records`).
  static let padding = 64
  /// Positions in a window have 29 bits: a record and a piece have to fit.
  static let recordBytesMax = 256 << 20
  static let pieceBytesMax = 128 << 20

  /// `end` bytes of text and the padding.
  private(set) var bytes = [UInt8](repeating: 0, count: TextWindow.padding)
  /// The next byte that nobody has used.
  private(set) var start = 0
  private(set) var end = 0
  /// Whether no bytes follow those of the window.
  private(set) var isLast = false

  var isEmpty: Bool { start == end }

  mutating func consume(to position: Int) { start = position }

  /// Drops what was used and adds the next piece of the text.
  mutating func refill(from input: ByteInput) throws(IngestError) {
    let piece = try input.next()
    if piece.isEmpty {
      isLast = true
      return
    }
    let isFirst = end == 0
    // A reader of the last batch may still hold the bytes; then this makes the copy.
    bytes.removeLast(TextWindow.padding)
    bytes.removeSubrange(0..<start)
    bytes.append(contentsOf: piece)
    start = 0
    end = bytes.count
    bytes.append(contentsOf: repeatElement(0, count: TextWindow.padding))
    if isFirst { try skipByteOrderMark(input) }
  }

  private mutating func skipByteOrderMark(_ input: ByteInput) throws(IngestError) {
    while end < 3, !isLast {
      let piece = try input.next()
      if piece.isEmpty {
        isLast = true
        break
      }
      bytes.replaceSubrange(end..<end, with: piece)
      end += piece.count
    }
    if end >= 3, bytes[0..<3] == [0xEF, 0xBB, 0xBF] { start = 3 }
  }

  /// Reads on until at least `count` bytes are at hand, or the text ends.
  mutating func fill(_ count: Int, from input: ByteInput) throws(IngestError) {
    while end - start < count, !isLast { try refill(from: input) }
  }
}
