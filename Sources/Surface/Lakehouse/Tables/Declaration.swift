import LakeCatalog
import QueryLanguage

/// The `CREATE TABLE` that a table's declaration is kept as.
enum Declaration {
  static func parsed(_ definition: TableDefinition) -> CreateTable? {
    guard case .createTable(let table)? = (try? SyntaxParser.statement(in: definition.sql))?.kind
    else { return nil }
    return table
  }

  static func text(_ create: CreateTable) -> String {
    SyntaxPrinter.text(of: Statement(.createTable(create)))
  }
}

extension CreateTable {
  /// Whether rows have to fulfil conditions.
  var hasChecks: Bool { !constraints.isEmpty || !expectations.isEmpty }
}
