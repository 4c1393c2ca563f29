import LakeCatalog
import QueryEngine
import QueryLanguage

// Branches: what-if copies of the whole lake that share its data files.

extension StatementRunner {
  func branch(_ branch: BranchStatement) throws(QueryError) -> String {
    throw QueryError(.unsupported, "later", at: statement.range)
  }
  func use(_ name: Identifier?) throws(QueryError) -> String {
    throw QueryError(.unsupported, "later", at: statement.range)
  }
}
