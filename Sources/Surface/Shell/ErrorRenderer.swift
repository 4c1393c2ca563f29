package import Lakehouse
import QueryLanguage
import Reports

/// Errors as people and schedulers read them.
package struct ErrorRenderer: Sendable {
  private let usesColor: Bool
  private let asJSON: Bool

  package init(usesColor: Bool, asJSON: Bool = false) {
    self.usesColor = usesColor
    self.asJSON = asJSON
  }

  /// The message, the line of the source with a caret when a place is known, and the help; ends
  /// with a newline.
  package func text(_ error: LakeError) -> String {
    if asJSON { return json(error) }
    var text = paint("error:", "1;31") + " \(ErrorRenderer.cut(error.message))\n"
    if let source = error.source, let position = error.position {
      text += place(of: position, in: source)
    }
    if let help = error.help { text += paint("help:", "1;36") + " \(help)\n" }
    return text
  }

  /// Messages name what was found, which may be ten megabytes long.
  private static let longestMessage = 2000
  private static let longestMarked = 120

  private static func cut(_ text: String, to limit: Int = longestMessage) -> String {
    guard text.utf8.count > limit else { return text }
    return String(text.prefix(limit)) + "…"
  }

  private func place(of position: Range<Int>, in source: String) -> String {
    let bytes = Array(source.utf8)
    let start = max(0, min(position.lowerBound, bytes.count))
    let (line, column) = Diagnostic.position(of: start, in: source)
    let lineStart = bytes[..<start].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    let lineEnd = bytes[start...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? bytes.count
    let before = ErrorRenderer.visible(bytes[lineStart..<min(start, lineEnd)])
    let end = max(start, min(position.upperBound, lineEnd))
    let marked = ErrorRenderer.cut(
      ErrorRenderer.visible(bytes[start..<end]), to: ErrorRenderer.longestMarked)
    let after = ErrorRenderer.visible(bytes[end..<max(end, lineEnd)])
    let number = String(line)
    let (left, right) = ErrorRenderer.window(before, marked, after)
    let indent = String(repeating: " ", count: ErrorRenderer.width(left))
    let marker = "^" + String(repeating: "~", count: max(0, ErrorRenderer.width(marked) - 1))
    let gutter = String(repeating: " ", count: number.count)
    return " \(gutter)→ line \(number), column \(column)\n"
      + " \(number) │ \(left)\(marked)\(right)\n"
      + " \(gutter) │ \(indent)\(paint(String(marker.prefix(72)), "1;31"))\n"
  }

  /// A very long line is cut around the place.
  private static func window(
    _ before: String, _ marked: String, _ after: String
  ) -> (String, String) {
    let left = before.count > 80 ? "…" + before.suffix(60) : before
    let right = after.count > 80 ? after.prefix(60) + "…" : after
    return (left, right)
  }

  /// Tabs as blanks, so that the marker stands under its word; no other control characters.
  private static func visible(_ bytes: ArraySlice<UInt8>) -> String {
    var text = ""
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      let isControl = scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
      text.unicodeScalars.append(isControl ? " " : scalar)
    }
    return text
  }

  private func paint(_ text: String, _ code: String) -> String {
    usesColor ? "\u{1b}[\(code)m\(text)\u{1b}[0m" : text
  }
}

extension ErrorRenderer {
  private static func width(_ text: String) -> Int { DisplayWidth.of(text) }

  /// One line: `{"reason":"statement","exit":1,"message":…,"help":…,"line":1,"column":8}`.
  private func json(_ error: LakeError) -> String {
    var writer = "{\"reason\":\"\(error.reason)\",\"exit\":\(error.exitStatus),\"message\":"
    writer += quoted(ErrorRenderer.cut(error.message))
    if let help = error.help { writer += ",\"help\":" + quoted(help) }
    if let source = error.source, let position = error.position {
      let (line, column) = Diagnostic.position(of: position.lowerBound, in: source)
      writer += ",\"line\":\(line),\"column\":\(column)"
    }
    return writer + "}\n"
  }

  private func quoted(_ text: String) -> String { TextDialect.json.escaped(text) }
}
