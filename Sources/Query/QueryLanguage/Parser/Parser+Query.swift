extension Parser {
  /// Words that begin a query wherever an expression or a table could stand too.
  static let queryWords: Set<String> = ["SELECT", "WITH", "FROM"]

  /// Words that begin a query after the parenthesis of `SUMMARIZE (`.
  private static let sourceWords: Set<String> = [
    "SELECT", "WITH", "FROM", "VALUES", "TABLE", "SUMMARIZE", "PIVOT", "UNPIVOT",
  ]

  func startsQuery(at distance: Int = 0) -> Bool {
    let word = peek(distance)
    if Parser.queryWords.contains(word.keyword) { return true }
    let next = peek(distance + 1)
    switch word.keyword {
    case "VALUES":
      return next.isSymbol(.leftParenthesis)
    case "TABLE", "SUMMARIZE", "PIVOT", "UNPIVOT":
      if next.isSymbol(.leftParenthesis), word.keyword != "TABLE" {
        return Parser.sourceWords.contains(peek(distance + 2).keyword)
      }
      let isQueryWord = Parser.queryWords.contains(next.keyword)
      return next.isName && (isQueryWord || !Keywords.isReserved(next)) || next.kind == .string
    default:
      return false
    }
  }

  /// Whether the parenthesis here encloses a query rather than an expression or a join. Of several
  /// parentheses in a row the outer one holds a query when the inner one is an operand of it.
  func startsParenthesizedQuery(asTable: Bool = false) -> Bool {
    guard isSymbol(.leftParenthesis) else { return false }
    if startsQuery(at: 1) { return true }
    guard isSymbol(.leftParenthesis, at: 1), let closing = partner(of: index + 1) else {
      return false
    }
    var distance = 2
    while isSymbol(.leftParenthesis, at: distance) { distance += 1 }
    guard startsQuery(at: distance), closing + 1 < tokens.count else { return false }
    let after = tokens[closing + 1]
    if asTable, after.isSymbol(.rightParenthesis) { return true }
    let continues = ["UNION", "INTERSECT", "EXCEPT", "ORDER", "LIMIT", "OFFSET", "FETCH"]
    return continues.contains(after.keyword) || startsSlice(at: closing + 1)
  }

  func parenthesizedQuery() throws(Diagnostic) -> Query {
    let opening = token
    try expect(.leftParenthesis)
    let query = try query()
    try close(opening)
    return query
  }

  func query() throws(Diagnostic) -> Query {
    try nested { () throws(Diagnostic) in
      let start = index
      let with = isWord("WITH") ? try withClause() : nil
      return try query(with: with, from: start)
    }
  }

  /// What follows a WITH clause that has been taken already.
  func query(with: WithClause?, from start: Int) throws(Diagnostic) -> Query {
    try nested { () throws(Diagnostic) in
      var query = Query(with: with, body: try setOperations())
      query.slices = try slices()
      if accept("ORDER") {
        try expect("BY")
        query.orderBy = try orderBy()
        query.slices += try slices()
      }
      query.limit = try limit()
      query.range = range(from: start)
      return query
    }
  }

  func withClause() throws(Diagnostic) -> WithClause {
    let start = index
    try expect("WITH")
    var isRecursive = false
    if isWord("RECURSIVE"), !isWord("AS", at: 1), !isSymbol(.leftParenthesis, at: 1) {
      advance()
      isRecursive = true
    }
    let expressions = try list { () throws(Diagnostic) in try commonTableExpression() }
    return WithClause(
      isRecursive: isRecursive, expressions: expressions, range: range(from: start))
  }

  private func commonTableExpression() throws(Diagnostic) -> CommonTableExpression {
    let name = try identifier("a name for the query in WITH")
    let columns = isSymbol(.leftParenthesis) ? try columnNames() : []
    try expect("AS")
    var isMaterialized: Bool?
    if accept("MATERIALIZED") {
      isMaterialized = true
    } else if accept("NOT", "MATERIALIZED") {
      isMaterialized = false
    }
    let query = try parenthesizedQuery()
    return CommonTableExpression(
      name: name, columns: columns, isMaterialized: isMaterialized, query: query)
  }

  // MARK: Bodies

  private func setOperations() throws(Diagnostic) -> Query.Body {
    var left = try intersections()
    while isWord("UNION") || isWord("EXCEPT") {
      let kind: SetOperation.Kind = isWord("UNION") ? .union : .except
      left = try setOperation(kind, left) { () throws(Diagnostic) in try intersections() }
    }
    return left
  }

  private func intersections() throws(Diagnostic) -> Query.Body {
    var left = try body()
    while isWord("INTERSECT") {
      left = try setOperation(.intersect, left) { () throws(Diagnostic) in try body() }
    }
    return left
  }

  private func setOperation(
    _ kind: SetOperation.Kind, _ left: Query.Body, right: () throws(Diagnostic) -> Query.Body
  ) throws(Diagnostic) -> Query.Body {
    let start = index
    advance()
    let isAll = accept("ALL")
    if !isAll { _ = accept("DISTINCT") }
    let isByName = accept("BY", "NAME")
    let operatorRange = range(from: start)
    try grow()
    let right = try right()
    return .setOperation(
      SetOperation(
        kind: kind, isAll: isAll, isByName: isByName, left: left, right: right,
        operatorRange: operatorRange))
  }

  private func body() throws(Diagnostic) -> Query.Body {
    if isSymbol(.leftParenthesis) { return .query(try parenthesizedQuery()) }
    if isWord("SELECT") || isWord("FROM") {
      return try nested { () throws(Diagnostic) in .select(try select()) }
    }
    if accept("VALUES") { return .values(try rows()) }
    if isWord("TABLE"), startsQuery() {
      let start = index
      advance()
      return .select(allRows(of: try tablePrimary(), from: start))
    }
    if isWord("PIVOT"), startsQuery() || isSymbol(.leftParenthesis, at: 1) {
      return try pivotQuery()
    }
    if isWord("UNPIVOT"), startsQuery() || isSymbol(.leftParenthesis, at: 1) {
      return try unpivotQuery()
    }
    if accept("SUMMARIZE") { return .summarize(try summarized()) }
    throw unexpected("a query: SELECT, FROM, VALUES, WITH or \"(\"")
  }

  /// `SELECT * FROM source`, for the forms that name a source only.
  func allRows(of source: TableReference, from start: Int) -> Select {
    let range = range(from: start)
    let star = Expression(.star(StarExpression()), range: range)
    return Select(items: [SelectItem(star)], from: source, range: range)
  }

  private func summarized() throws(Diagnostic) -> Query {
    if startsParenthesizedQuery() { return try parenthesizedQuery() }
    if startsQuery() { return try query() }
    let start = index
    let source = try tablePrimary()
    return Query(body: .select(allRows(of: source, from: start)), range: range(from: start))
  }

  /// The rows of VALUES, all of one length.
  func rows() throws(Diagnostic) -> [[Expression]] {
    var rows: [[Expression]] = []
    repeat {
      if !rows.isEmpty, !isSymbol(.leftParenthesis) { break }
      let start = index
      let row = try parenthesized { () throws(Diagnostic) in try expression() }
      if let first = rows.first, first.count != row.count {
        throw Diagnostic(
          "this row has \(row.count) values, the first has \(first.count)", at: range(from: start))
      }
      rows.append(row)
    } while accept(.comma)
    return rows
  }

  // MARK: Order and limit

  private func orderBy() throws(Diagnostic) -> OrderBy {
    if accept("ALL") { return .all(direction: direction(), nulls: try nullsOrder()) }
    return .items(try list { () throws(Diagnostic) in try orderItem() })
  }

  func orderItem() throws(Diagnostic) -> OrderItem {
    let expression = try expression()
    let direction = direction()
    return OrderItem(expression, direction: direction, nulls: try nullsOrder())
  }

  private func direction() -> SortDirection {
    if accept("DESC") { return .descending }
    _ = accept("ASC")
    return .ascending
  }

  private func nullsOrder() throws(Diagnostic) -> NullsOrder? {
    guard accept("NULLS") else { return nil }
    if accept("FIRST") { return .first }
    guard accept("LAST") else { throw unexpected("FIRST or LAST after NULLS") }
    return .last
  }

  private func limit() throws(Diagnostic) -> Limit? {
    var limit = Limit()
    while true {
      if limit.count == nil, accept("LIMIT") {
        if accept("ALL") { continue }
        limit.count = try expression()
        if isSymbol(.comma) {
          throw unexpected("OFFSET", help: "write LIMIT count OFFSET skipped")
        }
      } else if limit.offset == nil, accept("OFFSET") {
        limit.offset = try expression()
        if !accept("ROWS") { _ = accept("ROW") }
      } else if limit.count == nil, accept("FETCH") {
        if !accept("FIRST") { try expect("NEXT") }
        limit.count = try expression()
        if !accept("ROWS") { try expect("ROW") }
        try expect("ONLY")
      } else {
        return limit.count == nil && limit.offset == nil ? nil : limit
      }
    }
  }
}
