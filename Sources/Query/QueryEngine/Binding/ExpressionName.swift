import QueryLanguage

/// The name of a select item without an alias: the column's own, else the expression as printed.
enum ExpressionName {
  static func of(_ expression: Expression) -> String {
    switch expression.kind {
    case .column(let name): name.name.text
    case .cast(let cast): of(cast.value)
    default: SyntaxPrinter.text(of: expression)
    }
  }
}
