import QueryLanguage

/// What stands behind a statement's semicolon: `| command` or `> file`.
struct StatementTail {
  let statement: String
  /// `|command`, or a path.
  let target: String

  init?(_ text: String) {
    let pieces = StatementSplitter.pieces(of: text)
    guard pieces.count > 1, let last = pieces.last, !last.isTerminated else { return nil }
    let tail = last.text.trimmedBlanks
    guard let sign = tail.first, sign == "|" || sign == ">", tail.count > 1 else { return nil }
    let rest = String(tail.dropFirst()).trimmedBlanks
    guard !rest.isEmpty, !rest.contains("\n") else { return nil }
    statement = String(decoding: Array(text.utf8)[..<last.offset], as: UTF8.self).trimmedBlanks
    target = sign == "|" ? "|" + rest : rest
  }
}
