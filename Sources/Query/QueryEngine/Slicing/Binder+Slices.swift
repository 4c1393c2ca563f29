import Columnar
package import QueryLanguage

// COMPARE, TOP … PER and ACROSS as the plain queries that they stand for.

extension Binder {
  /// A query without slice-and-dice clauses that gives the same rows: what `EXPLAIN EXPAND` prints.
  ///
  /// - Throws: `.unsupported` for combinations that have no such query, `.name` and `.type` for what
  ///   does not fit the query before the clause.
  package static func expanded(
    _ query: Query, resolver: any TableResolver, settings: StatementSettings = StatementSettings()
  ) throws(QueryError) -> Query {
    let binder = Binder(resolver: resolver, settings: settings)
    guard !query.slices.isEmpty else { return try binder.plainQuery(query) }
    for (index, table) in (query.with?.expressions ?? []).enumerated() {
      let isRecursive = query.with?.isRecursive ?? false
      binder.commonTables.append(
        CommonTable(expression: table, id: -1 - index, isRecursive: isRecursive))
    }
    let plain = try binder.expanded(query)
    binder.commonTables = []
    return try binder.plainQuery(plain)
  }

  func expanded(_ query: Query) throws(QueryError) -> Query {
    var result = query
    result.slices = []
    result.orderBy = nil
    result.limit = nil
    if case .select(let select) = result.body {
      let plain = try plain(select).select
      guard !plain.hasWindow || !query.slices.contains(where: \.recomputes) else {
        throw QueryError(
          .unsupported, "OTHERS, TOTAL and ACROSS cannot be computed for a window function",
          help: "compute it in a query around this one; component(m) without columns needs none",
          at: query.slices.first?.range)
      }
      result.body = .select(plain)
    }
    var shape = try shape(of: result)
    for slice in query.slices {
      switch slice.kind {
      case .compare(let compare):
        guard shape.select != nil else {
          throw QueryError(
            .unsupported, "COMPARE needs a query with GROUP BY, and comes before other clauses",
            help: "group by the columns that say what a row is: SELECT trade_id, SUM(amount) … "
              + "GROUP BY ALL", at: slice.range)
        }
        (result, shape) = try compared(result, shape, with: compare, at: slice.range)
      case .top where query.slices.contains(where: \.hasTotalRow):
        throw QueryError(
          .unsupported, "TOP would rank the total row of ACROSS … WITH TOTALS, too",
          help: "leave WITH TOTALS out, or put the TOP into a query around this one",
          at: slice.range)
      case .top(let top): (result, shape) = try topped(result, shape, top, at: slice.range)
      case .across(let across):
        (result, shape) = try crossed(result, shape, across, at: slice.range)
      }
    }
    if query.orderBy != nil || query.limit != nil {
      if result.orderBy != nil, query.orderBy == nil {
        result.limit = query.limit
      } else {
        result = Query(
          body: .select(
            Select(
              items: [SelectItem(Expression(.star(StarExpression())))],
              from: TableReference(
                .query(result, isLateral: false), alias: TableAlias(Identifier("sliced"))))),
          orderBy: query.orderBy, limit: query.limit)
      }
    }
    result.range = query.range
    return result
  }

  /// Generated text with the queries it names in front of it.
  func written(
    _ text: String, with tables: [(name: String, query: Query)], at range: SourceRange
  ) throws(QueryError) -> Query {
    var query = try QueryText.query(text, at: range)
    query.with = WithClause(
      expressions: tables.map { CommonTableExpression(name: Identifier($0.name), query: $0.query) })
    return query
  }
}

extension Slice {
  fileprivate var hasTotalRow: Bool {
    if case .across(let across) = kind { across.withTotals } else { false }
  }

  /// Whether it computes its query's aggregates again for other groups.
  fileprivate var recomputes: Bool {
    switch kind {
    case .top(let top): top.withOthers || top.withTotal
    case .across: true
    case .compare: false
    }
  }
}

extension Select {
  fileprivate var hasWindow: Bool {
    var found = false
    for item in items {
      _ = item.expression.rewritten { node in
        if case .call(let call) = node.kind, call.over != nil { found = true }
        return nil
      }
    }
    return found
  }
}
