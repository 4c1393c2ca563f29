import Glibc

/// What was typed before, oldest first; kept in a file that only its owner can read.
///
/// One entry a line; a line break inside is written `\n`, a backslash `\\`.
package struct History {
  package private(set) var entries: [String] = []
  private let path: String?

  private static let limit = 5000

  /// - Parameter path: Nil keeps nothing beyond this session.
  package init(path: String?) {
    self.path = path
    guard let path, let bytes = History.contents(path) else { return }
    let lines = bytes.split(separator: 0x0A).suffix(History.limit)
    entries = lines.map { History.decoded(String(decoding: $0, as: UTF8.self)) }
  }

  /// Adds an entry unless it repeats the last one or begins with a blank.
  package mutating func add(_ text: String) {
    guard !text.isEmpty, text != entries.last, text.first != " " else { return }
    entries.append(text)
    guard let path else { return }
    // Mode 0600: statements may name clients. A disk that refuses costs the history, no more.
    let flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW
    let descriptor = unsafe open(path, flags, 0o600)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    _ = fchmod(descriptor, 0o600)
    writeAll(Array((History.encoded(text) + "\n").utf8), to: descriptor)
  }

  private static func contents(_ path: String) -> [UInt8]? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    return LineSource(descriptor: descriptor).rest()
  }

  private static func encoded(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  private static func decoded(_ line: String) -> String {
    var result = ""
    var isEscaped = false
    for scalar in line.unicodeScalars {
      if isEscaped {
        result.unicodeScalars.append(scalar == "n" ? "\n" : scalar)
        isEscaped = false
      } else if scalar == "\\" {
        isEscaped = true
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
