/// Words with a fixed place in the grammar. Every other word is free to be a name.
enum Keywords {
  /// Never a column, table or function without quotes.
  static let reserved: Set<String> = [
    "ALL", "AND", "ANY", "AS", "BETWEEN", "CASE", "CROSS", "DISTINCT", "ELSE", "END", "EXCEPT",
    "FALSE", "FOR", "FROM", "FULL", "GROUP", "HAVING", "ILIKE", "IN", "INNER", "INTERSECT", "INTO",
    "IS",
    "JOIN", "LIKE", "LIMIT", "NATURAL", "NOT", "NULL", "OFFSET", "ON", "OR", "ORDER", "QUALIFY",
    "SELECT", "THEN", "TRUE", "UNION", "USING", "WHEN", "WHERE", "WINDOW", "WITH",
  ]

  /// May be names, but not an alias without `AS`: they go on with the grammar there.
  static let notBareAliases: Set<String> = [
    "ASC", "DESC", "ESCAPE", "FETCH", "FILTER", "ISNULL", "LATERAL", "LEFT", "NOTNULL",
    "OVER", "REGEXP", "RIGHT", "SET", "VALUES", "WITHIN",
  ]

  static func isReserved(_ token: Token) -> Bool {
    token.kind == .word && reserved.contains(token.keyword)
  }

  /// Whether `text` can stand for itself without quotes.
  static func isPlainName(_ text: String) -> Bool {
    var isFirst = true
    for byte in text.utf8 {
      if isFirst ? !Lexer.startsWord(byte) : !Lexer.continuesWord(byte) { return false }
      isFirst = false
    }
    return !isFirst
  }
}

extension Identifier {
  /// A name that means exactly `name`: quoted when its spelling needs it, for desugared trees.
  package static func exact(_ name: String) -> Identifier {
    let isPlain =
      Keywords.isPlainName(name) && name == name.lowercased()
      && !Keywords.reserved.contains(name.uppercased())
    return Identifier(name, isQuoted: !isPlain)
  }
}
