import Columnar
import QueryLanguage

/// Pieces of generated query text, for constructs that are defined by the plain query they stand for.
enum QueryText {
  /// A column's name, in quotes unless it can only be read in one way without.
  static func name(_ name: String) -> String {
    SyntaxPrinter.text(of: Identifier(name, isQuoted: name.lowercased() != name))
  }

  static func string(_ text: String) -> String { ValueText.sql(.string(text)) }

  /// The expression as text, safe beside any operator.
  static func operand(_ expression: Expression) -> String {
    let text = SyntaxPrinter.text(of: expression)
    switch expression.kind {
    case .column, .literal, .call: return text
    default: return "(" + text + ")"
    }
  }

  /// The query that generated text stands for.
  ///
  /// - Throws: `.unsupported` at `range` when the text cannot be read back.
  static func query(_ text: String, at range: SourceRange) throws(QueryError) -> Query {
    do throws(Diagnostic) {
      return try SyntaxParser.query(in: text)
    } catch {
      throw QueryError(
        .unsupported, "this cannot be written as a plain query: \(error.message)",
        help: "it would be: \(text)", at: range)
    }
  }

  /// The name that generated queries give to what they are made from.
  static let source = "#source"
}

extension Binder {
  /// Binds generated text over a source; errors point at the place it was generated for.
  func bind(
    generated text: String, over source: Query, at range: SourceRange
  ) throws(QueryError) -> Bound {
    var query = try QueryText.query(text, at: range)
    let table = CommonTableExpression(
      name: Identifier(QueryText.source, isQuoted: true), query: source)
    query.with = WithClause(expressions: [table])
    return try pointing(at: range) { () throws(QueryError) in try bind(query) }
  }

  /// Runs `body`, whose errors are about generated text.
  func pointing<Result>(
    at range: SourceRange, _ body: () throws(QueryError) -> Result
  ) throws(QueryError) -> Result {
    do throws(QueryError) {
      return try body()
    } catch {
      throw QueryError(error.reason, error.message, help: error.help, at: range)
    }
  }

  /// The columns of a source, without recording that it is read.
  func scope(of source: TableReference) throws(QueryError) -> Scope {
    let known = reads
    defer { reads = known }
    return try bind(source).scope
  }

  func schema(of query: Query) throws(QueryError) -> Schema {
    let known = reads
    defer { reads = known }
    return try bind(query).plan.schema
  }
}

extension Query {
  /// `SELECT * FROM source`.
  init(allOf source: TableReference) {
    self.init(
      body: .select(
        Select(items: [SelectItem(Expression(.star(StarExpression())))], from: source)))
  }
}
