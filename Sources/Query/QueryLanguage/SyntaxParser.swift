/// The door to the parser: text in, syntax trees or one pointed diagnostic out.
///
/// Ranges in the result are UTF-8 offsets into the text that was given. Nothing is resolved: names,
/// types of expressions and the meaning of dates belong to the binder.
package enum SyntaxParser {
  /// All statements of a script, separated by semicolons; empty ones are skipped.
  package static func statements(in text: String) throws(Diagnostic) -> [Statement] {
    try parse(text) { parser throws(Diagnostic) in try parser.script() }
  }

  /// Exactly one statement, with or without a semicolon.
  package static func statement(in text: String) throws(Diagnostic) -> Statement {
    try parse(text) { parser throws(Diagnostic) in try parser.onlyStatement() }
  }

  /// Exactly one query, for stored view definitions.
  package static func query(in text: String) throws(Diagnostic) -> Query {
    try parse(text) { parser throws(Diagnostic) in
      let query = try parser.query()
      try parser.expectEnd()
      return query
    }
  }

  /// Exactly one expression, for stored constraints and defaults.
  package static func expression(in text: String) throws(Diagnostic) -> Expression {
    try parse(text) { parser throws(Diagnostic) in
      let expression = try parser.expression()
      try parser.expectEnd()
      return expression
    }
  }

  /// Exactly one type, for stored schemas.
  package static func type(in text: String) throws(Diagnostic) -> TypeName {
    try parse(text) { parser throws(Diagnostic) in
      let type = try parser.typeName()
      try parser.expectEnd()
      return type
    }
  }

  /// A text that fails is parsed again with a log of what the grammar would have allowed, so that
  /// only wrong statements pay for good messages.
  private static func parse<Result>(
    _ text: String, _ rule: (Parser) throws(Diagnostic) -> Result
  ) throws(Diagnostic) -> Result {
    let tokens = try Lexer.tokens(of: text)
    do throws(Diagnostic) {
      return try rule(Parser(tokens: tokens, isExplaining: false))
    } catch {
      return try rule(Parser(tokens: tokens, isExplaining: true))
    }
  }
}
