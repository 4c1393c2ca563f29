extension Parser {
  /// The fault of the current token where `wanted` should stand. Proposes the keyword that was
  /// probably meant, here or at an alias just before.
  func unexpected(_ wanted: String, help: String? = nil) -> Diagnostic {
    let here = asked?[index] ?? []
    if let alias = bareAlias, alias == index - 1 || token.kind == .endOfText,
      let keyword = misspelt(alias, also: here)
    {
      return misspelling(of: tokens[alias], meant: keyword)
    }
    if let keyword = misspelt(index, also: [wanted]) {
      return misspelling(of: token, meant: keyword)
    }
    var fault = Diagnostic(
      "expected \(wanted), found \(token.description)", at: faultRange, help: help,
      expected: unique(here))
    if fault.help == nil { fault.help = habitHelp(wanted) }
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
    guard word.kind == .word, word.text.utf8.count > 1, !Keywords.isReserved(word) else {
      return nil
    }
    if ["GROUPBY", "ORDERBY", "PARTITIONBY"].contains(word.keyword) {
      return "\(word.keyword.dropLast(2)) BY"
    }
    let candidates = ((asked?[position] ?? []) + others).filter { candidate in
      candidate.utf8.count > 1 && candidate.utf8.allSatisfy { $0 >= 0x41 && $0 <= 0x5A }
    }
    if candidates.contains(word.keyword) { return nil }
    return Suggestion.nearest(to: word.keyword, among: candidates)
  }

  /// Help about punctuation and words that stand where they do not belong.
  private func placeHelp(_ wanted: String) -> String? {
    if wanted == "BY", index > 0 {
      let word = tokens[index - 1]
      if case .number = word.kind { return "write TOP \(word.text) BY measure" }
      return "write \(word.keyword) BY and columns"
    }
    if wanted == "TOTALS after WITH" { return "ACROSS takes WITH TOTALS; OTHERS belongs to TOP" }
    if wanted == "an expression", token.kind == .endOfText, index > 0,
      tokens[index - 1].keyword == "BY"
    {
      return "name columns behind BY; GROUP BY ALL takes all that are no aggregates"
    }
    if token.isSymbol(.comma), index > 0, tokens[index - 1].isSymbol(.comma) {
      return "take one of the two commas away"
    }
    if token.isSymbol(.rightParenthesis), wanted == "the end of the statement" {
      return "this parenthesis closes nothing; take it away, or open one before"
    }
    if token.keyword == "WITH", wanted == "the end of the statement" {
      if ["TOTAL", "OTHERS"].contains(peek().keyword) {
        return "WITH \(peek().keyword) belongs to TOP n BY measure"
      }
      if peek().keyword == "TOTALS" {
        return "WITH TOTALS belongs to ACROSS column; for subtotals write GROUP BY ROLLUP (…)"
      }
    }
    let clauses = ["WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "QUALIFY", "JOIN", "AND", "OR"]
    if wanted == "a statement", index > 0, tokens[index - 1].isSymbol(.semicolon),
      clauses.contains(token.keyword)
    {
      return "the semicolon before \(token.keyword) ends the statement; take it away"
    }
    let ends =
      peek().isSymbol(.comma) || peek().isSymbol(.dot) || peek().keyword == "FROM"
      || peek().keyword == "AS"
    if wanted == "an expression" || wanted == "a column or an expression",
      Keywords.isReserved(token), token.keyword != "FROM", ends
    {
      return "\(token.keyword) is a keyword; as a name, write it as \"\(token.text.lowercased())\""
        + " in double quotes"
    }
    return nil
  }

  /// Help that the word before the fault gives away.
  private func helpAfter(_ word: Token) -> String? {
    let isNumber = token.kind == .number(.integer)
    switch word.keyword {
    case "TOP" where isNumber:
      return
        "write LIMIT \(token.text) at the end, or TOP \(token.text) BY measure behind the query"
    case "DATE" where isNumber, "TIMESTAMP" where isNumber:
      return "write the \(word.keyword.lowercased()) in single quotes: \(word.keyword) '…'"
    case "FETCH" where isNumber:
      return "write LIMIT \(token.text), or FETCH FIRST \(token.text) ROWS ONLY"
    case "EXISTS": return "EXISTS takes a query in parentheses: EXISTS (SELECT …)"
    case "KNOWN": return "write AS KNOWN AT and TIMESTAMP '…', TAG '…', SNAPSHOT n or RUN n"
    case "COMPARE" where bareAlias == index - 1:
      return "COMPARE takes T-n, DATE '…', VERSION n, TAG '…', SNAPSHOT n, RUN n or TIMESTAMP '…'"
    default: return nil
    }
  }

  private func unique(_ words: [String]) -> [String] {
    var seen: Set<String> = []
    return words.filter { seen.insert($0).inserted }
  }

  /// Help for mistakes that come from habit rather than from the keyboard.
  private func habitHelp(_ wanted: String) -> String? {
    if let help = placeHelp(wanted) { return help }
    if index > 0, let help = helpAfter(tokens[index - 1]) { return help }
    if token.kind == .string, index > 0, tokens[index - 1].keyword == "AS" {
      return "names take double quotes, strings single quotes"
    }
    if let alias = bareAlias, alias == index - 1, token.isName || token.isSymbol(.leftParenthesis) {
      return "\"\(tokens[alias].text)\" was taken as an alias; is a comma or a keyword missing?"
    }
    if token.kind == .word, Keywords.notBareAliases.contains(token.keyword) {
      return "as an alias, write AS \(token.text)"
    }
    let starters = ["SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "DROP", "WITH"]
    if wanted == "the end of the statement", starters.contains(token.keyword) {
      return "statements are separated by semicolons"
    }
    let wantsName = wanted.hasPrefix("a ") || wanted.hasPrefix("the ") && wanted.contains("column")
    if wantsName, Keywords.isReserved(token), index > 0 {
      return "\(token.keyword) is a keyword; as a name, write it as \"\(token.text.lowercased())\""
        + " in double quotes"
    }
    return nil
  }
}
