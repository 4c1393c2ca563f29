/// A recursive-descent parser over the tokens of one text; rules live in `Parser+<topic>.swift`.
///
/// Rules consume tokens on success and throw the first fault they meet. Lookahead never consumes,
/// so no rule is tried twice and time grows with the length of the text.
final class Parser {
  /// How deep rules may nest: what the parser's own stack must hold.
  static let deepest = 200
  /// How high a tree may grow, chains of operators included: what later stages, which walk trees by
  /// recursion, must hold.
  static let highest = 400

  let tokens: [Token]
  /// For each opening parenthesis the index of its partner, or 0: no partner stands first.
  private let partners: [Int]
  var index = 0

  /// Rules that are running now.
  private var depth = 0
  /// The height of the tree that the running rule has built so far.
  private var height = 0

  /// What was asked for at each token, when the parser runs to explain a fault.
  private(set) var asked: [Int: [String]]?
  /// The token last taken as an alias without `AS`: often a misspelt keyword.
  var bareAlias: Int?

  init(tokens: [Token], isExplaining: Bool) {
    self.tokens = tokens
    partners = Parser.partners(in: tokens)
    asked = isExplaining ? [:] : nil
  }

  // Not a dictionary: the first one with keys of a type costs a start of the program 4 %.
  private static func partners(in tokens: [Token]) -> [Int] {
    var partners = [Int](repeating: 0, count: tokens.count)
    var open: [Int] = []
    for (index, token) in tokens.enumerated() {
      if token.isSymbol(.leftParenthesis) {
        open.append(index)
      } else if token.isSymbol(.rightParenthesis), let opening = open.popLast() {
        partners[opening] = index
      }
    }
    return partners
  }

  // MARK: Looking

  /// The index of the parenthesis that closes the one at `opening`, if both are there.
  func partner(of opening: Int) -> Int? {
    guard opening < partners.count, partners[opening] > 0 else { return nil }
    return partners[opening]
  }

  var token: Token { tokens[index] }

  func peek(_ distance: Int = 1) -> Token { tokens[min(index + distance, tokens.count - 1)] }

  /// Whether the bare word at `distance` is `keyword` (upper case).
  func isWord(_ keyword: String, at distance: Int = 0) -> Bool {
    if distance == 0 { asked?[index, default: []].append(keyword) }
    return tokens[min(index + distance, tokens.count - 1)].keyword == keyword
  }

  func isSymbol(_ symbol: Symbol, at distance: Int = 0) -> Bool {
    if distance == 0 { asked?[index, default: []].append(symbol.rawValue) }
    return tokens[min(index + distance, tokens.count - 1)].kind == .symbol(symbol)
  }

  // MARK: Taking

  @discardableResult
  func advance() -> Token {
    let token = tokens[index]
    if index < tokens.count - 1 { index += 1 }
    return token
  }

  func accept(_ keyword: String) -> Bool {
    guard isWord(keyword) else { return false }
    advance()
    return true
  }

  /// All of these words in a row, or none of them.
  func accept(_ keyword: String, _ second: String, _ third: String? = nil) -> Bool {
    guard isWord(keyword), isWord(second, at: 1) else { return false }
    if let third, !isWord(third, at: 2) { return false }
    advance()
    advance()
    if third != nil { advance() }
    return true
  }

  func accept(_ symbol: Symbol) -> Bool {
    guard isSymbol(symbol) else { return false }
    advance()
    return true
  }

  func expect(_ keywords: String...) throws(Diagnostic) {
    for keyword in keywords where !accept(keyword) {
      throw unexpected(keyword)
    }
  }

  func expect(_ symbol: Symbol) throws(Diagnostic) {
    if !accept(symbol) { throw unexpected("\"\(symbol.rawValue)\"") }
  }

  func expectEnd() throws(Diagnostic) {
    _ = accept(.semicolon)
    if token.kind != .endOfText { throw unexpected("the end of the statement") }
  }

  /// From a token to the last one taken.
  func range(from start: Int) -> SourceRange {
    SourceRange(tokens[start].start, index > start ? tokens[index - 1].end : tokens[start].end)
  }

  // MARK: Lists

  /// One or more, separated by commas; a comma after the last is allowed.
  func list<Element>(
    _ element: () throws(Diagnostic) -> Element
  ) throws(Diagnostic) -> [Element] {
    var elements = [try element()]
    while accept(.comma) {
      if isAtEndOfList { break }
      elements.append(try element())
    }
    return elements
  }

  /// A list in parentheses.
  func parenthesized<Element>(
    _ element: () throws(Diagnostic) -> Element
  ) throws(Diagnostic) -> [Element] {
    try expect(.leftParenthesis)
    let elements = try list(element)
    try expect(.rightParenthesis)
    return elements
  }

  private var isAtEndOfList: Bool {
    switch token.kind {
    case .endOfText, .symbol(.rightParenthesis), .symbol(.rightBracket), .symbol(.semicolon): true
    case .word: Parser.clauseWords.contains(token.keyword)
    default: false
    }
  }

  /// Reserved words that start a clause, so a comma before them was the last of its list.
  private static let clauseWords: Set<String> = [
    "FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "QUALIFY", "WINDOW", "UNION",
    "INTERSECT", "EXCEPT", "SELECT", "USING", "ON",
  ]

  // MARK: Depth

  /// Runs a rule that may contain itself; refuses what would nest too deep.
  func nested<Result>(
    _ rule: () throws(Diagnostic) -> Result
  ) throws(Diagnostic) -> Result {
    depth += 1
    let outer = height
    height = 0
    defer {
      depth -= 1
      height = max(outer, height + 1)
    }
    if depth > Parser.deepest { throw tooDeep() }
    let result = try rule()
    if height > Parser.highest { throw tooDeep() }
    return result
  }

  /// Notes that what was built so far became the child of a new node, as each operator of a chain does.
  func grow() throws(Diagnostic) {
    height += 1
    if height > Parser.highest { throw tooDeep() }
  }

  private func tooDeep() -> Diagnostic {
    Diagnostic(
      "the statement nests too deep here", at: token.range,
      help: "split it with WITH, or use IN (…) or a list in place of a chain of operators")
  }
}
