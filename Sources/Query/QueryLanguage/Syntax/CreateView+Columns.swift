extension CreateView {
  /// The query with the view's own names for its columns.
  package var namedQuery: Query {
    guard !columns.isEmpty else { return query }
    let source = TableReference(
      .query(query, isLateral: false), alias: TableAlias(name.name, columns: columns))
    return Query(
      body: .select(
        Select(items: [SelectItem(Expression(.star(StarExpression())))], from: source)))
  }
}
