extension Parser {
  /// `PIVOT t ON c IN (…) USING sum(x) GROUP BY g`.
  func pivotQuery() throws(Diagnostic) -> Query.Body {
    let start = index
    advance()
    var pivot = Pivot(source: try tablePrimary())
    try expect("ON")
    pivot.axes = try list { () throws(Diagnostic) in try axis() }
    if accept("USING") { pivot.aggregates = try list { () throws(Diagnostic) in try selectItem() } }
    if accept("GROUP", "BY") {
      pivot.groupBy = try list { () throws(Diagnostic) in try expression() }
    }
    let source = TableReference(.pivot(pivot), range: range(from: start))
    return .select(allRows(of: source, from: start))
  }

  /// `PIVOT (sum(x) FOR c IN (…) GROUP BY g)` behind a table.
  func pivotSuffix(of source: TableReference) throws(Diagnostic) -> Pivot {
    advance()
    let opening = advance()
    var pivot = Pivot(source: source)
    if !isWord("FOR") {
      pivot.aggregates = try list { () throws(Diagnostic) in try selectItem() }
    }
    try expect("FOR")
    pivot.axes = [try axis()]
    while accept("FOR") || accept(.comma) { pivot.axes.append(try axis()) }
    if accept("GROUP", "BY") {
      pivot.groupBy = try list { () throws(Diagnostic) in try expression() }
    }
    try close(opening)
    return pivot
  }

  private func axis() throws(Diagnostic) -> Pivot.Axis {
    var axis = Pivot.Axis(expression: try expression(.otherOperator))
    if accept("IN") {
      axis.values = try parenthesized { () throws(Diagnostic) in try labelledItem() }
    }
    return axis
  }

  /// An expression whose alias may also be a string, as the values of PIVOT have it.
  private func labelledItem() throws(Diagnostic) -> SelectItem {
    let expression = try expression()
    guard isWord("AS"), peek().kind == .string else {
      return SelectItem(expression, alias: try alias("a name for the column"))
    }
    advance()
    let text = try textLiteral("a name")
    return SelectItem(expression, alias: Identifier(text.text, isQuoted: true, range: text.range))
  }

  /// `UNPIVOT t ON a, b INTO NAME n VALUE v`.
  func unpivotQuery() throws(Diagnostic) -> Query.Body {
    let start = index
    advance()
    let includesNulls = includeNulls()
    let source = try tablePrimary()
    try expect("ON")
    let columns = try list { () throws(Diagnostic) in try labelledItem() }
    var names = (name: Identifier("name"), value: Identifier("value"))
    if accept("INTO") {
      try expect("NAME")
      names.name = try identifier("a name for the column of names")
      try expect("VALUE")
      names.value = try identifier("a name for the column of values")
    }
    let unpivot = Unpivot(
      source: source, columns: columns, nameColumn: names.name, valueColumn: names.value,
      includesNulls: includesNulls)
    let table = TableReference(.unpivot(unpivot), range: range(from: start))
    return .select(allRows(of: table, from: start))
  }

  /// `UNPIVOT [INCLUDE NULLS] (v FOR n IN (a, b))` behind a table.
  func unpivotSuffix(of source: TableReference) throws(Diagnostic) -> Unpivot {
    advance()
    let includesNulls = includeNulls()
    let opening = token
    try expect(.leftParenthesis)
    let value = try identifier("a name for the column of values")
    try expect("FOR")
    let name = try identifier("a name for the column of names")
    try expect("IN")
    let columns = try parenthesized { () throws(Diagnostic) in try labelledItem() }
    try close(opening)
    return Unpivot(
      source: source, columns: columns, nameColumn: name, valueColumn: value,
      includesNulls: includesNulls)
  }

  private func includeNulls() -> Bool {
    if accept("INCLUDE", "NULLS") { return true }
    _ = accept("EXCLUDE", "NULLS")
    return false
  }
}
