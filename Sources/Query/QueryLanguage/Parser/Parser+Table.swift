extension Parser {
  /// After FROM: joins, and commas that mean a cross join.
  func fromClause() throws(Diagnostic) -> TableReference {
    try nested { () throws(Diagnostic) in
      let start = index
      var left = try joins()
      while isSymbol(.comma) {
        let comma = advance()
        if token.kind == .endOfText || isSymbol(.rightParenthesis) || Keywords.isReserved(token) {
          break
        }
        try grow()
        let right = try joins()
        let join = Join(
          kind: .cross, left: left, right: right, condition: .none, keywordRange: comma.range)
        left = TableReference(.join(join), range: range(from: start))
      }
      return left
    }
  }

  func joins() throws(Diagnostic) -> TableReference {
    try nested { () throws(Diagnostic) in
      let start = index
      var left = try tablePrimary()
      while let words = joinWords() {
        let keywords = index
        for _ in 0..<words.count { advance() }
        let keywordRange = range(from: keywords)
        try grow()
        let right = try tablePrimary()
        let condition = try joinCondition(words, at: keywordRange)
        let join = Join(
          kind: words.kind, isAsOf: words.isAsOf, left: left, right: right, condition: condition,
          keywordRange: keywordRange)
        left = TableReference(.join(join), range: range(from: start))
      }
      return left
    }
  }

  private struct JoinWords {
    var kind: Join.Kind
    var isAsOf = false
    var isNatural = false
    /// How many tokens the words take.
    var count: Int
  }

  /// The words of a join at the current token, not taken.
  private func joinWords() -> JoinWords? {
    var words = JoinWords(kind: .inner, count: 0)
    if isWord("NATURAL") {
      words.isNatural = true
      words.count = 1
    } else if isWord("ASOF") {
      words.isAsOf = true
      words.count = 1
    }
    let plain: [(String, Join.Kind)] = [
      ("INNER", .inner), ("CROSS", .cross), ("SEMI", .semi), ("ANTI", .anti), ("LEFT", .left),
      ("RIGHT", .right), ("FULL", .full),
    ]
    for (word, kind) in plain where isWord(word, at: words.count) {
      words.kind = kind
      words.count += 1
      if kind == .left, isWord("SEMI", at: words.count) || isWord("ANTI", at: words.count) {
        words.kind = isWord("SEMI", at: words.count) ? .semi : .anti
        words.count += 1
      } else if [.left, .right, .full].contains(kind), isWord("OUTER", at: words.count) {
        words.count += 1
      }
      break
    }
    guard isWord("JOIN", at: words.count) else { return nil }
    words.count += 1
    return words
  }

  private func joinCondition(
    _ words: JoinWords, at range: SourceRange
  ) throws(Diagnostic) -> Join.Condition {
    if words.isAsOf, words.kind != .inner, words.kind != .left {
      throw Diagnostic(
        "an ASOF join is inner or left", at: range, help: "write ASOF JOIN or ASOF LEFT JOIN")
    }
    if words.isNatural {
      if words.kind == .cross { throw Diagnostic("a cross join cannot be natural", at: range) }
      return .natural
    }
    if words.kind == .cross {
      if isWord("ON") || isWord("USING") {
        throw Diagnostic(
          "a cross join has no condition", at: token.range, help: "write JOIN … ON instead")
      }
      return .none
    }
    if accept("ON") { return .on(try expression()) }
    if accept("USING") { return .using(try columnNames()) }
    throw unexpected(
      "ON or USING",
      help: "say which rows meet: ON a.id = b.id, or USING (id); CROSS JOIN takes all pairs")
  }

  // MARK: One source

  /// A table, file, function, subquery or join in parentheses, with its pins, its alias, and any
  /// PIVOT or UNPIVOT behind it.
  func tablePrimary() throws(Diagnostic) -> TableReference {
    try nested { () throws(Diagnostic) in
      let start = index
      var table = try prefixAliased()
      try pinsAndAlias(&table)
      table.range = range(from: start)
      while true {
        if isWord("PIVOT"), isSymbol(.leftParenthesis, at: 1) {
          table = TableReference(.pivot(try pivotSuffix(of: table)))
        } else if isWord("UNPIVOT"), !canBeBareAlias {
          table = TableReference(.unpivot(try unpivotSuffix(of: table)))
        } else {
          return table
        }
        try grow()
        table.alias = try tableAlias()
        table.range = range(from: start)
      }
    }
  }

  /// A source, or `alias : source`.
  private func prefixAliased() throws(Diagnostic) -> TableReference {
    guard isSymbol(.colon, at: 1), !isSymbol(.colon, at: 2), let name = try prefixAlias() else {
      return try source()
    }
    var table = try source()
    table.alias = TableAlias(name)
    return table
  }

  private func source() throws(Diagnostic) -> TableReference {
    if token.kind == .string {
      return TableReference(.file(try textLiteral("a file name")))
    }
    let isCall = peek().isName && isSymbol(.leftParenthesis, at: 2)
    let isLateral =
      isWord("LATERAL") && (isCall || isSymbol(.leftParenthesis, at: 1)) && accept("LATERAL")
    if isLateral, isWord("LATERAL") { throw unexpected("a subquery or a function after LATERAL") }
    if startsParenthesizedQuery(asTable: true) {
      return TableReference(.query(try parenthesizedQuery(), isLateral: isLateral))
    }
    if isWord("VALUES"), isSymbol(.leftParenthesis, at: 1) {
      let start = index
      advance()
      let query = Query(body: .values(try rows()), range: range(from: start))
      return TableReference(.query(query, isLateral: false))
    }
    if isSymbol(.leftParenthesis) {
      let opening = advance()
      let table = try fromClause()
      try close(opening)
      return table
    }
    let name = try qualifiedName("a table")
    if isSymbol(.leftParenthesis) {
      var call = try functionCall(name, isTable: true)
      call.hasOrdinality = accept("WITH", "ORDINALITY")
      return TableReference(.function(call))
    }
    return TableReference(.table(name))
  }

  private func pinsAndAlias(_ table: inout TableReference) throws(Diagnostic) {
    let canBePinned: Bool
    switch table.kind {
    case .table, .file, .function: canBePinned = true
    case .query, .join, .pivot, .unpivot: canBePinned = false
    }
    if canBePinned { try timeClause(into: &table.time) }
    let aliasStart = token
    if let alias = try tableAlias() {
      if table.alias != nil {
        throw Diagnostic("this table already has an alias", at: aliasStart.range)
      }
      table.alias = alias
    }
    if canBePinned { try timeClause(into: &table.time) } else { try refuseTimeClause(table) }
  }

  func tableAlias() throws(Diagnostic) -> TableAlias? {
    // `values (a, b)` names columns; rows of VALUES cannot stand here.
    if isWord("VALUES"), isSymbol(.leftParenthesis, at: 1), peek(2).isName,
      isSymbol(.comma, at: 3) || isSymbol(.rightParenthesis, at: 3)
    {
      return TableAlias(anyIdentifier(), columns: try columnNames())
    }
    guard let name = try alias("a name for the table") else { return nil }
    guard isSymbol(.leftParenthesis) else { return TableAlias(name) }
    return TableAlias(name, columns: try columnNames())
  }
}
