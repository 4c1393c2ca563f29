extension Query {
  /// The query with other names for its first columns.
  func named(_ columns: [Identifier], as name: Identifier) -> Query {
    guard !columns.isEmpty else { return self }
    let source = TableReference(
      .query(self, isLateral: false), alias: TableAlias(name, columns: columns))
    return Query(
      body: .select(
        Select(items: [SelectItem(Expression(.star(StarExpression())))], from: source)))
  }
}

extension CreateView {
  /// The query with the view's own names for its columns.
  package var namedQuery: Query { query.named(columns, as: name.name) }
}

extension CreateTable {
  /// The query with the table's own names for its columns.
  package var namedQuery: Query? { query?.named(columnNames, as: name.name) }
}
