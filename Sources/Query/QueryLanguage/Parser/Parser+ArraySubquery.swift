extension Parser {
  /// `ARRAY(SELECT …)` behind its word: the list of the query's one column, in its order.
  ///
  /// The keys of the order become columns beside it, so that the list itself is ordered by them.
  func arraySubquery(from start: Int) throws(Diagnostic) -> Expression {
    var query = try parenthesizedQuery()
    let table = Identifier("#array", isQuoted: true)
    var columns = [Identifier("member")]
    var keys: [OrderItem] = []
    func column(_ name: Identifier) -> Expression {
      Expression(.column(QualifiedName([table, name])))
    }
    if case .select(let select) = query.body, select.items.count != 1 {
      throw Diagnostic("ARRAY takes a query of one column", at: range(from: start))
    }
    switch query.orderBy {
    case nil: break
    case .all(let direction, let nulls):
      keys = [OrderItem(column(columns[0]), direction: direction, nulls: nulls)]
    case .items(let items):
      if case .select(var select) = query.body, select.distinct == nil {
        let own = select.items[0]
        for item in items {
          let name = Identifier("key\(columns.count)")
          let isOwn = Parser.means(item.expression, own)
          select.items.append(
            SelectItem(isOwn ? own.expression : item.expression, alias: name))
          columns.append(name)
          keys.append(OrderItem(column(name), direction: item.direction, nulls: item.nulls))
        }
        query.body = .select(select)
      } else {
        // What is distinct or put together is ordered by its one column.
        keys = [OrderItem(column(columns[0]), direction: items[0].direction, nulls: items[0].nulls)]
        guard items.allSatisfy({ Parser.isColumn($0.expression) }) else {
          throw Diagnostic(
            "ARRAY orders what is distinct or put together by its column only",
            at: items[0].expression.range)
        }
      }
    }
    func call(
      _ name: String, _ arguments: [Expression], orderBy: [OrderItem] = []
    ) -> Expression {
      let name = QualifiedName([Identifier(name)])
      return Expression(
        .call(
          FunctionCall(name: name, arguments: arguments.map { Argument($0) }, orderBy: orderBy)))
    }
    let list = call("list", [column(columns[0])], orderBy: keys)
    let source = TableReference(
      .query(query, isLateral: false), alias: TableAlias(table, columns: columns))
    let select = Select(
      items: [SelectItem(call("coalesce", [list, Expression(.list([]))]))], from: source)
    return Expression(.scalarSubquery(Query(body: .select(select))), range: range(from: start))
  }

  /// Whether a key of ORDER BY is the one item of the list, by its number or alias.
  private static func means(_ key: Expression, _ item: SelectItem) -> Bool {
    switch key.kind {
    case .literal(.number): true
    case .column(let name): name.parts.count == 1 && name.name == item.alias
    default: false
    }
  }

  private static func isColumn(_ key: Expression) -> Bool {
    switch key.kind {
    case .literal(.number), .column: true
    default: false
    }
  }
}
