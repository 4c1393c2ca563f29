import Glibc

/// A key press, or a paste.
package enum Key: Equatable {
  case text(String)
  case paste(String)
  case enter, backspace, delete, left, right, up, down, home, end, wordLeft, wordRight
  case interrupt, endOfInput, killToEnd, killToStart, killWord, clear, tab
  case backTab, search, yank, undo, cancel, editElsewhere, breakLine, killWordForward
  case ignored
  case closed
}

/// Turns the bytes of a terminal into keys (ECMA-48 sequences as xterm sends them).
package struct KeyReader {
  private var pending: [UInt8] = []
  private var position = 0
  /// More bytes, waiting at most that many milliseconds (nil: for ever); empty when none came.
  private let read: (Int32?) -> [UInt8]
  private var isClosed = false

  package init(read: @escaping (Int32?) -> [UInt8]) { self.read = read }

  /// Whether keys can be had without waiting: then drawing can wait for them.
  package var hasPending: Bool { position < pending.count }

  package mutating func next() -> Key {
    guard let byte = nextByte() else { return .closed }
    switch byte {
    case 0x01: return .home
    case 0x02: return .left
    case 0x03: return .interrupt
    case 0x04: return .endOfInput
    case 0x05: return .end
    case 0x06: return .right
    case 0x07: return .cancel
    case 0x08, 0x7F: return .backspace
    case 0x09: return .tab
    case 0x0A, 0x0D: return .enter
    case 0x0B: return .killToEnd
    case 0x0C: return .clear
    case 0x0E: return .down
    case 0x10: return .up
    case 0x12: return .search
    case 0x15: return .killToStart
    case 0x17: return .killWord
    case 0x18:
      // Ctrl-X Ctrl-E, as in other shells.
      guard let second = nextByte(waiting: 1000) else { return .ignored }
      return second == 0x05 ? .editElsewhere : .ignored
    case 0x19: return .yank
    case 0x1B: return escape()
    case 0x1F: return .undo
    case 0..<0x20: return .ignored
    default: return .text(character(byte))
    }
  }

  private mutating func nextByte(waiting milliseconds: Int32? = nil) -> UInt8? {
    if position == pending.count {
      pending = read(milliseconds)
      position = 0
      if pending.isEmpty { return nil }
    }
    defer { position += 1 }
    return pending[position]
  }

  /// The rest of a UTF-8 sequence; what is none shows as U+FFFD.
  private mutating func character(_ first: UInt8) -> String {
    let count = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : first >= 0xC0 ? 1 : 0
    var bytes = [first]
    for _ in 0..<count {
      guard let byte = nextByte(waiting: 100) else { break }
      if byte & 0xC0 != 0x80 {
        position -= 1
        break
      }
      bytes.append(byte)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private mutating func escape() -> Key {
    // A lone Escape key sends nothing more.
    guard let second = nextByte(waiting: 30) else { return .cancel }
    switch second {
    case UInt8(ascii: "b"): return .wordLeft
    case UInt8(ascii: "d"): return .killWordForward
    case UInt8(ascii: "f"): return .wordRight
    case 0x0A, 0x0D: return .breakLine
    case 0x7F: return .killWord
    case UInt8(ascii: "O"):
      guard let third = nextByte(waiting: 30) else { return .ignored }
      return KeyReader.letter(third, parameters: "")
    case UInt8(ascii: "["): return sequence()
    default: return .ignored
    }
  }

  private mutating func sequence() -> Key {
    var parameters = ""
    while let byte = nextByte(waiting: 30), parameters.utf8.count < 32 {
      if (0x40...0x7E).contains(byte) {
        if byte == UInt8(ascii: "~") { return tilde(parameters) }
        return KeyReader.letter(byte, parameters: parameters)
      }
      parameters.unicodeScalars.append(Unicode.Scalar(byte))
    }
    return .ignored
  }

  private static func letter(_ byte: UInt8, parameters: String) -> Key {
    let isByWord = parameters.hasSuffix(";5") || parameters.hasSuffix(";3")
    switch byte {
    case UInt8(ascii: "A"): return .up
    case UInt8(ascii: "B"): return .down
    case UInt8(ascii: "C"): return isByWord ? .wordRight : .right
    case UInt8(ascii: "D"): return isByWord ? .wordLeft : .left
    case UInt8(ascii: "H"): return .home
    case UInt8(ascii: "F"): return .end
    case UInt8(ascii: "Z"): return .backTab
    default: return .ignored
    }
  }

  private mutating func tilde(_ parameters: String) -> Key {
    switch parameters {
    case "1", "7": return .home
    case "3": return .delete
    case "4", "8": return .end
    case "200": return paste()
    default: return .ignored
    }
  }

  /// Everything up to the end mark of a bracketed paste, as it is, with line feeds as line breaks.
  private mutating func paste() -> Key {
    let mark = Array("\u{1b}[201~".utf8)
    var bytes: [UInt8] = []
    while let byte = nextByte(waiting: 2000) {
      bytes.append(byte)
      if byte == mark[mark.count - 1], bytes.count >= mark.count,
        bytes.suffix(mark.count).elementsEqual(mark)
      {
        bytes.removeLast(mark.count)
        break
      }
    }
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count)
    for (index, byte) in bytes.enumerated() {
      if byte == 0x0D {
        if index + 1 < bytes.count, bytes[index + 1] == 0x0A { continue }
        text.append(0x0A)
      } else if byte >= 0x20 || byte == 0x0A || byte == 0x09 {
        text.append(byte)
      }
    }
    return .paste(String(decoding: text, as: UTF8.self))
  }
}
