extension Parser {
  /// A name that may not be a reserved word: tables, columns, constraints.
  func identifier(_ what: String) throws(Diagnostic) -> Identifier {
    guard token.isName, !Keywords.isReserved(token) else { throw unexpected(what) }
    return anyIdentifier()
  }

  /// A name where the grammar cannot mistake a keyword: after `AS` and after a dot.
  func label(_ what: String) throws(Diagnostic) -> Identifier {
    guard token.isName else { throw unexpected(what) }
    return anyIdentifier()
  }

  /// Takes the current token, known to be a word, as a name.
  func anyIdentifier() -> Identifier {
    let token = advance()
    return Identifier(token.text, isQuoted: token.kind == .quotedWord, range: token.range)
  }

  func qualifiedName(_ what: String) throws(Diagnostic) -> QualifiedName {
    let start = index
    var parts = [try identifier(what)]
    while accept(.dot) {
      parts.append(try label("a name after \".\""))
    }
    return QualifiedName(parts, range: range(from: start))
  }

  func textLiteral(_ what: String) throws(Diagnostic) -> TextLiteral {
    guard token.kind == .string else { throw unexpected("\(what) in single quotes") }
    let token = advance()
    return TextLiteral(token.text, range: token.range)
  }

  /// A whole number that fits `Int`.
  func count(_ what: String) throws(Diagnostic) -> Int {
    guard token.kind == .number(.integer), let value = Int(token.text) else {
      throw unexpected(what)
    }
    advance()
    return value
  }

  func columnNames() throws(Diagnostic) -> [Identifier] {
    try parenthesized { () throws(Diagnostic) in try identifier("a column name") }
  }

  /// A name in parentheses or a bare one, as EXCLUDE takes them.
  func oneOrMoreNames(_ what: String) throws(Diagnostic) -> [Identifier] {
    if isSymbol(.leftParenthesis) {
      return try parenthesized { () throws(Diagnostic) in try identifier(what) }
    }
    return [try identifier(what)]
  }

  /// `:name`, `$name` or `$1`; the caller has seen the sign.
  func parameter() throws(Diagnostic) -> Expression {
    let start = index
    let sign = advance()
    let isNumber = sign.isSymbol(.dollar) && token.kind == .number(.integer)
    guard token.start == sign.end, token.isName || isNumber else {
      index = start
      throw unexpected(
        "an expression", help: "a parameter is a name right after the colon: \":name\"")
    }
    let name = advance()
    let range = range(from: start)
    let identifier = Identifier(name.text, isQuoted: name.kind == .quotedWord, range: range)
    return Expression(.parameter(identifier), range: range)
  }
}
