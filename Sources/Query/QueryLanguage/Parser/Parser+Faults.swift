extension Parser {
  /// The fault of the current token where `wanted` should stand. Proposes the keyword that was
  /// probably meant, here or at an alias just before.
  func unexpected(_ wanted: String, help: String? = nil) -> Diagnostic {
    let here = asked?[index] ?? []
    if let alias = bareAlias, alias == index - 1 || token.kind == .endOfText,
      let keyword = misspelt(alias)
    {
      return misspelling(of: tokens[alias], meant: keyword)
    }
    if let keyword = misspelt(index, also: [wanted]) {
      return misspelling(of: token, meant: keyword)
    }
    var fault = Diagnostic(
      "expected \(wanted), found \(token.description)", at: faultRange, help: help,
      expected: unique(here))
    if fault.help == nil { fault.help = habitHelp() }
    return fault
  }

  /// The end of the text has no characters of its own: point just behind the last token.
  private var faultRange: SourceRange {
    guard token.kind == .endOfText, index > 0 else { return token.range }
    let end = tokens[index - 1].end
    return SourceRange(end, end)
  }

  private func misspelling(of token: Token, meant keyword: String) -> Diagnostic {
    Diagnostic(
      "unexpected \"\(token.text)\"", at: token.range, help: "did you mean \"\(keyword)\"?",
      fixIt: .init(range: token.range, replacement: keyword), expected: [keyword])
  }

  /// The keyword that the word at `position` was probably meant to be: one that the grammar
  /// allows there, and not the word itself.
  private func misspelt(_ position: Int, also others: [String] = []) -> String? {
    let word = tokens[position]
    guard word.kind == .word, word.text.utf8.count > 1 else { return nil }
    let candidates = ((asked?[position] ?? []) + others).filter { candidate in
      candidate.utf8.count > 1 && candidate.utf8.allSatisfy { $0 >= 0x41 && $0 <= 0x5A }
    }
    if candidates.contains(word.keyword) { return nil }
    return Suggestion.nearest(to: word.keyword, among: candidates)
  }

  private func unique(_ words: [String]) -> [String] {
    var seen: Set<String> = []
    return words.filter { seen.insert($0).inserted }
  }

  /// Help for mistakes that come from habit rather than from the keyboard.
  private func habitHelp() -> String? {
    if token.kind == .string, index > 0, tokens[index - 1].isName {
      return "names take double quotes, strings single quotes"
    }
    if let alias = bareAlias, alias == index - 1, token.isName || token.isSymbol(.leftParenthesis) {
      return "\"\(tokens[alias].text)\" was taken as an alias; is a comma or a keyword missing?"
    }
    if Keywords.isReserved(token), index > 0 {
      return "\(token.keyword) is a keyword; as a name, write it as \"\(token.text.lowercased())\""
        + " in double quotes"
    }
    return nil
  }
}
