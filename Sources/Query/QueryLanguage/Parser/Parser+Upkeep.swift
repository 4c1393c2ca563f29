extension Parser {
  /// After `RESTORE`.
  func restore() throws(Diagnostic) -> Restore {
    if isWord("TABLE"), peek().isName { advance() }
    let table = try qualifiedName("a table")
    try expect("TO")
    let start = index
    let kind: KnowledgePoint.Kind
    if accept("VERSION") {
      _ = accept("AS", "OF")
      kind = .version(try numberOperand("a version number"))
    } else if accept("TIMESTAMP") {
      _ = accept("AS", "OF")
      kind = .tableTimestamp(try timestampOperand())
    } else {
      kind = try namedPoint("VERSION AS OF, TIMESTAMP AS OF, SNAPSHOT, TAG or RUN")
    }
    return Restore(table: table, point: KnowledgePoint(kind, range: range(from: start)))
  }

  /// After `OPTIMIZE`.
  func optimize() throws(Diagnostic) -> Optimize {
    if isWord("TABLE"), peek().isName { advance() }
    var optimize = Optimize(table: try qualifiedName("a table"))
    if accept("WHERE") { optimize.filter = try expression() }
    if accept("ZORDER") {
      try expect("BY")
      if isSymbol(.leftParenthesis) {
        optimize.zOrderBy = try columnNames()
      } else {
        optimize.zOrderBy = try list { () throws(Diagnostic) in try identifier("a column") }
      }
    }
    return optimize
  }

  /// After `VACUUM`.
  func vacuum() throws(Diagnostic) -> Vacuum {
    var vacuum = Vacuum()
    if isWord("TABLE"), peek().isName { advance() }
    let isClause =
      isWord("RETAIN") && (peek().kind == .string || peek().kind == .number(.integer))
      || isWord("DRY") && isWord("RUN", at: 1)
    if token.isName, !isClause { vacuum.table = try qualifiedName("a table") }
    if accept("RETAIN") {
      if token.kind == .number(.integer) {
        let number = advance()
        if !accept("HOURS") { try expect("HOUR") }
        let hours = TextLiteral("\(number.text) hours", range: number.range)
        try checkDuration(hours, orZero: true)
        vacuum.retain = hours
      } else {
        vacuum.retain = try duration(orZero: true)
      }
    }
    vacuum.isDryRun = accept("DRY", "RUN")
    return vacuum
  }

  /// After `TAG`.
  func tag() throws(Diagnostic) -> TagStatement {
    var tag = TagStatement(name: try textLiteral("a name for the tag"))
    if accept("AT") {
      try expect("SNAPSHOT")
      tag.snapshot = try numberOperand("a snapshot number")
    }
    if accept("RETAIN") { tag.retain = try duration() }
    return tag
  }

  /// After `REFRESH`.
  func refresh() throws(Diagnostic) -> Refresh {
    try expect("MATERIALIZED", "VIEW")
    var refresh = Refresh(view: try qualifiedName("a view"))
    if accept("FOR") {
      if isSymbol(.colon) || isSymbol(.dollar) {
        refresh.date = try parameter()
      } else {
        try expect("DATE")
        let text = try textLiteral("a date")
        if !CalendarText.isDate(text.text) { throw notADate(text) }
        refresh.date = Expression(.literal(.date(text.text)), range: text.range)
      }
    }
    return refresh
  }
}
