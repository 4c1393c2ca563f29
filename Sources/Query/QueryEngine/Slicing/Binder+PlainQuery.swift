import QueryLanguage

// A whole query written plainly: what EXPLAIN EXPAND prints of measures and hierarchies.

extension Binder {
  /// The query with every SELECT in it free of measures, tail functions and hierarchies.
  func plainQuery(_ query: Query) throws(QueryError) -> Query {
    let outer = commonTables
    defer { commonTables = outer }
    var result = query
    if var with = query.with {
      for index in with.expressions.indices {
        with.expressions[index].query = try plainQuery(with.expressions[index].query)
        // Ids below zero: only names are looked up here, nothing is run.
        commonTables.append(
          CommonTable(
            expression: with.expressions[index], id: -1 - commonTables.count,
            isRecursive: with.isRecursive))
      }
      result.with = with
    }
    if case .select(let select) = query.body {
      let plain = try plain(select, orderBy: query.orderBy)
      let joined = try joined(plain.select, orderBy: plain.orderBy)
      result.body = .select(try withPlainParts(joined.select))
      result.orderBy = joined.orderBy
    } else {
      result.body = try plainBody(query.body)
    }
    return result
  }

  private func plainBody(_ body: Query.Body) throws(QueryError) -> Query.Body {
    switch body {
    case .select(let select):
      return .select(try withPlainParts(try joined(try plain(select).select).select))
    case .setOperation(var operation):
      operation.left = try plainBody(operation.left)
      operation.right = try plainBody(operation.right)
      return .setOperation(operation)
    case .query(let query): return .query(try plainQuery(query))
    case .summarize(let query): return .summarize(try plainQuery(query))
    case .values: return body
    }
  }

  /// Subqueries in FROM and in expressions.
  private func withPlainParts(_ select: Select) throws(QueryError) -> Select {
    let change = { (expression: Expression) throws(QueryError) -> Expression in
      try expression.replaced { node throws(QueryError) in
        guard case .scalarSubquery(let query) = node.kind else { return nil }
        return Expression(.scalarSubquery(try self.plainQuery(query)), range: node.range)
      }
    }
    var result = try select.mapped(change)
    result.filter = try select.filter.map(change)
    result.from = try select.from.map { from throws(QueryError) in try plainReference(from) }
    return result
  }

  private func plainReference(_ reference: TableReference) throws(QueryError) -> TableReference {
    var result = reference
    switch reference.kind {
    case .query(let query, let isLateral):
      guard !isLateral else { break }
      result.kind = .query(try plainQuery(query), isLateral: false)
    case .join(var join):
      join.left = try plainReference(join.left)
      join.right = try plainReference(join.right)
      result.kind = .join(join)
    default: break
    }
    return result
  }
}
