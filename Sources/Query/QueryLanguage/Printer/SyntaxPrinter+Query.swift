extension SyntaxPrinter {
  mutating func write(_ query: Query) {
    if let with = query.with { write(with) }
    write(query.body)
    for slice in query.slices {
      breakLine()
      write(slice)
    }
    switch query.orderBy {
    case .all(let direction, let nulls):
      clauseStart("ORDER BY ALL")
      write(direction, nulls)
    case .items(let items):
      clauseStart("ORDER BY ")
      list(items) { $0.write($1) }
    case nil: break
    }
    lineClause("LIMIT", query.limit?.count)
    lineClause("OFFSET", query.limit?.offset)
  }

  mutating func write(_ with: WithClause) {
    text += with.isRecursive ? "WITH RECURSIVE " : "WITH "
    list(with.expressions) { $0.write($1) }
    breakLine()
  }

  private mutating func clauseStart(_ keywords: String) {
    breakLine()
    text += keywords
  }

  private mutating func lineClause(_ keyword: String, _ expression: Expression?) {
    guard let expression else { return }
    clauseStart(keyword + " ")
    write(expression)
  }

  private mutating func write(_ expression: CommonTableExpression) {
    write(expression.name)
    if !expression.columns.isEmpty {
      text += " "
      names(expression.columns)
    }
    text += " AS "
    if let isMaterialized = expression.isMaterialized {
      text += isMaterialized ? "MATERIALIZED " : "NOT MATERIALIZED "
    }
    subquery(expression.query)
  }

  private mutating func write(_ body: Query.Body) {
    switch body {
    case .select(let select): write(select)
    case .values(let rows):
      text += "VALUES "
      list(rows) { printer, row in
        printer.write("(")
        printer.expressions(row)
        printer.write(")")
      }
    case .query(let query): subquery(query)
    case .summarize(let query):
      text += "SUMMARIZE "
      subquery(query)
    case .setOperation(let operation):
      operand(operation.left, of: operation.kind, isRight: false)
      clauseStart(operation.kind.rawValue)
      if operation.isAll { text += " ALL" }
      if operation.isByName { text += " BY NAME" }
      breakLine()
      operand(operation.right, of: operation.kind, isRight: true)
    }
  }

  /// Set operations associate to the left, and INTERSECT binds tighter.
  private mutating func operand(
    _ body: Query.Body, of kind: SetOperation.Kind, isRight: Bool
  ) {
    guard case .setOperation(let inner) = body else { return write(body) }
    let isTighter = inner.kind == .intersect && kind != .intersect
    let isSameLevel = (inner.kind == .intersect) == (kind == .intersect)
    let isNatural = isTighter || isSameLevel && !isRight
    if !isNatural { text += "(" }
    write(body)
    if !isNatural { text += ")" }
  }

  private mutating func write(_ select: Select) {
    text += "SELECT "
    switch select.distinct {
    case .rows: text += "DISTINCT "
    case .on(let columns):
      text += "DISTINCT ON ("
      expressions(columns)
      text += ") "
    case nil: break
    }
    list(select.items) { $0.write($1) }
    if let from = select.from {
      clauseStart("FROM ")
      write(from)
    }
    lineClause("WHERE", select.filter)
    switch select.groupBy {
    case .all: clauseStart("GROUP BY ALL")
    case .elements(let elements):
      clauseStart("GROUP BY ")
      list(elements) { $0.write($1) }
    case nil: break
    }
    lineClause("HAVING", select.having)
    if !select.windows.isEmpty {
      clauseStart("WINDOW ")
      list(select.windows) { printer, window in
        printer.write(window.name)
        printer.write(" AS ")
        printer.write(window.specification)
      }
    }
    lineClause("QUALIFY", select.qualify)
  }

  mutating func write(_ item: SelectItem) {
    write(item.expression)
    clause("AS", item.alias)
  }

  private mutating func write(_ element: GroupingElement) {
    switch element {
    case .expression(let expression): write(expression)
    case .set(let columns):
      text += columns.count == 1 ? "ROW(" : "("
      expressions(columns)
      text += ")"
    case .rollup(let levels):
      text += "ROLLUP "
      write(levels)
    case .cube(let levels):
      text += "CUBE "
      write(levels)
    case .groupingSets(let elements):
      text += "GROUPING SETS ("
      list(elements) { $0.write($1) }
      text += ")"
    }
  }

  private mutating func write(_ levels: [[Expression]]) {
    text += "("
    list(levels) { printer, level in
      if level.count != 1 { printer.write("(") }
      printer.expressions(level)
      if level.count != 1 { printer.write(")") }
    }
    text += ")"
  }

  // MARK: Slices

  private mutating func write(_ slice: Slice) {
    switch slice.kind {
    case .compare(.businessDate(let point)):
      text += "COMPARE "
      write(point)
    case .compare(.knowledge(let point)):
      text += "COMPARE "
      write(point.kind)
    case .top(let top):
      text += "TOP "
      write(top.count)
      text += " BY "
      write(top.measure)
      if top.direction == .ascending { text += " ASC" }
      if !top.per.isEmpty {
        text += " PER "
        expressions(top.per)
      }
      if top.withOthers { text += " WITH OTHERS" }
      if top.withTotal { text += " WITH TOTAL" }
    case .across(let across):
      text += "ACROSS "
      expressions(across.dimensions)
      if across.withTotals { text += " WITH TOTALS" }
    }
  }
}
