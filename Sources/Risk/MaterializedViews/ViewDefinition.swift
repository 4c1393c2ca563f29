package import FileStorage
package import LakeCatalog
package import QueryEngine
package import QueryLanguage

/// A materialized view as its statement defines it.
package struct ViewDefinition: Sendable {
  /// `schema.name`, which is also the name of the table that holds its rows.
  package let name: String
  package let statement: CreateMaterializedView
  /// SHA-256 of the statement as printed, without OR REPLACE and IF NOT EXISTS.
  package let hash: FileDigest

  /// - Throws: `.name` when the view is not named `schema.name`.
  package init(_ statement: CreateMaterializedView) throws(QueryError) {
    var bare = statement
    bare.orReplace = false
    bare.ifNotExists = false
    let text = SyntaxPrinter.text(of: Statement(.createMaterializedView(bare)))
    try self.init(statement, hash: SHA256.digest(text))
  }

  private init(_ statement: CreateMaterializedView, hash: FileDigest) throws(QueryError) {
    guard statement.name.parts.count == 2 else {
      throw QueryError(
        .name, "the view \"\(statement.name.dotted)\" has no schema",
        help: "name it schema.\(statement.name.name.text)", at: statement.name.range)
    }
    name = statement.name.parts.map(\.text).joined(separator: ".")
    self.statement = statement
    self.hash = hash
  }

  /// - Parameter isTrusted: Takes the recorded hash, which costs less than making it of the text.
  /// - Throws: `.integrity` when the recorded text is no materialized view.
  package init(_ record: ViewRecord, isTrusted: Bool = false) throws(QueryError) {
    guard
      case .createMaterializedView(let statement)? =
        (try? SyntaxParser.statement(in: record.sql))?.kind
    else {
      throw QueryError(
        .integrity, "the definition of \(record.qualifiedName) is no CREATE MATERIALIZED VIEW",
        help: "drop the view and create it again")
    }
    if isTrusted {
      try self.init(statement, hash: record.definitionHash)
    } else {
      try self.init(statement)
    }
  }

  package var query: Query { statement.query }
  package var businessDate: String? { statement.businessDate?.column.text }
  package var calendar: String? { statement.businessDate?.calendar?.text }
  package var expectations: [Expectation] { statement.expectations }
  /// Whether all rows of its query are published.
  var hasNoQuarantine: Bool { expectations.allSatisfy { $0.onViolation != .quarantine } }
  package var refresh: RefreshPolicy { statement.refresh }

  /// `FRESH WITHIN` in microseconds, a month as 30 days; nil without the clause or when the text is
  /// no interval.
  package var freshWithinMicroseconds: Int64? {
    (statement.freshWithin?.text).flatMap(DurationText.microseconds)
  }
}
